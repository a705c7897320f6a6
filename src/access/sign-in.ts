import { type Context, type Moment, rowContextOf } from '../audit/context.ts';
import type { Db } from '../db/connect.ts';
import { inTransaction, type RowContext } from '../db/transaction.ts';
import type { DoorActor, StaffActor } from '../kernel/actor.ts';
import { isWithin } from '../kernel/clock.ts';
import type { AccountId, OfficeId, SessionId, StaffId } from '../kernel/ids.ts';
import { Problem, signedOut } from '../kernel/problem.ts';
import { readTypedCode } from '../vault/codes.ts';
import { equalBytes, hashToken, newId, randomToken } from '../vault/random.ts';
import { command, onOffice } from './command.ts';
import { sessionPermissions } from './permissions.ts';
import {
  endSession,
  findStaffPerson,
  findStaffSession,
  insertStaffSession,
  type StaffRow,
  touchSession,
} from './queries.ts';
import { endOldestSessions, isSessionOpen, lockOwner, renewSession } from './session-queries.ts';

/** a session at the desk ends after 15 idle minutes, and always after twelve hours. */
const idleMs = 15 * 60_000;
const absoluteMs = 12 * 3_600_000;
/** Ruling 15: how long a passkey counts as fresh. */
const freshMs = 10 * 60_000;
/** Sessions that one person may have open; a sixth ends the oldest (S-18). */
const staffSessionsMax = 5;

/** Only on a trial node: a code printed in the terminal, and invented colleagues to choose from. */
export interface Trial {
  readonly codeHash: Buffer;
  readonly people: readonly StaffRow[];
}

/** The signed-in person, and the end of the session. */
export interface StaffAtDesk {
  readonly actor: StaffActor;
  readonly name: string;
  readonly language: 'uk' | 'ru' | 'en';
  readonly endsAt: Date;
}

/** One refusal for a wrong code, an unknown key and a person who may not sign in (S-17). */
function notRecognised(): Problem {
  return new Problem('session.not_recognised', 403, 'This does not let you in.');
}

/** True if the typed code is the one that this start printed; a real node has none. */
export function isTrialCode(trial: Trial | null, typed: string): boolean {
  const code = readTypedCode(typed);
  return trial !== null && code !== null && equalBytes(hashToken(code), trial.codeHash);
}

/** Signs in as one of the trial's invented colleagues (ruling 16). */
export async function signInOnTrial(
  ctx: Context,
  trial: Trial | null,
  held: { readonly code: string; readonly staffId: StaffId },
): Promise<string> {
  const person = trial?.people.find((each) => each.staffId === held.staffId);
  if (!person || !isTrialCode(trial, held.code)) return refuse(ctx);
  return openStaffSession(ctx, person);
}

/** Like a passkey, the trial's code makes the session fresh; returns the session's new token. */
export async function freshenOnTrial(
  ctx: Context,
  trial: Trial | null,
  held: { readonly code: string; readonly token: string },
): Promise<string> {
  if (!isTrialCode(trial, held.code)) return refuse(ctx);
  return freshen(ctx, held.token);
}

function refuse(ctx: Context): Promise<never> {
  return refuseSignIn(atDoor(ctx, ''), null);
}

/** A refused sign-in leaves an entry. */
const refuseSignIn = command({
  ...onOffice('session'),
  permission: sessionPermissions.open,
  write: async (): Promise<never> => {
    throw notRecognised();
  },
});

/**
 * Opens a session for a person who was recognised, with a new token. The lock ensures that
 * parallel sign-ins open no more sessions than one person may have.
 */
export async function openStaffSession(
  ctx: Context,
  person: { readonly staffId: StaffId; readonly accountId: AccountId },
): Promise<string> {
  const known = await inTransaction(ctx.db, rowContextOf(atDoor(ctx, person.staffId).actor), (tx) =>
    findStaffPerson(tx, person.staffId),
  );
  if (!known || known.disabledAt || known.lockedAt) return refuse(ctx);
  const token = randomToken(32);
  const tokenHash = hashToken(token);
  await storeSession(atDoor(ctx, tokenHash.toString('hex')), { ...person, tokenHash });
  return token;
}

interface NewStaffSession {
  readonly staffId: StaffId;
  readonly accountId: AccountId;
  readonly tokenHash: Buffer;
}

const storeSession = command({
  ...onOffice('session'),
  permission: sessionPermissions.open,
  subject: ({ staffId }: NewStaffSession) => ({ objectId: staffId }),
  write: async (tx, { input: { staffId, accountId, tokenHash } }, at) => {
    const { now } = at;
    await lockOwner(tx, staffId);
    await insertStaffSession(tx, {
      id: newId<'session'>() as SessionId,
      tokenHash,
      staffId,
      accountId,
      officeId: at.actor.officeId,
      startedAt: now,
      endsAt: new Date(now.getTime() + absoluteMs),
      freshUntil: new Date(now.getTime() + freshMs),
    });
    const owner = { kind: 'staff', ownerId: staffId } as const;
    const others = staffSessionsMax - 1;
    const idleSince = new Date(now.getTime() - idleMs);
    await inTransaction(tx, staffRows(at, staffId), (inner) =>
      endOldestSessions(inner, owner, { tokenHash, others, idleSince, now }),
    );
    return null;
  },
});

/**
 * After a passkey the session counts as fresh for ten minutes, under a new token, which is
 * returned. Its old token becomes unknown. Its id is kept, so open screens continue to work.
 */
export async function freshen(ctx: Context, token: string): Promise<string> {
  if (ctx.actor.kind !== 'staff') throw signedOut();
  const { staffId } = ctx.actor;
  const tokenHash = hashToken(token);
  const renewed = randomToken(32);
  await renew(atDoor(ctx, tokenHash.toString('hex')), {
    staffId,
    tokenHash,
    newHash: hashToken(renewed),
  });
  return renewed;
}

const renew = command({
  ...onOffice('session'),
  permission: sessionPermissions.stepUp,
  subject: ({ staffId }: Renewal) => ({ objectId: staffId }),
  write: async (tx, { input: { staffId, ...hashes } }, at) => {
    const freshUntil = new Date(at.now.getTime() + freshMs);
    const done = await inTransaction(tx, staffRows(at, staffId), (inner) =>
      renewSession(inner, { ...hashes, freshUntil }),
    );
    if (!done) throw signedOut();
    return null;
  },
});

interface Renewal {
  readonly staffId: StaffId;
  readonly tokenHash: Buffer;
  readonly newHash: Buffer;
}

/** True if the session of this person is still open: for work longer than one request. */
export function isStillOpen(db: Db, actor: StaffActor, now: Date): Promise<boolean> {
  const { sessionId } = actor;
  const idleSince = new Date(now.getTime() - idleMs);
  return inTransaction(db, rowContextOf(actor), (tx) =>
    isSessionOpen(tx, { sessionId, idleSince, now }),
  );
}

/**
 * The holder of this token, or null: unknown, ended, idle too long, too old and locked out are one
 * answer. `quiet` does not count as activity, for screens that poll.
 */
export async function recogniseStaff(
  db: Db,
  held: {
    readonly officeId: OfficeId;
    readonly token: string;
    readonly now: Date;
    readonly quiet?: boolean;
  },
): Promise<StaffAtDesk | null> {
  const tokenHash = hashToken(held.token);
  const door = doorActor(held.officeId, tokenHash.toString('hex'));
  return inTransaction(db, rowContextOf(door), async (tx) => {
    const session = await findStaffSession(tx, tokenHash);
    if (!session || session.endsAt <= held.now) return null;
    const idle = held.now.getTime() - session.seenAt.getTime();
    if (!isWithin(session.seenAt, held.now, idleMs)) return null;
    if (idle > 30_000 && !held.quiet) await touchSession(tx, tokenHash, held.now);
    const person = await inTransaction(
      tx,
      rowContextOf(doorActor(held.officeId, session.staffId)),
      (inner) => findStaffPerson(inner, session.staffId),
    );
    if (!person || person.disabledAt || person.lockedAt) return null;
    const { staffId, accountId, officeId, sessionId, freshUntil, endsAt } = session;
    const { roles, workName: name, language } = person;
    const actor: StaffActor = {
      kind: 'staff',
      staffId,
      accountId,
      officeId,
      roles,
      sessionId,
      freshUntil,
    };
    return { actor, name, language, endsAt };
  });
}

/** Ends the session at once, here and at the broker. */
export async function signOutStaff(ctx: Context, token: string): Promise<void> {
  const tokenHash = hashToken(token);
  const objectId = ctx.actor.kind === 'staff' ? ctx.actor.staffId : ctx.actor.officeId;
  await endByToken(atDoor(ctx, tokenHash.toString('hex')), { objectId, tokenHash });
}

const endByToken = command({
  ...onOffice('session'),
  permission: sessionPermissions.end,
  subject: ({ objectId }: { readonly objectId: string; readonly tokenHash: Buffer }) => ({
    objectId,
  }),
  write: async (tx, { input: { tokenHash } }, { now }) => {
    await endSession(tx, tokenHash, now);
    return null;
  },
});

/** Row context of a recognised staff member during sign-in. */
export function staffRows({ actor }: Moment, staffId: StaffId): RowContext {
  const { officeId } = actor;
  return { actorKind: 'staff', actorId: staffId, officeId, subjectId: '' };
}

/** The same context, before sign-in, with the credential presented. */
export function atDoor(ctx: Context, held: string): Context & { readonly actor: DoorActor } {
  return { ...ctx, actor: doorActor(ctx.actor.officeId, held), purpose: { kind: 'sign_in' } };
}

function doorActor(officeId: OfficeId, held: string): DoorActor {
  return { kind: 'door', officeId, held };
}
