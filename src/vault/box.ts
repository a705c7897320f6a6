import {
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { decrypt, encrypt, SealBroken, Secret } from './keys.ts';

/**
 * A key pair: anyone may seal to its public key, and only the broker can open. Raw 32-byte X25519
 * halves.
 */
export interface BoxKeys {
  readonly publicKey: Uint8Array;
  readonly privateKey: Secret;
}

export function newBoxKeys(): BoxKeys {
  const pair = generateKeyPairSync('x25519');
  const jwk = pair.privateKey.export({ format: 'jwk' });
  return {
    publicKey: Buffer.from(String(jwk.x), 'base64url'),
    privateKey: new Secret(Buffer.from(String(jwk.d), 'base64url')),
  };
}

/**
 * Seals bytes to a public key: a fresh X25519 key, HKDF-SHA256 over both public keys and the context,
 * AES-256-GCM with the context as associated data. `ephemeral public key(32) | seal`.
 */
export function sealToBox(publicKey: Uint8Array, context: string, plaintext: Uint8Array): Buffer {
  const fresh = generateKeyPairSync('x25519');
  const freshPublic = Buffer.from(String(fresh.publicKey.export({ format: 'jwk' }).x), 'base64url');
  const shared = diffieHellman({ privateKey: fresh.privateKey, publicKey: publicFrom(publicKey) });
  const key = deriveKey(shared, { freshPublic, publicKey, context });
  return Buffer.concat([freshPublic, encrypt(key, Buffer.from(context, 'utf8'), plaintext)]);
}

/** Opens what `sealToBox` made for this key and context; throws `SealBroken` otherwise. */
export function openBox(privateKey: Secret, context: string, sealed: Uint8Array): Buffer {
  if (sealed.length < 32 + 29) throw new SealBroken('a box');
  const freshPublic = sealed.subarray(0, 32);
  const own = privateFrom(privateKey);
  const publicKey = Buffer.from(
    String(createPublicKey(own).export({ format: 'jwk' }).x),
    'base64url',
  );
  const shared = diffieHellman({ privateKey: own, publicKey: publicFrom(freshPublic) });
  const key = deriveKey(shared, { freshPublic, publicKey, context });
  return decrypt(key, Buffer.from(context, 'utf8'), sealed.subarray(32));
}

function deriveKey(
  shared: Uint8Array,
  bound: { freshPublic: Uint8Array; publicKey: Uint8Array; context: string },
): Secret {
  const salt = Buffer.concat([bound.freshPublic, bound.publicKey]);
  return new Secret(new Uint8Array(hkdfSync('sha256', shared, salt, `box|${bound.context}`, 32)));
}

// PKCS#8 and SPKI headers of X25519 (RFC 8410): the raw key follows.
const privateHeader = Buffer.from('302e020100300506032b656e04220420', 'hex');
const publicHeader = Buffer.from('302a300506032b656e032100', 'hex');

function privateFrom(key: Secret): KeyObject {
  const der = Buffer.concat([privateHeader, key.expose()]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

function publicFrom(raw: Uint8Array): KeyObject {
  const der = Buffer.concat([publicHeader, raw]);
  return createPublicKey({ key: der, format: 'der', type: 'spki' });
}
