import { generateAuthenticationOptions, generateRegistrationOptions } from '@simplewebauthn/server';
import { type Context, type Moment, rowContextOf } from '../audit/context.ts';
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
import { command, onOffice } from './command.ts';
import {
  type ChallengeIntent,
  findStaffPasskey,
  insertChallenge,
  insertPasskey,
  takeChallenge,
  usedPasskey,
} from './passkey-queries.ts';
import { sessionPermissions } from './permissions.ts';
import { findAccountOwner, findEnrolment, useEnrolment } from './queries.ts';
import { atDoor, freshen, openStaffSession, staffRows } from './sign-in.ts';

/** The challenge for a device, and the id under which it is stored. */
export interface Ceremony {
  readonly challengeId: string;
  readonly options: unknown;
}

export interface Answered {
  readonly challengeId: string;
  readonly response: unknown;
}

/**
 * Begins the enrolment of a passkey by a one-time code. An unknown code gets a ceremony of the same
 * form that cannot be completed.
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

/** Stores the new passkey, uses the code up and opens a session; returns its token. */
export async function enrol(
  ctx: Context,
  site: PasskeySite,
  answered: Answered & { readonly code: string },
): Promise<string> {
  const codeHash = hashToken(readTypedCode(answered.code) ?? '');
  const credentialId = credentialIdOf(answered.response);
  const door = atDoor(ctx, codeHash.toString('hex'));
  const person = await keepFirstKey(door, { ...answered, site, codeHash, credentialId });
  return openStaffSession(ctx, person);
}

interface Enrolment extends Answered {
  readonly site: PasskeySite;
  readonly codeHash: Buffer;
  readonly credentialId: string;
}

const keepFirstKey = command({
  ...onOffice('session'),
  permission: sessionPermissions.enrol,
  write: async (tx, { input }: { readonly input: Enrolment }, at) => {
    const { site, challengeId: id, response, codeHash, credentialId } = input;
    const { now } = at;
    const asked = await takeChallenge(tx, { intent: 'enrol', id, sessionId: null, now });
    const account = await findEnrolment(tx, codeHash, now);
    if (!asked || !account || asked.ownerId !== account.accountId) throw keyNotRecognised();
    const { registrationInfo } = await verifyNewPasskey(site, asked.challenge, response);
    if (!registrationInfo || registrationInfo.credential.id !== credentialId) {
      throw keyNotRecognised();
    }
    const { accountId, staffId } = account;
    const used = await inTransaction(tx, rowContextOf(holding(at, accountId)), (inner) =>
      useEnrolment(inner, { accountId, codeHash }),
    );
    if (!used) throw keyNotRecognised();
    const { credential } = registrationInfo;
    // Under the person's own row context: the account's existing keys count.
    const kept = await inTransaction(tx, staffRows(at, staffId), (inner) =>
      insertPasskey(inner, {
        credentialId,
        ownerKind: 'staff',
        ownerId: accountId,
        officeId: at.actor.officeId,
        publicKey: Buffer.from(credential.publicKey),
        counter: credential.counter,
        transports: credential.transports ?? [],
        recordedAt: now,
      }),
    );
    requireKept(kept);
    return { accountId, staffId };
  },
});

/** The anonymous actor that presents this. */
function holding({ actor }: Moment, held: string) {
  return { kind: 'door', officeId: actor.officeId, held } as const;
}

/** Begins a sign-in or a step-up; the device finds the key by itself, so no name is typed. */
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

/** Signs in by a passkey; returns the token of the new session. */
export async function signInByPasskey(
  ctx: Context,
  site: PasskeySite,
  answered: Answered,
): Promise<string> {
  return openStaffSession(ctx, await ownerOfKey(ctx, site, { ...answered, intent: 'sign_in' }));
}

/**
 * Makes the session fresh by a passkey of the person who holds it; returns its new token.
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
  const sessionId = sessionOf(ctx, answered.intent);
  return recogniseKey(atDoor(ctx, credentialId), { ...answered, site, credentialId, sessionId });
}

interface Shown extends Answered {
  readonly site: PasskeySite;
  readonly intent: 'sign_in' | 'step_up';
  readonly credentialId: string;
  readonly sessionId: SessionId | null;
}

const recogniseKey = command({
  ...onOffice('session'),
  permission: sessionPermissions.recognise,
  write: async (tx, { input }: { readonly input: Shown }, at) => {
    const { site, intent, challengeId: id, response, credentialId, sessionId } = input;
    const { now } = at;
    const asked = await takeChallenge(tx, { intent, id, sessionId, now });
    const key = await findStaffPasskey(tx, credentialId);
    if (!asked || !key) throw keyNotRecognised();
    const { challenge } = asked;
    const found = await verifyKnownPasskey(site, { key, challenge }, response);
    if (!found.verified) throw keyNotRecognised();
    await usedPasskey(tx, { credentialId, counter: found.authenticationInfo.newCounter, now });
    const { accountId } = key;
    const staffId = await inTransaction(tx, rowContextOf(holding(at, accountId)), (inner) =>
      findAccountOwner(inner, accountId),
    );
    if (!staffId) throw keyNotRecognised();
    return { accountId, staffId };
  },
});

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

/** A step-up must be answered in its own session; the other ceremonies begin without one. */
function sessionOf(ctx: Context, intent: ChallengeIntent): SessionId | null {
  return intent === 'step_up' && ctx.actor.kind === 'staff' ? ctx.actor.sessionId : null;
}

function doorOf(ctx: Context, held: Buffer) {
  return atDoor(ctx, held.toString('hex')).actor;
}
