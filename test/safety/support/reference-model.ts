/**
 * S-06's own model of who may do and see what, written from the table of domain 4.3 (columns "FAM"
 * and "own bureau"), R-20, R-26 and R-33. It shares no code with the product's `decide`: if the two
 * differ, one of them is wrong.
 */
export interface Asked {
  readonly who:
    | { readonly kind: 'staff'; readonly id: string; readonly roles: readonly string[] }
    | { readonly kind: 'family'; readonly enquiryId: string }
    | { readonly kind: 'door' }
    | { readonly kind: 'system' };
  readonly office: string;
  readonly purpose: string;
  readonly action: string;
  readonly about: About;
  /** Minutes since the last passkey; null if there was none. */
  readonly passkeyMinutes: number | null;
}

export interface About {
  readonly office: string;
  readonly enquiryId: string | null;
  /** For a notice: whether a person has told it. */
  readonly told: boolean;
  /** The people of the first half, for commands that need four eyes. */
  readonly firstBy: readonly string[];
}

/** What each purpose serves, besides what is permitted for any purpose of the desk. */
const serves: Readonly<Record<string, readonly string[]>> = {
  tracing: [
    'queue.read record.read record.correct person.read person.search event.record',
    'match.read match.judge match.confirm match.return judgement.withdraw enquiry.file',
    'enquiry.read enquiry.close enquiry.withdraw enquiry.write enquiry.consent contact.record session.end kin.read',
  ],
  verification: [
    'queue.read record.read person.read person.search enquiry.read enquiry.check',
    'enquiry.close enquiry.write enquiry.consent enquiry.read_paper contact.record session.end',
    'kin.read kin.choose_primary kin.withdraw_primary kin.open_dispute kin.close_dispute',
  ],
  notice: [
    'queue.read record.read person.read enquiry.read enquiry.close enquiry.write enquiry.consent contact.record',
    'notice.compose notice.read notice.approve notice.refuse notice.tell notice.withdraw session.end',
    'kin.read kin.choose_primary kin.withdraw_primary kin.open_dispute kin.close_dispute',
  ],
  quality: [
    'queue.read import.read record.read record.correct person.read event.record match.read',
    'match.judge match.confirm match.return judgement.withdraw enquiry.read enquiry.close',
    'enquiry.write enquiry.consent contact.record notice.read alert.read alert.see staff.read staff.disable staff.unlock',
    'session.end kin.read',
  ],
  import: [
    'source.bring import.read import.decide import.rejected_rows import.carry_out queue.read',
    'event.record session.end',
  ],
  audit: ['audit.read alert.read alert.see staff.read session.end'],
  own_file: [
    'enquiry.file enquiry.read enquiry.withdraw enquiry.write enquiry.add_paper',
    'notice.read session.end session.add_passkey',
  ],
  sign_in: [
    'session.open session.recognise session.enrol session.set_passphrase session.step_up',
    'session.add_passkey session.end staff.language',
  ],
  upkeep: [],
};

const ofTheFamily = words(
  `enquiry.read enquiry.withdraw enquiry.write enquiry.add_paper notice.read
   session.end session.add_passkey`,
);
const ofTheSystem = words(
  `import.carry_out import.inspect import.interrupt import.refuse import.forget_file upload.sweep
   contact.due enquiry.erase matching.learn matching.adopt intake.erase_key`,
);
const ofTheDoor = words(
  `enquiry.file session.open session.recognise session.enrol session.set_passphrase session.step_up
   session.end`,
);
const ofApproversAlone = words('match.confirm match.return notice.approve notice.refuse');
const ofTheAdministrator = words('staff.disable staff.unlock');
/** Actions that no role of the desk may do: the family's own, the visitor's, the system's. */
const notOfTheDesk = [
  ...words('enquiry.add_paper session.add_passkey session.open session.recognise session.enrol'),
  ...words('session.set_passphrase session.step_up'),
  ...ofTheSystem,
];
const needsFourEyes = words('match.confirm match.return notice.approve notice.refuse');
const needsPasskey = words('match.confirm notice.approve staff.disable staff.unlock');

export function mayDo(asked: Asked): boolean {
  const { who, action, about } = asked;
  if (about.office !== asked.office) return false;
  if (who.kind === 'system') return ofTheSystem.includes(action);
  if (!words((serves[asked.purpose] ?? []).join(' ')).includes(action)) return false;
  // Staff read for the bureau's purposes, a family for its own file's; neither may use the other's.
  const notOwn = who.kind === 'staff' ? ['own_file', 'upkeep'] : [];
  if (notOwn.includes(asked.purpose)) return false;
  if (who.kind !== 'staff' && !['own_file', 'sign_in'].includes(asked.purpose)) return false;
  if (who.kind === 'door') return ofTheDoor.includes(action);
  if (who.kind === 'family') {
    // its own file; a notice only once it was told.
    return ofTheFamily.includes(action) && about.enquiryId === who.enquiryId && about.told;
  }
  if (!staffMay(who.roles, action)) return false;
  if (needsFourEyes.includes(action)) {
    // there was a first person, and it was another.
    if (about.firstBy.length === 0 || about.firstBy.includes(who.id)) return false;
  }
  if (!needsPasskey.includes(action)) return true;
  return asked.passkeyMinutes !== null && asked.passkeyMinutes < 10;
}

function staffMay(roles: readonly string[], action: string): boolean {
  const is = (role: string) => roles.includes(role);
  if (words('session.end alert.read alert.see staff.language').includes(action)) {
    return roles.length > 0;
  }
  if (action === 'audit.read') return is('auditor') || is('approver');
  if (action === 'staff.read') return is('administrator') || is('approver');
  if (ofTheAdministrator.includes(action)) return is('administrator');
  if (ofApproversAlone.includes(action)) return is('approver');
  if (notOfTheDesk.includes(action)) return false;
  return is('caseworker') || is('approver');
}

/**
 * Domain 4.3, the two columns that exist in this version, for the content under each seal. `own`:
 * what the family itself gave, or was told by a person. `never`: the bureau's own work, about any
 * person.
 */
const family: Readonly<Record<string, 'own' | 'never'>> = {
  // Unit, rank, callsign, place: "own data" only, so only the record made of its own filing.
  'records.description': 'own',
  'enquiries.intake': 'own',
  'enquiries.enquirer': 'own',
  'enquiries.circumstances': 'own',
  'thread_entries.text': 'own',
  'notices.told_text': 'own',
  'notices.text': 'never',
  'contacts.note': 'never',
  // S-42: no family is told that relatives are in dispute.
  'disputes.note': 'never',
  // What the family itself permits, and can change at any time (domain 2.5).
  'contacts.consents': 'own',
  // Why colleagues corrected a record is the bureau's own work.
  'records.correction': 'never',
  'family_papers.original': 'never',
  'matches.pair': 'never',
  'imports.sample': 'never',
  'imports.file': 'never',
  'imports.marks': 'never',
  'import_rows.raw': 'never',
};

/** What each action shows: a page, a queue and a job open what they show. */
const shows: Readonly<Record<string, string>> = {
  'record.read': 'records.description',
  'person.read': 'records.description records.correction',
  'match.read': 'matches.pair',
  'enquiry.read':
    'enquiries.intake enquiries.enquirer enquiries.circumstances records.description thread_entries.text contacts.note contacts.consents notices.text',
  'enquiry.check': 'enquiries.intake',
  'kin.read': 'disputes.note',
  'enquiry.read_paper': 'family_papers.original',
  'notice.read': 'notices.text notices.told_text',
  'import.read': 'imports.sample import_rows.raw',
  'import.rejected_rows': 'imports.sample import_rows.raw',
  'import.carry_out': 'imports.sample import_rows.raw imports.file imports.marks',
};

/** May this sealed field be opened? `ownerEnquiry` is the enquiry written on the seal, if any. */
export function mayOpen(
  asked: Asked,
  field: { readonly name: string; readonly ownerEnquiry: string | null },
): boolean {
  if (!words(shows[asked.action] ?? '').includes(field.name)) return false;
  if (!mayDo(asked)) return false;
  if (asked.who.kind === 'door') return false;
  if (asked.who.kind !== 'family') return true;
  return family[field.name] === 'own' && field.ownerEnquiry === asked.who.enquiryId;
}

/**
 * May any actor of this kind reach this row, for any purpose, action and role? Row security knows
 * kind, office and enquiry, not roles and purposes; it must equal this union (ruling 12).
 */
export function mayReach(
  asked: Pick<Asked, 'who' | 'office'>,
  row: About & { readonly table: string },
): boolean {
  if (row.office !== asked.office) return false;
  switch (asked.who.kind) {
    case 'staff':
      return true;
    case 'family':
      // Its file, thread, documents, contacts and told notices; the desk's working data is not its
      // own.
      return (
        words('enquiries thread_entries family_papers contacts notices').includes(row.table) &&
        row.enquiryId === asked.who.enquiryId &&
        row.told
      );
    case 'door':
      return false;
    case 'system':
      // Who is told first, and disputes, are people's work; no timetable needs to know.
      return !words('primary_contacts disputes').includes(row.table);
  }
}

function words(text: string): readonly string[] {
  return text.split(/\s+/u).filter((word) => word !== '');
}
