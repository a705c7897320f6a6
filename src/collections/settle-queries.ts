import { type Bulk, quoteName } from '../db/bulk.ts';
import { listMax } from '../matching/bounds.ts';

/** Sorting stays within this much memory, whatever there is to sort. */
const sortMemory = '256MB';

/**
 * Puts pending keys in their place, in order of the key, so that table and index are written from
 * front to back. A list that has grown too long is let go, and its count kept.
 */
export async function settleKeys(bulk: Bulk, collection: string): Promise<void> {
  const schema = quoteName(`cards_${collection}`);
  await bulk.query(`set local work_mem = '${sortMemory}'`);
  await bulk.query(
    `insert into ${schema}.card_key as held (key, count, cards)
     select key, count(*)::int, case when count(*) <= ${listMax} then array_agg(card order by card) end
     from ${schema}.pending_key group by key order by key
     on conflict (key) do update set
       count = held.count + excluded.count,
       cards = case when held.count + excluded.count <= ${listMax} then held.cards || excluded.cards end`,
  );
  await bulk.query(`truncate ${schema}.pending_key`);
}

/** Adds pending counts of names, places and units to the ones that stand. */
export async function settleValues(bulk: Bulk, collection: string): Promise<void> {
  const schema = quoteName(`cards_${collection}`);
  await bulk.query(
    `insert into ${schema}.counted_value as held (value, kind, count)
     select value, kind, sum(count)::int from ${schema}.pending_value
     group by value, kind order by value, kind
     on conflict (value, kind) do update set count = held.count + excluded.count`,
  );
  await bulk.query(`truncate ${schema}.pending_value`);
}

export async function markSettled(bulk: Bulk, collection: string): Promise<void> {
  await bulk.query('update homeward_collections.collections set settled = true where name = $1', [
    collection,
  ]);
}

/** Tells the planner how much there is, and marks pages as seen by everybody. */
export async function tidyUp(bulk: Bulk, collection: string): Promise<void> {
  const schema = quoteName(`cards_${collection}`);
  for (const table of ['card', 'card_id', 'card_key', 'counted_value']) {
    await bulk.query(`vacuum (analyze) ${schema}.${table}`);
  }
}
