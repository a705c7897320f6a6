import { type Matrix, type Objective, optimise, type Prior } from './regress.ts';

/** Questions with their candidates, stacked in one matrix. */
export interface Choices extends Prior {
  readonly matrix: Matrix;
  /** Index of the first candidate of each question, and one final end index. */
  readonly starts: Uint32Array;
  /** Index of the right candidate; -1 if none is right. */
  readonly right: Int32Array;
  /** The weight of each question. */
  readonly exampleWeights: Float32Array;
}

/**
 * Finds the weights that maximise the likelihood of each question's right choice, or of "none"
 * where none is right. The model is McFadden's conditional logit with a normal prior. It learns
 * what a question must decide: which candidate is first, and whether there is any.
 */
export function choose(asked: Choices): Float64Array {
  return optimise(asked, (weights) => objectiveAt(asked, weights));
}

function objectiveAt(
  { matrix, starts, right, exampleWeights }: Choices,
  weights: Float64Array,
): Objective {
  const size = weights.length;
  const slope = new Float64Array(size);
  const bend = Array.from({ length: size }, () => new Float64Array(size));
  const mean = new Float64Array(size);
  const { starts: from, places, values } = matrix;
  let likelihood = 0;
  right.forEach((chosen, question) => {
    const exampleWeight = exampleWeights[question] ?? 0;
    const [first, last] = [starts[question] ?? 0, starts[question + 1] ?? 0];
    const scores = scoresOf(matrix, weights, [first, last]);
    const highest = Math.max(0, ...scores);
    const none = Math.exp(-highest);
    const total = scores.reduce((sum, score) => sum + Math.exp(score - highest), none);
    const reached = chosen < 0 ? 0 : (scores[chosen - first] ?? 0);
    likelihood += exampleWeight * (reached - highest - Math.log(total));
    const touched: number[] = [];
    for (let row = first; row < last; row += 1) {
      const share = Math.exp((scores[row - first] ?? 0) - highest) / total;
      if (share < shareMin && row !== chosen) continue;
      const miss = exampleWeight * ((row === chosen ? 1 : 0) - share);
      const to = from[row + 1] as number; // A start index for each row, and one final end index.
      for (let at = from[row] as number; at < to; at += 1) {
        const place = places[at] as number; // Here and below: within the row.
        const value = values[at] as number;
        slope[place] = (slope[place] as number) + miss * value;
        if (mean[place] === 0) touched.push(place);
        mean[place] = (mean[place] as number) + share * value;
        const line = bend[place] as Float64Array;
        for (let other = from[row] as number; other < to; other += 1) {
          const second = places[other] as number;
          if (second > place) continue;
          line[second] =
            (line[second] as number) + exampleWeight * share * value * (values[other] as number);
        }
      }
    }
    for (const one of touched) {
      const line = bend[one] as Float64Array; // One row for each term.
      for (const other of touched) {
        if (other > one) continue;
        line[other] =
          (line[other] as number) - exampleWeight * (mean[one] as number) * (mean[other] as number);
      }
    }
    for (const place of touched) mean[place] = 0;
  });
  return { likelihood, slope, bend };
}

/** Candidates less likely than this are skipped. */
const shareMin = 1e-6;

function scoresOf(
  { starts, places, values }: Matrix,
  weights: Float64Array,
  [first, last]: readonly [number, number],
): readonly number[] {
  const scores: number[] = [];
  for (let row = first; row < last; row += 1) {
    let score = 0;
    const to = starts[row + 1] ?? 0;
    for (let at = starts[row] ?? 0; at < to; at += 1) {
      score += (weights[places[at] ?? 0] ?? 0) * (values[at] ?? 0);
    }
    scores.push(score);
  }
  return scores;
}
