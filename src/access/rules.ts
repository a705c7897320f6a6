import type { Actor, PurposeKind, Role } from '../kernel/actor.ts';

/**
 * What an action asks of whoever wants to do it. The table below is the whole of authorization
 * beside row ownership; `decide.ts` is the only reader (settled 12).
 */
export interface Rule {
  /** Staff roles that may; one of them is enough. Absent: staff may not. */
  readonly staff?: readonly Role[];
  /** A family may, on its own enquiry only. */
  readonly family?: true;
  /** Somebody not yet known may. */
  readonly door?: true;
  /** Purposes that serve this action; anything else is refused. */
  readonly purposes: readonly PurposeKind[];
  /** A passkey at most ten minutes old is asked for. */
  readonly fresh?: true;
  /** The actor must be another human being than those who did the first half. */
  readonly second?: true;
  /**
   * Sealed fields that the broker opens for this action, as `table.column`; absent: none. Without
   * it, a web process in wrong hands could open anything in the name of any action (S-06, S-14).
   */
  readonly opens?: readonly string[];
}

const desk: readonly Role[] = ['caseworker', 'approver'];
/** What stays of a list for whoever brought it: its first rows, and the rows that were refused. */
const listed: readonly string[] = ['imports.sample', 'import_rows.raw'];
const everyday: readonly PurposeKind[] = ['tracing', 'verification', 'notice', 'quality'];

/** Purposes that each kind of actor can have: a family's own file is no reason for staff to look. */
export const purposesOf: Readonly<
  Record<Exclude<Actor['kind'], 'system'>, readonly PurposeKind[]>
> = {
  staff: [...everyday, 'import', 'audit', 'sign_in'],
  family: ['own_file', 'sign_in'],
  door: ['own_file', 'sign_in'],
};

export const rules = {
  'source.bring': { staff: desk, purposes: ['import'] },
  'import.read': { staff: desk, purposes: ['import', 'quality'], opens: listed },
  'import.decide': { staff: desk, purposes: ['import'] },
  'import.rejected_rows': { staff: desk, purposes: ['import'], opens: listed },
  'import.carry_out': {
    purposes: ['import', 'upkeep'],
    opens: [...listed, 'imports.file', 'imports.marks'],
  },
  'queue.read': { staff: desk, purposes: [...everyday, 'import'], opens: ['masked'] },
  'record.read': { staff: desk, purposes: everyday, opens: ['records.description'] },
  'record.correct': { staff: desk, purposes: ['quality', 'tracing'] },
  'person.read': {
    staff: desk,
    purposes: everyday,
    opens: ['records.description', 'records.correction'],
  },
  'person.search': { staff: desk, purposes: ['tracing', 'verification'], opens: ['masked'] },
  'event.record': { staff: desk, purposes: ['tracing', 'quality', 'import'] },
  'match.read': { staff: desk, purposes: ['tracing', 'quality'], opens: ['matches.pair'] },
  'match.judge': { staff: desk, purposes: ['tracing', 'quality'] },
  'match.confirm': {
    staff: ['approver'],
    purposes: ['tracing', 'quality'],
    fresh: true,
    second: true,
  },
  'match.return': { staff: ['approver'], purposes: ['tracing', 'quality'], second: true },
  'judgement.withdraw': { staff: desk, purposes: ['tracing', 'quality'] },
  'enquiry.file': { door: true, staff: desk, purposes: ['own_file', 'tracing'] },
  'enquiry.read': {
    staff: desk,
    family: true,
    purposes: [...everyday, 'own_file'],
    opens: [
      'enquiries.intake',
      'enquiries.enquirer',
      'enquiries.circumstances',
      'records.description',
      'thread_entries.text',
      'contacts.note',
      'contacts.consents',
    ],
  },
  'enquiry.check': { staff: desk, purposes: ['verification'], opens: ['enquiries.intake'] },
  'enquiry.open': { staff: desk, purposes: ['verification'] },
  'enquiry.close': { staff: desk, purposes: everyday },
  'enquiry.withdraw': { family: true, staff: desk, purposes: ['own_file', 'tracing'] },
  'enquiry.write': { family: true, staff: desk, purposes: ['own_file', ...everyday] },
  'enquiry.add_paper': { family: true, purposes: ['own_file'] },
  'enquiry.read_paper': {
    staff: desk,
    purposes: ['verification'],
    opens: ['family_papers.original'],
  },
  'contact.record': { staff: desk, purposes: everyday },
  // Which relative is told first, and where relatives are at odds: never a family's (S-42).
  'kin.read': { staff: desk, purposes: everyday, opens: ['disputes.note'] },
  'kin.choose_primary': { staff: desk, purposes: ['verification', 'notice'] },
  'kin.withdraw_primary': { staff: desk, purposes: ['verification', 'notice'] },
  'kin.open_dispute': { staff: desk, purposes: ['verification', 'notice'] },
  'kin.close_dispute': { staff: desk, purposes: ['verification', 'notice'] },
  'notice.compose': { staff: desk, purposes: ['notice'] },
  'notice.read': {
    staff: desk,
    family: true,
    purposes: ['notice', 'own_file', 'quality'],
    opens: ['notices.text', 'notices.told_text'],
  },
  'notice.approve': { staff: ['approver'], purposes: ['notice'], fresh: true, second: true },
  'notice.refuse': { staff: ['approver'], purposes: ['notice'], second: true },
  'notice.tell': { staff: desk, purposes: ['notice'] },
  'notice.withdraw': { staff: desk, purposes: ['notice'] },
  // Who is locked out or which budget is over concerns everybody who can do something about it.
  'alert.read': {
    staff: ['caseworker', 'approver', 'auditor', 'administrator'],
    purposes: ['quality', 'audit'],
  },
  'audit.read': { staff: ['auditor', 'approver'], purposes: ['audit'] },
  'staff.read': { staff: ['administrator', 'approver'], purposes: ['quality', 'audit'] },
  'staff.disable': { staff: ['administrator'], purposes: ['quality'], fresh: true },
  'staff.unlock': { staff: ['administrator'], purposes: ['quality'], fresh: true },
  'session.open': { door: true, purposes: ['sign_in'] },
  'session.end': {
    staff: ['caseworker', 'approver', 'auditor', 'administrator'],
    family: true,
    purposes: ['sign_in', 'own_file', ...everyday, 'audit', 'import'],
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type Action = keyof typeof rules;
