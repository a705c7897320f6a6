import { createHash, randomBytes as cryptoRandomBytes, timingSafeEqual } from 'node:crypto';
import { type Id, idFromBytes } from '../kernel/ids.ts';

/** Random bytes of the operating system's generator. */
export function randomBytes(count: number): Buffer {
  return cryptoRandomBytes(count);
}

/** A new id of the type that the caller names: 128 random bits. */
export function newId<Noun extends string>(): Id<Noun> {
  return idFromBytes<Noun>(cryptoRandomBytes(16));
}

/** A random token in base64url, for cookies and challenges. */
export function randomToken(bytes: number): string {
  return cryptoRandomBytes(bytes).toString('base64url');
}

export function sha256(content: string | Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}

export function sha256Hex(content: string | Uint8Array): string {
  return sha256(content).toString('hex');
}

/**
 * The stored form of a token or code with full entropy: enough to recognise it, not enough to use
 * it.
 */
export function hashToken(token: string): Buffer {
  return sha256(`token|${token}`);
}

/** Compares in time that does not depend on where the first difference is. */
export function equalBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Starts a digest over parts that arrive one after another, as with an upload. */
export function startDigest(): { add(part: Uint8Array): void; end(): Buffer } {
  const hash = createHash('sha256');
  return { add: (part) => void hash.update(part), end: () => hash.digest() };
}
