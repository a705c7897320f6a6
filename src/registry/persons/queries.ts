import { sql } from 'kysely';
import type { Db } from '../../db/connect.ts';
import type { JudgementId, PersonId, RecordId } from '../../kernel/ids.ts';
import type { Judgement, Person } from './person.ts';

export type OwnedPerson = Person & { readonly officeId: string };
export type OwnedJudgement = Judgement & {
  readonly officeId: string;
  readonly matchId: string | null;
};

export async function findPerson(tx: Db, personId: string): Promise<OwnedPerson | null> {
  const row = await tx
    .selectFrom('persons')
    .select(['id', 'officeId', 'version'])
    .where('id', '=', personId)
    .executeTakeFirst();
  return row ? { ...row, id: row.id as PersonId } : null;
}

/** Locks the persons in a fixed order, so that two simultaneous joins wait and do not deadlock. */
export async function lockPersons(tx: Db, personIds: readonly string[]): Promise<void> {
  await sql`select id from persons where id = any(${[...personIds]}::uuid[]) order by id for update`.execute(
    tx,
  );
}

export async function insertPersons(
  tx: Db,
  persons: readonly { readonly id: PersonId; readonly officeId: string }[],
  now: Date,
): Promise<void> {
  if (persons.length === 0) return;
  await tx
    .insertInto('persons')
    .values(persons.map((person) => ({ ...person, recordedAt: now })))
    .execute();
}

/** Moves records to a person; their content and keys do not change (ruling 2). */
export async function moveRecords(
  tx: Db,
  recordIds: readonly string[],
  personId: PersonId,
): Promise<void> {
  await sql`update records set person_id = ${personId} where id = any(${[...recordIds]}::uuid[])`.execute(
    tx,
  );
}

export async function bumpPersons(tx: Db, personIds: readonly string[]): Promise<void> {
  await sql`update persons set version = version + 1 where id = any(${[...personIds]}::uuid[])`.execute(
    tx,
  );
}

const columns = [
  'id',
  'officeId',
  'leftRecordId',
  'rightRecordId',
  'answer',
  'judgedBy',
  'judgedAt',
  'confirmedBy',
  'confirmedAt',
  'withdrawnAt',
  'matchId',
  'version',
] as const;

/** Judgements that touch any record of the person, withdrawn ones included, oldest first. */
export async function listJudgementsOfPerson(
  tx: Db,
  personId: string,
): Promise<readonly OwnedJudgement[]> {
  const rows = await tx
    .selectFrom('judgements')
    .select(columns)
    .where(({ or, eb, selectFrom }) => {
      const own = selectFrom('records').select('id').where('personId', '=', personId);
      return or([eb('leftRecordId', 'in', own), eb('rightRecordId', 'in', own)]);
    })
    .orderBy('confirmedAt')
    .limit(1_000)
    .execute();
  return rows.map(asJudgement);
}

export async function lockJudgement(tx: Db, judgementId: string): Promise<OwnedJudgement | null> {
  const row = await tx
    .selectFrom('judgements')
    .select(columns)
    .where('id', '=', judgementId)
    .forUpdate()
    .executeTakeFirst();
  return row ? asJudgement(row) : null;
}

export interface NewJudgement {
  readonly id: JudgementId;
  readonly officeId: string;
  readonly leftRecordId: RecordId;
  readonly rightRecordId: RecordId;
  readonly answer: 'same' | 'different';
  readonly matchId: string | null;
  readonly judgedBy: string;
  readonly judgedAt: Date;
  readonly confirmedBy: string;
  readonly confirmedAt: Date;
}

export async function insertJudgement(tx: Db, judgement: NewJudgement): Promise<void> {
  await tx.insertInto('judgements').values(judgement).execute();
}

export async function withdrawJudgementRow(
  tx: Db,
  withdrawn: {
    readonly id: string;
    readonly by: string;
    readonly at: Date;
    readonly reason: string;
  },
): Promise<void> {
  await tx
    .updateTable('judgements')
    .set((row) => ({
      withdrawnBy: withdrawn.by,
      withdrawnAt: withdrawn.at,
      reason: withdrawn.reason,
      version: row('version', '+', 1),
    }))
    .where('id', '=', withdrawn.id)
    .execute();
}

/** Reopens the proposal behind a withdrawn judgement, as if it had never been answered. */
export async function reopenMatch(tx: Db, matchId: string): Promise<void> {
  await sql`update matches set state = 'proposed', answer = null, judged_by = null,
      judged_at = null, second_by = null, second_at = null, version = version + 1
    where id = ${matchId} and state in ('confirmed', 'rejected')`.execute(tx);
}

/**
 * The records linked to this one at that time, through judgements valid then and corrections made
 * by then. Some may have been split off since; later joins are not included.
 */
export async function listRecordIdsAsOf(
  tx: Db,
  { recordId, at }: { readonly recordId: string; readonly at: Date },
): Promise<readonly RecordId[]> {
  const rows = await sql<{ id: RecordId }>`
    with recursive joined (id) as (
      select id from records where id = ${recordId} and recorded_at <= ${at}
      union
      select link.other from joined j cross join lateral (
        select case when left_record_id = j.id then right_record_id else left_record_id end as other
        from judgements where j.id in (left_record_id, right_record_id) and answer = 'same'
          and confirmed_at <= ${at} and (withdrawn_at is null or withdrawn_at > ${at})
        union all
        select case when id = j.id then supersedes_id else id end
        from records where j.id in (id, supersedes_id) and supersedes_id is not null
          and recorded_at <= ${at}) link)
    select id from joined limit 1000`.execute(tx);
  return rows.rows.map(({ id }) => id);
}

/** The persons to whom these records belong now, without the one named. */
export async function listOtherPersons(
  tx: Db,
  { recordIds, personId }: { readonly recordIds: readonly string[]; readonly personId: string },
): Promise<readonly PersonId[]> {
  const rows = await sql<{ personId: PersonId }>`
    select distinct person_id from records
    where id = any(${[...recordIds]}::uuid[]) and person_id <> ${personId}`.execute(tx);
  return rows.rows.map((row) => row.personId);
}

/** Work names of staff, for showing who did what. */
export async function listStaffNames(
  tx: Db,
  staffIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await sql<{ id: string; workName: string }>`
    select id, work_name from staff where id = any(${[...staffIds]}::uuid[])`.execute(tx);
  return new Map(rows.rows.map((row) => [row.id, row.workName]));
}

export interface EnquiryOfPerson {
  readonly enquiryId: string;
  readonly state: string;
  readonly recordId: string;
  readonly kinship: string | null;
  readonly filedAt: Date;
  /** The relative is told first. */
  readonly primary: boolean;
  /** The relative is in a dispute that is not closed. */
  readonly disputed: boolean;
}

export async function listEnquiriesOfPerson(
  tx: Db,
  personId: string,
): Promise<readonly EnquiryOfPerson[]> {
  const rows = await sql<EnquiryOfPerson>`
    select e.id as enquiry_id, e.state, e.kinship, e.filed_at, e.record_id,
      e.state = 'open' and exists (select from primary_contacts c where c.enquiry_id = e.id
        and c.office_id = e.office_id and c.ended_at is null) as primary,
      exists (select from disputes d where e.id in (d.enquiry_id, d.with_enquiry_id)
        and d.office_id = e.office_id and d.closed_at is null) as disputed
    from enquiries e
    join records r on r.id = e.record_id and r.office_id = e.office_id
    where r.person_id = ${personId} order by e.filed_at limit 50`.execute(tx);
  return rows.rows;
}

export interface LookRow {
  readonly recordedAt: Date;
  readonly action: string;
  readonly purpose: string;
  readonly actorPseudonym: string;
}

/** Who read the object and why, newest first; people appear by pseudonym. */
export async function listLooks(tx: Db, objectHash: string): Promise<readonly LookRow[]> {
  const rows = await sql<LookRow>`
    select recorded_at, action, content::json ->> 'purpose' as purpose, actor_pseudonym
    from audit_entries
    where object_hash = ${objectHash} or opened_hashes @> array[${objectHash}]::text[]
    order by recorded_at desc limit 100`.execute(tx);
  return rows.rows;
}

/** The answer's check constraint and the brands of ids have no form in the driver's row. */
function asJudgement(row: object): OwnedJudgement {
  return row as OwnedJudgement;
}
