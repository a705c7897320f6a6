import type { z } from 'zod';
import type { Context, SealItem } from '../../audit/context.ts';
import type { Description } from '../../kernel/description.ts';
import { sha256 } from '../../vault/random.ts';
import { openFields } from './list-file.ts';
import type { ReadRow } from './read-row.ts';
import { sealedMarks } from './sealed.ts';

/**
 * What a list stated about each person, as digests: enough to see what a newer list of the same
 * sender adds, changes and omits. The digests are salted per sender with a salt from the keystore,
 * and they are sealed. So a stolen database holds nothing to test names against, and no number has
 * a tag in clear (R-45, ruling 5).
 */
export interface RowMark {
  readonly line: number;
  /**
   * Identifies the person for the sender: its number, or name and birth; `.2` for the second such
   * row.
   */
  readonly key: string;
  /** The whole content of the row. */
  readonly digest: string;
  readonly recordId: string;
  /** Name and birth separately, to notice a number that was given to another person. */
  readonly name: string;
  readonly birth: string;
}

/** Marks of one chunk of rows under one seal. */
export function marksField(importId: string, chunk: number, marks: readonly RowMark[]): SealItem {
  const content = marks.map(
    ({ line, key, digest, recordId, name, birth }): MarkTuple => [
      ...([line, key, digest, recordId, name, birth] as const),
    ],
  );
  return sealedMarks.item({ rowId: importId, subjectId: importId, piece: chunk }, content);
}

const chunksAtOnce = 20;

/** Reads the digests of an import's first chunks again. */
export async function* readMarks(
  ctx: Context,
  about: { readonly importId: string; readonly of: string; readonly chunks: number },
): AsyncIterable<RowMark> {
  for (let first = 0; first < about.chunks; first += chunksAtOnce) {
    const count = Math.min(chunksAtOnce, about.chunks - first);
    const fields = Array.from({ length: count }, (_, at) => sealedMarks.of(about.of, first + at));
    for (const { content } of await openFields(ctx, about.importId, fields)) {
      for (const mark of content as readonly MarkTuple[]) yield markOf(mark); // Sealed by `marksField`.
    }
  }
}

type MarkTuple = z.output<typeof sealedMarks.content>[number];

function markOf([line, key, digest, recordId, name, birth]: MarkTuple): RowMark {
  return { line, key, digest, recordId, name, birth };
}

/** The digests of one row; the key does not yet have the count of equal keys. */
export function digestRow(
  salt: string,
  row: Extract<ReadRow, { readonly kind: 'read' }>,
): Pick<RowMark, 'key' | 'digest' | 'name' | 'birth'> {
  // 128 bits: no real list is large enough for two digests to collide.
  const digest = (text: string) => sha256(`${salt}|${text}`).subarray(0, 16).toString('base64url');
  const { description, event, number } = row;
  const name = wordsOf(description);
  const birth = description.birth?.value ?? description.birth?.raw ?? '';
  const who = number
    ? `number|${number.toLowerCase().replace(/\s+/gu, '')}`
    : `who|${name}|${birth}`;
  return {
    key: digest(who),
    digest: digest(`row|${JSON.stringify([description, event])}`),
    name: digest(`name|${name}`),
    birth: digest(`birth|${birth}`),
  };
}

function wordsOf({ names }: Description): string {
  return (names[0]?.full ?? '')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s.,]+/gu, ' ')
    .trim();
}

type Met = Pick<RowMark, 'digest' | 'recordId'>;

/** The sender's present statements, and which of its people occur again. */
export class StandingList {
  readonly #known = new Map<string, RowMark & { met: boolean }>();
  /** For each row of this list as little as possible: a long list has millions. */
  readonly #own = new Map<string, { count: number; readonly first: Met }>();

  /** A row of an earlier list; a later one replaces an earlier one with the same key. */
  learn(mark: RowMark): void {
    this.#known.set(mark.key, { ...mark, met: false });
  }

  /** A row of this list, read in this run or in one before it. */
  meet(mark: RowMark): void {
    const base = mark.key.split('.')[0] ?? mark.key;
    const own = this.#own.get(base);
    if (own) own.count += 1;
    else this.#own.set(base, { count: 1, first: { digest: mark.digest, recordId: mark.recordId } });
    const known = this.#known.get(mark.key);
    if (known) known.met = true;
  }

  /** The first row of this list with the same key, if its content is exactly the same. */
  sameInThisList(row: Pick<RowMark, 'key' | 'digest'>): Met | null {
    const first = this.#own.get(row.key)?.first;
    return first?.digest === row.digest ? first : null;
  }

  /** The key with the count of equal keys in this list. */
  countedKey(base: string): string {
    const count = (this.#own.get(base)?.count ?? 0) + 1;
    return count === 1 ? base : `${base}.${count}`;
  }

  /**
   * The sender's earlier statement about this person, unless its number now means another person.
   */
  earlier(key: string, row: Pick<RowMark, 'name' | 'birth'>): RowMark | null {
    const known = this.#known.get(key);
    return known && (known.name === row.name || known.birth === row.birth) ? known : null;
  }

  /** Records of people whom the sender no longer lists. */
  gone(): readonly string[] {
    return [...this.#known.values()].filter((mark) => !mark.met).map((mark) => mark.recordId);
  }
}
