import type { Db } from '../db/connect.ts';
import { assert } from '../kernel/assert.ts';
import { newBoxKeys } from '../vault/box.ts';
import { wrapKey } from '../vault/keys.ts';
import { newId } from '../vault/random.ts';
import type { KeyRing } from './key-ring.ts';
import {
  findNewestIntakeKey,
  insertIntakeKey,
  type KeystoreDb,
  listIntakeKeys,
} from './keystore.ts';
import { registerIntakeKeys } from './queries.ts';

export interface IntakeKeyParts {
  readonly db: Db;
  readonly keystore: KeystoreDb;
  readonly ring: KeyRing;
  readonly clock: () => Date;
}

export const dayMs = 86_400_000;

/**
 * The lifetime of an intake key in days. A new one is made every week while the broker is unlocked.
 * A locked broker cannot make one: it warns after three weeks, before the key's month ends, and
 * families continue to file under it. A private key is kept for that month and for the thirty days
 * that an unproven filing lives, and longer while a filing is sealed to it.
 */
export const intakeKeyDays = { renewAfter: 7, warnAfter: 21, keptFor: 60 } as const;

/** The public key that families' filings are sealed to; needs no unlocking (ruling 3). */
export async function currentIntakeKey(
  keystore: KeystoreDb,
): Promise<{ readonly id: string; readonly publicKey: Uint8Array }> {
  const row = await findNewestIntakeKey(keystore);
  assert(row, 'an installation has an intake key');
  return { id: row.id, publicKey: row.publicKey };
}

/** Creates a new intake key pair. It is registered first: a key in use can be referred to. */
export async function renewIntakeKey(parts: IntakeKeyParts): Promise<void> {
  const { publicKey, privateKey } = newBoxKeys();
  const id = newId<'intakeKey'>();
  const now = parts.clock();
  const wrapped = wrapKey(parts.ring.kek(), privateKey, `intake|${id}`);
  await registerIntakeKeys(parts.db, [id], now);
  await insertIntakeKey(parts.keystore, {
    id,
    publicKey: Buffer.from(publicKey),
    wrappedPrivate: Buffer.from(wrapped),
    validFrom: now,
    eraseAfter: new Date(now.getTime() + intakeKeyDays.keptFor * dayMs),
  });
}

/** Once at the start of the broker: a restored or older database may not know the keys yet. */
export async function registerKnownIntakeKeys(parts: IntakeKeyParts): Promise<void> {
  const keys = await listIntakeKeys(parts.keystore);
  const ids = keys.map((key) => key.id);
  await registerIntakeKeys(parts.db, ids, parts.clock());
}
