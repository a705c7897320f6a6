import { describe, expect, it } from 'vitest';
import { type Choices, choose } from './conditional-logit.ts';

/**
 * Questions with candidates, each a list of terms; `right` is the index of the right one, or -1.
 */
function choicesOf(
  questions: readonly { readonly found: readonly (readonly number[])[]; readonly right: number }[],
  spread = 10,
): Choices {
  const rows = questions.flatMap(({ found }) => found);
  const starts = [0];
  for (const { found } of questions) starts.push((starts.at(-1) ?? 0) + found.length);
  const ends = [0];
  for (const row of rows) ends.push((ends.at(-1) ?? 0) + row.length);
  return {
    matrix: {
      starts: Uint32Array.from(ends),
      places: Uint16Array.from(rows.flat()),
      values: new Float32Array(rows.flat().length).fill(1),
    },
    starts: Uint32Array.from(starts),
    right: Int32Array.from(questions, ({ right }, at) =>
      right < 0 ? -1 : (starts[at] ?? 0) + right,
    ),
    exampleWeights: new Float32Array(questions.length).fill(1),
    before: new Float64Array(3),
    spreads: new Float64Array(3).fill(spread),
  };
}

const [prior, name, town] = [0, 1, 2];
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

describe('learning from whole questions', () => {
  it('finds the odds that a lone candidate is right', () => {
    const found = [[prior]];
    const weights = choose(
      choicesOf([...times(30, { found, right: 0 }), ...times(10, { found, right: -1 })], 1_000),
    );
    expect(weights[prior]).toBeCloseTo(Math.log(3), 3);
  });

  it('weighs what tells the right one from the others, and from nobody', () => {
    const found = [
      [prior, name],
      [prior, name, town],
    ];
    const weights = choose(
      choicesOf([
        ...times(40, { found, right: 1 }),
        ...times(4, { found, right: 0 }),
        ...times(20, { found: [[prior, name]], right: -1 }),
      ]),
    );
    const chance = (terms: readonly number[]) =>
      Math.exp(terms.reduce((sum, term) => sum + (weights[term] ?? 0), 0));
    const [bare, both] = [chance([prior, name]), chance([prior, name, town])];
    // Where the town agrees: as often as the right candidate had it, and no more often than in
    // questions without a right one.
    expect(both / (1 + bare + both)).toBeCloseTo(40 / 44, 2);
    expect(bare).toBeLessThan(1);
  });

  it('leaves a weight where it was believed to be, where it may not move', () => {
    const found = [[prior, name]];
    const held = choicesOf(times(50, { found, right: 0 }), 1e-3);
    expect([...choose(held)].every((weight) => Math.abs(weight) < 0.01)).toBe(true);
  });
});
