import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { listStaff, type StaffRow } from '../access/queries.ts';
import { openStaffSession, recogniseStaff, signOutStaff } from '../access/sign-in.ts';
import { type Context, rowContextOf } from '../audit/context.ts';
import { passOf } from '../broker/caller.ts';
import { type BrokerClient, brokerClient } from '../broker/client.ts';
import { connect, type Db } from '../db/connect.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Purpose } from '../kernel/actor.ts';
import { type CommandId, idFromBytes, type OfficeId } from '../kernel/ids.ts';
import { sha256 } from '../vault/random.ts';
import { fileAll } from './families.ts';
import { bringLists } from './sources.ts';

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

/**
 * Builds the invented world once, through the same acts as people do. Every act carries a command id
 * that follows from its place, so a start that was killed half-way goes on and doubles nothing.
 */
export async function buildDemoWorld(asked: DemoParts): Promise<void> {
  const mark = join(asked.dataFolder, 'demo-world');
  if (await readFile(mark, 'utf8').catch(() => null)) return;
  const begun = await sinceWhen(asked);
  const parts = { ...asked, now: begun };
  process.stderr.write('building the invented world …\n');
  const desk = connect(parts.deskUrl, { max: 4 });
  const family = connect(parts.familyUrl, { max: 4 });
  const broker = brokerClient(parts.brokerSocket, passOf(parts.deskUrl));
  const sessions = new Map<string, string>();
  const doors = makeDoors(parts, { deskDb: desk.db, familyDb: family.db, broker, sessions });
  try {
    // Families first: what a list brings is matched on arrival against those who are asked for.
    await fileAll(doors);
    await bringLists(doors);
    for (const token of sessions.values()) {
      const { actor: _, ...rest } = doors.atDoor(0);
      await signOutStaff({ ...rest, actor: doorOf(parts), db: desk.db }, token);
    }
    await writeFile(mark, `${parts.now.toISOString()}\n`, { mode: 0o600 });
  } finally {
    broker.close();
    await Promise.all([desk.close(), family.close()]);
  }
}

/** The moment the world was begun, the same for every start that goes on with it. */
async function sinceWhen(parts: DemoParts): Promise<Date> {
  const mark = join(parts.dataFolder, 'demo-world-begun');
  const known = await readFile(mark, 'utf8').catch(() => null);
  if (known) return new Date(known.trim());
  await writeFile(mark, `${parts.now.toISOString()}\n`, { mode: 0o600 });
  return parts.now;
}

interface Held {
  readonly deskDb: Db;
  readonly familyDb: Db;
  readonly broker: BrokerClient;
  readonly sessions: Map<string, string>;
}

function makeDoors(parts: DemoParts, held: Held): DemoDoors {
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

function doorOf(parts: DemoParts) {
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
