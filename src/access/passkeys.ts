import { generateAuthenticationOptions, generateRegistrationOptions } from '@simplewebauthn/server';
import { act } from '../audit/act.ts';
import { type Context, rowContextOf } from '../audit/context.ts';
import { inTransaction } from '../db/transaction.ts';
import type { AccountId, SessionId, StaffId } from '../kernel/ids.ts';
import { readTypedCode } from '../vault/codes.ts';
import { hashToken, newId } from '../vault/random.ts';
import {
  challengeMinutes,
  credentialIdOf,
  keyNotRecognised,
  type PasskeySite,
  requireKept,
  verifyKnownPasskey,
  verifyNewPasskey,
} from './ceremony.ts';
import {
  type ChallengeIntent,
  findStaffPasskey,
  insertChallenge,
  insertPasskey,
  takeChallenge,
  usedPasskey,
} from './passkey-queries.ts';
import { findAccountOwner, findEnrolment, useEnrolment } from './queries.ts';
import { atDoor, freshen, openStaffSession, staffRows } from './sign-in.ts';

/** What a device is asked to answer, and by which id it is remembered. */
export interface Ceremony {
  readonly challengeId: string;
  readonly options: unknown;
}

export interface Answered {
  readonly challengeId: string;
  readonly response: unknown;
}

/**
 * Begins the enrolment of a passkey by a one-time code. A code that is not known gets a ceremony of
 * the same form, which nothing can complete.
 */
export async function beginEnrolment(
  ctx: Context,
  site: PasskeySite,
  code: string,
): Promise<Ceremony> {
  const held = hashToken(readTypedCode(code) ?? '');
  const account = await inTransaction(ctx.db, rowContextOf(doorOf(ctx, held)), (tx) =>
    findEnrolment(tx, held, ctx.now),
  );
  const options = await generateRegistrationOptions({
    rpName: 'Homeward',
    rpID: new URL(site.origin).hostname,
    userName: 'Homeward',
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  return keep(ctx, 'enrol', { options, ownerId: account?.accountId ?? null });
}

/** Keeps the new passkey, uses the code up and opens a session; answers its token. */
export async function enrol(
  ctx: Context,
  site: PasskeySite,
  answered: Answered & { readonly code: string },
): Promise<string> {
  const held = hashToken(readTypedCode(answered.code) ?? '');
  const credentialId = credentialIdOf(answered.response);
  const door = { ...ctx, actor: doorOf(ctx, held) };
  const person = await act(door, 'session.enrol', { objectId: ctx.actor.officeId }, async (tx) => {
    const asked = await take(ctx, { intent: 'enrol', id: answered.challengeId }, tx);
    const account = await findEnrolment(tx, held, ctx.now);
    if (!asked || !account || asked.ownerId !== account.accountId) throw keyNotRecognised();
    const { registrationInfo } = await verifyNewPasskey(site, asked.challenge, answered.response);
    if (!registrationInfo || registrationInfo.credential.id !== credentialId) {
      throw keyNotRecognised();
    }
    const { accountId } = account;
    const used = await inTransaction(tx, rowContextOf(atDoor(ctx, accountId).actor), (inner) =>
      useEnrolment(inner, { accountId, codeHash: held }),
    );
    if (!used) throw keyNotRecognised();
    const { credential } = registrationInfo;
    // Under the person's own rows: the keys that the account has already are counted.
    const kept = await inTransaction(tx, staffRows(ctx, account.staffId), (inner) =>
      insertPasskey(inner, {
        credentialId,
        ownerKind: 'staff',
        ownerId: accountId,
        officeId: ctx.actor.officeId,
        publicKey: Buffer.from(credential.publicKey),
        counter: credential.counter,
        transports: credential.transports ?? [],
        recordedAt: ctx.now,
      }),
    );
    requireKept(kept);
    return { accountId: account.accountId, staffId: account.staffId };
  });
  return openStaffSession(ctx, person);
}

/** Begins a sign-in or a step-up; the device finds the key by itself, no name is typed. */
export async function beginPasskey(
  ctx: Context,
  site: PasskeySite,
  intent: 'sign_in' | 'step_up',
): Promise<Ceremony> {
  const options = await generateAuthenticationOptions({
    rpID: new URL(site.origin).hostname,
    userVerification: 'required',
  });
  const ownerId = ctx.actor.kind === 'staff' ? ctx.actor.accountId : null;
  return keep(ctx, intent, { options, ownerId });
}

/** Signs in by a passkey; answers the token of the new session. */
export async function signInByPasskey(
  ctx: Context,
  site: PasskeySite,
  answered: Answered,
): Promise<string> {
  return openStaffSession(ctx, await ownerOfKey(ctx, site, { ...answered, intent: 'sign_in' }));
}

/**
 * Makes the session fresh by the passkey of the very person who holds it; answers its new token
 * (R-15).
 */
export async function stepUpByPasskey(
  ctx: Context,
  site: PasskeySite,
  answered: Answered & { readonly token: string },
): Promise<string> {
  const owner = await ownerOfKey(ctx, site, { ...answered, intent: 'step_up' });
  if (ctx.actor.kind !== 'staff' || owner.staffId !== ctx.actor.staffId) throw keyNotRecognised();
  return freshen(ctx, answered.token);
}

async function ownerOfKey(
  ctx: Context,
  site: PasskeySite,
  answered: Answered & { readonly intent: 'sign_in' | 'step_up' },
): Promise<{ readonly accountId: AccountId; readonly staffId: StaffId }> {
  const credentialId = credentialIdOf(answered.response);
  const door = atDoor(ctx, credentialId);
  return act(door, 'session.recognise', { objectId: ctx.actor.officeId }, async (tx) => {
    const asked = await take(ctx, { intent: answered.intent, id: answered.challengeId }, tx);
    const key = await findStaffPasskey(tx, credentialId);
    if (!asked || !key) throw keyNotRecognised();
    const found = await verifyKnownPasskey(
      site,
      { key, challenge: asked.challenge },
      answered.response,
    );
    if (!found.verified) throw keyNotRecognised();
    await usedPasskey(tx, {
      credentialId,
      counter: found.authenticationInfo.newCounter,
      now: ctx.now,
    });
    const staffId = await inTransaction(
      tx,
      rowContextOf(atDoor(ctx, key.accountId).actor),
      (inner) => findAccountOwner(inner, key.accountId),
    );
    if (!staffId) throw keyNotRecognised();
    return { accountId: key.accountId, staffId };
  });
}

async function keep(
  ctx: Context,
  intent: ChallengeIntent,
  asked: { readonly options: { readonly challenge: string }; readonly ownerId: string | null },
): Promise<Ceremony> {
  const challengeId = newId<'challenge'>();
  const challenge = {
    id: challengeId,
    challenge: asked.options.challenge,
    intent,
    ownerId: asked.ownerId,
    sessionId: sessionOf(ctx, intent),
    expiresAt: new Date(ctx.now.getTime() + challengeMinutes * 60_000),
  };
  await inTransaction(ctx.db, rowContextOf(ctx.actor), (tx) =>
    insertChallenge(tx, challenge, ctx.now),
  );
  return { challengeId, options: asked.options };
}

function take(
  ctx: Context,
  asked: { readonly intent: ChallengeIntent; readonly id: string },
  tx: Parameters<typeof takeChallenge>[0],
) {
  return takeChallenge(tx, { ...asked, sessionId: sessionOf(ctx, asked.intent), now: ctx.now });
}

/** A step-up is answered in the session that asked for it; the others begin without one. */
function sessionOf(ctx: Context, intent: ChallengeIntent): SessionId | null {
  return intent === 'step_up' && ctx.actor.kind === 'staff' ? ctx.actor.sessionId : null;
}

function doorOf(ctx: Context, held: Buffer) {
  return atDoor(ctx, held.toString('hex')).actor;
}
