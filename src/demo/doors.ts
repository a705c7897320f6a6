import { listStaff, type StaffRow } from '../access/queries.ts';
import { openStaffSession, recogniseStaff } from '../access/sign-in.ts';
import { type Context, rowContextOf } from '../audit/context.ts';
import type { BrokerClient } from '../broker/client.ts';
import type { Db } from '../db/connect.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Purpose } from '../kernel/actor.ts';
import { type CommandId, idFromBytes, type OfficeId } from '../kernel/ids.ts';
import { sha256 } from '../vault/random.ts';

/** What the world is built with: the doors that people use, under the roles of the two web processes. */
export interface DemoParts {
  readonly dataFolder: string;
  readonly brokerSocket: string;
  readonly deskUrl: string;
  readonly familyUrl: string;
  readonly officeId: OfficeId;
  /** The moment the world is built at; what happened before is told as days before it. */
  readonly now: Date;
}

/** The doors, opened for the time of building. */
export interface DemoDoors {
  readonly parts: DemoParts;
  readonly familyDb: Db;
  readonly broker: BrokerClient;
  /** The moment as one of the invented colleagues sees it, signed in. */
  as(name: string, purpose: Purpose): Promise<Context>;
  /** The moment as a family at the door sees it, so many days ago. */
  atDoor(daysAgo: number): Context;
}

interface Held {
  readonly deskDb: Db;
  readonly familyDb: Db;
  readonly broker: BrokerClient;
  readonly sessions: Map<string, string>;
}

export function makeDoors(parts: DemoParts, held: Held): DemoDoors {
  const { deskDb: db, familyDb, broker, sessions } = held;
  const { officeId } = parts;
  const nobody: Context = {
    actor: doorOf(parts),
    purpose: { kind: 'sign_in' },
    now: parts.now,
    db,
    broker,
  };
  return {
    parts,
    familyDb,
    broker,
    as: async (name, purpose) => {
      const person = await findColleague(nobody, name);
      const ctx = { ...nobody, now: new Date() };
      const token = sessions.get(name) ?? (await openStaffSession(ctx, person));
      sessions.set(name, token);
      const found = await recogniseStaff(db, { officeId, token, now: ctx.now });
      if (!found) throw new Error('Invariant broken: a session just opened is known');
      return { ...ctx, actor: found.actor, purpose, sessionToken: token };
    },
    atDoor: (daysAgo) => ({
      ...nobody,
      purpose: { kind: 'own_file' },
      now: new Date(parts.now.getTime() - daysAgo * 86_400_000),
      db: familyDb,
    }),
  };
}

export function doorOf(parts: DemoParts) {
  return { kind: 'door', officeId: parts.officeId, held: '' } as const;
}

async function findColleague(ctx: Context, name: string): Promise<StaffRow> {
  // Staff see each other; nobody has signed in yet, so the office's own rows are read as such.
  const office = { ...rowContextOf(ctx.actor), actorKind: 'staff' };
  const staff = await inTransaction(ctx.db, office, (tx) => listStaff(tx, 20));
  const person = staff.find((each) => each.workName === name);
  if (!person) throw new Error(`Invariant broken: ${name} is on the staff of a trial`);
  return person;
}

/** The command id of the act with this name: always the same, so that an act is done once. */
export function demoCommand(name: string): CommandId {
  return idFromBytes<'command'>(sha256(`demo|${name}`).subarray(0, 16));
}
