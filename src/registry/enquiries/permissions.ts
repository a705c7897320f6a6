import { definePermissions } from '../../access/permission.ts';
import { caseStaff, everydayPurposes } from '../../access/permissions.ts';

export const enquiryPermissions = definePermissions('enquiry', {
  file: { door: true, staff: caseStaff, purposes: ['own_file', 'tracing'] },
  read: {
    staff: caseStaff,
    family: true,
    purposes: [...everydayPurposes, 'own_file'],
    opens: [
      'enquiries.intake',
      'enquiries.enquirer',
      'enquiries.circumstances',
      'records.description',
      'thread_entries.text',
      'contacts.note',
      'contacts.consents',
      // On the desk's page of an enquiry; the seal names no enquiry, so a family cannot open it
      //
      'notices.text',
    ],
  },
  check: {
    staff: caseStaff,
    purposes: ['verification'],
    opens: ['enquiries.intake'],
    broker: ['adopt_intake'],
  },
  close: { staff: caseStaff, purposes: everydayPurposes },
  withdraw: { family: true, staff: caseStaff, purposes: ['own_file', 'tracing'] },
  write: { family: true, staff: caseStaff, purposes: ['own_file', ...everydayPurposes] },
  /** Recorded by the desk, for a family that says so by telephone, letter or visit. */
  consent: { staff: caseStaff, purposes: everydayPurposes },
  addPaper: { family: true, purposes: ['own_file'] },
  readPaper: {
    staff: caseStaff,
    purposes: ['verification'],
    opens: ['family_papers.original'],
  },
  erase: { system: true, purposes: ['upkeep'] },
});

export const contactPermissions = definePermissions('contact', {
  record: { staff: caseStaff, purposes: everydayPurposes },
  due: { system: true, purposes: ['upkeep'] },
});
