/**
 * How far a question goes, wherever the index lies: in memory or in a database these bounds and the
 * weights of a key are the same, and so are the answers.
 */

/** Bits of a key. */
export const keyBits = 29;

/** How far one tier of a search goes. */
export interface Bounds {
  /** A key that more records have is not followed. */
  readonly listMax: number;
  /** Postings followed, over all keys of the question, the rarest first. */
  readonly postingsMax: number;
  /** Records compared, those that share the most with the question. */
  readonly comparedMax: number;
}

/**
 * Every question. Among a million records the right one is in the first 300 of 97.4 % of questions
 * and in the first 1,000 of 98.5 %: comparing is cheap.
 */
export const firstTier: Bounds = { listMax: 2_500, postingsMax: 6_000, comparedMax: 1_000 };

/**
 * The second tier, for questions of which the first found nothing likely. Among a million records
 * it holds the right one in 98.9 %; five times as far holds no more.
 */
export const secondTier: Bounds = { listMax: 5_000, postingsMax: 12_000, comparedMax: 2_000 };

/** What sharing a key is worth: the rarer, the more. Whole, so that sums are exact in any order. */
export function keyWeight(size: number, count: number): number {
  return Math.round((Math.log((size + 1) / (count + 1)) + 0.1) * 1_024);
}
