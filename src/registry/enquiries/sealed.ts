import { z } from 'zod';
import { sealedField } from '../../access/sealed-field.ts';
import { descriptionContent } from '../records/sealed.ts';
import type { Consents, Enquirer, Intake } from './filing.ts';

const text = z.object({ text: z.string() });
const consents = z.object({
  centralAgency: z.boolean(),
  otherBureau: z.boolean(),
  contact: z.boolean(),
});
const enquirer = z.looseObject({ name: z.string() });
const circumstances = z.object({ circumstances: z.string(), consents });

/** A filing as the family sent it, until identity and kinship are proven. */
export const sealedIntake = sealedField('enquiries.intake', {
  compartment: 'intake',
  content: z.custom<Intake>(
    (filed) =>
      circumstances.loose().safeParse(filed).success &&
      z.looseObject({ sought: descriptionContent, enquirer }).safeParse(filed).success,
  ),
  datum: 'enquirerIdentity',
});

export const sealedEnquirer = sealedField('enquiries.enquirer', {
  compartment: 'contact',
  content: z.custom<Enquirer>((who) => enquirer.safeParse(who).success),
  datum: 'enquirerIdentity',
});

export const sealedCircumstances = sealedField('enquiries.circumstances', {
  compartment: 'identity',
  content: circumstances,
  datum: 'enquiryExistence',
});

export const sealedThreadText = sealedField('thread_entries.text', {
  compartment: 'contact',
  content: text,
  datum: 'familyContact',
});

/** What the desk notes of a call: never for the family. */
export const sealedContactNote = sealedField('contacts.note', {
  compartment: 'contact',
  content: text,
  datum: 'deskWork',
});

export const sealedConsents = sealedField('contacts.consents', {
  compartment: 'contact',
  content: z.custom<Consents>((given) => consents.safeParse(given).success),
  datum: 'familyContact',
});

/** A document that proves identity, piece by piece. */
export const sealedPaper = sealedField('family_papers.original', {
  compartment: 'contact',
  content: z.object({ base64: z.string() }),
  datum: 'enquirerIdentity',
});
