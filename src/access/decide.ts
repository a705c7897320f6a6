import type { Actor, Purpose, PurposeKind, Role } from '../kernel/actor.ts';
import { unreachable } from '../kernel/assert.ts';
import type { EnquiryId, OfficeId, StaffId } from '../kernel/ids.ts';
import type { BrokerWork, Rule } from './permission.ts';

/**
 * What `decide` must know about the row. A module's `facts.ts` takes it from the row and decides
 * nothing.
 */
export interface Facts {
  readonly officeId: OfficeId;
  /** The enquiry to which the row belongs, if any. */
  readonly enquiryId?: EnquiryId | null;
  /** True for notices that were told; a family does not see others. */
  readonly told?: boolean;
  /** The people who did the first half, for commands that need another person. */
  readonly firstBy?: readonly (StaffId | null)[];
  /** The sealed field to be opened, as `table.column`; the permission must open it. */
  readonly field?: string;
  /** Other broker work; the permission must allow it. */
  readonly work?: BrokerWork;
}

export interface Asker {
  readonly actor: Actor;
  readonly purpose: Purpose;
  readonly now: Date;
}

export type Verdict = 'allowed' | 'refused' | 'not_fresh';

/**
 * A family's own file is not a purpose for staff, and a purpose of staff is not one for families.
 */
const purposesOfOwn: ReadonlySet<PurposeKind> = new Set(['own_file', 'sign_in']);
const notOfStaff: ReadonlySet<PurposeKind> = new Set(['own_file', 'upkeep']);

function canHave(kind: 'staff' | 'family' | 'door', purpose: PurposeKind): boolean {
  return kind === 'staff' ? !notOfStaff.has(purpose) : purposesOfOwn.has(purpose);
}

/**
 * May this actor do this, for this purpose, to a row with these facts, now? Denies by default
 * (R-20).
 */
export function decide(asker: Asker, rule: Rule, facts: Facts): boolean {
  return judge(asker, rule, facts) === 'allowed';
}

/** Like `decide`, but reports separately what a fresh passkey would permit. */
export function judge({ actor, purpose, now }: Asker, rule: Rule, facts: Facts): Verdict {
  if (actor.officeId !== facts.officeId) return 'refused';
  if (facts.field !== undefined && !rule.opens?.includes(facts.field)) return 'refused';
  if (facts.work !== undefined && !rule.broker?.includes(facts.work)) return 'refused';
  if (actor.kind !== 'system') {
    if (!rule.purposes.includes(purpose.kind)) return 'refused';
    if (!canHave(actor.kind, purpose.kind)) return 'refused';
  }
  switch (actor.kind) {
    case 'system':
      // The system acts only by timetable; it does nothing in the name of people.
      return rule.system ? 'allowed' : 'refused';
    case 'door':
      return rule.door ? 'allowed' : 'refused';
    case 'family':
      if (!rule.family || facts.enquiryId !== actor.enquiryId) return 'refused';
      return facts.told === false ? 'refused' : 'allowed';
    case 'staff':
      return judgeStaff(
        now,
        { rule, roles: actor.roles, freshUntil: actor.freshUntil },
        {
          firstBy: facts.firstBy ?? [],
          staffId: actor.staffId,
        },
      );
    default:
      return unreachable(actor);
  }
}

function judgeStaff(
  now: Date,
  held: { rule: Rule; roles: readonly Role[]; freshUntil: Date | null },
  four: { firstBy: readonly (StaffId | null)[]; staffId: StaffId },
): Verdict {
  const { rule } = held;
  if (!rule.staff?.some((role) => held.roles.includes(role))) return 'refused';
  if (rule.second && four.firstBy.includes(four.staffId)) return 'refused';
  if (rule.second && four.firstBy.length === 0) return 'refused';
  if (rule.fresh && !(held.freshUntil && held.freshUntil > now)) return 'not_fresh';
  return 'allowed';
}
