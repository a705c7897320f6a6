import { describe, expect, it } from 'vitest';
import { inventedPerson } from '../../demo/people.ts';
import { MatchIndex } from '../matching.ts';

const written = (number: number) => {
  const { surname, given, patronymic } = inventedPerson(number).uk;
  return { names: [{ full: `${surname} ${given} ${patronymic}` }] };
};

/** The probability for a person with the same whole name and nothing else, in a registry. */
function likelihoodAmong(rows: number): number {
  const index = new MatchIndex();
  for (let number = 0; number < rows; number += 1) index.add(`row ${number}`, written(number));
  const [first] = index.find(written(3));
  expect(first?.id).toBe('row 3');
  return first?.probability ?? 0;
}

describe('how common a name is', () => {
  it('is not read off a list that is too short to say', () => {
    const [ten = 0, forty = 0, hundreds = 0] = [10, 40, 400].map(likelihoodAmong);
    // A short list does not make a surname common, and a name alone is never certain.
    for (const likelihood of [ten, forty, hundreds]) {
      expect(likelihood).toBeGreaterThan(0.5);
      expect(likelihood).toBeLessThan(0.9);
    }
    expect(Math.max(ten, forty, hundreds) - Math.min(ten, forty, hundreds)).toBeLessThan(0.1);
  });
});
