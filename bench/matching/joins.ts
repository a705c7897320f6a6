import type { ListedRow } from '../../src/matching/reading/listed-row.ts';
import { alignedWords } from '../peers/measures.ts';
import { latin } from '../peers/postgres.ts';

/** A row of a registry and its person. */
export interface ListedPerson {
  readonly id: string;
  readonly person: string;
  readonly row: ListedRow;
}

interface Joined {
  readonly found: readonly {
    readonly left: number;
    readonly right: number;
    readonly score: number;
  }[];
  readonly compared: number;
}

/** The same words of the name in Latin letters, in any order, and the same whole day of birth. */
export function exactPairs(rows: readonly ListedPerson[]): Joined {
  const keyed = blocks(rows, ({ row }) => {
    const { dob = '' } = row;
    return dob.length === 10 ? [`${latin(row.name).split(' ').sort().join(' ')} ${dob}`] : [];
  });
  const found = [...pairsIn(keyed)].map(([left, right]) => ({ left, right, score: 1 }));
  return { found, compared: found.length };
}

/**
 * Rows that share a birth day, a name, or the beginning of a word and the year. They are compared
 * by the likeness of their aligned words and by their birth dates. This is the best simple method
 * measured on queries, applied to lists.
 */
export function likePairs(rows: readonly ListedPerson[]): Joined {
  const words = rows.map(({ row }) => latin(row.name).split(' ').filter(Boolean));
  const keyed = blocks(rows, ({ row: { dob = '' } }, at) => {
    const mine = words[at] ?? [];
    const year = dob.slice(0, 4);
    return [
      ...(dob.length === 10 ? [dob] : []),
      [...mine].sort().join(' '),
      ...(year === '' ? [] : mine.map((word) => `${word.slice(0, 4)} ${year}`)),
    ];
  });
  const found: { left: number; right: number; score: number }[] = [];
  let compared = 0;
  for (const [left, right] of pairsIn(keyed)) {
    compared += 1;
    const name = alignedWords(words[left] ?? [], words[right] ?? []);
    const score = name + birthWorth(rows[left]?.row.dob, rows[right]?.row.dob);
    if (score > 0.8) found.push({ left, right, score });
  }
  return { found, compared };
}

function birthWorth(one = '', other = ''): number {
  if (one === '' || other === '') return 0;
  if (one === other) return one.length === 10 ? 0.3 : 0.15;
  return one.slice(0, 4) === other.slice(0, 4) ? 0.1 : -0.3;
}

/** Blocks with more rows than this are skipped, as any join must do. */
const blockMax = 500;

function blocks(
  rows: readonly ListedPerson[],
  keysOf: (row: ListedPerson, at: number) => readonly string[],
): readonly (readonly number[])[] {
  const byKey = new Map<string, number[]>();
  rows.forEach((row, at) => {
    for (const key of new Set(keysOf(row, at))) {
      const block = byKey.get(key);
      if (block) block.push(at);
      else byKey.set(key, [at]);
    }
  });
  return [...byKey.values()].filter(({ length }) => length > 1 && length <= blockMax);
}

/** Each pair of rows that share a block, once. */
function* pairsIn(keyed: readonly (readonly number[])[]): Iterable<readonly [number, number]> {
  const seen = new Set<number>();
  for (const block of keyed) {
    for (const [place, right] of block.entries()) {
      for (const left of block.slice(place + 1)) {
        const pair = left * 2 ** 24 + right;
        if (seen.has(pair)) continue;
        seen.add(pair);
        yield [left, right];
      }
    }
  }
}
