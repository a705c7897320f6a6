import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type VerifiedAuthenticationResponse,
  type VerifiedRegistrationResponse,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { act } from '../audit/act.ts';
import { type Context, rowContextOf } from '../audit/context.ts';
import { inTransaction } from '../db/transaction.ts';
import type { EnquiryId } from '../kernel/ids.ts';
import { impossible, Problem } from '../kernel/problem.ts';
import { newId } from '../vault/random.ts';
import {
  countFamilyPasskeys,
  type FamilyPasskey,
  findFamilyPasskey,
  insertFamilyChallenge,
  insertFamilyPasskey,
  takeFamilyChallenge,
  usedFamilyPasskey,
} from './family-queries.ts';
import { doorFor, type OpenedSession, openFamilySession } from './family-sign-in.ts';

/** Where the site is: a passkey is bound to it. */
export interface PasskeySite {
  /** Such as `https://families.example`. */
  readonly origin: string;
}

const challengeMinutes = 5;
const passkeysMax = 5;
/** What the telephone shows in its list of keys: nothing that says whose file or what for. */
const keyName = 'Homeward';

function notRecognised(): Problem {
  return new Problem('session.not_recognised', 403, 'This key is not known here.');
}

/** Begins the adding of a passkey to the family's own file. */
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
  });
  return { challengeId, options };
}

/** Checks the new passkey and keeps its public half. */
export async function addFamilyPasskey(
  ctx: Context,
  site: PasskeySite,
  answered: { readonly challengeId: string; readonly response: unknown },
): Promise<void> {
  const enquiryId = ownEnquiry(ctx);
  await act(ctx, 'session.add_passkey', { objectId: enquiryId }, async (tx) => {
    const asked = await takeFamilyChallenge(tx, {
      id: answered.challengeId,
      intent: 'family_enrol',
      now: ctx.now,
    });
    if (!asked || asked.ownerId !== enquiryId) throw notRecognised();
    if ((await countFamilyPasskeys(tx, enquiryId)) >= passkeysMax) {
      throw impossible('passkey.too_many', 'Five passkeys at most.');
    }
    const { registrationInfo } = await verifyNew(site, asked.challenge, answered.response);
    if (!registrationInfo) throw notRecognised();
    const { credential } = registrationInfo;
    await insertFamilyPasskey(tx, {
      credentialId: credential.id,
      enquiryId,
      officeId: ctx.actor.officeId,
      publicKey: Buffer.from(credential.publicKey),
      counter: credential.counter,
      transports: credential.transports ?? [],
      recordedAt: ctx.now,
    });
    return null;
  });
}

/** Begins a sign-in with a passkey; whoever asks gets the same form of answer. */
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
  });
  return { challengeId, options };
}

/** Signs a family in by the passkey that its device held up. */
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
  } as Context; // A door actor again.
  const used = await act(holding, 'session.open', { objectId: ctx.actor.officeId }, async (tx) => {
    const asked = await takeFamilyChallenge(tx, {
      id: answered.challengeId,
      intent: 'family_sign_in',
      now: ctx.now,
    });
    const key = await findFamilyPasskey(tx, credentialId);
    if (!asked || !key) throw notRecognised();
    const found = await verifyKnown(site, { key, challenge: asked.challenge }, answered.response);
    if (!found.verified) throw notRecognised();
    const counter = found.authenticationInfo.newCounter;
    await usedFamilyPasskey(tx, { credentialId, counter, now: ctx.now });
    return { enquiryId: key.enquiryId };
  });
  return openFamilySession(ctx, used.enquiryId);
}

async function keepChallenge(
  ctx: Context,
  asked: {
    readonly intent: 'family_enrol' | 'family_sign_in';
    readonly challenge: string;
    readonly ownerId: string | null;
  },
): Promise<string> {
  const id = newId<'challenge'>();
  const expiresAt = new Date(ctx.now.getTime() + challengeMinutes * 60_000);
  await inTransaction(ctx.db, rowContextOf(ctx.actor), (tx) =>
    insertFamilyChallenge(tx, { id, ...asked, expiresAt }),
  );
  return id;
}

/** The library throws on what a hostile client sends; to us every such answer is one refusal. */
async function verifyNew(
  site: PasskeySite,
  challenge: string,
  response: unknown,
): Promise<VerifiedRegistrationResponse> {
  try {
    return await verifyRegistrationResponse({
      response: response as Parameters<typeof verifyRegistrationResponse>[0]['response'], // Checked by the call.
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: new URL(site.origin).hostname,
      requireUserVerification: true,
    });
  } catch (cause) {
    throw Object.assign(notRecognised(), { cause });
  }
}

async function verifyKnown(
  site: PasskeySite,
  known: { readonly key: FamilyPasskey; readonly challenge: string },
  response: unknown,
): Promise<VerifiedAuthenticationResponse> {
  try {
    return await verifyAuthenticationResponse({
      response: response as Parameters<typeof verifyAuthenticationResponse>[0]['response'], // Checked by the call.
      expectedChallenge: known.challenge,
      expectedOrigin: site.origin,
      expectedRPID: new URL(site.origin).hostname,
      requireUserVerification: true,
      credential: {
        id: known.key.credentialId,
        publicKey: new Uint8Array(known.key.publicKey),
        counter: known.key.counter,
      },
    });
  } catch (cause) {
    throw Object.assign(notRecognised(), { cause });
  }
}

function credentialIdOf(response: unknown): string {
  const id = (response as { id?: unknown } | null)?.id;
  if (typeof id !== 'string' || !/^[A-Za-z0-9_-]{16,1400}$/.test(id)) throw notRecognised();
  return id;
}

function ownEnquiry(ctx: Context): EnquiryId {
  if (ctx.actor.kind !== 'family') throw notRecognised();
  return ctx.actor.enquiryId;
}
