import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';

/**
 * Key material that cannot be printed by accident: text, JSON and inspection all show `[secret]`.
 * Only the vault reads the bytes.
 */
export class Secret {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The bytes, for cryptography and for writing a share or a key file; nothing else. */
  expose(): Uint8Array {
    return this.#bytes;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}

/**
 * Sealed bytes could not be opened: altered, moved to another place, or sealed with another key.
 */
export class SealBroken extends Error {
  constructor(what: string, cause?: unknown) {
    super(`${what} could not be opened`, { cause });
    this.name = 'SealBroken';
  }
}

/** A new 256-bit key. */
export function newDataKey(): Secret {
  return new Secret(randomBytes(32));
}

/** AES-256-GCM with a random 96-bit nonce: `version(1) | nonce(12) | ciphertext | tag(16)`. */
export function encrypt(key: Secret, aad: Uint8Array, plaintext: Uint8Array): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key.expose(), nonce);
  cipher.setAAD(aad);
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Buffer.of(formVersion), nonce, body, cipher.getAuthTag()]);
}

/** Opens what `encrypt` made. Throws `SealBroken` for every failure, without saying which. */
export function decrypt(key: Secret, aad: Uint8Array, sealed: Uint8Array): Buffer {
  if (sealed.length < 29 || sealed[0] !== formVersion) throw new SealBroken('a seal');
  try {
    const cipher = createDecipheriv('aes-256-gcm', key.expose(), sealed.subarray(1, 13));
    cipher.setAAD(aad);
    cipher.setAuthTag(sealed.subarray(sealed.length - 16));
    return Buffer.concat([cipher.update(sealed.subarray(13, sealed.length - 16)), cipher.final()]);
  } catch (cause) {
    throw new SealBroken('a seal', cause);
  }
}

const formVersion = 1;

/**
 * Wraps a data key under the key-encryption key; `name` binds it to its subject and compartment.
 */
export function wrapKey(kek: Secret, key: Secret, name: string): Buffer {
  return encrypt(kek, Buffer.from(`key|${name}`, 'utf8'), key.expose());
}

/** Unwraps what `wrapKey` made for the same name; throws `SealBroken` otherwise. */
export function unwrapKey(kek: Secret, wrapped: Uint8Array, name: string): Secret {
  return new Secret(decrypt(kek, Buffer.from(`key|${name}`, 'utf8'), wrapped));
}
