import type { FieldAddress, SealedItem, SealItem } from '../audit/context.ts';
import { assert } from '../kernel/assert.ts';
import { locked } from '../kernel/problem.ts';
import { newDataKey, type Secret, unwrapKey, wrapKey } from '../vault/keys.ts';
import { openField, sealField } from '../vault/seal.ts';
import {
  findDataKeys,
  insertDataKeys,
  type KeyName,
  type KeystoreDb,
  type WrappedKey,
} from './keystore.ts';

/** A sealed field as the database stores it. */
export interface SealedRow extends FieldAddress {
  readonly keyVersion: number;
  readonly sealed: Uint8Array;
}

/**
 * Holds the key-encryption key in memory after unlocking and nothing after locking. Data
 * keys are unwrapped for one call and not cached: a garbage-collected heap cannot be scrubbed.
 */
export class KeyRing {
  readonly #keystore: KeystoreDb;
  #kek: Secret | null = null;

  constructor(keystore: KeystoreDb) {
    this.#keystore = keystore;
  }

  get unlocked(): boolean {
    return this.#kek !== null;
  }

  /** Receives the key-encryption key, which the caller has checked against the keystore. */
  unlock(kek: Secret): void {
    this.#kek = kek;
  }

  /** The key-encryption key, or the refusal that every sealed field gives while locked. */
  kek(): Secret {
    if (!this.#kek) throw locked();
    return this.#kek;
  }

  /** Seals contents as JSON. The key is written first, the row second, by the caller (ruling 3). */
  async seal(items: readonly SealItem[], now: Date): Promise<readonly SealedItem[]> {
    const keys = await this.#keysFor(items, now);
    return items.map((item) => {
      const { content, ...address } = item;
      const found = keys.get(nameOf(item));
      assert(found, 'a key was made for every item sealed');
      const plaintext = Buffer.from(JSON.stringify(content), 'utf8');
      const sealed = sealField(found.key, { ...address, version: found.version }, plaintext);
      return { ...address, keyVersion: found.version, sealed };
    });
  }

  /** Opens rows of `sealed_fields`. Throws if one was moved or altered, or its key is gone. */
  async open(rows: readonly SealedRow[]): Promise<readonly unknown[]> {
    const keys = await this.#unwrapped(rows);
    return rows.map((row) => {
      const found = keys.get(nameOf(row));
      assert(found && found.version === row.keyVersion, 'the key of a sealed field is at hand');
      const { keyVersion, sealed, ...address } = row;
      const plaintext = openField(found.key, { ...address, version: keyVersion }, sealed);
      return JSON.parse(Buffer.from(plaintext).toString('utf8')) as unknown;
    });
  }

  async #keysFor(
    items: readonly KeyName[],
    now: Date,
  ): Promise<ReadonlyMap<string, { key: Secret; version: number }>> {
    const known = await this.#unwrapped(items);
    const missing = new Map<string, WrappedKey>();
    for (const item of items) {
      const name = nameOf(item);
      if (known.has(name) || missing.has(name)) continue;
      const { subjectId, compartment } = item;
      const wrapped = Buffer.from(wrapKey(this.kek(), newDataKey(), name));
      missing.set(name, { subjectId, compartment, version: 1, wrapped });
    }
    if (missing.size === 0) return known;
    await insertDataKeys(this.#keystore, [...missing.values()], now);
    // Read again: another process may have created one of them first.
    return this.#unwrapped(items);
  }

  async #unwrapped(
    names: readonly KeyName[],
  ): Promise<ReadonlyMap<string, { key: Secret; version: number }>> {
    const kek = this.kek();
    const wanted = new Map(names.map((name) => [nameOf(name), name]));
    const rows = await findDataKeys(this.#keystore, [...wanted.values()]);
    return new Map(
      rows.map((row) => [
        nameOf(row),
        { key: unwrapKey(kek, row.wrapped, nameOf(row)), version: row.version },
      ]),
    );
  }
}

function nameOf(name: KeyName): string {
  return `${name.subjectId}|${name.compartment}`;
}
