/**
 * How far a question goes, wherever the index lies: in memory or in a database these bounds and the
 * worth of a key are the same, and so are the answers.
 */

/** Bits of a key. */
export const keyBits = 29;

/** A key that more records have is never followed. */
export const listMax = 2_500;

/** Postings followed for one question, over all its keys, the rarest first. */
export const postingsMax = 6_000;

/**
 * How many records are compared for one question, at the most. Among a million records the right one
 * is in the first 300 of 97.4 % of questions and in the first 1,000 of 99 %: comparing is cheap.
 */
export const comparedMax = 1_000;

/** What sharing a key is worth: the rarer, the more. Whole, so that sums are exact in any order. */
export function keyWorth(size: number, count: number): number {
  return Math.round((Math.log((size + 1) / (count + 1)) + 0.1) * 1_024);
}
