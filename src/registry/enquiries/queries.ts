import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { Db } from '../../db/connect.ts';
import type { EnquiriesRow } from '../../db/tables.ts';
import type { EnquiryId, OfficeId, RecordId, StaffId } from '../../kernel/ids.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import type { Enquiry, EnquiryState, FilingChannel, Kinship, Language } from './enquiry.ts';

/** Converts the row; the table's check constraints prove the casts. */
function asEnquiry(row: Selectable<EnquiriesRow>): Enquiry {
  return {
    enquiryId: row.id as EnquiryId,
    officeId: row.officeId as OfficeId,
    state: row.state as EnquiryState,
    language: row.language as Language,
    channel: row.channel as FilingChannel,
    filedAt: row.filedAt,
    identityProvenAt: row.identityProvenAt,
    kinshipProvenAt: row.kinshipProvenAt,
    kinship: row.kinship as Kinship | null,
    recordId: row.recordId as RecordId | null,
    ladderStep: row.ladderStep,
    nextContactOn: row.nextContactOn,
    version: row.version,
    ownVersion: row.ownVersion,
  };
}

export async function findEnquiry(tx: Db, enquiryId: EnquiryId): Promise<Enquiry | null> {
  const row = await tx
    .selectFrom('enquiries')
    .selectAll()
    .where('id', '=', enquiryId)
    .executeTakeFirst();
  return row ? asEnquiry(row) : null;
}

export async function lockEnquiry(tx: Db, enquiryId: EnquiryId): Promise<Enquiry | null> {
  const row = await tx
    .selectFrom('enquiries')
    .selectAll()
    .where('id', '=', enquiryId)
    .forUpdate()
    .executeTakeFirst();
  return row ? asEnquiry(row) : null;
}

/** Inserts without reading back: the intake endpoint may write a filing but never read one. */
export async function insertEnquiry(tx: Db, enquiry: Enquiry): Promise<void> {
  const { enquiryId, ...columns } = enquiry;
  await tx
    .insertInto('enquiries')
    .values({ id: enquiryId, ...columns })
    .execute();
}

export async function updateEnquiry(tx: Db, enquiry: Enquiry): Promise<void> {
  await tx
    .updateTable('enquiries')
    .set({
      state: enquiry.state,
      language: enquiry.language,
      identityProvenAt: enquiry.identityProvenAt,
      kinshipProvenAt: enquiry.kinshipProvenAt,
      kinship: enquiry.kinship,
      recordId: enquiry.recordId,
      nextContactOn: enquiry.nextContactOn,
      version: enquiry.version,
      ownVersion: enquiry.ownVersion,
    })
    .where('id', '=', enquiry.enquiryId)
    .execute();
}

export interface IntakeBox {
  readonly enquiryId: EnquiryId;
  readonly officeId: OfficeId;
  readonly intakeKeyId: string;
  readonly sealed: Buffer;
  readonly eraseAfter: Date;
}

export async function insertIntake(tx: Db, box: IntakeBox): Promise<void> {
  await tx.insertInto('intakes').values(box).execute();
}

/** True for the error of an insert whose intake key was deleted meanwhile. */
export function isKeyGone(error: unknown): boolean {
  return (
    error instanceof Error &&
    'constraint' in error &&
    error.constraint === 'intakes_intake_key_id_fkey'
  );
}

export interface EnquiryListRow extends Enquiry {
  /** Entries the family wrote since the desk last wrote. */
  readonly unread: number;
}

/** One page of the desk's list, oldest filing first. */
export async function listEnquiries(
  tx: Db,
  asked: PageRequest & { readonly state?: EnquiryState | undefined },
): Promise<Page<EnquiryListRow>> {
  const after = asked.after ? new Date(asked.after) : null;
  const rows = await tx
    .selectFrom('enquiries as e')
    .selectAll('e')
    .select(unreadCount.as('unread'))
    .$if(asked.state !== undefined, (query) => query.where('e.state', '=', asked.state ?? ''))
    .$if(after !== null, (query) => query.where('e.filedAt', '>', after ?? new Date(0)))
    .orderBy('e.filedAt')
    .orderBy('e.id')
    .limit(asked.limit + 1)
    .execute();
  const shown = rows.slice(0, asked.limit);
  const last = shown.at(-1);
  return {
    rows: shown.map((row) => ({ ...asEnquiry(row), unread: row.unread })),
    nextAfter: rows.length > asked.limit && last ? last.filedAt.toISOString() : null,
  };
}

const unreadCount = sql<number>`(select count(*)::int from thread_entries t
  where t.enquiry_id = e.id and t.office_id = e.office_id and t.written_by = 'family'
    and t.recorded_at > coalesce((select max(d.recorded_at) from thread_entries d
      where d.enquiry_id = e.id and d.office_id = e.office_id and d.written_by = 'desk'),
      '-infinity'))`;

export interface ThreadEntryRow {
  readonly entryId: string;
  readonly writtenBy: 'family' | 'desk';
  readonly recordedAt: Date;
}

export interface ThreadAsked {
  readonly enquiryId: EnquiryId;
  readonly limit: number;
  /** Omits what the desk wrote at this moment or later; null omits all of it. */
  readonly deskBefore?: Date | null;
}

/** The newest entries of the thread, oldest first. */
export async function listThread(tx: Db, asked: ThreadAsked): Promise<readonly ThreadEntryRow[]> {
  const { enquiryId, limit, deskBefore } = asked;
  const rows = await tx
    .selectFrom('threadEntries')
    .select(['id as entryId', 'writtenBy', 'recordedAt'])
    .where('enquiryId', '=', enquiryId)
    .$if(deskBefore !== undefined, (query) =>
      query.where((where) =>
        where.or([
          where('writtenBy', '=', 'family'),
          where('recordedAt', '<', deskBefore ?? new Date(0)),
        ]),
      ),
    )
    .orderBy('recordedAt', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.reverse() as ThreadEntryRow[]; // A check constraint holds the two authors.
}

export async function insertThreadEntry(
  tx: Db,
  entry: {
    readonly id: string;
    readonly officeId: OfficeId;
    readonly enquiryId: EnquiryId;
    readonly writtenBy: 'family' | 'desk';
    readonly staffId: StaffId | null;
    readonly recordedAt: Date;
  },
): Promise<void> {
  await tx.insertInto('threadEntries').values(entry).execute();
}

export interface ContactRow {
  readonly contactId: string;
  readonly kind: 'timetable' | 'telephone' | 'letter' | 'visit' | 'thread' | 'reminder';
  readonly occurredAt: Date;
  readonly staffId: string | null;
  readonly outcome: string | null;
}

export async function listContacts(
  tx: Db,
  enquiryId: EnquiryId,
  limit: number,
): Promise<readonly ContactRow[]> {
  const rows = await tx
    .selectFrom('contacts')
    .select(['id as contactId', 'kind', 'occurredAt', 'staffId', 'outcome'])
    .where('enquiryId', '=', enquiryId)
    .orderBy('occurredAt', 'desc')
    .limit(limit)
    .execute();
  return rows as ContactRow[]; // A check constraint holds the kinds.
}

export async function insertContact(
  tx: Db,
  contact: {
    readonly id: string;
    readonly officeId: string;
    readonly enquiryId: string;
    readonly kind: ContactRow['kind'];
    readonly occurredAt: Date;
    readonly staffId: string | null;
    readonly outcome: string | null;
    readonly recordedAt: Date;
  },
): Promise<void> {
  await tx.insertInto('contacts').values(contact).execute();
}

export interface CheckRow {
  readonly kind: 'identity' | 'kinship';
  readonly outcome: 'proven' | 'not_proven';
  readonly means: string;
  readonly kinship: string | null;
  readonly staffId: string;
  readonly recordedAt: Date;
}

export async function listChecks(tx: Db, enquiryId: EnquiryId): Promise<readonly CheckRow[]> {
  const rows = await tx
    .selectFrom('checks')
    .select(['kind', 'outcome', 'means', 'kinship', 'staffId', 'recordedAt'])
    .where('enquiryId', '=', enquiryId)
    .orderBy('recordedAt')
    .limit(100)
    .execute();
  return rows as CheckRow[]; // Check constraints hold kind and outcome.
}

export async function insertCheck(
  tx: Db,
  row: CheckRow & {
    readonly id: string;
    readonly officeId: OfficeId;
    readonly enquiryId: EnquiryId;
  },
): Promise<void> {
  await tx.insertInto('checks').values(row).execute();
}

export const paperKinds = ['identity', 'birth', 'marriage', 'register_extract', 'other'] as const;
export type PaperKind = (typeof paperKinds)[number];

export interface PaperRow {
  readonly paperId: string;
  readonly kind: PaperKind;
  readonly format: 'jpeg' | 'png' | 'pdf';
  readonly size: number;
  readonly recordedAt: Date;
}

export async function listPapers(tx: Db, enquiryId: EnquiryId): Promise<readonly PaperRow[]> {
  const rows = await tx
    .selectFrom('familyPapers')
    .select(['id as paperId', 'kind', 'format', 'size', 'recordedAt'])
    .where('enquiryId', '=', enquiryId)
    .orderBy('recordedAt')
    .limit(50)
    .execute();
  return rows as PaperRow[]; // Kind by constraint, format by the one action that inserts.
}

export async function insertPaper(
  tx: Db,
  paper: PaperRow & {
    readonly officeId: OfficeId;
    readonly enquiryId: EnquiryId;
    readonly contentHash: Buffer;
  },
): Promise<void> {
  const { paperId, ...columns } = paper;
  await tx
    .insertInto('familyPapers')
    .values({ id: paperId, ...columns })
    .execute();
}

export async function findPersonOf(tx: Db, recordId: RecordId): Promise<string | null> {
  const row = await tx
    .selectFrom('records')
    .select('personId')
    .where('id', '=', recordId)
    .executeTakeFirst();
  return row?.personId ?? null;
}

/** An enquiry about the same person: its family and its state, without its words. */
export interface KinRow {
  readonly enquiryId: string;
  readonly personId: string;
  readonly kinship: string | null;
  readonly state: string;
  readonly filedAt: Date;
}

/** Other enquiries about the persons of these records; withdrawn ones are omitted. */
export async function listEnquiriesOfRecords(
  tx: Db,
  asked: { readonly recordIds: readonly string[]; readonly besides: EnquiryId },
): Promise<readonly KinRow[]> {
  const found = await sql<KinRow>`
    select e.id as enquiry_id, r.person_id, e.kinship, e.state, e.filed_at from enquiries e
    join records r on r.id = e.record_id and r.office_id = e.office_id
    where e.id <> ${asked.besides} and e.state not in ('withdrawn', 'rejected', 'erased')
      and r.person_id in (select o.person_id from records o
        where o.id = any(${[...asked.recordIds]}::uuid[]))
    order by e.filed_at limit 50`.execute(tx);
  return found.rows;
}

/** The line of the contact log with the family's last change of its consents. */
export async function findConsentChange(tx: Db, enquiryId: EnquiryId): Promise<string | null> {
  const row = await tx
    .selectFrom('contacts')
    .select('id')
    .where('enquiryId', '=', enquiryId)
    .where('outcome', '=', 'consent_changed')
    .orderBy('recordedAt', 'desc')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return row?.id ?? null;
}

export async function countEnquiries(
  tx: Db,
  now: Date,
): Promise<{ readonly toVerify: number; readonly contactsDue: number; readonly threads: number }> {
  const found = await sql<{ toVerify: number; contactsDue: number; threads: number }>`
    select count(*) filter (where e.state in ('submitted', 'identity_proven'))::int as to_verify,
      count(*) filter (where e.state = 'open' and e.next_contact_on <= ${now}::date)::int as contacts_due,
      count(*) filter (where ${unreadCount} > 0)::int as threads
    from enquiries e where e.state not in ('erased', 'withdrawn', 'closed')`.execute(tx);
  return found.rows[0] ?? { toVerify: 0, contactsDue: 0, threads: 0 };
}

/**
 * Those whom the timetable contacts. A closing that the family cannot know of changes nothing
 * (R-32).
 */
const isContacted = sql<boolean>`(state in
    ('submitted', 'identity_proven', 'open', 'suspended', 'rejected')
  or (state = 'closed' and kinship_proven_at is null))`;

/** Enquiries whose next contact is due; the worker's list, oldest first. */
export async function listContactsDue(
  tx: Db,
  lastDay: string,
  limit: number,
): Promise<readonly Enquiry[]> {
  const rows = await tx
    .selectFrom('enquiries')
    .selectAll()
    .where('nextContactOn', '<=', lastDay)
    .where(isContacted)
    .orderBy('nextContactOn')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
  return rows.map(asEnquiry);
}

/** A position in the order of filing, for work that goes through all enquiries page by page. */
export interface FiledMark {
  readonly filedAt: Date;
  readonly enquiryId: string;
}

function isAfter(mark: FiledMark | null) {
  const { filedAt, enquiryId } = mark ?? { filedAt: null, enquiryId: null };
  return sql<boolean>`(${filedAt}::timestamptz is null
    or (e.filed_at, e.id) > (${filedAt}::timestamptz, ${enquiryId}::uuid))`;
}

/** Enquiries that the timetable contacts, in the order of filing. */
export async function listContacted(
  tx: Db,
  asked: { readonly after: FiledMark | null; readonly limit: number },
): Promise<readonly Enquiry[]> {
  const rows = await tx
    .selectFrom('enquiries as e')
    .selectAll('e')
    .where(isContacted)
    .where(isAfter(asked.after))
    .orderBy('e.filedAt')
    .orderBy('e.id')
    .limit(asked.limit)
    .forUpdate('e')
    .execute();
  return rows.map(asEnquiry);
}

export interface EraseCandidate extends Enquiry {
  readonly papersAt: readonly Date[];
  readonly checksAt: readonly Date[];
}

/** Filings that may have to be erased: unproven for thirty days, or withdrawn by the family. */
export async function listEraseCandidates(
  tx: Db,
  asked: { readonly filedBefore: Date; readonly after: FiledMark | null; readonly limit: number },
): Promise<readonly EraseCandidate[]> {
  const rows = await tx
    .selectFrom('enquiries as e')
    .selectAll('e')
    .select([
      sql<Date[]>`array(select p.recorded_at from family_papers p
        where p.enquiry_id = e.id and p.office_id = e.office_id)`.as('papersAt'),
      sql<Date[]>`array(select c.recorded_at from checks c
        where c.enquiry_id = e.id and c.office_id = e.office_id)`.as('checksAt'),
    ])
    .where((where) =>
      where.or([
        where('e.state', '=', 'withdrawn').and('e.recordId', 'is', null),
        // Closed before identity was proven: erased like the rest, or the family could notice
        //
        where('e.state', 'in', ['submitted', 'suspended', 'rejected', 'closed'])
          .and('e.identityProvenAt', 'is', null)
          .and('e.recordId', 'is', null)
          .and('e.filedAt', '<=', asked.filedBefore),
      ]),
    )
    .where(isAfter(asked.after))
    .orderBy('e.filedAt')
    .orderBy('e.id')
    .limit(asked.limit)
    .forUpdate('e')
    .skipLocked()
    .execute();
  return rows.map((row) => ({
    ...asEnquiry(row),
    papersAt: row.papersAt,
    checksAt: row.checksAt,
  }));
}

/**
 * Deletes the content of a filing: its intake box, its sealed fields, its documents, its
 * credentials.
 */
export async function deleteFilingContents(tx: Db, enquiryId: EnquiryId): Promise<void> {
  await tx.deleteFrom('intakes').where('enquiryId', '=', enquiryId).execute();
  await tx.deleteFrom('sealedFields').where('enquiryId', '=', enquiryId).execute();
  await tx.deleteFrom('familyPapers').where('enquiryId', '=', enquiryId).execute();
  await tx.deleteFrom('familyFiles').where('enquiryId', '=', enquiryId).execute();
}

/**
 * The source that a proven tracing request becomes: its reliability is that of a known relative.
 */
export async function insertTracingSource(
  tx: Db,
  source: {
    readonly sourceId: string;
    readonly officeId: OfficeId;
    readonly enquiryId: EnquiryId;
    readonly language: Language;
    readonly recordedAt: Date;
  },
): Promise<void> {
  const { sourceId, ...columns } = source;
  await tx
    .insertInto('sources')
    .values({ id: sourceId, kind: 'tracing_request', reliability: 'B3', ...columns })
    .execute();
}
