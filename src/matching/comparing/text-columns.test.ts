import { describe, expect, it } from 'vitest';
import { emptyComparison, textLevels } from './levels.ts';
import { TextColumns } from './text-columns.ts';

/** The level of two cells of one column. */
function levelOf(one: string, other: string): string | undefined {
  const columns = new TextColumns();
  columns.add(0, { street: one });
  columns.add(1, { street: other });
  columns.add(2, { street: 'here so that there is a column' });
  const comparison = emptyComparison(1);
  columns.compare([0, 1], comparison, comparison.levels.length - 1);
  return textLevels[comparison.levels.at(-1) ?? 0];
}

describe('a column that nobody knows, compared as text', () => {
  it.each([
    ['Садова 12', 'садова, 12', 'same'],
    ['Садова 12', 'Садова 13', 'slip'],
    ['5304218', '5304281', 'slip'],
    ['1000', '10000', 'slip'],
    ['Sadova street', 'Sadvoa stret', 'near'],
    ['вул. Садова 12', 'Садова', 'words'],
    ['Садова 12', 'Лугова 77', 'different'],
    ['12', '13', 'different'],
    ['', 'Садова 12', 'absent'],
    [' ,. ', 'Садова 12', 'absent'],
    ['ж'.repeat(5_000), 'ж'.repeat(4_999), 'same'],
  ])('%s and %s: %s', (one, other, level) => {
    expect(levelOf(one, other)).toBe(level);
    expect(levelOf(other, one)).toBe(level);
  });

  it('is found by the cell and by long words in it', () => {
    const columns = new TextColumns();
    columns.add(0, { street: 'вул. Садова 12', office: '77' });
    columns.add(1, { street: 'САДОВА' });
    columns.add(2, { office: 'Садова' });
    const [first, second, third] = [0, 1, 2].map((row) => new Set(columns.keysOf(row)));
    expect([...(second ?? [])].filter((key) => first?.has(key))).toHaveLength(1);
    // The same word in another column has another meaning.
    expect([...(third ?? [])].filter((key) => first?.has(key))).toEqual([]);
  });
});
