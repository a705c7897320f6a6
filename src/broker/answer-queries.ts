import { sql } from 'kysely';
import type { Db } from '../db/connect.ts';

export interface AnsweredPair extends ActMark {
  readonly leftRecordId: string;
  readonly rightRecordId: string;
  readonly answer: 'same' | 'different';
}

/** A position in the sequence of answers and withdrawals: the time and the judgement. */
export interface ActMark {
  readonly at: Date;
  readonly id: string;
}

/** How many answers were given or withdrawn before this moment. */
export async function countAnswerActs(tx: Db, before: Date): Promise<number> {
  const found = await sql<{ acts: number }>`
    select (count(*) filter (where confirmed_at < ${before})
      + count(*) filter (where withdrawn_at < ${before}))::int as acts from judgements`.execute(tx);
  return found.rows[0]?.acts ?? 0;
}

/**
 * The answer or withdrawal with this number in order of time; the sequence only grows at its end.
 */
export async function findAnswerAct(tx: Db, number: number): Promise<ActMark | null> {
  const found = await sql<ActMark>`
    select at, id from (
      select confirmed_at as at, id from judgements
      union all select withdrawn_at, id from judgements where withdrawn_at is not null
    ) acts order by at, id limit 1 offset ${number - 1}`.execute(tx);
  return found.rows[0] ?? null;
}

/** Pairs with two confirming answers and no withdrawal at that point, oldest first. */
export async function listAnsweredPairs(
  tx: Db,
  page: { readonly until: ActMark; readonly after: ActMark; readonly limit: number },
): Promise<readonly AnsweredPair[]> {
  const { until, after, limit } = page;
  const found = await sql<AnsweredPair>`
    select id, left_record_id, right_record_id, answer, confirmed_at as at from judgements
    where (confirmed_at, id) > (${after.at}, ${after.id}::uuid)
      and (confirmed_at, id) <= (${until.at}, ${until.id}::uuid)
      and (withdrawn_at is null or (withdrawn_at, id) > (${until.at}, ${until.id}::uuid))
    order by confirmed_at, id limit ${limit}`.execute(tx);
  return found.rows;
}
