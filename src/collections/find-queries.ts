import { type Bulk, quoteName } from '../db/bulk.ts';
import type { Bounds } from '../matching/proposing/bounds.ts';

/** A card that shares keys with the query. */
export interface ProposedCard {
  readonly number: number;
  /** Its packed analysis, or its description where that must be analysed again. */
  readonly read: string;
}

/**
 * Cards that share keys with the query: rarest keys first, within the bounds, highest weight first.
 * It is one statement. Where the tables are on several servers, each server follows its own keys
 * and returns numbers with integer sums, which are the same in any order. `weights[count]` is the
 * weight of a key with that many cards, so no server has to compute logarithms exactly as we do.
 */
export function listProposed(
  bulk: Bulk,
  collection: string,
  asked: {
    readonly keys: readonly number[];
    readonly weights: string;
    readonly bounds: Bounds;
  },
): Promise<readonly ProposedCard[]> {
  const schema = quoteName(`cards_${collection}`);
  const { listMax, postingsMax, comparedMax } = asked.bounds;
  return bulk.prepared<ProposedCard>({
    name: `proposed ${collection}`,
    text: `
      with asked as (
        select cards, count, sum(count) over (order by count, key) as followed
        from ${schema}.card_key
        where key = any($1::int[]) and count <= $3
      ),
      proposed as (
        select card, sum(($2::int[])[asked.count]) as weight
        from asked cross join unnest(asked.cards) as card
        where followed <= $4
        group by card
        order by weight desc, card
        limit $5
      )
      select number, read from ${schema}.card
      where number = any(array(select card from proposed))`,
    values: [asked.keys, asked.weights, listMax, postingsMax, comparedMax],
  });
}

/** Ids and descriptions of cards, by number. */
export function listSaid(
  bulk: Bulk,
  collection: string,
  numbers: readonly number[],
): Promise<readonly { readonly number: number; readonly id: string; readonly said: string }[]> {
  return bulk.prepared({
    name: `said ${collection}`,
    text: `select number, id, said from ${quoteName(`cards_${collection}`)}.card
      where number = any($1::int[])`,
    values: [numbers],
  });
}

/** How often values occurred; values that are not listed never did. */
export function listCounts(
  bulk: Bulk,
  collection: string,
  values: readonly string[],
): Promise<readonly { readonly kind: number; readonly value: string; readonly count: number }[]> {
  return bulk.prepared({
    name: `counts ${collection}`,
    text: `select kind, value, count from ${quoteName(`cards_${collection}`)}.counted_value
      where value = any($1::text[])`,
    values: [values],
  });
}
