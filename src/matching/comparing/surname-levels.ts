import { bestWeight, type Weights } from '../weighing/weigh.ts';
import { codesOf } from './levels.ts';

export const surname = codesOf('surname');
export const pattern = codesOf('pattern');
const patterns = [pattern.brothers, pattern.father_and_son, pattern.namesakes];

export const sameFrom = 0.985;
/** The lowest likeness that any level needs. */
export const leastLike = 0.62;
export const nearFrom = 0.7;

/** The likeness from which surnames reach each level, best level first. */
const surnameSteps = [
  [sameFrom, surname.same],
  [0.93, surname.very_close],
  [0.88, surname.close],
  [0.82, surname.similar],
  [0.75, surname.near],
  [leastLike, surname.distant],
] as const;

/** The level of two surnames with this likeness. */
export function surnameLevel(likeness: number): number {
  for (const [from, level] of surnameSteps) if (likeness >= from) return level;
  return surname.different;
}

/** The highest weight that surnames can contribute from a given likeness, lowest likeness first. */
export type Reach = readonly { readonly from: number; readonly best: number }[];

/**
 * The highest weight that surnames of at most this rarity can add to a score, by likeness. A pair
 * that misses more needs no closer comparison. Every level counts, whatever the weights are.
 */
export function surnameReach(rarity: number, weights: Weights): Reach {
  const weigh = (at: number, level: number) => bestWeight({ at, level, rarity }, weights);
  // A pattern counts against a match. If a model gives it a positive weight, it is included.
  const more = Math.max(0, ...patterns.map((level) => weigh(pattern.at, level)));
  const silent = weigh(surname.at, surname.absent);
  const unlike = weigh(surname.at, surname.different);
  return [
    { from: leastLike, best: more + Math.max(silent, unlike) },
    ...[...surnameSteps]
      .reverse()
      .map(([from, level]) => ({ from, best: more + weigh(surname.at, level) })),
  ];
}
