import {
  type VerifiedAuthenticationResponse,
  type VerifiedRegistrationResponse,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { cose, decodeCredentialPublicKey } from '@simplewebauthn/server/helpers';
import { impossible, Problem } from '../kernel/problem.ts';

/** The site that a passkey is bound to. */
export interface PasskeySite {
  /** For example `https://families.example`. */
  readonly origin: string;
}

export interface KnownPasskey {
  readonly credentialId: string;
  readonly publicKey: Buffer;
  readonly counter: number;
}

export const challengeMinutes = 5;

/** One refusal for an unknown key, a used challenge and an invalid signature. */
export function keyNotRecognised(): Problem {
  return new Problem('session.not_recognised', 403, 'This key is not known here.');
}

/** Throws if there is no free place for a new passkey, or if it is already known. */
export function requireKept(kept: 'kept' | 'full' | 'known'): void {
  if (kept === 'full') throw impossible('passkey.too_many', 'Five passkeys at most.');
  if (kept === 'known') throw impossible('passkey.known', 'This passkey is already in use.');
}

/**
 * Verifies a new passkey. The library throws on hostile input; here every such case is one refusal.
 */
export async function verifyNewPasskey(
  site: PasskeySite,
  challenge: string,
  response: unknown,
): Promise<VerifiedRegistrationResponse> {
  try {
    const verified = await verifyRegistrationResponse({
      response: response as Parameters<typeof verifyRegistrationResponse>[0]['response'], // Checked by the call.
      expectedChallenge: challenge,
      expectedOrigin: site.origin,
      expectedRPID: new URL(site.origin).hostname,
      requireUserVerification: true,
    });
    const key = verified.registrationInfo?.credential.publicKey;
    if (key && !fitsItsAlgorithm(key)) throw keyNotRecognised();
    return verified;
  } catch (cause) {
    throw Object.assign(keyNotRecognised(), { cause });
  }
}

/** The library checks that it knows the algorithm, but not that the key belongs to it (S-17). */
function fitsItsAlgorithm(publicKey: Parameters<typeof decodeCredentialPublicKey>[0]): boolean {
  const key = decodeCredentialPublicKey(publicKey);
  const algorithm = key.get(cose.COSEKEYS.alg);
  if (cose.isCOSEPublicKeyEC2(key)) {
    return algorithm === cose.COSEALG.ES256 && key.get(cose.COSEKEYS.crv) === cose.COSECRV.P256;
  }
  if (cose.isCOSEPublicKeyOKP(key)) {
    return algorithm === cose.COSEALG.EdDSA && key.get(cose.COSEKEYS.crv) === cose.COSECRV.ED25519;
  }
  return cose.isCOSEPublicKeyRSA(key) && algorithm === cose.COSEALG.RS256;
}

/** Verifies the response of a known passkey. */
export async function verifyKnownPasskey(
  site: PasskeySite,
  known: { readonly key: KnownPasskey; readonly challenge: string },
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
    throw Object.assign(keyNotRecognised(), { cause });
  }
}

/** The credential id of a response, if it is well-formed. */
export function credentialIdOf(response: unknown): string {
  const id = (response as { id?: unknown } | null)?.id;
  if (typeof id !== 'string' || !/^[A-Za-z0-9_-]{16,1400}$/.test(id)) throw keyNotRecognised();
  return id;
}
