import { type Facts, judge } from '../access/decide.ts';
import { insertAlert } from '../access/queries.ts';
import type { Action } from '../access/rules.ts';
import { rules } from '../access/rules.ts';
import type { Context } from '../audit/context.ts';
import { type EntryWriter, entryWriter, fetchSalts } from '../audit/entry.ts';
import type { Db } from '../db/connect.ts';
import { inTransaction, type RowContext } from '../db/transaction.ts';
import type { Actor, Purpose, Role, StaffActor } from '../kernel/actor.ts';
import { isWithin } from '../kernel/clock.ts';
import type { AccountId, EnquiryId, OfficeId, SessionId, StaffId } from '../kernel/ids.ts';
import { Problem, refused, signedOut } from '../kernel/problem.ts';
import { hashToken, newId } from '../vault/random.ts';
import type { Policy } from './policy.ts';
import { addSpend, findSession, findStaff, lockStaff } from './queries.ts';

/** What somebody asks of the broker, before anything is believed. */
export interface Asking {
  readonly sessionToken: string | undefined;
  readonly actor: Actor;
  readonly purpose: Purpose;
  readonly action: string;
  readonly objectId: string;
}

/** What the asking costs: records opened, or one page of masked rows (settled 15). */
export type Cost =
  | { readonly records: number }
  | {
      readonly pages: number;
      /** Names searched for that were not searched for before: they have a budget of their own. */
      readonly names?: number;
    };

const systemRows = (officeId: string): RowContext => ({
  actorKind: 'system',
  actorId: 'broker',
  officeId,
  subjectId: '',
});

/**
 * Finds out who really asks: by the session token alone, whatever the asking process claims.
 * A process without a session asks as the system and may only do what the rules leave to it.
 */
export async function recognise(db: Db, asking: Asking, now: Date): Promise<Actor> {
  if (asking.actor.kind === 'system') return asking.actor;
  if (!asking.sessionToken) throw signedOut();
  const tokenHash = hashToken(asking.sessionToken);
  return inTransaction(db, systemRows(asking.actor.officeId), async (tx) => {
    const session = await findSession(tx, tokenHash);
    if (!session || session.endsAt <= now || idle(session, now)) throw signedOut();
    const officeId = session.officeId as OfficeId; // Read from the database as such.
    const sessionId = session.id as SessionId;
    if (session.kind === 'family') {
      return { kind: 'family', enquiryId: session.enquiryId as EnquiryId, officeId, sessionId };
    }
    const staff = session.staffId ? await findStaff(tx, session.staffId) : null;
    if (!staff || staff.disabledAt || staff.lockedAt) throw signedOut();
    const actor: StaffActor = {
      kind: 'staff',
      staffId: session.staffId as StaffId,
      accountId: session.accountId as AccountId,
      officeId,
      roles: staff.roles as Role[], // A check constraint holds the list of roles.
      sessionId,
      freshUntil: session.freshUntil,
    };
    return actor;
  });
}

const idleMs = { staff: 15 * 60_000, family: 20 * 60_000 } as const;

function idle(session: { kind: 'staff' | 'family'; seenAt: Date }, now: Date): boolean {
  return !isWithin(session.seenAt, now, idleMs[session.kind]);
}

/**
 * Decides over every row asked for, spends the budget and commits the one entry; only after that may
 * plaintext be made. A refusal of one row refuses all, and is entered too.
 */
export async function permit(
  ctx: Context,
  policy: Policy,
  asked: { readonly asking: Asking; readonly facts: readonly Facts[]; readonly cost: Cost },
): Promise<void> {
  const { asking, facts, cost } = asked;
  const action = asking.action;
  if (!isAction(action)) throw refused('record');
  const verdicts = facts.map((each) => judge(ctx, action, each));
  const allowed = verdicts.every((verdict) => verdict === 'allowed');
  // The keystore is asked before the transaction, never inside it.
  const enter = entryOf(asking, entryWriter(ctx, await fetchSalts(ctx, [asking.objectId])));
  const within = await inTransaction(ctx.db, systemRows(ctx.actor.officeId), async (tx) => {
    if (!allowed) {
      await enter(tx, 'refused', 'refused');
      return true;
    }
    const over = await spend(ctx, tx, { policy, cost });
    if (over) {
      await enter(tx, 'refused', 'budget.exceeded');
      await stop(ctx, tx, over);
      return false;
    }
    await enter(tx, 'done');
    return true;
  });
  if (!allowed) throw refused(action.split('.')[0] ?? 'record');
  if (!within) throw new Problem('budget.exceeded', 429, 'Too many records were opened this hour.');
}

function isAction(action: string): action is Action {
  return Object.hasOwn(rules, action);
}

function entryOf({ action, objectId }: Asking, enter: EntryWriter) {
  return (tx: Db, outcome: 'done' | 'refused', code?: string) =>
    enter(tx, { action, objectId, outcome, ...(code ? { code } : {}) });
}

interface Limit {
  readonly scope: string;
  readonly scopeId: string;
  readonly most: number;
}

/** Spends in every scope at once; answers the scope that is over, or null. */
async function spend(
  ctx: Context,
  tx: Db,
  { policy, cost }: { policy: Policy; cost: Cost },
): Promise<Limit | null> {
  if (ctx.actor.kind === 'system') return null;
  const hour = new Date(Math.floor(ctx.now.getTime() / 3_600_000) * 3_600_000);
  for (const { amount, ...limit } of limitsOf(ctx.actor, policy, cost)) {
    const sum = await addSpend(tx, { scope: limit.scope, scopeId: limit.scopeId, hour, amount });
    if (sum > limit.most) return limit;
  }
  return null;
}

interface Spending extends Limit {
  readonly amount: number;
}

function limitsOf(actor: Actor, policy: Policy, cost: Cost): readonly Spending[] {
  if (actor.kind === 'family') {
    const amount = 'records' in cost ? cost.records : cost.pages;
    const most = policy.recordsPerFamilyHour;
    return [{ scope: 'family', scopeId: actor.enquiryId, most, amount }];
  }
  if (actor.kind !== 'staff') return [];
  const scopeId = actor.staffId;
  if ('pages' in cost) {
    const { pages, names = 0 } = cost;
    const searched = { scope: 'names', scopeId, most: policy.namesPerPersonHour, amount: names };
    return [
      { scope: 'pages', scopeId, most: policy.pagesPerPersonHour, amount: pages },
      ...(names > 0 ? [searched] : []),
    ];
  }
  const amount = cost.records;
  return [
    { scope: 'person', scopeId, most: policy.recordsPerPersonHour, amount },
    { scope: 'office', scopeId: actor.officeId, most: policy.recordsPerOfficeHour, amount },
    { scope: 'node', scopeId: 'node', most: policy.recordsPerNodeHour, amount },
  ];
}

/** Over budget: lock the person, end the sessions, raise the alert, all in the same transaction. */
async function stop(ctx: Context, tx: Db, over: Limit): Promise<void> {
  if (ctx.actor.kind === 'staff') await lockStaff(tx, ctx.actor.staffId, ctx.now);
  await insertAlert(tx, {
    id: newId<'alert'>(),
    officeId: ctx.actor.officeId,
    kind: `budget.${over.scope}`,
    objectId: over.scope === 'office' || over.scope === 'node' ? null : over.scopeId,
    raisedAt: ctx.now,
  });
}
