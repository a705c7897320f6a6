import { generateAuthenticationOptions, generateRegistrationOptions } from '@simplewebauthn/server';
import { type Context, type Moment, rowContextOf } from '../audit/context.ts';
import { inTransaction } from '../db/transaction.ts';
import type { EnquiryId, SessionId } from '../kernel/ids.ts';
import { newId } from '../vault/random.ts';
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
import { doorFor, type OpenedSession, openFamilySession } from './family-sign-in.ts';
import {
  findFamilyPasskey,
  insertChallenge,
  insertPasskey,
  takeChallenge,
  usedPasskey,
} from './passkey-queries.ts';
import { sessionPermissions } from './permissions.ts';

/**
 * The name that the phone shows in its list of passkeys: it reveals neither the file nor its
 * purpose.
 */
const keyName = 'Homeward';

/** Begins to add a passkey to the family's own file. */
export async function beginFamilyPasskey(
  ctx: Context,
  site: PasskeySite,
): Promise<{ readonly challengeId: string; readonly options: unknown }> {
  const options = await generateRegistrationOptions({
    rpName: keyName,
    rpID: new URL(site.origin).hostname,
    userName: keyName,
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  const challengeId = await keepChallenge(ctx, {
    intent: 'family_enrol',
    challenge: options.challenge,
    ownerId: ownEnquiry(ctx),
    sessionId: ownSession(ctx),
  });
  return { challengeId, options };
}

interface Answered {
  readonly site: PasskeySite;
  readonly challengeId: string;
  readonly response: unknown;
}

/** Verifies the new passkey and stores its public key. */
export async function addFamilyPasskey(
  ctx: Context,
  site: PasskeySite,
  answered: Omit<Answered, 'site'>,
): Promise<void> {
  await keepPasskey(ctx, { ...answered, site });
}

const keepPasskey = command({
  ...onOffice('session'),
  permission: sessionPermissions.addPasskey,
  subject: (_input: Answered, at) => ({ objectId: ownEnquiry(at) }),
  load: async (_tx, _input, at) => ({ officeId: at.actor.officeId, enquiryId: ownEnquiry(at) }),
  facts: (own) => own,
  write: async (tx, { input: { site, challengeId, response } }, at) => {
    const enquiryId = ownEnquiry(at);
    const { now } = at;
    const asked = await takeChallenge(tx, {
      id: challengeId,
      intent: 'family_enrol',
      sessionId: ownSession(at),
      now,
    });
    if (!asked || asked.ownerId !== enquiryId) throw keyNotRecognised();
    const { registrationInfo } = await verifyNewPasskey(site, asked.challenge, response);
    if (!registrationInfo) throw keyNotRecognised();
    const { credential } = registrationInfo;
    const kept = await insertPasskey(tx, {
      credentialId: credential.id,
      ownerKind: 'family',
      ownerId: enquiryId,
      officeId: at.actor.officeId,
      publicKey: Buffer.from(credential.publicKey),
      counter: credential.counter,
      transports: credential.transports ?? [],
      recordedAt: now,
    });
    requireKept(kept);
    return null;
  },
});

/** Begins a sign-in with a passkey; every client gets the same form of answer. */
export async function beginFamilyPasskeySignIn(
  ctx: Context,
  site: PasskeySite,
): Promise<{ readonly challengeId: string; readonly options: unknown }> {
  const options = await generateAuthenticationOptions({
    rpID: new URL(site.origin).hostname,
    userVerification: 'required',
  });
  const challengeId = await keepChallenge(ctx, {
    intent: 'family_sign_in',
    challenge: options.challenge,
    ownerId: null,
    sessionId: null,
  });
  return { challengeId, options };
}

/** Signs a family in by the passkey of its device. */
export async function signInByFamilyPasskey(
  ctx: Context,
  site: PasskeySite,
  answered: { readonly challengeId: string; readonly response: unknown },
): Promise<OpenedSession> {
  const credentialId = credentialIdOf(answered.response);
  const door = doorFor(ctx, Buffer.alloc(0));
  const holding = {
    ...door,
    actor: { ...door.actor, kind: 'door', held: credentialId },
  } as Context; // An anonymous actor again.
  const used = await recogniseKey(holding, { ...answered, site, credentialId });
  return openFamilySession(ctx, used.enquiryId);
}

const recogniseKey = command({
  ...onOffice('session'),
  permission: sessionPermissions.recognise,
  write: async (
    tx,
    { input }: { readonly input: Answered & { readonly credentialId: string } },
    { now },
  ) => {
    const { site, challengeId: id, response, credentialId } = input;
    const asked = await takeChallenge(tx, { id, intent: 'family_sign_in', sessionId: null, now });
    const key = await findFamilyPasskey(tx, credentialId);
    if (!asked || !key) throw keyNotRecognised();
    const { challenge } = asked;
    const found = await verifyKnownPasskey(site, { key, challenge }, response);
    if (!found.verified) throw keyNotRecognised();
    await usedPasskey(tx, { credentialId, counter: found.authenticationInfo.newCounter, now });
    return { enquiryId: key.enquiryId };
  },
});

async function keepChallenge(
  ctx: Context,
  asked: {
    readonly intent: 'family_enrol' | 'family_sign_in';
    readonly challenge: string;
    readonly ownerId: string | null;
    readonly sessionId: SessionId | null;
  },
): Promise<string> {
  const id = newId<'challenge'>();
  const expiresAt = new Date(ctx.now.getTime() + challengeMinutes * 60_000);
  await inTransaction(ctx.db, rowContextOf(ctx.actor), (tx) =>
    insertChallenge(tx, { id, ...asked, expiresAt }, ctx.now),
  );
  return id;
}

function ownEnquiry(ctx: Moment): EnquiryId {
  if (ctx.actor.kind !== 'family') throw keyNotRecognised();
  return ctx.actor.enquiryId;
}

function ownSession(ctx: Moment): SessionId {
  if (ctx.actor.kind !== 'family') throw keyNotRecognised();
  return ctx.actor.sessionId;
}
