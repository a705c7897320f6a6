import { type Comparison, type Feature, features, levelsOf } from './levels.ts';

/** One compared pair and whether it is one person; `worth` is how much the example counts. */
export interface Example {
  readonly comparison: Comparison;
  readonly same: boolean;
  readonly worth: number;
}

/** Weights by feature and level, and what each power of ten of rarity adds. */
export interface Learnt {
  readonly prior: number;
  readonly weights: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly rarityWeights: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

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

/** Examples laid out as one sparse matrix, a row each: which terms are not zero, and their values. */
interface Matrix {
  readonly starts: Uint32Array;
  readonly places: Uint16Array;
  readonly values: Float32Array;
}

function matrixOf(examples: readonly Example[]): Matrix {
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
  examples.forEach(({ comparison: { levels, rarities } }, row) => {
    for (let at = 0; at < features.length; at += 1) {
      const level = levels[at] ?? 0;
      put(plainAt[at]?.[level] ?? -1, 1);
      put(rareAt[at]?.[level] ?? -1, rarities[at] ?? 0);
    }
    put(terms.length, 1);
    starts[row + 1] = length;
  });
  return { starts, places, values };
}

/**
 * Logistic regression with a normal prior around `start` (maximum a posteriori), by Newton's method.
 * `spread` is the prior's standard deviation in log odds: small keeps to the start, large to the data.
 */
export function learn(
  examples: readonly Example[],
  { start, spread, rounds = 15 }: { start: Learnt | null; spread: number; rounds?: number },
): Learnt {
  const size = terms.length + 1;
  const matrix = matrixOf(examples);
  const before = start ? vectorOf(start) : new Float64Array(size);
  const weights = Float64Array.from(before);
  for (let round = 0; round < rounds; round += 1) {
    const { slope, bend } = gather(examples, matrix, weights);
    for (let term = 0; term < size; term += 1) {
      // The prior odds are the data's alone; they are held only so that the sum has one solution.
      const hold = 1 / (term === terms.length ? 100 : spread * spread);
      slope[term] = (slope[term] ?? 0) - hold * ((weights[term] ?? 0) - (before[term] ?? 0));
      const line = bend[term] as Float64Array; // A line for each term.
      line[term] = (line[term] ?? 0) + hold;
    }
    const step = solve(bend, slope);
    let largest = 0;
    for (let term = 0; term < size; term += 1) {
      const move = Math.max(-stepMax, Math.min(stepMax, step[term] ?? 0));
      weights[term] = (weights[term] ?? 0) + move;
      largest = Math.max(largest, Math.abs(move));
    }
    if (largest < 1e-4) break;
  }
  return learntOf(weights);
}

/** Longest step of a weight in one round, in log odds: far from the answer Newton overshoots. */
const stepMax = 3;

/** Slope and curvature of the log likelihood at these weights; the lower half of the curvature only. */
function gather(examples: readonly Example[], matrix: Matrix, weights: Float64Array) {
  const { starts, places, values } = matrix;
  const slope = new Float64Array(weights.length);
  const bend = Array.from(weights, () => new Float64Array(weights.length));
  examples.forEach(({ same, worth }, row) => {
    const from = starts[row] as number; // A start for each row, and one more.
    const to = starts[row + 1] as number;
    let score = 0;
    for (let at = from; at < to; at += 1) {
      score += (weights[places[at] as number] as number) * (values[at] as number); // Laid out above.
    }
    const probability = 1 / (1 + Math.exp(-score));
    const curve = worth * Math.max(1e-9, probability * (1 - probability));
    const miss = worth * ((same ? 1 : 0) - probability);
    for (let one = from; one < to; one += 1) {
      const place = places[one] as number; // Here and below: within the row.
      const value = values[one] as number;
      slope[place] = (slope[place] as number) + miss * value;
      const line = bend[place] as Float64Array;
      for (let other = from; other <= one; other += 1) {
        const second = places[other] as number;
        const product = curve * value * (values[other] as number);
        if (second <= place) line[second] = (line[second] as number) + product;
        else {
          const upper = bend[second] as Float64Array;
          upper[place] = (upper[place] as number) + product;
        }
      }
    }
  });
  return { slope, bend };
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

/** Solves a positive definite system by Cholesky's method. */
function solve(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const size = right.length;
  const low = Array.from({ length: size }, () => new Float64Array(size));
  const at = (row: number, column: number) => low[row]?.[column] ?? 0;
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let sum = matrix[row]?.[column] ?? 0;
      for (let k = 0; k < column; k += 1) sum -= at(row, k) * at(column, k);
      const line = low[row] as Float64Array; // Made above.
      line[column] = row === column ? Math.sqrt(Math.max(sum, 1e-12)) : sum / at(column, column);
    }
  }
  const forward = new Float64Array(size);
  for (let row = 0; row < size; row += 1) {
    let sum = right[row] ?? 0;
    for (let k = 0; k < row; k += 1) sum -= at(row, k) * (forward[k] ?? 0);
    forward[row] = sum / at(row, row);
  }
  const solution = new Float64Array(size);
  for (let row = size - 1; row >= 0; row -= 1) {
    let sum = forward[row] ?? 0;
    for (let k = row + 1; k < size; k += 1) sum -= at(k, row) * (solution[k] ?? 0);
    solution[row] = sum / at(row, row);
  }
  return solution;
}
