import type { Learnt } from './learn.ts';
import { type Comparison, features, levelsOf } from './levels.ts';

const levelMax = 16;
const roundsMax = 40;
/** Pairs added to every level of both classes, so that nothing unseen is impossible. */
const ghostPairs = 0.5;

/**
 * Weights without any labels: the pairs are taken as a mixture of same and different, features as
 * independent within each, and what is silent is left out (Fellegi and Sunter 1969, fitted by
 * expectation and maximisation after Dempster, Laird and Rubin 1977). `looksSame` gives the first
 * guess; the answer is the logarithm of how much likelier each level is among the same.
 */
export function estimate(
  comparisons: readonly Comparison[],
  looksSame: (comparison: Comparison) => boolean,
): Learnt {
  let shares: readonly number[] = comparisons.map((each) => (looksSame(each) ? 0.95 : 0.001));
  let learnt = fitted(comparisons, shares);
  for (let round = 0; round < roundsMax; round += 1) {
    const next = comparisons.map((each) => shareOf(each, learnt));
    const moved = next.reduce((sum, share, at) => sum + Math.abs(share - (shares[at] ?? 0)), 0);
    shares = next;
    learnt = fitted(comparisons, shares);
    if (moved < comparisons.length * 1e-6) break;
  }
  return learnt;
}

/** Probability under these weights that a pair is one person. */
function shareOf({ levels }: Comparison, { prior, weights }: Learnt): number {
  let score = prior;
  features.forEach((feature, at) => {
    score += weights[feature]?.[levelsOf[feature][levels[at] ?? 0] ?? ''] ?? 0;
  });
  return 1 / (1 + Math.exp(-score));
}

function fitted(comparisons: readonly Comparison[], shares: readonly number[]): Learnt {
  const same = new Float64Array(features.length * levelMax);
  const other = new Float64Array(features.length * levelMax);
  let total = 0;
  comparisons.forEach(({ levels }, row) => {
    const share = shares[row] ?? 0;
    total += share;
    for (let at = 0; at < features.length; at += 1) {
      const place = at * levelMax + (levels[at] ?? 0);
      same[place] = (same[place] ?? 0) + share;
      other[place] = (other[place] ?? 0) + 1 - share;
    }
  });
  const weights = Object.fromEntries(
    features.map((feature, at) => {
      const spoken = levelsOf[feature].map((_, code) => code).slice(1);
      const sum = (table: Float64Array) =>
        spoken.reduce((all, code) => all + (table[at * levelMax + code] ?? 0) + ghostPairs, 0);
      const [allSame, allOther] = [sum(same), sum(other)];
      const levels = spoken.map((code) => {
        const place = at * levelMax + code;
        const likelier = ((same[place] ?? 0) + ghostPairs) / allSame;
        return [
          levelsOf[feature][code] ?? '',
          Math.log(likelier / (((other[place] ?? 0) + ghostPairs) / allOther)),
        ] as const;
      });
      return [feature, Object.fromEntries(levels)];
    }),
  );
  const odds = (total + 1) / (comparisons.length - total + 1);
  return { prior: Math.log(odds), weights, rarityWeights: {} };
}
