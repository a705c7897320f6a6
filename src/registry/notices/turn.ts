import type { Db } from '../../db/connect.ts';
import type { EnquiryId } from '../../kernel/ids.ts';
import { impossible } from '../../kernel/problem.ts';
import { standingPrimaries } from '../kin/kin.ts';
import { findPersonAskedFor, listPrimaryContacts, listRelatives } from '../kin/queries.ts';
import type { ClearedFact, Notice } from './notice.ts';
import { insertOutOfTurn, listFactsTold, listOutOfTurn } from './queries.ts';

/**
 * Why a relative is told before the primary contact. Codes: free text would be stored in clear
 * (R-45).
 */
export const outOfTurnReasons = [
  'primary_not_reached',
  'primary_agreed',
  'told_the_same_day',
  'danger_in_waiting',
] as const;
export type OutOfTurnReason = (typeof outOfTurnReasons)[number];

/** These contain no news about the person, so the primary contact need not be first. */
const noNews: readonly ClearedFact[] = ['search_goes_on', 'needs_papers'];

/** What each primary contact has been told so far. */
export type ToldFirst = ReadonlyMap<EnquiryId, readonly ClearedFact[]>;

/**
 * True if the notice holds news that another relative is to be told first and has not been told
 * yet.
 */
export function isOutOfTurn(
  notice: { readonly enquiryId: EnquiryId; readonly cleared: readonly ClearedFact[] },
  told: ToldFirst,
): boolean {
  if (told.has(notice.enquiryId)) return false;
  const news = notice.cleared.filter((fact) => !noNews.includes(fact));
  return [...told.values()].some((facts) => news.some((fact) => !facts.includes(fact)));
}

/**
 * The primary contact is told first, or a reason is recorded. Checked when a notice is composed,
 * which may supply the reason, and again when it is approved. Not when it is recorded as told: that
 * conversation has happened by then, and refusing to record it would only hide it.
 */
export async function requireTurn(
  tx: Db,
  notice: Pick<Notice, 'id' | 'officeId' | 'enquiryId' | 'cleared'>,
  given: { readonly reason: OutOfTurnReason; readonly now: Date } | null = null,
): Promise<void> {
  if (!isOutOfTurn(notice, await readToldFirst(tx, notice.enquiryId))) return;
  const { id: noticeId, officeId } = notice;
  if (given) {
    await insertOutOfTurn(tx, { noticeId, officeId, reason: given.reason, recordedAt: given.now });
  } else if (!(await listOutOfTurn(tx, [noticeId])).has(noticeId)) {
    throw impossible('notice.primary_first', 'Another relative is to be told this first.');
  }
}

async function readToldFirst(tx: Db, enquiryId: EnquiryId): Promise<ToldFirst> {
  const person = await findPersonAskedFor(tx, enquiryId);
  if (!person) return new Map();
  const relatives = await listRelatives(tx, person.id);
  const primaries = standingPrimaries(await listPrimaryContacts(tx, person.id), relatives);
  return listFactsTold(
    tx,
    primaries.map((each) => each.enquiryId),
  );
}
