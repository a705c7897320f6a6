import { sql } from 'kysely';
import type { Compartment } from '../audit/context.ts';
import type { Db } from '../db/connect.ts';
import type { SealedRow } from './key-ring.ts';

/** The broker's own row context: it acts for an office without being a person in it. */
export const systemRows = (officeId: string) => ({
  actorKind: 'system',
  actorId: 'broker',
  officeId,
  subjectId: '',
});

export interface OwnedSealedRow extends SealedRow {
  readonly officeId: string;
  readonly enquiryId: string | null;
}

const sealedColumns = sql`row_id, table_name, column_name, subject_id, compartment, office_id,
  enquiry_id, key_version, sealed`;

/** Sealed fields by row and column; missing ones are absent from the answer. */
export async function listSealed(
  tx: Db,
  fields: readonly { readonly rowId: string; readonly columnName: string }[],
): Promise<readonly OwnedSealedRow[]> {
  const found = await sql<OwnedSealedRow & { compartment: Compartment }>`
    select ${sealedColumns} from sealed_fields
    where (row_id, column_name) in (
      select * from unnest(${fields.map((field) => field.rowId)}::uuid[],
        ${fields.map((field) => field.columnName)}::text[]))`.execute(tx);
  return found.rows;
}

/** Descriptions of records after the given sequence, oldest first, for building the index. */
export async function listDescriptions(
  tx: Db,
  page: { readonly after: number; readonly limit: number },
): Promise<readonly (OwnedSealedRow & RecordFacts)[]> {
  const found = await sql<OwnedSealedRow & RecordFacts>`
    select ${sealedColumns}, r.sequence, r.side, r.source_id, r.person_id
    from (select id, sequence, side, source_id, person_id from records where sequence > ${page.after} and superseded_at is null
        and match_at <> 'never'
      order by sequence limit ${page.limit}) r
    join sealed_fields f on f.row_id = r.id and f.column_name = 'description'
    order by r.sequence`.execute(tx);
  return found.rows;
}

export interface RecordFacts {
  readonly sequence: number;
  readonly side: 'held' | 'sought' | 'spoken_of';
  readonly sourceId: string;
  readonly personId: string;
}

export interface UnmatchedRecord extends RecordFacts {
  readonly id: string;
  readonly officeId: string;
  /** The record that this one corrects or replaces. */
  readonly supersedesId: string | null;
}

/** The matcher's queue: records not matched yet, oldest first. */
export async function listUnmatched(
  tx: Db,
  asked: {
    readonly matchAt: 'arrival' | 'fixed_hour';
    readonly limit: number;
    /** Only records from before this hour, or from a future that the clock has since left. */
    readonly before?: Date;
    readonly now?: Date;
  },
): Promise<readonly UnmatchedRecord[]> {
  const { before = null, now = null } = asked;
  const found = await sql<UnmatchedRecord>`
    select id, office_id, sequence, side, source_id, person_id, supersedes_id from records
    where match_at = ${asked.matchAt} and matched_at is null and superseded_at is null
      and (${before}::timestamptz is null or recorded_at < ${before} or recorded_at > ${now})
    order by sequence limit ${asked.limit}`.execute(tx);
  return found.rows;
}

export async function markMatched(tx: Db, recordIds: readonly string[], now: Date): Promise<void> {
  await sql`update records set matched_at = ${now} where id = any(${[...recordIds]}::uuid[])`.execute(
    tx,
  );
}

export async function listPersonsOf(
  tx: Db,
  recordIds: readonly string[],
): Promise<
  readonly {
    id: string;
    personId: string;
    sourceId: string;
    side: string;
    officeId: string;
    supersededAt: Date | null;
    matchAt: string;
  }[]
> {
  const found = await sql<{
    id: string;
    personId: string;
    sourceId: string;
    side: string;
    officeId: string;
    supersededAt: Date | null;
    matchAt: string;
  }>`select id, person_id, source_id, side, office_id, superseded_at, match_at from records
    where id = any(${[...recordIds]}::uuid[])`.execute(tx);
  return found.rows;
}

export interface TakenBack {
  readonly enquiryId: string;
  /** The enquiry's record and every correction of it. */
  readonly recordIds: readonly string[];
  readonly personId: string;
  readonly officeId: string;
}

/** Enquiries withdrawn by the family or filed by an impostor, whose record is still matched. */
export async function listTakenBack(tx: Db, limit: number): Promise<readonly TakenBack[]> {
  const found = await sql<TakenBack>`
    with recursive gone as (
        select id, record_id, office_id from enquiries
        where record_id is not null and left_matching_at is null
          and state in ('withdrawn', 'rejected') limit ${limit}),
      chain (enquiry_id, record_id, person_id, office_id, depth) as (
        select g.id, r.id, r.person_id, r.office_id, 0
        from gone g join records r on r.id = g.record_id and r.office_id = g.office_id
        union all
        select c.enquiry_id, r.id, r.person_id, r.office_id, c.depth + 1
        from records r join chain c on r.supersedes_id = c.record_id and r.office_id = c.office_id
        where c.depth < 1000)
    select enquiry_id, array_agg(record_id order by depth) as record_ids, person_id, office_id
    from chain group by enquiry_id, person_id, office_id`.execute(tx);
  return found.rows;
}

/** The records are never matched again, and neither are corrections of them. */
export async function leaveMatching(
  tx: Db,
  { enquiryId, recordIds }: TakenBack,
  now: Date,
): Promise<void> {
  await sql`with left_now as (
      update enquiries set left_matching_at = ${now} where id = ${enquiryId})
    update records set match_at = 'never' where id = any(${[...recordIds]}::uuid[])`.execute(tx);
}

export interface NewMatch {
  readonly id: string;
  readonly officeId: string;
  readonly band: 'probable' | 'possible' | 'weak';
  readonly facet: 'enquiry_list' | 'list_list' | 'enquiry_enquiry';
  readonly modelVersion: string;
}

export async function insertMatches(tx: Db, rows: readonly NewMatch[], now: Date): Promise<void> {
  if (rows.length === 0) return;
  await tx
    .insertInto('matches')
    .values(rows.map((row) => ({ ...row, state: 'proposed', proposedAt: now })))
    .execute();
}

/** Every proposal's sealed pair, for the matcher's memory of earlier proposals. */
export async function listPairs(
  tx: Db,
  page: { readonly after: string; readonly limit: number },
): Promise<readonly OwnedSealedRow[]> {
  const found = await sql<OwnedSealedRow>`select ${sealedColumns} from sealed_fields
    where table_name = 'matches' and column_name = 'pair' and row_id > ${page.after}
    order by row_id limit ${page.limit}`.execute(tx);
  return found.rows;
}

export async function listJudgedPairs(
  tx: Db,
): Promise<readonly { leftRecordId: string; rightRecordId: string }[]> {
  const found = await sql<{ leftRecordId: string; rightRecordId: string }>`
    select left_record_id, right_record_id from judgements`.execute(tx);
  return found.rows;
}

/** The state of a proposal: open, confirmed or expired. */
export type PairOutcome = 'open' | 'answered' | 'lapsed';

export async function listOutcomes(
  tx: Db,
  matchIds: readonly string[],
): Promise<ReadonlyMap<string, PairOutcome>> {
  const found = await sql<{ id: string; outcome: PairOutcome }>`
    select id, case when state in ('confirmed', 'rejected') then 'answered'
        when state = 'lapsed' then 'lapsed' else 'open' end as outcome
    from matches where id = any(${[...matchIds]}::uuid[])`.execute(tx);
  return new Map(found.rows.map(({ id, outcome }) => [id, outcome]));
}

/**
 * Expires proposals about text that has changed; returns how many of them a person had answered.
 */
export async function lapseMatches(tx: Db, matchIds: readonly string[]): Promise<number> {
  if (matchIds.length === 0) return 0;
  const found = await sql<{ answered: number }>`
    with fallen as (update matches set state = 'lapsed', version = version + 1
      where id = any(${[...matchIds]}::uuid[]) and state in ('proposed', 'unsure', 'awaiting_second')
      returning answer)
    select count(*) filter (where answer is not null)::int as answered from fallen`.execute(tx);
  return found.rows[0]?.answered ?? 0;
}

/** Corrections in order, for what they inherit from the records that they correct. */
export async function listCorrections(
  tx: Db,
  page: { readonly after: number; readonly limit: number },
): Promise<readonly { id: string; supersedesId: string; sequence: number }[]> {
  const found = await sql<{ id: string; supersedesId: string; sequence: number }>`
    select id, supersedes_id, sequence from records
    where sequence > ${page.after} and supersedes_id is not null
    order by sequence limit ${page.limit}`.execute(tx);
  return found.rows;
}

/** Tells live screens that proposals were added or expired; one mark for a whole run. */
export async function markMatchesChanged(
  tx: Db,
  mark: { readonly officeId: string; readonly matchId: string; readonly now: Date },
): Promise<void> {
  await sql`insert into changes (office_id, noun, object_id, recorded_at)
    values (${mark.officeId}, 'match', ${mark.matchId}, ${mark.now})`.execute(tx);
}

/** The session of the token, with its rights at this moment. */
export async function findSession(tx: Db, tokenHash: Buffer): Promise<BrokerSession | null> {
  const found = await sql<BrokerSession>`
    select id, kind, staff_id, account_id, enquiry_id, office_id, fresh_until, seen_at, ends_at
    from sessions where token_hash = ${tokenHash} and ended_at is null`.execute(tx);
  return found.rows[0] ?? null;
}

export interface BrokerSession {
  readonly id: string;
  readonly kind: 'staff' | 'family';
  readonly staffId: string | null;
  readonly accountId: string | null;
  readonly enquiryId: string | null;
  readonly officeId: string;
  readonly freshUntil: Date | null;
  readonly seenAt: Date;
  readonly endsAt: Date;
}

export async function findStaff(
  tx: Db,
  staffId: string,
): Promise<{ roles: string[]; disabledAt: Date | null; lockedAt: Date | null } | null> {
  const found = await sql<{ roles: string[]; disabledAt: Date | null; lockedAt: Date | null }>`
    select roles, disabled_at, locked_at from staff where id = ${staffId}`.execute(tx);
  return found.rows[0] ?? null;
}

/**
 * Adds to the amounts spent this hour in each scope, and returns the new sums; row locks make them
 * exact.
 */
export async function addSpends(
  tx: Db,
  hour: Date,
  spends: readonly { readonly scope: string; readonly scopeId: string; readonly amount: number }[],
): Promise<readonly number[]> {
  if (spends.length === 0) return [];
  // In one order, so that two requests cannot deadlock.
  const ordered = [...spends].sort((one, other) => one.scope.localeCompare(other.scope));
  const found = await sql<{ scope: string; spent: number }>`
    insert into budget_spends (scope, scope_id, hour, spent)
    select scope, scope_id, ${hour}, amount from unnest(
      ${ordered.map(({ scope }) => scope)}::text[], ${ordered.map(({ scopeId }) => scopeId)}::text[],
      ${ordered.map(({ amount }) => amount)}::int[]) as given (scope, scope_id, amount)
    on conflict (scope, scope_id, hour) do update set spent = budget_spends.spent + excluded.spent
    returning scope, spent`.execute(tx);
  const sums = new Map(found.rows.map(({ scope, spent }) => [scope, spent]));
  return spends.map(({ scope, amount }) => sums.get(scope) ?? amount);
}

/** Locks a staff member out and ends all sessions of that person. */
export async function lockStaff(tx: Db, staffId: string, now: Date): Promise<void> {
  await sql`update staff set locked_at = coalesce(locked_at, ${now}), version = version + 1
    where id = ${staffId}`.execute(tx);
  await sql`update sessions set ended_at = ${now} where staff_id = ${staffId} and ended_at is null`.execute(
    tx,
  );
}

export interface IntakeRow {
  readonly enquiryId: string;
  readonly officeId: string;
  readonly intakeKeyId: string;
  readonly sealed: Buffer;
}

/** Filings in the intake box that one of the given keys opens; others must not block them. */
export async function listIntakes(
  tx: Db,
  asked: { readonly keyIds: readonly string[]; readonly limit: number },
): Promise<readonly IntakeRow[]> {
  const found = await sql<IntakeRow>`select enquiry_id, office_id, intake_key_id, sealed
    from intakes where intake_key_id = any(${[...asked.keyIds]}::uuid[])
    order by erase_after limit ${asked.limit}`.execute(tx);
  return found.rows;
}

/** How many filings in the intake box none of the given keys opens. */
export async function countIntakesBesides(tx: Db, keyIds: readonly string[]): Promise<number> {
  const found = await sql<{ count: number }>`select count(*)::int as count from intakes
    where intake_key_id <> all(${[...keyIds]}::uuid[])`.execute(tx);
  return found.rows[0]?.count ?? 0;
}

/** Lets filings refer to these intake keys. */
export async function registerIntakeKeys(
  tx: Db,
  keyIds: readonly string[],
  now: Date,
): Promise<void> {
  await sql`insert into intake_keys (id, registered_at)
    select id, ${now} from unnest(${[...keyIds]}::uuid[]) as given (id)
    on conflict do nothing`.execute(tx);
}

/**
 * After this, no filing can refer to the key; false if one still does. A filing stored at the same
 * moment makes the statement fail by its foreign key, and the key remains.
 */
export async function unregisterIntakeKey(tx: Db, keyId: string): Promise<boolean> {
  const found = await sql<{ isUsed: boolean }>`with gone as (
      delete from intake_keys k where k.id = ${keyId}
        and not exists (select from intakes i where i.intake_key_id = k.id))
    select exists (select from intakes where intake_key_id = ${keyId}) as is_used`.execute(tx);
  return found.rows[0]?.isUsed === false;
}

export async function findIntake(tx: Db, enquiryId: string): Promise<IntakeRow | null> {
  const found = await sql<IntakeRow>`select enquiry_id, office_id, intake_key_id, sealed
    from intakes where enquiry_id = ${enquiryId}`.execute(tx);
  return found.rows[0] ?? null;
}

/** An enquiry for which a search is made; null once it has ended. */
export interface ServedEnquiry {
  readonly officeId: string;
  readonly recordId: string | null;
  /** Identity and kinship are proven. */
  readonly verified: boolean;
}

export async function findServed(tx: Db, enquiryId: string): Promise<ServedEnquiry | null> {
  const found = await sql<ServedEnquiry>`
    select office_id, record_id,
      identity_proven_at is not null and kinship_proven_at is not null as verified
    from enquiries
    where id = ${enquiryId} and state not in ('erased', 'withdrawn', 'rejected')`.execute(tx);
  return found.rows[0] ?? null;
}

export async function deleteIntake(tx: Db, enquiryId: string): Promise<boolean> {
  const found = await sql`delete from intakes where enquiry_id = ${enquiryId}`.execute(tx);
  return found.numAffectedRows === 1n;
}

/**
 * The active policy; before its start date, the first one. The clock of a new installation may have
 * been set back since it was created.
 */
export async function findPolicy(
  tx: Db,
  now: Date,
): Promise<{ version: number; content: string; signature: Buffer } | null> {
  const found = await sql<{ version: number; content: string; signature: Buffer }>`
    select version, content, signature from policies
    order by in_force_at <= ${now} desc,
      case when in_force_at <= ${now} then -version else version end limit 1`.execute(tx);
  return found.rows[0] ?? null;
}
