import { sql } from 'kysely';
import type { Db } from '../../db/connect.ts';
import type { PersonId, RecordId } from '../../kernel/ids.ts';
import type { MatchAt, PersonRecord, RecordSource, Side } from './record.ts';

export interface NewRecord {
  readonly id: RecordId;
  readonly officeId: string;
  readonly sourceId: string;
  readonly personId: PersonId;
  readonly side: Side;
  readonly importId?: string | null;
  readonly line?: number | null;
  readonly supersedesId?: string | null;
  readonly language?: string | null;
  readonly matchAt: MatchAt;
}

/**
 * Stores records. A record of a new person creates that person: a single record is a person of one
 * record until people judge otherwise.
 */
export async function insertRecords(tx: Db, rows: readonly NewRecord[], now: Date): Promise<void> {
  if (rows.length === 0) return;
  const fresh = rows.filter((row) => !row.supersedesId);
  if (fresh.length > 0) {
    await tx
      .insertInto('persons')
      .values(fresh.map((row) => ({ id: row.personId, officeId: row.officeId, recordedAt: now })))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  await tx
    .insertInto('records')
    .values(
      rows.map((row) => ({
        id: row.id,
        officeId: row.officeId,
        sourceId: row.sourceId,
        personId: row.personId,
        side: row.side,
        importId: row.importId ?? null,
        line: row.line ?? null,
        supersedesId: row.supersedesId ?? null,
        language: row.language ?? null,
        matchAt: row.matchAt,
        recordedAt: now,
      })),
    )
    .execute();
}

const columns = [
  'id',
  'officeId',
  'sourceId',
  'personId',
  'side',
  'matchAt',
  'importId',
  'line',
  'supersedesId',
  'supersededAt',
  'recordedAt',
] as const;

/** Locks one record for a change; null if it does not exist for this actor. */
export async function lockRecord(tx: Db, recordId: string): Promise<PersonRecord | null> {
  const row = await tx
    .selectFrom('records')
    .select(columns)
    .where('id', '=', recordId)
    .forUpdate()
    .executeTakeFirst();
  return row ? asRecord(row) : null;
}

export async function listRecords(
  tx: Db,
  recordIds: readonly string[],
): Promise<readonly PersonRecord[]> {
  const rows = await tx
    .selectFrom('records')
    .select(columns)
    .where('id', 'in', [...recordIds, noId])
    .orderBy('sequence')
    .execute();
  return rows.map(asRecord);
}

/** Every record of a person, including corrected ones, oldest first. */
export async function listRecordsOfPerson(
  tx: Db,
  personId: string,
): Promise<readonly PersonRecord[]> {
  const rows = await tx
    .selectFrom('records')
    .select(columns)
    .where('personId', '=', personId)
    .orderBy('sequence')
    .limit(500)
    .execute();
  return rows.map(asRecord);
}

export async function supersede(tx: Db, recordId: string, now: Date): Promise<void> {
  await tx
    .updateTable('records')
    .set({ supersededAt: now })
    .where('id', '=', recordId)
    .where('supersededAt', 'is', null)
    .execute();
}

/** The record at the end of the chain of corrections that begins here. */
export async function findNewest(tx: Db, recordId: string): Promise<string> {
  const found = await sql<{ id: string }>`
    with recursive chain (id, depth) as (
      select id, 0 from records where id = ${recordId}
      union all
      select r.id, c.depth + 1 from records r join chain c on r.supersedes_id = c.id
      where c.depth < 1000)
    select id from chain order by depth desc limit 1`.execute(tx);
  return found.rows[0]?.id ?? recordId;
}

/**
 * Marks records as superseded by newer ones of the same list; those superseded before remain so.
 */
export async function supersedeMany(
  tx: Db,
  recordIds: readonly string[],
  now: Date,
): Promise<void> {
  if (recordIds.length === 0) return;
  await sql`update records set superseded_at = ${now}
    where id = any(${[...recordIds]}::uuid[]) and superseded_at is null`.execute(tx);
}

export async function listSourcesOf(
  tx: Db,
  recordIds: readonly string[],
): Promise<ReadonlyMap<string, RecordSource>> {
  const rows = await sql<RecordSource & { recordId: string }>`
    select r.id as record_id, s.id as source_id, s.kind, s.reliability, s.as_of, s.recorded_at,
      d.label
    from records r
    join sources s on s.id = r.source_id and s.office_id = r.office_id
    left join senders d on d.id = s.sender_id and d.office_id = s.office_id
    where r.id = any(${[...recordIds]}::uuid[])`.execute(tx);
  return new Map(rows.rows.map(({ recordId, ...source }) => [recordId, source]));
}

export interface UnmatchedCustody {
  readonly recordId: RecordId;
  readonly personId: PersonId;
  readonly sourceKind: string;
  readonly recordedAt: Date;
  readonly sequence: number;
}

/** Listed people without an enquiry: no record of a sought person is joined to them (P23). */
export async function listUnmatchedCustody(
  tx: Db,
  page: { readonly after: number; readonly limit: number },
): Promise<readonly UnmatchedCustody[]> {
  const rows = await sql<UnmatchedCustody>`
    select r.id as record_id, r.person_id, s.kind as source_kind, r.recorded_at, r.sequence
    from records r
    join sources s on s.id = r.source_id and s.office_id = r.office_id
    where r.side = 'held' and r.superseded_at is null and r.sequence > ${page.after}
      and not exists (select 1 from records o where o.person_id = r.person_id
        and o.office_id = r.office_id and o.side = 'sought' and o.superseded_at is null)
    order by r.sequence limit ${page.limit}`.execute(tx);
  return rows.rows;
}

export async function countUnmatchedCustody(tx: Db): Promise<number> {
  const rows = await sql<{ count: number }>`
    select count(*) as count from (
      select 1 from records r where r.side = 'held' and r.superseded_at is null
        and not exists (select 1 from records o where o.person_id = r.person_id
          and o.office_id = r.office_id and o.side = 'sought' and o.superseded_at is null)
      limit 10000) counted`.execute(tx);
  return rows.rows[0]?.count ?? 0;
}

const noId = '00000000-0000-0000-0000-000000000000';

interface RecordRow {
  readonly id: string;
  readonly officeId: string;
  readonly sourceId: string;
  readonly personId: string;
  readonly side: string;
  readonly importId: string | null;
  readonly line: number | null;
  readonly supersedesId: string | null;
  readonly supersededAt: Date | null;
  readonly recordedAt: Date;
}

/** The brands of ids and the check constraint on sides have no form in the driver's row. */
function asRecord(row: RecordRow): PersonRecord {
  return row as PersonRecord;
}
