import { sql } from 'kysely';
import type { Db } from '../../db/connect.ts';
import type { SavedMapping } from './columns.ts';
import type { ImportState, ListImport, SourceKind } from './import.ts';

export interface NewSource {
  readonly id: string;
  readonly officeId: string;
  readonly kind: SourceKind;
  readonly reliability: string;
  readonly language: string | null;
  readonly senderId: string | null;
  readonly asOf: string | null;
}

export async function insertSource(tx: Db, source: NewSource, now: Date): Promise<void> {
  await tx
    .insertInto('sources')
    .values({ ...source, enquiryId: null, recordedAt: now })
    .execute();
}

/** The source of one list, as its import needs it. */
export interface ListSource {
  readonly kind: SourceKind;
  readonly reliability: string;
  readonly language: string | null;
  readonly asOf: string | null;
}

export async function getSource(tx: Db, sourceId: string): Promise<ListSource> {
  const row = await tx
    .selectFrom('sources')
    .select(['kind', 'reliability', 'language', 'asOf'])
    .where('id', '=', sourceId)
    .executeTakeFirstOrThrow();
  return row as ListSource; // The kinds are held by a check constraint.
}

export interface Sender {
  readonly id: string;
  readonly officeId: string;
  readonly label: string;
  readonly mapping: SavedMapping | null;
}

const senderColumns = ['id', 'officeId', 'label', 'mapping'] as const;

export async function findSender(tx: Db, senderId: string): Promise<Sender | null> {
  const row = await tx
    .selectFrom('senders')
    .select(senderColumns)
    .where('id', '=', senderId)
    .executeTakeFirst();
  return row ? (row as Sender) : null; // The mapping was written by `saveMapping`.
}

export async function findSenderByLabel(tx: Db, label: string): Promise<Sender | null> {
  const row = await tx
    .selectFrom('senders')
    .select(senderColumns)
    .where(sql`lower(label)`, '=', label.toLowerCase())
    .orderBy('recordedAt')
    .limit(1)
    .executeTakeFirst();
  return row ? (row as Sender) : null; // The mapping was written by `saveMapping`.
}

export async function listSenders(tx: Db): Promise<readonly Sender[]> {
  const rows = await tx
    .selectFrom('senders')
    .select(senderColumns)
    .orderBy('label')
    .limit(500)
    .execute();
  return rows as readonly Sender[]; // The mapping was written by `saveMapping`.
}

export async function insertSender(
  tx: Db,
  sender: { readonly id: string; readonly officeId: string; readonly label: string },
  now: Date,
): Promise<void> {
  await tx
    .insertInto('senders')
    .values({ ...sender, mapping: null, recordedAt: now })
    .execute();
}

export async function saveMapping(tx: Db, senderId: string, mapping: SavedMapping): Promise<void> {
  await sql`update senders set mapping = ${JSON.stringify(mapping)}::jsonb, version = version + 1
    where id = ${senderId}`.execute(tx);
}

const columns = [
  'id',
  'officeId',
  'sourceId',
  'senderId',
  'state',
  'refusalCode',
  'format',
  'fileHash',
  'fileSize',
  'uploadId',
  'shape',
  'mapping',
  'rowsEstimate',
  'rowsRead',
  'rowsRecorded',
  'rowsUnchanged',
  'rowsChanged',
  'rowsGone',
  'rowsRefused',
  'version',
  'broughtBy',
  'recordedAt',
  'finishedAt',
] as const;

export async function insertImport(tx: Db, list: ListImport): Promise<void> {
  const { shape, mapping, ...row } = list;
  await tx
    .insertInto('imports')
    .values({ ...row, shape: JSON.stringify(shape), mapping: mapping && JSON.stringify(mapping) })
    .execute();
}

/** Locks one import for a change; null if it does not exist for this actor. */
export async function lockImport(tx: Db, importId: string): Promise<ListImport | null> {
  const row = await tx
    .selectFrom('imports')
    .select(columns)
    .where('id', '=', importId)
    .forUpdate()
    .executeTakeFirst();
  return row ? asImport(row) : null;
}

export async function findImport(tx: Db, importId: string): Promise<ListImport | null> {
  const row = await tx
    .selectFrom('imports')
    .select(columns)
    .where('id', '=', importId)
    .executeTakeFirst();
  return row ? asImport(row) : null;
}

export async function updateImport(tx: Db, list: ListImport): Promise<void> {
  await tx
    .updateTable('imports')
    .set({
      state: list.state,
      refusalCode: list.refusalCode,
      format: list.format,
      shape: JSON.stringify(list.shape),
      mapping: list.mapping && JSON.stringify(list.mapping),
      rowsEstimate: list.rowsEstimate,
      rowsRead: list.rowsRead,
      rowsRecorded: list.rowsRecorded,
      rowsUnchanged: list.rowsUnchanged,
      rowsChanged: list.rowsChanged,
      rowsGone: list.rowsGone,
      rowsRefused: list.rowsRefused,
      version: list.version,
      finishedAt: list.finishedAt,
    })
    .where('id', '=', list.id)
    .execute();
}

/** The same file uploaded before, unless it was refused or cancelled. */
export async function findByHash(tx: Db, fileHash: Buffer): Promise<ListImport | null> {
  const row = await tx
    .selectFrom('imports')
    .select(columns)
    .where('fileHash', '=', fileHash)
    .where('state', 'not in', ['refused', 'cancelled'])
    .orderBy('recordedAt')
    .limit(1)
    .executeTakeFirst();
  return row ? asImport(row) : null;
}

/**
 * The sender's lists with its present statements: the last complete one and those after it,
 * including corrections and lists that ended half-way. Their records are kept, so they must not be
 * repeated.
 */
export async function listStanding(
  tx: Db,
  list: Pick<ListImport, 'id' | 'senderId' | 'shape'>,
): Promise<readonly { readonly id: string; readonly rowsRead: number }[]> {
  if (!list.senderId) return [];
  // A list of held people says nothing about the same sender's list of sought people.
  const rows = await sql<{ id: string; rowsRead: number }>`
    with ended as (
      select id, rows_read, finished_at,
        state = 'done' and not coalesce((shape ->> 'partial')::boolean, false) as whole
      from imports
      where sender_id = ${list.senderId} and id <> ${list.id} and rows_read > 0
        and shape ->> 'side' = ${list.shape.side} and state in ('done', 'refused', 'cancelled')
    )
    select id, rows_read from ended
    where finished_at >= coalesce((select max(finished_at) from ended where whole), '-infinity')
    order by finished_at, id limit 50`.execute(tx);
  return rows.rows;
}

/** True if an earlier list of the sender is still being imported: this one is compared with it. */
export async function hasEarlierRunning(
  tx: Db,
  list: Pick<ListImport, 'id' | 'senderId' | 'recordedAt'>,
): Promise<boolean> {
  if (!list.senderId) return false;
  const rows = await sql`select 1 from imports where sender_id = ${list.senderId}
    and state in ('waiting', 'running')
    and (recorded_at, id) < (${list.recordedAt}, ${list.id}) limit 1`.execute(tx);
  return rows.rows.length > 0;
}

/** The last line with an outcome; the next run begins after it. */
export async function findLastLine(tx: Db, importId: string): Promise<number> {
  const row = await tx
    .selectFrom('importRows')
    .select('line')
    .where('importId', '=', importId)
    .orderBy('line', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.line ?? -1;
}

export interface ListedImport {
  readonly id: string;
  readonly state: ImportState;
  readonly sender: string | null;
  readonly format: string | null;
  readonly rowsRead: number;
  readonly rowsRecorded: number;
  readonly rowsRefused: number;
  readonly recordedAt: Date;
  readonly finishedAt: Date | null;
}

/** Imports newest first. `after` is the last import of the page before. */
export async function listImports(
  tx: Db,
  page: { readonly after: string | null; readonly limit: number },
): Promise<readonly ListedImport[]> {
  const rows = await sql<ListedImport>`
    select i.id, i.state, s.label as sender, i.format, i.rows_read, i.rows_recorded, i.rows_refused,
      i.recorded_at, i.finished_at
    from imports i left join senders s on s.id = i.sender_id and s.office_id = i.office_id
    where ${page.after}::uuid is null or (i.recorded_at, i.id) <
      (select a.recorded_at, a.id from imports a where a.id = ${page.after}::uuid)
    order by i.recorded_at desc, i.id desc limit ${page.limit}`.execute(tx);
  return rows.rows;
}

/** Lists that a worker left unfinished, oldest first. */
export async function listUnfinished(
  tx: Db,
): Promise<readonly { readonly id: string; readonly state: ImportState }[]> {
  const rows = await tx
    .selectFrom('imports')
    .select(['id', 'state'])
    .where('state', 'in', ['received', 'waiting', 'running'])
    .orderBy('recordedAt')
    .limit(100)
    .execute();
  return rows as readonly { id: string; state: ImportState }[]; // States by check constraint.
}

export type RowOutcome = 'recorded' | 'unchanged' | 'changed' | 'refused';

export interface ImportRow {
  readonly line: number;
  readonly outcome: RowOutcome;
  readonly recordId: string | null;
  /** Column and code of each note; the cells themselves are sealed. */
  readonly notes: readonly { readonly column: number | null; readonly code: string }[];
}

export async function insertImportRows(
  tx: Db,
  of: { readonly importId: string; readonly officeId: string },
  rows: readonly ImportRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql`insert into import_rows (import_id, office_id, line, outcome, record_id, notes)
    select ${of.importId}, ${of.officeId}, * from unnest(${rows.map((row) => row.line)}::integer[],
      ${rows.map((row) => row.outcome)}::text[], ${rows.map((row) => row.recordId)}::uuid[],
      ${rows.map((row) => JSON.stringify(row.notes))}::jsonb[])`.execute(tx);
}

/** Rows of one outcome, or of all, in the order of the file. */
export async function listImportRows(
  tx: Db,
  asked: {
    readonly importId: string;
    readonly outcome: RowOutcome | null;
    readonly after: number;
    readonly limit: number;
  },
): Promise<readonly ImportRow[]> {
  const rows = await sql<ImportRow>`
    select line, outcome, record_id, notes from import_rows
    where import_id = ${asked.importId} and line > ${asked.after}
      and (${asked.outcome}::text is null or outcome = ${asked.outcome})
    order by line limit ${asked.limit}`.execute(tx);
  return rows.rows;
}

/**
 * The list itself is deleted once it was imported or cancelled, and the sweep deletes its key
 * (R-45).
 */
export async function deleteFile(tx: Db, importId: string): Promise<void> {
  await sql`delete from sealed_fields where column_name like 'file.%' and row_id in
    (select coalesce(upload_id, id) from imports where id = ${importId})`.execute(tx);
  await sql`update uploads set state = 'dropped' where id =
    (select upload_id from imports where id = ${importId})`.execute(tx);
}

/**
 * The driver's types know neither the brands of ids, nor the check constraints, nor the form of our
 * JSON.
 */
function asImport(row: object): ListImport {
  return row as ListImport;
}
