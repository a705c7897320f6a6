import { choose } from './choice.ts';
import { type Comparison, type Feature, features, levelsOf } from './levels.ts';
import type { Model } from './model.ts';
import { type Matrix, regress } from './regress.ts';

/** One compared pair and whether it is one person; `worth` is how much the example counts. */
export interface Example {
  readonly comparison: Comparison;
  readonly same: boolean;
  readonly worth: number;
}

/** A model that was learnt and has no version yet. */
export type Learnt = Omit<Model, 'version'>;

/** A term of the sum: a level of a feature, or the rarity of what agrees on that level. */
interface Term {
  readonly feature: Feature;
  readonly level: string;
  readonly rarity: boolean;
}

/** Levels whose value's rarity counts; elsewhere how rare a value is says nothing. */
const rareLevels: Readonly<Partial<Record<Feature, readonly string[]>>> = {
  surname: ['same', 'very_close', 'close', 'similar', 'near'],
  given: ['same', 'equivalent'],
  birthplace: ['same', 'near'],
  lostPlace: ['same', 'near'],
  unit: ['same', 'number'],
};

const terms: readonly Term[] = features.flatMap((feature) => [
  // Silence is the zero from which everything is counted: it never speaks for or against.
  ...levelsOf[feature]
    .filter((level) => level !== 'absent')
    .map((level) => ({ feature, level, rarity: false })),
  ...(rareLevels[feature] ?? []).map((level) => ({ feature, level, rarity: true })),
]);

/** Place of the term of each level of each feature, and of its rarity; -1 where there is none. */
const plainAt = places(false);
const rareAt = places(true);

function places(rarity: boolean): readonly (readonly number[])[] {
  return features.map((feature) =>
    levelsOf[feature].map((level) =>
      terms.findIndex(
        (term) => term.feature === feature && term.level === level && term.rarity === rarity,
      ),
    ),
  );
}

/** One question: what it found, which of it is right if any is, and how much it counts. */
export interface Question {
  readonly found: readonly Comparison[];
  /** Place among what was found; -1 where none is right. */
  readonly right: number;
  readonly worth: number;
  /** Where it was asked: larger registries find more that is not right. */
  readonly registry: number;
}

interface Rows {
  readonly comparisons: readonly Comparison[];
  /** The place of the prior odds among the terms, for each row. */
  readonly priorAt: (row: number) => number;
}

function matrixOf({ comparisons: examples, priorAt }: Rows): Matrix {
  const most = examples.length * (features.length + Object.keys(rareLevels).length + 1);
  const starts = new Uint32Array(examples.length + 1);
  const places = new Uint16Array(most);
  const values = new Float32Array(most);
  let length = 0;
  const put = (place: number, value: number) => {
    if (place < 0 || value === 0) return;
    places[length] = place;
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

/** Weights under which the examples are likeliest, held near `start` as far as `spread` allows. */
export function learn(
  examples: readonly Example[],
  { start, spread }: { readonly start: Learnt | null; readonly spread: number },
): Learnt {
  const before = start ? vectorOf(start) : new Float64Array(terms.length + 1);
  const spreads = new Float64Array(terms.length + 1).fill(spread);
  // The prior odds are the data's alone; they are held only so that the sum has one solution.
  spreads[terms.length] = 10;
  const weights = regress({
    matrix: matrixOf({
      comparisons: examples.map(({ comparison }) => comparison),
      priorAt: () => terms.length,
    }),
    same: Uint8Array.from(examples, ({ same }) => (same ? 1 : 0)),
    worths: Float32Array.from(examples, ({ worth }) => worth),
    before,
    spreads,
  });
  return learntOf(weights);
}

/**
 * Weights under which questions are likeliest to choose what is right, or nobody where nobody is,
 * with prior odds of its own for each registry that they were asked in; the answer has those of the
 * first.
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
  const weights = choose({
    matrix: matrixOf({
      comparisons: questions.flatMap(({ found }) => found),
      priorAt: (row) => terms.length + (registryOf[row] ?? 0),
    }),
    starts,
    right: Int32Array.from(questions, ({ right }, at) =>
      right < 0 ? -1 : (starts[at] ?? 0) + right,
    ),
    worths: Float32Array.from(questions, ({ worth }) => worth),
    before,
    spreads,
  });
  return learntOf(weights);
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
