import { sql } from 'kysely';
import type { Db } from '../../db/connect.ts';
import type { EnquiryId, NoticeId } from '../../kernel/ids.ts';
import type { Page } from '../../kernel/page.ts';
import type { ClearedFact, Notice, NoticeState } from './notice.ts';

const columns = [
  'id',
  'officeId',
  'enquiryId',
  'state',
  'ladderStep',
  'cleared',
  'grave',
  'composedBy',
  'composedAt',
  'approvedBy',
  'approvedAt',
  'toldBy',
  'toldAt',
  'toldHow',
  'version',
] as const;

export async function insertNotice(tx: Db, notice: Notice): Promise<void> {
  await tx
    .insertInto('notices')
    .values({ ...notice, cleared: [...notice.cleared] })
    .execute();
}

export async function findNotice(tx: Db, noticeId: NoticeId): Promise<Notice | null> {
  const row = await tx
    .selectFrom('notices')
    .select(columns)
    .where('id', '=', noticeId)
    .executeTakeFirst();
  return row ? asNotice(row) : null;
}

export async function lockNotice(tx: Db, noticeId: NoticeId): Promise<Notice | null> {
  const row = await tx
    .selectFrom('notices')
    .select(columns)
    .where('id', '=', noticeId)
    .forUpdate()
    .executeTakeFirst();
  return row ? asNotice(row) : null;
}

/** Notices of one enquiry, newest first. */
export async function listNoticesOfEnquiry(
  tx: Db,
  enquiryId: EnquiryId,
): Promise<readonly Notice[]> {
  const rows = await tx
    .selectFrom('notices')
    .select(columns)
    .where('enquiryId', '=', enquiryId)
    .orderBy('composedAt', 'desc')
    .limit(50)
    .execute();
  return rows.map(asNotice);
}

/** A page of the desk's queue, oldest first. */
export async function listNotices(
  tx: Db,
  asked: { readonly state: NoticeState; readonly offset: number; readonly limit: number },
): Promise<Page<Notice>> {
  const rows = await tx
    .selectFrom('notices')
    .select(columns)
    .where('state', '=', asked.state)
    .orderBy('composedAt')
    .orderBy('id')
    .offset(asked.offset)
    .limit(asked.limit + 1)
    .execute();
  const more = rows.length > asked.limit;
  return {
    rows: rows.slice(0, asked.limit).map(asNotice),
    nextAfter: more ? String(asked.offset + asked.limit) : null,
  };
}

export async function countNotices(
  tx: Db,
): Promise<{ readonly toApprove: number; readonly toTell: number }> {
  const rows = await sql<{ toApprove: number; toTell: number }>`
    select count(*) filter (where state = 'awaiting_approval')::int as to_approve,
      count(*) filter (where state = 'approved')::int as to_tell
    from notices where state in ('awaiting_approval', 'approved')`.execute(tx);
  return rows.rows[0] ?? { toApprove: 0, toTell: 0 };
}

/** Writes the new state; the version read must still be current. Returns the new version. */
export async function updateNotice(tx: Db, notice: Notice): Promise<number> {
  const row = await tx
    .updateTable('notices')
    .set({
      state: notice.state,
      approvedBy: notice.approvedBy,
      approvedAt: notice.approvedAt,
      toldBy: notice.toldBy,
      toldAt: notice.toldAt,
      toldHow: notice.toldHow,
      version: notice.version + 1,
    })
    .where('id', '=', notice.id)
    .where('version', '=', notice.version)
    .returning('version')
    .executeTakeFirstOrThrow();
  return row.version;
}

/** Raises the family's ladder; it never falls, and only a told notice raises it (ruling 9). */
export async function raiseLadder(tx: Db, enquiryId: EnquiryId, step: number): Promise<void> {
  await sql`update enquiries set ladder_step = greatest(ladder_step, ${step}), version = version + 1
    where id = ${enquiryId}`.execute(tx);
}

/** What each of these families was told, as facts; includes families that were told nothing. */
export async function listFactsTold(
  tx: Db,
  enquiryIds: readonly EnquiryId[],
): Promise<ReadonlyMap<EnquiryId, readonly ClearedFact[]>> {
  const found = await sql<{ enquiryId: EnquiryId; facts: ClearedFact[] }>`
    select a.enquiry_id, array(select distinct f.fact from notices n, unnest(n.cleared) as f (fact)
      where n.enquiry_id = a.enquiry_id and n.state = 'told') as facts
    from unnest(${[...enquiryIds]}::uuid[]) as a (enquiry_id)`.execute(tx);
  return new Map(found.rows.map(({ enquiryId, facts }) => [enquiryId, facts]));
}

/** Why notices precede the primary contact's; those that needed no reason are absent. */
export async function listOutOfTurn(
  tx: Db,
  noticeIds: readonly NoticeId[],
): Promise<ReadonlyMap<string, string>> {
  if (noticeIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom('outOfTurnNotices')
    .select(['noticeId', 'reason'])
    .where('noticeId', 'in', [...noticeIds])
    .execute();
  return new Map(rows.map(({ noticeId, reason }) => [noticeId, reason]));
}

export async function insertOutOfTurn(
  tx: Db,
  kept: {
    readonly noticeId: NoticeId;
    readonly officeId: string;
    readonly reason: string;
    readonly recordedAt: Date;
  },
): Promise<void> {
  await tx.insertInto('outOfTurnNotices').values(kept).execute();
}

/** Checks hold states, facts and ways; they have no form in the driver's row. */
function asNotice(row: object): Notice {
  return row as Notice;
}
