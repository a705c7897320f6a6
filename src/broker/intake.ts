import type { AdoptIntakeRequest, SealItem } from '../audit/context.ts';
import type { Db } from '../db/connect.ts';
import { insertSealed } from '../db/sealed-rows.ts';
import { inTransaction } from '../db/transaction.ts';
import { assert } from '../kernel/assert.ts';
import { openBox } from '../vault/box.ts';
import { unwrapKey } from '../vault/keys.ts';
import type { KeyRing } from './key-ring.ts';
import { findIntakeKeyById, type KeystoreDb, listIntakeKeys } from './keystore.ts';
import { deleteIntake, type IntakeRow, listIntakes, systemRows } from './queries.ts';

const atOnce = 100;

interface IntakeParts {
  readonly db: Db;
  readonly keystore: KeystoreDb;
  readonly ring: KeyRing;
  readonly clock: () => Date;
}

/** Opens a filing that is still in the intake box. */
export async function openIntake(parts: IntakeParts, row: IntakeRow): Promise<unknown> {
  const key = await findIntakeKeyById(parts.keystore, row.intakeKeyId);
  assert(key, 'the intake key of a filing is there');
  const privateKey = unwrapKey(parts.ring.kek(), key.wrappedPrivate, `intake|${key.id}`);
  const plaintext = openBox(privateKey, `intake|${row.enquiryId}`, row.sealed);
  return JSON.parse(Buffer.from(plaintext).toString('utf8')) as unknown;
}

/**
 * Moves filings from the intake box to a sealed field under a short-lived key of their own.
 * They are opened and sealed outside of the transaction, which must not wait for the keystore. A
 * filing that was erased meanwhile remains erased.
 */
export async function resealIntakes(parts: IntakeParts, officeId: string): Promise<number> {
  const keyIds = (await listIntakeKeys(parts.keystore)).map((key) => key.id);
  const rows = await inTransaction(parts.db, systemRows(officeId), (tx) =>
    listIntakes(tx, { keyIds, limit: atOnce }),
  );
  for (const row of rows) {
    const field = intakeField(row.enquiryId, await openIntake(parts, row));
    const now = parts.clock();
    const sealed = await parts.ring.seal([field], now);
    await inTransaction(parts.db, systemRows(officeId), async (tx) => {
      if (!(await deleteIntake(tx, row.enquiryId))) return;
      const { officeId: ownOffice, enquiryId } = row;
      await insertSealed(tx, sealed, { officeId: ownOffice, enquiryId, now });
    });
  }
  return rows.length;
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

/**
 * What a filing becomes once identity and kinship are proven: one record and the file's own fields.
 */
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
