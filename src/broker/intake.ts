import type { AdoptIntakeRequest, SealItem } from '../audit/context.ts';
import type { Db } from '../db/connect.ts';
import { insertSealed } from '../db/sealed-rows.ts';
import { inTransaction } from '../db/transaction.ts';
import { assert } from '../kernel/assert.ts';
import { newBoxKeys, openBox } from '../vault/box.ts';
import { unwrapKey, wrapKey } from '../vault/keys.ts';
import { newId } from '../vault/random.ts';
import type { KeyRing } from './key-ring.ts';
import { findIntakeKey, findIntakeKeyById, insertIntakeKey, type KeystoreDb } from './keystore.ts';
import { deleteIntake, type IntakeRow, listIntakes } from './queries.ts';

interface IntakeParts {
  readonly db: Db;
  readonly keystore: KeystoreDb;
  readonly ring: KeyRing;
  readonly clock: () => Date;
}

const dayMs = 86_400_000;

/** The public key that families' filings are sealed to; needs no unlocking (settled 3). */
export async function currentIntakeKey(
  keystore: KeystoreDb,
  now: Date,
): Promise<{ readonly id: string; readonly publicKey: Uint8Array }> {
  const row = await findIntakeKey(keystore, now);
  assert(row, 'an installation has an intake key');
  return { id: row.id, publicKey: row.publicKey };
}

/** Makes a new intake key pair; its private half lives 90 days, longer than any unproven filing. */
export async function renewIntakeKey(parts: IntakeParts): Promise<void> {
  const { publicKey, privateKey } = newBoxKeys();
  const id = newId<'intakeKey'>();
  const now = parts.clock();
  await insertIntakeKey(parts.keystore, {
    id,
    publicKey: Buffer.from(publicKey),
    wrappedPrivate: Buffer.from(wrapKey(parts.ring.kek(), privateKey, `intake|${id}`)),
    validFrom: now,
    eraseAfter: new Date(now.getTime() + 90 * dayMs),
  });
}

/** Opens a filing that still lies in its box. */
export async function openIntake(parts: IntakeParts, row: IntakeRow): Promise<unknown> {
  const key = await findIntakeKeyById(parts.keystore, row.intakeKeyId);
  assert(key, 'the intake key of a filing is there');
  const privateKey = unwrapKey(parts.ring.kek(), key.wrappedPrivate, `intake|${key.id}`);
  const plaintext = openBox(privateKey, `intake|${row.enquiryId}`, row.sealed);
  return JSON.parse(Buffer.from(plaintext).toString('utf8')) as unknown;
}

/** Moves filings from their box to a sealed field under a short-lived key of their own. */
export async function resealIntakes(parts: IntakeParts, officeId: string): Promise<number> {
  const system = { actorKind: 'system', actorId: 'broker', officeId, subjectId: '' };
  return inTransaction(parts.db, system, async (tx) => {
    const rows = await listIntakes(tx, 100);
    for (const row of rows) {
      const content = await openIntake(parts, row);
      const sealed = await parts.ring.seal([intakeField(row.enquiryId, content)], parts.clock());
      await insertSealed(tx, sealed, {
        officeId: row.officeId,
        enquiryId: row.enquiryId,
        now: parts.clock(),
      });
      await deleteIntake(tx, row.enquiryId);
    }
    return rows.length;
  });
}

function intakeField(enquiryId: string, content: unknown): SealItem {
  return {
    tableName: 'enquiries',
    columnName: 'intake',
    rowId: enquiryId,
    subjectId: enquiryId,
    compartment: 'intake',
    content,
  };
}

/** What a filing becomes once identity and kinship are proven: one record and the file's own fields. */
export function splitIntake(content: unknown, into: AdoptIntakeRequest): readonly SealItem[] {
  const { sought, enquirer, ...circumstances } = content as Record<string, unknown>; // Ours, from the box.
  const { enquiryId, recordId } = into;
  const file = { tableName: 'enquiries', rowId: enquiryId, subjectId: enquiryId } as const;
  return [
    {
      tableName: 'records',
      columnName: 'description',
      rowId: recordId,
      subjectId: recordId,
      compartment: 'identity',
      content: sought,
    },
    { ...file, columnName: 'enquirer', compartment: 'contact', content: enquirer },
    { ...file, columnName: 'circumstances', compartment: 'identity', content: circumstances },
  ];
}
