import {
  createPrivateKey,
  createPublicKey,
  sign as cryptoSign,
  verify as cryptoVerify,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { Secret } from './keys.ts';

/** Ed25519 key pair; raw 32-byte halves. */
export interface SigningKeys {
  readonly publicKey: Uint8Array;
  readonly privateKey: Secret;
}

export function newSigningKeys(): SigningKeys {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  return {
    publicKey: Buffer.from(String(jwk.x), 'base64url'),
    privateKey: new Secret(Buffer.from(String(jwk.d), 'base64url')),
  };
}

/** Ed25519 signature (64 bytes) over the exact bytes. */
export function sign(privateKey: Secret, content: Uint8Array): Buffer {
  return cryptoSign(null, content, privateFrom(privateKey));
}

export function verify(publicKey: Uint8Array, content: Uint8Array, signature: Uint8Array): boolean {
  return cryptoVerify(null, content, publicFrom(publicKey), signature);
}

// PKCS#8 and SPKI headers of Ed25519 (RFC 8410): the raw key follows.
const privateHeader = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicHeader = Buffer.from('302a300506032b6570032100', 'hex');

function privateFrom(key: Secret): KeyObject {
  const der = Buffer.concat([privateHeader, key.expose()]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

function publicFrom(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([publicHeader, raw]), format: 'der', type: 'spki' });
}
