import type { z } from 'zod';
import type { Context, SealItem } from '../../audit/context.ts';
import type { Description } from '../../kernel/description.ts';
import { sha256 } from '../../vault/random.ts';
import { openFields } from './list-file.ts';
import type { ReadRow } from './read-row.ts';
import { sealedMarks } from './sealed.ts';

/**
 * What a list said of each person, as digests: enough to see what a newer list of the same sender
 * adds, changes and leaves out. The digests are salted per sender with a salt that only the keystore
 * has, and they are kept sealed: a stolen database holds nothing that names could be tried against,
 * and no number has a tag in clear (R-45, settled 5).
 */
export interface RowMark {
  readonly line: number;
  /** Who is meant, to the sender: the number it gives, or name and birth; `.2` for the second such row. */
  readonly key: string;
  /** All that the row says. */
  readonly digest: string;
  readonly recordId: string;
  /** Name and birth apart, so that a number given to somebody else is noticed. */
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

/** Reads the marks of an import's first chunks again. */
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

/** The digests of one row that was read; the key is still without the count of its likes. */
export function digestRow(
  salt: string,
  row: Extract<ReadRow, { readonly kind: 'read' }>,
): Pick<RowMark, 'key' | 'digest' | 'name' | 'birth'> {
  // 128 bits: a hundred million rows would have to meet before two of them look alike.
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

/** What the sender's list says by now, and who of it has come again. */
export class StandingList {
  readonly #known = new Map<string, RowMark & { met: boolean }>();
  /** Of each row of this list as little as will do: a long list has millions of them. */
  readonly #own = new Map<string, { count: number; readonly first: Met }>();

  /** A row of an earlier list; a later one takes the place of an earlier of the same key. */
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

  /** The first row of this list with the same key, when it says exactly the same. */
  sameInThisList(row: Pick<RowMark, 'key' | 'digest'>): Met | null {
    const first = this.#own.get(row.key)?.first;
    return first?.digest === row.digest ? first : null;
  }

  /** The key with the count of its likes in this list. */
  countedKey(base: string): string {
    const count = (this.#own.get(base)?.count ?? 0) + 1;
    return count === 1 ? base : `${base}.${count}`;
  }

  /** What the sender said of this person before, unless its number now means somebody else. */
  earlier(key: string, row: Pick<RowMark, 'name' | 'birth'>): RowMark | null {
    const known = this.#known.get(key);
    return known && (known.name === row.name || known.birth === row.birth) ? known : null;
  }

  /** Records of people whom the sender no longer lists. */
  gone(): readonly string[] {
    return [...this.#known.values()].filter((mark) => !mark.met).map((mark) => mark.recordId);
  }
}
