import { type Context, rowContextOf } from '../audit/context.ts';
import type { Db } from '../db/connect.ts';
import { inTransaction } from '../db/transaction.ts';
import type { DoorActor, FamilyActor } from '../kernel/actor.ts';
import { isWithin } from '../kernel/clock.ts';
import type { EnquiryId, OfficeId, SessionId } from '../kernel/ids.ts';
import { invalid, Problem } from '../kernel/problem.ts';
import { checkPassphrase, hashPassphrase, waitLikeACheck } from '../vault/passphrase.ts';
import { hashToken, newId, randomToken } from '../vault/random.ts';
import { command, onOffice } from './command.ts';
import {
  endFamilySession,
  findFamilyFile,
  findFamilySession,
  giveTryBack,
  insertFamilySession,
  reserveTry,
  setPassphraseHash,
  touchFamilySession,
} from './family-queries.ts';
import { sessionPermissions } from './permissions.ts';
import { endOldestSessions, lockOwner } from './session-queries.ts';

/** a family's session ends after 20 idle minutes, and always after four hours. */
const idleMs = 20 * 60_000;
const absoluteMs = 4 * 3_600_000;
export const passphraseMin = 8;
export const passphraseMax = 200;

/** A new session; its token is sent in the cookie and nowhere else. */
export interface OpenedSession {
  readonly token: string;
  readonly enquiryId: EnquiryId;
}

/** One refusal for a wrong code, an unknown code and a wrong passphrase (S-02). */
function notRecognised(): Problem {
  return new Problem('session.not_recognised', 403, 'Code and passphrase do not belong together.');
}

/**
 * Signs a family in with its code and passphrase. An unknown code costs one index lookup. It has
 * 112 bits, so guessing it is hopeless, and a hash for it would only delay known codes. The caller
 * delays each refusal to a fixed step of time, so that none can be told apart (S-02).
 *
 * Attempts on a known code are counted before they are checked: ten wrong ones an hour (S-20).
 * Returns null if the code is right and no passphrase was ever set: then it is set now.
 */
export async function signInFamily(
  ctx: Context,
  held: {
    readonly codeHash: Buffer | null;
    readonly passphrase: string;
    /** Too many refusals for this client: unknown codes no longer get one entry each. */
    readonly braked?: boolean;
  },
): Promise<OpenedSession | null> {
  const codeHash = held.codeHash ?? hashToken(randomToken(16));
  const file = await fileOf(ctx, codeHash);
  if (!file) {
    await waitLikeACheck();
    if (held.braked) throw notRecognised();
    return refuse(ctx);
  }
  const { passphraseHash } = file;
  if (passphraseHash === null) return null;
  const claim = async () => ((await reserve(ctx, codeHash)) ? passphraseHash : null);
  if (!(await checkPassphrase(claim, held.passphrase))) return refuse(ctx);
  await inTransaction(ctx.db, rowContextOf(doorFor(ctx, codeHash).actor), (tx) =>
    giveTryBack(tx, codeHash),
  );
  return openFamilySession(ctx, file.enquiryId);
}

/** The object of the entry is the office: a wrong code belongs to no file. */
function refuse(ctx: Context, refusal = refuseSignIn): Promise<never> {
  return refusal(doorFor(ctx, Buffer.alloc(0)), null);
}

const refuseSignIn = command({
  ...onOffice('session'),
  permission: sessionPermissions.open,
  write: async (): Promise<never> => {
    throw notRecognised();
  },
});

const refusePassphrase = command({
  ...onOffice('session'),
  permission: sessionPermissions.setPassphrase,
  write: async (): Promise<never> => {
    throw notRecognised();
  },
});

function fileOf(ctx: Context, codeHash: Buffer) {
  return inTransaction(ctx.db, rowContextOf(doorFor(ctx, codeHash).actor), (tx) =>
    findFamilyFile(tx, codeHash),
  );
}

function reserve(ctx: Context, codeHash: Buffer): Promise<boolean> {
  return inTransaction(ctx.db, rowContextOf(doorFor(ctx, codeHash).actor), (tx) =>
    reserveTry(tx, codeHash, ctx.now),
  );
}

/** Sets the first passphrase of a file and signs in; never replaces one. */
export async function choosePassphrase(
  ctx: Context,
  chosen: { readonly codeHash: Buffer; readonly passphrase: string },
): Promise<OpenedSession> {
  if (chosen.passphrase.length < passphraseMin) {
    throw invalid('passphrase.too_short', 'passphrase', 'At least eight characters.');
  }
  if (chosen.passphrase.length > passphraseMax) {
    throw invalid('passphrase.too_long', 'passphrase', 'At most two hundred characters.');
  }
  const { codeHash } = chosen;
  const found = await fileOf(ctx, codeHash);
  // Only a file that awaits its passphrase justifies a hash; all other codes are refused.
  if (!found || found.passphraseHash !== null) {
    await waitLikeACheck();
    return refuse(ctx, refusePassphrase);
  }
  const claim = async () => ((await reserve(ctx, codeHash)) ? codeHash : null);
  const passphraseHash = await hashPassphrase(claim, chosen.passphrase);
  if (passphraseHash === null) return refuse(ctx, refusePassphrase);
  const { enquiryId } = await storePassphrase(doorFor(ctx, codeHash), { codeHash, passphraseHash });
  return openFamilySession(ctx, enquiryId);
}

const storePassphrase = command({
  ...onOffice('session'),
  permission: sessionPermissions.setPassphrase,
  write: async (
    tx,
    of: { readonly input: { readonly codeHash: Buffer; readonly passphraseHash: string } },
  ) => {
    const file = await findFamilyFile(tx, of.input.codeHash);
    const set = file && (await setPassphraseHash(tx, of.input));
    if (!file || !set) throw notRecognised();
    return { enquiryId: file.enquiryId };
  },
});

/** Sessions that one file may have open; a sixth ends the oldest (S-18). */
const familySessionsMax = 5;

/**
 * Opens a session for an enquiry whose family was recognised, with a new token. The lock
 * ensures that parallel sign-ins open no more sessions than one file may have.
 */
export async function openFamilySession(
  ctx: Context,
  enquiryId: EnquiryId,
): Promise<OpenedSession> {
  const token = randomToken(32);
  const tokenHash = hashToken(token);
  await storeSession(doorFor(ctx, tokenHash), { enquiryId, tokenHash });
  return { token, enquiryId };
}

interface NewFamilySession {
  readonly enquiryId: EnquiryId;
  readonly tokenHash: Buffer;
}

const storeSession = command({
  ...onOffice('session'),
  permission: sessionPermissions.open,
  subject: ({ enquiryId }: NewFamilySession) => ({ objectId: enquiryId }),
  write: async (tx, { input: { enquiryId, tokenHash } }, { actor: { officeId }, now }) => {
    await lockOwner(tx, enquiryId);
    await insertFamilySession(tx, {
      id: newId<'session'>() as SessionId,
      tokenHash,
      enquiryId,
      officeId,
      startedAt: now,
      endsAt: new Date(now.getTime() + absoluteMs),
    });
    const owner = { kind: 'family', ownerId: enquiryId } as const;
    const ownRows = { actorKind: 'family', actorId: enquiryId, officeId, subjectId: enquiryId };
    const others = familySessionsMax - 1;
    const idleSince = new Date(now.getTime() - idleMs);
    await inTransaction(tx, ownRows, (inner) =>
      endOldestSessions(inner, owner, { tokenHash, others, idleSince, now }),
    );
    return null;
  },
});

/** The holder of this token, or null: unknown, ended, idle too long and too old are one answer. */
export async function recogniseFamily(
  db: Db,
  held: { readonly officeId: OfficeId; readonly token: string; readonly now: Date },
): Promise<FamilyActor | null> {
  const tokenHash = hashToken(held.token);
  const door = doorActor(held.officeId, tokenHash);
  return inTransaction(db, rowContextOf(door), async (tx) => {
    const session = await findFamilySession(tx, tokenHash);
    if (!session || session.endsAt <= held.now) return null;
    const idle = held.now.getTime() - session.seenAt.getTime();
    if (!isWithin(session.seenAt, held.now, idleMs)) return null;
    if (idle > 30_000) await touchFamilySession(tx, tokenHash, held.now);
    const { enquiryId, officeId, sessionId } = session;
    return { kind: 'family', enquiryId, officeId, sessionId };
  });
}

/** Ends the session at once, here and at the broker. */
export async function signOutFamily(ctx: Context, token: string): Promise<void> {
  const tokenHash = hashToken(token);
  const objectId = ctx.actor.kind === 'family' ? ctx.actor.enquiryId : ctx.actor.officeId;
  await endByToken(doorFor(ctx, tokenHash), { objectId, tokenHash });
}

const endByToken = command({
  ...onOffice('session'),
  permission: sessionPermissions.end,
  subject: ({ objectId }: { readonly objectId: string; readonly tokenHash: Buffer }) => ({
    objectId,
  }),
  write: async (tx, { input: { tokenHash } }, { now }) => {
    await endFamilySession(tx, tokenHash, now);
    return null;
  },
});

/** The same context, before sign-in, with the credential presented. */
export function doorFor(ctx: Context, heldHash: Buffer): Context {
  return { ...ctx, actor: doorActor(ctx.actor.officeId, heldHash), purpose: { kind: 'sign_in' } };
}

function doorActor(officeId: OfficeId, heldHash: Buffer): DoorActor {
  return { kind: 'door', officeId, held: heldHash.toString('hex') };
}
