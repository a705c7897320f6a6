import { cells } from '../../access/disclosure.ts';
import type { Module } from '../module.ts';
import { eraseUnproven, makeDueContacts, resetContactDays } from './jobs.ts';
import { contactPermissions, enquiryPermissions } from './permissions.ts';
import { enquiryRoutes } from './routes.ts';
import {
  sealedCircumstances,
  sealedConsents,
  sealedContactNote,
  sealedEnquirer,
  sealedIntake,
  sealedPaper,
  sealedThreadText,
} from './sealed.ts';

/** Families who ask, what they sent, and the contact with them. */
export const enquiriesModule: Module = {
  name: 'enquiries',
  permissions: [enquiryPermissions, contactPermissions],
  sealedFields: [
    sealedIntake,
    sealedEnquirer,
    sealedCircumstances,
    sealedThreadText,
    sealedContactNote,
    sealedConsents,
    sealedPaper,
  ],
  disclosure: {
    familyContact: cells(
      ...(['own', 'never', 'always', 'compartment', 'never'] as const),
      ...(['never', 'never', 'checked', 'never'] as const),
    ),
    enquirerIdentity: cells(
      ...(['own', 'never', 'always', 'compartment', 'never'] as const),
      ...(['never', 'never', 'checked', 'never'] as const),
    ),
    enquiryExistence: cells(
      ...(['own', 'never', 'always', 'checked', 'checked'] as const),
      ...(['never', 'never', 'never', 'never'] as const),
    ),
  },
  routes: enquiryRoutes,
  timedJobs: [
    { name: 'contact.due', minute: 5, run: makeDueContacts },
    { name: 'enquiry.erase', minute: 35, erases: true, run: eraseUnproven },
  ],
  afterClockSetBack: resetContactDays,
  live: {
    enquiry: ['enquiries', 'enquiry', 'person'],
    contact: ['enquiry', 'enquiries'],
  },
};
