import { act } from '../audit/act.ts';
import { type Context, rowContextOf } from '../audit/context.ts';
import type { Db } from '../db/connect.ts';
import { inTransaction } from '../db/transaction.ts';
import type { DoorActor, StaffActor } from '../kernel/actor.ts';
import type { AccountId, OfficeId, SessionId, StaffId } from '../kernel/ids.ts';
import { Problem } from '../kernel/problem.ts';
import { readTypedCode } from '../vault/codes.ts';
import { equalBytes, hashToken, newId, randomToken } from '../vault/random.ts';
import {
  endSession,
  findStaffPerson,
  findStaffSession,
  freshenSession,
  insertStaffSession,
  type StaffRow,
  touchSession,
} from './queries.ts';

/** a session at the desk ends after 15 idle minutes, and after twelve hours whatever happens. */
const idleMs = 15 * 60_000;
const absoluteMs = 12 * 3_600_000;
/** Settled 15: so long a passkey counts as fresh. */
const freshMs = 10 * 60_000;

/** What only a trial node has: a code printed in the terminal, and invented colleagues to choose from. */
export interface Trial {
  readonly codeHash: Buffer;
  readonly people: readonly StaffRow[];
}

/** Who is at the desk, and until when. */
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

/** True when the typed code is the one this start printed; a node that is no trial has none. */
export function isTrialCode(trial: Trial | null, typed: string): boolean {
  const code = readTypedCode(typed);
  return trial !== null && code !== null && equalBytes(hashToken(code), trial.codeHash);
}

/** Signs in as one of the trial's invented colleagues (settled 16). */
export async function signInOnTrial(
  ctx: Context,
  trial: Trial | null,
  held: { readonly code: string; readonly staffId: StaffId },
): Promise<string> {
  const person = trial?.people.find((each) => each.staffId === held.staffId);
  if (!person || !isTrialCode(trial, held.code)) return refuse(ctx);
  return openStaffSession(ctx, person);
}

/** Makes the session fresh for ten minutes by the trial's code, in place of a passkey. */
export async function freshenOnTrial(
  ctx: Context,
  trial: Trial | null,
  held: { readonly code: string; readonly token: string },
): Promise<void> {
  if (!isTrialCode(trial, held.code)) return refuse(ctx);
  await freshen(ctx, held.token);
}

function refuse(ctx: Context): Promise<never> {
  return act(atDoor(ctx, ''), 'session.open', { objectId: ctx.actor.officeId }, () => {
    throw notRecognised();
  });
}

/** Opens a session for a person who was recognised. A new token each time. */
export async function openStaffSession(
  ctx: Context,
  person: { readonly staffId: StaffId; readonly accountId: AccountId },
): Promise<string> {
  const { officeId } = ctx.actor;
  const known = await inTransaction(ctx.db, rowContextOf(atDoor(ctx, person.staffId).actor), (tx) =>
    findStaffPerson(tx, person.staffId),
  );
  if (!known || known.disabledAt || known.lockedAt) return refuse(ctx);
  const token = randomToken(32);
  const tokenHash = hashToken(token);
  const door = atDoor(ctx, tokenHash.toString('hex'));
  await act(door, 'session.open', { objectId: person.staffId }, async (tx) => {
    await insertStaffSession(tx, {
      id: newId<'session'>() as SessionId,
      tokenHash,
      staffId: person.staffId,
      accountId: person.accountId,
      officeId,
      startedAt: ctx.now,
      endsAt: new Date(ctx.now.getTime() + absoluteMs),
      freshUntil: new Date(ctx.now.getTime() + freshMs),
    });
    return null;
  });
  return token;
}

/** A passkey was just shown: the session counts as fresh for ten minutes. */
export async function freshen(ctx: Context, token: string): Promise<void> {
  const tokenHash = hashToken(token);
  const objectId = ctx.actor.kind === 'staff' ? ctx.actor.staffId : ctx.actor.officeId;
  await act(atDoor(ctx, tokenHash.toString('hex')), 'session.step_up', { objectId }, async (tx) => {
    await freshenSession(tx, tokenHash, new Date(ctx.now.getTime() + freshMs));
    return null;
  });
}

/**
 * Who holds this token, or null: not known, ended, idle too long, too old and locked out are one
 * answer. `quiet` reads without counting as being there, for screens that ask by themselves.
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
    if (idle > idleMs) return null;
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
  await act(atDoor(ctx, tokenHash.toString('hex')), 'session.end', { objectId }, async (tx) => {
    await endSession(tx, tokenHash, ctx.now);
    return null;
  });
}

/** The same moment, seen from the door with something held up. */
export function atDoor(ctx: Context, held: string): Context & { readonly actor: DoorActor } {
  return { ...ctx, actor: doorActor(ctx.actor.officeId, held), purpose: { kind: 'sign_in' } };
}

function doorActor(officeId: OfficeId, held: string): DoorActor {
  return { kind: 'door', officeId, held };
}
