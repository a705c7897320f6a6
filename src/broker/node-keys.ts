import { newDataKey, Secret, unwrapKey, wrapKey } from '../vault/keys.ts';
import { equalBytes, randomBytes } from '../vault/random.ts';
import { newSigningKeys, type SigningKeys } from '../vault/sign.ts';
import { findNodeKey, insertNodeKey, type KeystoreDb } from './keystore.ts';

const checkName = 'check';
const signingName = 'signing';
const checkText = Buffer.from('homeward key check 1');

/**
 * Creates the installation's keys, only once. Returns the key-encryption key for shares or file.
 */
export async function makeNodeKeys(keystore: KeystoreDb, now: Date): Promise<Secret> {
  const kek = newDataKey();
  const check = wrapKey(kek, new Secret(checkText), checkName);
  await insertNodeKey(keystore, {
    name: checkName,
    publicKey: null,
    wrapped: check,
    recordedAt: now,
  });
  const { publicKey, privateKey } = newSigningKeys();
  await insertNodeKey(keystore, {
    name: signingName,
    publicKey: Buffer.from(publicKey),
    wrapped: wrapKey(kek, privateKey, signingName),
    recordedAt: now,
  });
  return kek;
}

/** True when the installation has keys already. */
export async function hasNodeKeys(keystore: KeystoreDb): Promise<boolean> {
  return (await findNodeKey(keystore, checkName)) !== null;
}

/** True if this is the key that wraps everything here. */
export async function isRightKey(keystore: KeystoreDb, kek: Secret): Promise<boolean> {
  const row = await findNodeKey(keystore, checkName);
  if (!row) return false;
  try {
    return equalBytes(unwrapKey(kek, row.wrapped, checkName).expose(), checkText);
  } catch {
    return false; // Another key: the seal does not open.
  }
}

/** The node's signing keys, for policies and checkpoints. */
export async function signingKeys(keystore: KeystoreDb, kek: Secret): Promise<SigningKeys> {
  const row = await findNodeKey(keystore, signingName);
  if (!row?.publicKey) throw new Error('Invariant broken: an installation has signing keys');
  return { publicKey: row.publicKey, privateKey: unwrapKey(kek, row.wrapped, signingName) };
}

/** Only the public half; available while locked. */
export async function publicSigningKey(keystore: KeystoreDb): Promise<Uint8Array> {
  const row = await findNodeKey(keystore, signingName);
  if (!row?.publicKey) throw new Error('Invariant broken: an installation has signing keys');
  return row.publicKey;
}

/** A key as text for the trial's key file: 64 hex digits and nothing else. */
export function writeKey(kek: Secret): string {
  return Buffer.from(kek.expose()).toString('hex');
}

export function readKey(text: string): Secret | null {
  return /^[0-9a-f]{64}$/u.test(text.trim()) ? new Secret(Buffer.from(text.trim(), 'hex')) : null;
}

/** New random text for passwords of database roles. */
export function randomPassword(): string {
  return randomBytes(24).toString('base64url');
}
