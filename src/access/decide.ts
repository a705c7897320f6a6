import type { Actor, Purpose, Role } from '../kernel/actor.ts';
import { unreachable } from '../kernel/assert.ts';
import type { EnquiryId, OfficeId, StaffId } from '../kernel/ids.ts';
import { type Action, purposesOf, type Rule, rules } from './rules.ts';

/** What `decide` must know of the row; a noun's `policy.ts` takes it from the row and judges nothing. */
export interface Facts {
  readonly officeId: OfficeId;
  /** The enquiry the row belongs to, where it belongs to one. */
  readonly enquiryId?: EnquiryId | null;
  /** Told to the family: notices that are not are nothing to it. */
  readonly told?: boolean;
  /** Who did the first half, for acts that need another human being. */
  readonly firstBy?: readonly (StaffId | null)[];
  /** The sealed field that is to be opened, as `table.column`; the action must be one that opens it. */
  readonly field?: string;
}

export interface Asker {
  readonly actor: Actor;
  readonly purpose: Purpose;
  readonly now: Date;
}

export type Verdict = 'allowed' | 'refused' | 'not_fresh';

/** May this actor do this, for this purpose, to a row with these facts, now? Default: no. */
export function decide(asker: Asker, action: Action, facts: Facts): boolean {
  return judge(asker, action, facts) === 'allowed';
}

/** Like `decide`, but tells apart what a fresh passkey would allow. */
export function judge(asker: Asker, action: Action, facts: Facts): Verdict {
  return judgeBy(rules[action], asker, { ...facts, action });
}

/** The judge over a rule that is given: S-06 hands it rules with a clause left out, as its control. */
export function judgeBy(
  rule: Rule,
  { actor, purpose, now }: Asker,
  facts: Facts & { readonly action: Action },
): Verdict {
  if (actor.officeId !== facts.officeId) return 'refused';
  if (facts.field !== undefined && !rule.opens?.includes(facts.field)) return 'refused';
  if (actor.kind !== 'system') {
    if (!rule.purposes.includes(purpose.kind)) return 'refused';
    if (!purposesOf[actor.kind].includes(purpose.kind)) return 'refused';
  }
  switch (actor.kind) {
    case 'system':
      // The system acts on its own timetable only; what people do, people do.
      return systemActions.has(facts.action) ? 'allowed' : 'refused';
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

const systemActions: ReadonlySet<Action> = new Set<Action>([
  'import.carry_out',
  'event.record',
  'enquiry.open',
  'enquiry.close',
]);

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
