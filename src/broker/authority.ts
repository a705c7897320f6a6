import { type Facts, judge } from '../access/decide.ts';
import type { Permission } from '../access/permission.ts';
import { insertAlert } from '../access/queries.ts';
import type { Asking, BrokerPort, Moment } from '../audit/context.ts';
import { type EntryInput, type EntryWriter, entryWriter, fetchSalts } from '../audit/entry.ts';
import type { Db } from '../db/connect.ts';
import { inTransaction, type RowContext } from '../db/transaction.ts';
import type { Actor, Role, StaffActor } from '../kernel/actor.ts';
import { isWithin } from '../kernel/clock.ts';
import type { AccountId, EnquiryId, OfficeId, SessionId, StaffId } from '../kernel/ids.ts';
import { Problem, refused, signedOut } from '../kernel/problem.ts';
import { hashToken, newId } from '../vault/random.ts';
import type { Policy } from './policy.ts';
import { addSpends, findSession, findStaff, lockStaff } from './queries.ts';

/** The cost of the call: records opened, or one page of masked rows (ruling 15). */
export type Cost =
  | { readonly records: number }
  | {
      readonly pages: number;
      /** Names not searched for before: they have a budget of their own. */
      readonly names?: number;
    };

const systemRows = (officeId: string): RowContext => ({
  actorKind: 'system',
  actorId: 'broker',
  officeId,
  subjectId: '',
});

/**
 * Identifies the real caller by the session token alone, whatever the calling process claims
 * . A process without a session acts as the system and may only do what the permissions leave
 * to it.
 */
async function recognise(tx: Db, asking: Asking, now: Date): Promise<Actor> {
  if (asking.actor.kind === 'system') return asking.actor;
  if (!asking.sessionToken) throw signedOut();
  const session = await findSession(tx, hashToken(asking.sessionToken));
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
}

const idleMs = { staff: 15 * 60_000, family: 20 * 60_000 } as const;

function idle(session: { kind: 'staff' | 'family'; seenAt: Date }, now: Date): boolean {
  return !isWithin(session.seenAt, now, idleMs[session.kind]);
}

/** What a call needs for its decision, its cost and its entry. */
export interface Request<Loaded> {
  /** Loads the objects of the decision, under the broker's own row context. */
  readonly load: (tx: Db) => Promise<Loaded>;
  /** The facts of every requested row; a refusal of one refuses all. */
  readonly facts: (loaded: Loaded) => readonly Facts[];
  readonly cost: (loaded: Loaded) => Cost;
  /** Every object that is opened; called once the call is permitted. */
  readonly opened: (loaded: Loaded) => Promise<readonly string[]>;
}

/** The broker work that the permission must allow. */
export interface Authority {
  readonly db: Db;
  readonly policy: Policy;
  readonly permissions: ReadonlyMap<string, Permission>;
  readonly clock: () => Date;
  readonly salts: BrokerPort['salts'];
}

/**
 * Identifies, loads and decides in one transaction. In a second one it spends the budget and
 * commits the one entry. Only after that may plaintext be produced. A refusal is logged too.
 * Returns what was loaded.
 */
export async function permit<Loaded>(
  authority: Authority,
  asking: Asking,
  request: Request<Loaded>,
): Promise<Loaded> {
  const { db, permissions } = authority;
  const permission = permissions.get(asking.action);
  if (!permission) throw refused('record');
  const now = authority.clock();
  const rows = systemRows(asking.actor.officeId);
  const { at, loaded, isAllowed } = await inTransaction(db, rows, async (tx) => {
    const actor = await recognise(tx, asking, now);
    const moment: Moment = { actor, purpose: asking.purpose, now };
    const found = await request.load(tx);
    const facts = request.facts(found);
    const allowed = facts.every((each) => judge(moment, permission, each) === 'allowed');
    return { at: moment, loaded: found, isAllowed: allowed };
  });
  const opened = isAllowed ? await request.opened(loaded) : [];
  // The keystore is called between the transactions, never inside one.
  const salts = await fetchSalts({ ...at, broker: authority }, [asking.objectId, ...opened]);
  const enter = entryOf(asking, entryWriter(at, salts));
  if (!isAllowed) {
    await inTransaction(db, systemRows(at.actor.officeId), (tx) =>
      enter(tx, { outcome: 'refused', code: 'refused' }),
    );
    throw refused(permission.area);
  }
  const isWithin = await inTransaction(db, systemRows(at.actor.officeId), async (tx) => {
    const over = await spend(at, tx, { policy: authority.policy, cost: request.cost(loaded) });
    if (over) {
      await enter(tx, { outcome: 'refused', code: 'budget.exceeded' });
      await stop(at, tx, over);
      return false;
    }
    await enter(tx, { outcome: 'done', opened });
    return true;
  });
  if (!isWithin) {
    throw new Problem('budget.exceeded', 429, 'Too many records were opened this hour.');
  }
  return loaded;
}

function entryOf({ action, objectId }: Asking, enter: EntryWriter) {
  return (tx: Db, how: Pick<EntryInput, 'outcome' | 'code' | 'opened'>) =>
    enter(tx, { action, objectId, ...how });
}

interface Limit {
  readonly scope: string;
  readonly scopeId: string;
  readonly most: number;
}

/** Spends in every scope at once; returns the first scope over its limit, or null. */
async function spend(
  at: Moment,
  tx: Db,
  { policy, cost }: { policy: Policy; cost: Cost },
): Promise<Limit | null> {
  if (at.actor.kind === 'system') return null;
  const hour = new Date(Math.floor(at.now.getTime() / 3_600_000) * 3_600_000);
  const limits = limitsOf(at.actor, policy, cost);
  const sums = await addSpends(tx, hour, limits);
  return limits.find((limit, place) => (sums[place] ?? 0) > limit.most) ?? null;
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

/**
 * Over budget: locks the person, ends the sessions and raises the alert, all in the same
 * transaction.
 */
async function stop({ actor, now }: Moment, tx: Db, over: Limit): Promise<void> {
  if (actor.kind === 'staff') await lockStaff(tx, actor.staffId, now);
  await insertAlert(tx, {
    id: newId<'alert'>(),
    officeId: actor.officeId,
    kind: `budget.${over.scope}`,
    objectId: over.scope === 'office' || over.scope === 'node' ? null : over.scopeId,
    raisedAt: now,
  });
}
