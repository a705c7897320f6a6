import { type Comparison, type Feature, features, levelsOf } from '../comparing/levels.ts';
import type { Model } from '../weighing/model.ts';
import { choose } from './conditional-logit.ts';
import { type Matrix, regress } from './regress.ts';

/** One compared pair and whether it is one person; `exampleWeight` is the weight of the example. */
export interface Example {
  readonly comparison: Comparison;
  readonly same: boolean;
  readonly exampleWeight: number;
}

/** A learned model that has no version yet. */
export type Learnt = Omit<Model, 'version'>;

/**
 * A term of the sum: a level of a feature, or the rarity of the value that agrees on that level.
 */
interface Term {
  readonly feature: Feature;
  readonly level: string;
  readonly rarity: boolean;
}

/** Levels for which rarity of the value counts. For other levels rarity has no meaning. */
const rareLevels: Readonly<Partial<Record<Feature, readonly string[]>>> = {
  surname: ['same', 'very_close', 'close', 'similar', 'near'],
  given: ['same', 'equivalent', 'diminutive', 'close'],
  birthplace: ['same', 'near'],
  lostPlace: ['same', 'near'],
  unit: ['same', 'number'],
};

/**
 * Levels from most alike to least alike. A close spelling can be stronger proof than an exact one,
 * since it rarely occurs by chance. But caseworkers would not believe that, and lists with other
 * mistakes would not confirm it. So a less alike level never weighs more. With each order are the
 * rarities, in powers of ten, between which it must hold.
 */
export const levelOrders: readonly (readonly [Feature, readonly string[], readonly number[]])[] = [
  ['surname', ['same', 'very_close', 'close', 'similar', 'near', 'distant', 'different'], [1.3, 4]],
  ['given', ['same', 'equivalent', 'diminutive', 'close', 'near', 'different'], [0, 2]],
  ['given', ['same', 'initial_same', 'initial_different'], [0, 2]],
  ['patronymic', ['same', 'close', 'near', 'different'], [0]],
  ['patronymic', ['same', 'initial_same', 'initial_different'], [0]],
  ['birth', ['same', 'swapped', 'different'], [0]],
  ['birth', ['same', 'one_digit', 'two_of_three', 'different'], [0]],
  ['birth', ['same', 'partial_month', 'partial', 'year_same'], [0]],
  ['birthplace', ['same', 'near', 'different'], [0, 2]],
  ['unit', ['same', 'number', 'close_number', 'different'], [0, 2]],
  ['lost', ['soon', 'weeks', 'season', 'later'], [0]],
  ['lost', ['soon', 'slightly_before', 'before'], [0]],
  ['lostPlace', ['same', 'near', 'different'], [0, 2]],
  ['rank', ['same', 'near', 'different'], [0]],
];

const terms: readonly Term[] = features.flatMap((feature) => [
  // Absence is the zero of the scale: it never counts for or against a match.
  ...levelsOf[feature]
    .filter((level) => level !== 'absent')
    .map((level) => ({ feature, level, rarity: false })),
  ...(rareLevels[feature] ?? []).map((level) => ({ feature, level, rarity: true })),
]);

/** Index of the term of each level of each feature, and of its rarity; -1 if there is none. */
const plainAt = places(false);
const rareAt = places(true);

function places(rarity: boolean): readonly (readonly number[])[] {
  return features.map((feature) =>
    levelsOf[feature].map((level) => placeOf(feature, level, rarity)),
  );
}

function placeOf(feature: Feature, level: string, rarity: boolean): number {
  return terms.findIndex(
    (term) => term.feature === feature && term.level === level && term.rarity === rarity,
  );
}

/** Terms that represent others: two levels out of order are learned as one. */
class Ties {
  readonly #heads = Uint16Array.from(terms, (_, at) => at);

  /** The term that represents this one. */
  of(place: number): number {
    return this.#heads[place] ?? place; // The prior odds represent themselves.
  }

  /**
   * Ties neighbouring levels that are out of order under these weights; false if there are none.
   */
  tighten(weights: Float64Array): boolean {
    const weighed = (feature: Feature, level: string, rarity: number) => {
      const [plain, rare] = [placeOf(feature, level, false), placeOf(feature, level, true)];
      return (
        (weights[this.of(plain)] ?? 0) + rarity * (rare < 0 ? 0 : (weights[this.of(rare)] ?? 0))
      );
    };
    let tied = false;
    for (const [feature, levels, rarities] of levelOrders) {
      levels.slice(1).forEach((less, at) => {
        const more = levels[at] ?? '';
        const inOrder = rarities.every(
          (rarity) => weighed(feature, more, rarity) >= weighed(feature, less, rarity) - slack,
        );
        if (inOrder) return;
        for (const rarity of [false, true]) {
          tied = this.#tie(placeOf(feature, more, rarity), placeOf(feature, less, rarity)) || tied;
        }
      });
    }
    return tied;
  }

  #tie(more: number, less: number): boolean {
    if (more < 0 || less < 0 || this.of(more) === this.of(less)) return false;
    const [head, gone] = [this.of(more), this.of(less)];
    this.#heads.forEach((each, at) => {
      if (each === gone) this.#heads[at] = head;
    });
    return true;
  }

  /** Each term with the weight of its representative. */
  spread(weights: Float64Array): Float64Array {
    return weights.map((_, place) => weights[this.of(place)] ?? 0);
  }
}

/** Sums computed in another order differ in their last digits. */
const slack = 1e-9;

/** One question: its candidates, which of them is right if any, and its weight. */
export interface Question {
  readonly found: readonly Comparison[];
  /** Index among the candidates; -1 if none is right. */
  readonly right: number;
  readonly exampleWeight: number;
  /** The registry of the question: larger registries contain more wrong candidates. */
  readonly registry: number;
}

interface Rows {
  readonly comparisons: readonly Comparison[];
  readonly ties: Ties;
  /** The index of the prior-odds term, for each row. */
  readonly priorAt: (row: number) => number;
}

function matrixOf({ comparisons: examples, ties, priorAt }: Rows): Matrix {
  const most = examples.length * (features.length + Object.keys(rareLevels).length + 1);
  const starts = new Uint32Array(examples.length + 1);
  const places = new Uint16Array(most);
  const values = new Float32Array(most);
  let length = 0;
  const put = (place: number, value: number) => {
    if (place < 0 || value === 0) return;
    places[length] = ties.of(place);
    values[length] = value;
    length += 1;
  };
  examples.forEach(({ levels, rarities }, row) => {
    for (let at = 0; at < features.length; at += 1) {
      const level = levels[at] ?? 0;
      put(plainAt[at]?.[level] ?? -1, 1);
      put(rareAt[at]?.[level] ?? -1, rarities[at] ?? 0);
    }
    put(priorAt(row), 1);
    starts[row + 1] = length;
  });
  return { starts, places, values };
}

/**
 * Weights that maximise the likelihood of the examples, kept near `start` by the prior `spread`.
 */
export function learn(
  examples: readonly Example[],
  { start, spread }: { readonly start: Learnt | null; readonly spread: number },
): Learnt {
  const before = start ? vectorOf(start) : new Float64Array(terms.length + 1);
  const spreads = new Float64Array(terms.length + 1).fill(spread);
  // The prior odds come from the data alone. Their prior only makes the solution unique.
  spreads[terms.length] = 10;
  const weights = regress({
    matrix: matrixOf({
      comparisons: examples.map(({ comparison }) => comparison),
      ties: new Ties(),
      priorAt: () => terms.length,
    }),
    same: Uint8Array.from(examples, ({ same }) => (same ? 1 : 0)),
    exampleWeights: Float32Array.from(examples, ({ exampleWeight }) => exampleWeight),
    before,
    spreads,
  });
  return learntOf(weights);
}

/**
 * Weights that maximise the likelihood that questions choose the right candidate, or none where
 * none is right. Each registry has its own prior odds; the result has those of the first.
 */
export function learnChoices(
  questions: readonly Question[],
  { start, spread }: { readonly start: Learnt; readonly spread: number },
): Learnt {
  const registries = 1 + Math.max(0, ...questions.map(({ registry }) => registry));
  const before = new Float64Array(terms.length + registries).fill(start.prior);
  before.set(vectorOf(start).subarray(0, terms.length));
  const spreads = new Float64Array(before.length).fill(spread);
  spreads.fill(10, terms.length);
  const starts = new Uint32Array(questions.length + 1);
  const registryOf: number[] = [];
  questions.forEach(({ found, registry }, at) => {
    starts[at + 1] = (starts[at] ?? 0) + found.length;
    for (let row = 0; row < found.length; row += 1) registryOf.push(registry);
  });
  const comparisons = questions.flatMap(({ found }) => found);
  const chosen = {
    starts,
    right: Int32Array.from(questions, ({ right }, at) =>
      right < 0 ? -1 : (starts[at] ?? 0) + right,
    ),
    exampleWeights: Float32Array.from(questions, ({ exampleWeight }) => exampleWeight),
    spreads,
  };
  const ties = new Ties();
  let weights: Float64Array;
  do {
    const matrix = matrixOf({
      comparisons,
      ties,
      priorAt: (row) => terms.length + (registryOf[row] ?? 0),
    });
    weights = choose({ ...chosen, matrix, before });
  } while (ties.tighten(weights));
  return learntOf(ties.spread(weights));
}

function vectorOf(learnt: Learnt): Float64Array {
  const vector = new Float64Array(terms.length + 1);
  terms.forEach(({ feature, level, rarity }, at) => {
    const table = rarity ? learnt.rarityWeights : learnt.weights;
    vector[at] = table[feature]?.[level] ?? 0;
  });
  vector[terms.length] = learnt.prior;
  return vector;
}

function learntOf(vector: Float64Array): Learnt {
  const weights: Record<string, Record<string, number>> = {};
  const rarityWeights: Record<string, Record<string, number>> = {};
  terms.forEach(({ feature, level, rarity }, at) => {
    const table = rarity ? rarityWeights : weights;
    const levels = table[feature] ?? {};
    levels[level] = vector[at] ?? 0;
    table[feature] = levels;
  });
  return { prior: vector[terms.length] ?? 0, weights, rarityWeights };
}
