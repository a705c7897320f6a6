import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CollectionWorld,
  collectionWorld,
  contentOf,
  inPieces,
  inventedCards,
  inventedRow,
  loadCards,
  silent,
} from '../../test/collections.ts';
import type { Description } from '../kernel/description.ts';
import { type Candidate, MatchIndex } from '../matching/matching.ts';
import { secondTier } from '../matching/proposing/bounds.ts';
import { keysOf } from '../matching/proposing/propose.ts';
import type { Index } from '../matching/ranking.ts';
import { analyse } from '../matching/reading/analysis.ts';
import { descriptionOf } from '../matching/reading/listed-row.ts';
import { CollectionIndex } from './collection-index.ts';
import { loadFile, mergePendingCards, openCollection } from './load.ts';

let world: CollectionWorld;
beforeAll(async () => {
  world = await collectionWorld();
});
afterAll(() => world.drop());

const cards = inventedCards(15_000);

/** The queries: rows unchanged, rows with errors, empty, unreadable and rare ones. */
const questions: readonly Description[] = [
  ...Array.from({ length: 14 }, (_, at) => descriptionOf(inventedRow(at * 443))),
  ...Array.from({ length: 10 }, (_, at) => {
    const { surname = '', given = '', dob } = inventedRow(at * 611);
    const slip = `${surname.slice(0, 2)}${surname.slice(3)}`;
    return descriptionOf({ name: `${slip} ${given.charAt(0)}.`, ...(dob ? { dob } : {}) });
  }),
  { names: [] },
  { names: [{ full: '12345' }] },
  { names: [{ full: 'Тихобор Данило' }, { full: 'Вербогай Остап', kind: 'alias' }] },
  { names: [{ full: 'Тихобор' }], callsign: 'Граб', documents: ['ВН 123456'] },
];

const special: readonly Description[] = [
  { names: [{ full: 'Зорепад Марко' }, { full: 'Ясногор Марко', kind: 'former' }], note: 'two' },
  {
    names: [{ full: 'Тихобор О. П.' }],
    callsign: 'Граб',
    documents: ['ВН 123456', 'not\u0000one'],
  },
  {
    names: [{ full: 'Полинець-Борвій Хмаролом Гліб' }],
    father: 'Марко',
    relatives: ['Юлія', 'Остап'],
  },
  { names: [], unit: 'А1234' },
  {
    names: [{ full: 'Kowalczyszyn Łukasz', language: 'pl' }],
    birth: { raw: '??', value: null, rule: 'unread' },
  },
];

/** One person under many names, so that more keys are shared than may be followed. */
const manyNames: Description = {
  ...descriptionOf({ dob: '1985-02-03' }),
  names: [0, 9, 18, 27, 36, 45, 54, 63].map((number) => {
    const { surname = '', given = '', patronymic = '' } = inventedRow(number);
    return { full: `${surname} ${given} ${patronymic}` };
  }),
};

const all = [
  ...cards,
  ...special.map((description, at) => ({ id: `S${at}`, line: cards.length + at + 1, description })),
];

async function answers(index: Index, asked: readonly Description[]): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const description of asked) {
    lines.push(JSON.stringify(await index.find(description, { top: 40, from: 0 })));
  }
  return lines;
}

describe('a collection in PostgreSQL', () => {
  const memory = new MatchIndex();
  let expected: readonly string[];
  const asked = [...questions, ...special, manyNames];
  beforeAll(async () => {
    for (const { id, description } of all) memory.add(id, description);
    expected = await answers(memory, asked);
  });

  it.each([1, 4, 16])(
    'answers as the index in memory, letter by letter, in %i partitions',
    async (partitions) => {
      const index = await loadCards(world.bulk, `parts${partitions}`, { cards: all, partitions });
      expect(index.size).toBe(memory.size);
      expect(await answers(index, asked)).toEqual(expected);
    },
  );

  it('is asked about what reaches every bound, so that equality is not cheap', async () => {
    const found = expected.map((line) => JSON.parse(line) as readonly Candidate[]);
    // Ties: several records with the same probability, ordered only by number.
    const ties = found.filter(
      (list) => new Set(list.map(({ probability }) => probability)).size < list.length,
    );
    expect(ties.length).toBeGreaterThan(10);
    expect(found.filter((list) => list.length === 40).length).toBeGreaterThan(10);
    const postings: number[] = [];
    for (const description of asked) {
      const [sum] = await world.bulk.query<{ sum: number }>(
        `select coalesce(sum(count), 0)::int as sum from cards_parts1.card_key
         where key = any($1::int[]) and count <= ${secondTier.listMax}`,
        [keysOf(analyse(description))],
      );
      postings.push(sum?.sum ?? 0);
    }
    expect(Math.max(...postings)).toBeGreaterThan(secondTier.postingsMax);
    const [common] = await world.bulk.query<{ keys: number; lists: number }>(
      `select count(*)::int as keys, count(cards)::int as lists
       from cards_parts1.card_key where count > ${secondTier.listMax}`,
    );
    expect(common?.keys).toBeGreaterThan(0);
    expect(common?.lists).toBe(0);
  });

  it('leaves out what is excluded, and what is not worth a look', async () => {
    const index = await loadCards(world.bulk, 'parts1', { cards: all });
    const [description] = questions;
    if (!description) throw new Error('there are questions');
    const [first] = await index.find(description);
    const options = { exclude: new Set([first?.id ?? '']), from: 0.2, top: 3 };
    expect(await index.find(description, options)).toEqual(memory.find(description, options));
  });

  it('grown by a second file is the same as loaded at once', async () => {
    await loadCards(world.bulk, 'grown', { cards: all.slice(0, 4_000), partitions: 4 });
    const file = { digest: 'second', path: 'second', rows: inPieces(all.slice(4_000)) };
    await loadFile(world.bulk, 'grown', { file, watch: silent });
    await expect(CollectionIndex.open(world.bulk, 'grown')).rejects.toThrow(
      'not loaded to its end',
    );
    await mergePendingCards(world.bulk, 'grown');
    const grown = await CollectionIndex.open(world.bulk, 'grown');
    expect(await answers(grown, asked)).toEqual(expected);
  });
});

describe('loading', () => {
  it('the same file twice changes nothing', async () => {
    const before = await contentOf(world.bulk, 'parts4');
    await loadCards(world.bulk, 'parts4', { cards: all });
    expect(await contentOf(world.bulk, 'parts4')).toEqual(before);
  });

  it('leaves out a second card of one id, in one batch, in one file, or from another', async () => {
    const twice = [...inventedCards(30), ...inventedCards(5)];
    const index = await loadCards(world.bulk, 'twice', { cards: twice });
    expect(index.size).toBe(30);
    const lines: number[] = [];
    const watch = { ...silent, leftOut: ({ line }: { line: number }) => void lines.push(line) };
    const file = { digest: 'other', path: 'other', rows: inPieces(inventedCards(33)) };
    const loaded = await loadFile(world.bulk, 'twice', { file, watch });
    expect(loaded).toEqual({ already: false, cards: 3, leftOut: 30 });
    expect(lines).toEqual(Array.from({ length: 30 }, (_, at) => at + 1));
  });

  it('tells a broken row with its line and loads the good ones beside it', async () => {
    const [one, two] = inventedCards(2);
    if (!one || !two) throw new Error('two were made');
    const left: object[] = [];
    await openCollection(world.bulk, 'broken');
    const long = { ...two, line: 3, id: 'x'.repeat(300) };
    const rows = inPieces([one, { line: 2, reason: 'not JSON' }, long, { ...two, line: 4 }]);
    const watch = { ...silent, leftOut: (row: object) => void left.push(row) };
    const loaded = await loadFile(world.bulk, 'broken', {
      file: { digest: 'b', path: 'b', rows },
      watch,
    });
    expect(loaded).toMatchObject({ cards: 2, leftOut: 2 });
    expect(left).toEqual([
      { line: 2, reason: 'not JSON' },
      { line: 3, reason: 'its id is longer than 200 letters' },
    ]);
  });

  it('goes on where a reading that failed had stopped, to the same content', async () => {
    const half = async function* () {
      yield* inPieces(all.slice(0, 4_500));
      throw new Error('the disk went away');
    };
    await openCollection(world.bulk, 'torn', 4);
    const torn = { digest: 'whole', path: 'whole', rows: half() };
    const load = loadFile(world.bulk, 'torn', { file: torn, watch: silent, batchRows: 1_000 });
    await expect(load).rejects.toThrow('the disk went away');
    await expect(CollectionIndex.open(world.bulk, 'torn')).rejects.toThrow('not loaded to its end');
    const other = { digest: 'another', path: 'another', rows: inPieces(all) };
    await expect(loadFile(world.bulk, 'torn', { file: other, watch: silent })).rejects.toThrow(
      'Another file',
    );
    const again: number[] = [];
    const watch = { ...silent, progress: (_: number, before: number) => void again.push(before) };
    const whole = { digest: 'whole', path: 'whole', rows: inPieces(all) };
    await loadFile(world.bulk, 'torn', { file: whole, watch, batchRows: 1_000 });
    await mergePendingCards(world.bulk, 'torn');
    expect(again[0]).toBeGreaterThan(0);
    expect(await contentOf(world.bulk, 'torn')).toEqual(await contentOf(world.bulk, 'parts4'));
  });

  it('refuses to answer, and to take more, by another reading of names', async () => {
    await world.bulk.query(
      "update homeward_collections.collections set version = '1-0' where name = 'torn'",
    );
    await expect(CollectionIndex.open(world.bulk, 'torn')).rejects.toThrow('another version');
    await expect(openCollection(world.bulk, 'torn')).rejects.toThrow('another version');
  });
});
