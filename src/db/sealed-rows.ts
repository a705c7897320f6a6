import type { Db } from './connect.ts';

/** A sealed field to be stored; made by the broker, opaque to all other processes. */
export interface SealedFieldRow {
  readonly rowId: string;
  readonly tableName: string;
  readonly columnName: string;
  readonly subjectId: string;
  readonly compartment: string;
  readonly keyVersion: number;
  readonly sealed: Uint8Array;
}

/** Stores sealed fields in the caller's transaction. `enquiryId` lets that family open them. */
export async function insertSealed(
  tx: Db,
  rows: readonly SealedFieldRow[],
  owner: { readonly officeId: string; readonly enquiryId?: string | null; readonly now: Date },
): Promise<void> {
  if (rows.length === 0) return;
  await tx
    .insertInto('sealedFields')
    .values(
      rows.map((row) => ({
        rowId: row.rowId,
        tableName: row.tableName,
        columnName: row.columnName,
        subjectId: row.subjectId,
        compartment: row.compartment,
        keyVersion: row.keyVersion,
        sealed: Buffer.from(row.sealed),
        officeId: owner.officeId,
        enquiryId: owner.enquiryId ?? null,
        recordedAt: owner.now,
      })),
    )
    .execute();
}
