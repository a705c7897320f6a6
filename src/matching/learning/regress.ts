/** Rows as one sparse matrix: the indexes and values of the nonzero terms. */
export interface Matrix {
  readonly starts: Uint32Array;
  readonly places: Uint16Array;
  readonly values: Float32Array;
}

/** The label of each row, and the centre of the prior. */
export interface Fit {
  readonly matrix: Matrix;
  readonly same: Uint8Array;
  /** The weight of each row. */
  readonly exampleWeights: Float32Array;
  readonly before: Float64Array;
  /** Standard deviation of the prior, for each weight. */
  readonly spreads: Float64Array;
}

const roundsMax = 15;

/**
 * Logistic regression with a normal prior around `before` (maximum a posteriori). A small spread
 * keeps a weight near its prior value; a large one leaves it to the data.
 */
export function regress(asked: Fit): Float64Array {
  return optimise(asked, (weights) => gather(asked, weights));
}

/**
 * The log likelihood of the labels under some weights, its gradient and the lower half of its
 * Hessian.
 */
export interface Objective {
  readonly likelihood: number;
  readonly slope: Float64Array;
  readonly bend: readonly Float64Array[];
}

/** The prior of the weights. */
export type Prior = Pick<Fit, 'before' | 'spreads'>;

/** Maximises a concave objective by Newton's method. */
export function optimise(
  prior: Prior,
  objectiveAt: (weights: Float64Array) => Objective,
): Float64Array {
  let weights = Float64Array.from(prior.before);
  let here = held(prior, weights, objectiveAt(weights));
  for (let round = 0; round < roundsMax; round += 1) {
    const step = solve(here.bend, here.slope);
    let share = Math.min(1, stepMax / Math.max(stepMax, ...step.map(Math.abs)));
    let next = weights;
    let there = here;
    // Newton's method may overshoot: a step that lowers the objective is halved.
    for (let halving = 0; halving < halvingsMax; halving += 1) {
      const length = share;
      next = weights.map((weight, term) => weight + length * (step[term] ?? 0));
      there = held(prior, next, objectiveAt(next));
      if (there.likelihood >= here.likelihood) break;
      share /= 2;
    }
    const gain = there.likelihood - here.likelihood;
    if (gain < 0) break;
    weights = next;
    here = there;
    if (gain < 1e-6) break;
  }
  return weights;
}

/** The same objective with the prior added. */
function held({ before, spreads }: Prior, weights: Float64Array, hill: Objective): Objective {
  let { likelihood } = hill;
  weights.forEach((weight, term) => {
    const hold = 1 / (spreads[term] ?? 1) ** 2;
    const apart = weight - (before[term] ?? 0);
    likelihood -= (hold * apart * apart) / 2;
    hill.slope[term] = (hill.slope[term] ?? 0) - hold * apart;
    const line = hill.bend[term] as Float64Array; // One row for each term.
    line[term] = (line[term] ?? 0) + hold;
  });
  return { ...hill, likelihood };
}

/** Longest step of a weight in one iteration, in log odds. */
const stepMax = 3;
const halvingsMax = 8;

function gather({ matrix, same, exampleWeights }: Fit, weights: Float64Array): Objective {
  const { starts, places, values } = matrix;
  let likelihood = 0;
  const slope = new Float64Array(weights.length);
  const bend = Array.from(weights, () => new Float64Array(weights.length));
  same.forEach((label, row) => {
    const exampleWeight = exampleWeights[row] ?? 0;
    const from = starts[row] as number; // A start index for each row, and one final end index.
    const to = starts[row + 1] as number;
    let score = 0;
    for (let at = from; at < to; at += 1) {
      score += (weights[places[at] as number] as number) * (values[at] as number); // Laid out above.
    }
    const probability = 1 / (1 + Math.exp(-score));
    const curve = exampleWeight * Math.max(1e-9, probability * (1 - probability));
    const miss = exampleWeight * (label - probability);
    likelihood -= exampleWeight * Math.log1p(Math.exp(-Math.abs(score)));
    if (label === 1 ? score < 0 : score > 0) likelihood -= exampleWeight * Math.abs(score);
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
  return { likelihood, slope, bend };
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
