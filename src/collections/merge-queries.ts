import { type Bulk, quoteName } from '../db/bulk.ts';
import { secondTier } from '../matching/proposing/bounds.ts';

/** The memory limit for sorting, however much there is to sort. */
const sortMemory = '256MB';

/** True if keys were merged before. */
export async function hasKeys(bulk: Bulk, collection: string): Promise<boolean> {
  const schema = quoteName(`cards_${collection}`);
  const found = await bulk.query(`select 1 from ${schema}.card_key limit 1`);
  return found.length > 0;
}

/**
 * Adds pending keys to the existing lists. A list that grows too long is dropped; its count is
 * kept.
 */
export async function growKeys(bulk: Bulk, collection: string): Promise<void> {
  const schema = quoteName(`cards_${collection}`);
  await bulk.query(
    `update ${schema}.card_key as held set
       count = held.count + fresh.count,
       cards = case when held.count + fresh.count <= ${secondTier.listMax} then held.cards || fresh.cards end
     from (
       select key, count(*)::int as count, array_agg(card order by card) as cards
       from ${schema}.pending_key group by key
     ) as fresh
     where held.key = fresh.key`,
  );
}

/** Inserts new keys in key order, so that table and index are written sequentially. */
export async function insertKeys(bulk: Bulk, collection: string): Promise<void> {
  const schema = quoteName(`cards_${collection}`);
  await bulk.query(
    `insert into ${schema}.card_key (key, count, cards)
     select key, count(*)::int, case when count(*) <= ${secondTier.listMax} then array_agg(card order by card) end
     from ${schema}.pending_key as pending
     where not exists (select from ${schema}.card_key as held where held.key = pending.key)
     group by key order by key`,
  );
}

/** Adds pending counts of names, places and units to the existing ones. */
export async function growValues(bulk: Bulk, collection: string): Promise<void> {
  const schema = quoteName(`cards_${collection}`);
  await bulk.query(
    `update ${schema}.counted_value as held set count = held.count + fresh.count
     from (
       select value, kind, sum(count)::int as count
       from ${schema}.pending_value group by value, kind
     ) as fresh
     where held.value = fresh.value and held.kind = fresh.kind`,
  );
}

export async function insertValues(bulk: Bulk, collection: string): Promise<void> {
  const schema = quoteName(`cards_${collection}`);
  await bulk.query(
    `insert into ${schema}.counted_value (value, kind, count)
     select value, kind, sum(count)::int from ${schema}.pending_value as pending
     where not exists (
       select from ${schema}.counted_value as held
       where held.value = pending.value and held.kind = pending.kind
     )
     group by value, kind order by value, kind`,
  );
}

/** Pending rows are deleted once merged; sorting them uses bounded memory. */
export async function letPendingGo(bulk: Bulk, collection: string): Promise<void> {
  const schema = quoteName(`cards_${collection}`);
  await bulk.query(`truncate ${schema}.pending_key, ${schema}.pending_value`);
}

export async function boundSorting(bulk: Bulk): Promise<void> {
  await bulk.query(`set local work_mem = '${sortMemory}'`);
}

export async function markSettled(bulk: Bulk, collection: string): Promise<void> {
  await bulk.query('update homeward_collections.collections set settled = true where name = $1', [
    collection,
  ]);
}

/** Updates the planner's statistics, and marks pages as visible to all transactions. */
export async function vacuum(bulk: Bulk, collection: string): Promise<void> {
  const schema = quoteName(`cards_${collection}`);
  for (const table of ['card', 'card_id', 'card_key', 'counted_value']) {
    await bulk.query(`vacuum (analyze) ${schema}.${table}`);
  }
}
