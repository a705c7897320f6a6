import {
  type Comparison,
  features,
  levelsOf,
  textFeature,
  textLevels,
} from '../comparing/levels.ts';
import type { Learnt } from './learn.ts';

const levelMax = 16;
const roundsMax = 60;
/** Pairs added to every level of both classes, so that unseen levels are not impossible. */
const ghostPairs = 0.5;

/**
 * Learns weights without labels. Pairs are a mixture of same and different, features are
 * independent within each class, and missing values are skipped (Fellegi and Sunter 1969). The fit
 * uses expectation maximisation (Dempster, Laird and Rubin 1977).
 *
 * `looksSame` gives the first guess. The result is the log likelihood ratio of each level. `others`
 * are the headings of columns compared as text, whose levels follow those of the features.
 */
export function estimate(
  comparisons: Iterable<Comparison>,
  looksSame: (comparison: Comparison) => boolean,
  others: readonly string[] = [],
): Estimate {
  const patterns = patternsOf(comparisons, looksSame);
  let shares = patterns.map(({ first }) => first);
  const total = patterns.reduce((sum, { count }) => sum + count, 0);
  const places = features.length + others.length;
  for (let round = 0; ; round += 1) {
    const table = fitted(patterns, shares, places);
    const next = patterns.map(({ levels }) => shareOf(levels, table));
    const moved = patterns.reduce(
      (sum, { count }, at) => sum + count * Math.abs((next[at] ?? 0) - (shares[at] ?? 0)),
      0,
    );
    shares = next;
    if (round < roundsMax && moved >= total * 1e-6) continue;
    const sum = (of: (pattern: Pattern, at: number) => number) =>
      patterns.reduce((all, pattern, at) => all + pattern.count * of(pattern, at), 0);
    return {
      learnt: learntOf(table, others),
      guessed: sum(({ first }) => (first > 0.5 ? 1 : 0)),
      same: sum((_, at) => shares[at] ?? 0),
    };
  }
}

/** The learned weights, and the number of same pairs at the first guess and at the end. */
export interface Estimate {
  readonly learnt: Learnt;
  readonly guessed: number;
  readonly same: number;
}

/** Pairs with equal levels form one pattern with a count. */
interface Pattern {
  readonly levels: Uint8Array;
  /** The first guess: the probability that such a pair is the same person. */
  readonly first: number;
  count: number;
}

function patternsOf(
  comparisons: Iterable<Comparison>,
  looksSame: (comparison: Comparison) => boolean,
): readonly Pattern[] {
  const patterns = new Map<string, Pattern>();
  for (const comparison of comparisons) {
    const key = String.fromCharCode(...comparison.levels);
    const known = patterns.get(key);
    if (known) known.count += 1;
    else {
      const first = looksSame(comparison) ? 0.95 : 0.001;
      patterns.set(key, { levels: comparison.levels.slice(), first, count: 1 });
    }
  }
  return [...patterns.values()];
}

/** Log odds by feature and level, and the prior log odds of any pair. */
interface Table {
  readonly prior: number;
  readonly weights: Float64Array;
}

/** The probability, under these weights, that a pair is one person. */
function shareOf(levels: Uint8Array, { prior, weights }: Table): number {
  let score = prior;
  for (let at = 0; at < levels.length; at += 1) {
    score += weights[at * levelMax + (levels[at] ?? 0)] ?? 0;
  }
  return 1 / (1 + Math.exp(-score));
}

function fitted(patterns: readonly Pattern[], shares: readonly number[], places: number): Table {
  const same = new Float64Array(places * levelMax);
  const other = new Float64Array(places * levelMax);
  let [allSame, all] = [0, 0];
  patterns.forEach(({ levels, count }, row) => {
    const share = shares[row] ?? 0;
    allSame += count * share;
    all += count;
    for (let at = 0; at < places; at += 1) {
      const place = at * levelMax + (levels[at] ?? 0);
      same[place] = (same[place] ?? 0) + count * share;
      other[place] = (other[place] ?? 0) + count * (1 - share);
    }
  });
  const weights = new Float64Array(places * levelMax);
  for (let at = 0; at < places; at += 1) {
    const levels = at < features.length ? levelsOf[features[at] ?? 'surname'] : textLevels;
    const from = at * levelMax;
    const sum = (table: Float64Array) =>
      table
        .subarray(from + 1, from + levels.length)
        .reduce((one, each) => one + each + ghostPairs, 0);
    const [sumSame, sumOther] = [sum(same), sum(other)];
    for (let place = from + 1; place < from + levels.length; place += 1) {
      const likelier = ((same[place] ?? 0) + ghostPairs) / sumSame;
      weights[place] = Math.log(likelier / (((other[place] ?? 0) + ghostPairs) / sumOther));
    }
  }
  return { prior: Math.log((allSame + 1) / (all - allSame + 1)), weights };
}

function learntOf({ prior, weights }: Table, others: readonly string[]): Learnt {
  const named = [...features.map((feature) => [feature, levelsOf[feature]] as const)];
  const columns = others.map((heading) => [textFeature(heading), textLevels] as const);
  const byName = [...named, ...columns].map(([name, levels], at) => [
    name,
    Object.fromEntries(
      levels.slice(1).map((level, code) => [level, weights[at * levelMax + code + 1] ?? 0]),
    ),
  ]);
  return { prior, weights: Object.fromEntries(byName), rarityWeights: {} };
}
