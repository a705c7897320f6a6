import { type Bulk, quoteName } from '../db/bulk.ts';
import type { Bounds } from '../matching/proposing/bounds.ts';

/** A card that shares keys with the question. */
export interface ProposedCard {
  readonly number: number;
  /** What was understood of it, packed; or what it says, where that has to be understood again. */
  readonly read: string;
}

/**
 * Cards that share keys with the question, the rarest keys first, as far as the bounds go, those with the
 * greatest weight. One statement: where the tables lie on several servers each follows its
 * own keys and hands on numbers with whole sums, which are the same in any order. `weights[count]` is
 * what a key of that many cards is worth, so that no server has to take a logarithm as we do.
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

/** Ids of cards and what they say, by their numbers. */
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

/** How often values came; what is not listed never did. */
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
