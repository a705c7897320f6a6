import { sql } from 'kysely';
import type { Db } from '../db/connect.ts';

/** An upload in progress: its purpose and owner. Its content is sealed in pieces under its id. */
export interface NewUpload {
  readonly id: string;
  readonly officeId: string;
  readonly enquiryId: string | null;
  readonly purpose: 'list' | 'document';
}

export async function insertUpload(tx: Db, upload: NewUpload, now: Date): Promise<void> {
  await tx
    .insertInto('uploads')
    .values({ ...upload, state: 'arriving', recordedAt: now })
    .execute();
}

/**
 * Protects the upload from the sweep during this transaction; false if it was dropped meanwhile.
 */
export async function holdArriving(tx: Db, uploadId: string): Promise<boolean> {
  const found = await tx
    .selectFrom('uploads')
    .select('id')
    .where('id', '=', uploadId)
    .where('state', '=', 'arriving')
    .forShare()
    .execute();
  return found.length === 1;
}

/** Keeps a complete upload; false if it was dropped meanwhile. */
export async function keepArrived(tx: Db, uploadId: string): Promise<boolean> {
  const kept = await tx
    .updateTable('uploads')
    .set({ state: 'kept' })
    .where('id', '=', uploadId)
    .where('state', '=', 'arriving')
    .executeTakeFirst();
  return kept.numUpdatedRows === 1n;
}

/** Drops an upload to which nothing refers. */
export async function dropArriving(tx: Db, uploadId: string): Promise<void> {
  await tx
    .updateTable('uploads')
    .set({ state: 'dropped' })
    .where('id', '=', uploadId)
    .where('state', '=', 'arriving')
    .execute();
}

/** Drops every upload of an enquiry that is erased. */
export async function dropUploadsOf(tx: Db, enquiryId: string): Promise<void> {
  await tx
    .updateTable('uploads')
    .set({ state: 'dropped' })
    .where('enquiryId', '=', enquiryId)
    .execute();
}

/** Drops the list of an import that has ended. */

/** Locks uploads to be erased: dropped ones, and those interrupted before `staleBefore`. */
export async function lockSwept(
  tx: Db,
  asked: { readonly staleBefore: Date; readonly limit: number },
): Promise<readonly string[]> {
  const found = await sql<{ id: string }>`
    update uploads u set state = 'dropped' from (
      select id, office_id from uploads
      where state = 'dropped' or (state = 'arriving' and recorded_at < ${asked.staleBefore})
      order by recorded_at limit ${asked.limit} for update skip locked) due
    where u.id = due.id and u.office_id = due.office_id returning u.id`.execute(tx);
  return found.rows.map((row) => row.id);
}

/** Erases the pieces of dropped uploads. */
export async function deletePieces(tx: Db, uploadIds: readonly string[]): Promise<void> {
  await tx.deleteFrom('sealedFields').where('rowId', 'in', uploadIds).execute();
}

/** Deletes the rows of uploads whose pieces and keys are gone. */
export async function deleteDropped(tx: Db, uploadIds: readonly string[]): Promise<void> {
  await tx
    .deleteFrom('uploads')
    .where('id', 'in', uploadIds)
    .where('state', '=', 'dropped')
    .execute();
}

/** Those of these uploads that are dropped and have no piece left. */
export async function listErased(tx: Db, uploadIds: readonly string[]): Promise<readonly string[]> {
  const found = await sql<{ id: string }>`
    select id from uploads u where state = 'dropped' and id = any(${[...uploadIds]}::uuid[])
      and not exists (select 1 from sealed_fields f where f.row_id = u.id)`.execute(tx);
  return found.rows.map((row) => row.id);
}
