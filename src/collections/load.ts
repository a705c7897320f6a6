import type { Bulk } from '../db/bulk.ts';
import { CopyRows } from '../db/copy-rows.ts';
import { Problem } from '../kernel/problem.ts';
import { pack } from '../matching/index/packed.ts';
import { keysOf } from '../matching/proposing/propose.ts';
import { type Analysis, analyse } from '../matching/reading/analysis.ts';
import { countedKinds, eachCounted } from '../matching/weighing/frequencies.ts';
import {
  type CardRow,
  type Collection,
  currentVersion,
  idMax,
  type LeftOut,
  requireCurrent,
} from './collection.ts';
import {
  boundSorting,
  growKeys,
  growValues,
  hasKeys,
  insertKeys,
  insertValues,
  letPendingGo,
  markSettled,
  vacuum,
} from './merge-queries.ts';
import {
  beginFile,
  type CardRows,
  copyCards,
  findCollection,
  finishFile,
  insertCollection,
  listFiles,
  listTakenIds,
  noteTaken,
} from './queries.ts';
import { writeSaid } from './serialization.ts';

/** A file to load: its identity, and its rows in order, the same at each reading. */
export interface CardFile {
  readonly digest: string;
  readonly path: string;
  readonly rows: AsyncIterable<readonly (CardRow | LeftOut)[]>;
}

/** What an observer is told. */
export interface Watch {
  leftOut(row: LeftOut): void;
  /** After each batch: rows of this file so far, and how many of them were loaded earlier. */
  progress(rows: number, before: number): void;
}

export interface Loaded {
  /** True if the whole file had been loaded before; then nothing was done. */
  readonly already: boolean;
  readonly cards: number;
  readonly leftOut: number;
}

export interface Load {
  readonly file: CardFile;
  readonly watch: Watch;
  /** Rows per transaction: the most that a killed load loses. */
  readonly batchRows?: number;
}

const batchDefault = 20_000;

/** Finds the collection, or creates an empty one. */
export async function openCollection(
  bulk: Bulk,
  name: string,
  partitions = 1,
): Promise<Collection> {
  const made = { name, version: currentVersion(), partitions };
  const known = await findCollection(bulk, name);
  if (!known) await bulk.transaction(() => insertCollection(bulk, made));
  const collection = known ?? { ...made, cards: 0, settled: true };
  requireCurrent(collection);
  return collection;
}

/**
 * Loads one file in batches. Each batch is a transaction that also stores the progress, so a killed
 * load resumes after its last batch. Rows whose id already has a card are skipped.
 */
export async function loadFile(
  bulk: Bulk,
  collection: string,
  { file, watch, batchRows = batchDefault }: Load,
): Promise<Loaded> {
  const files = await listFiles(bulk, collection);
  const known = files.find(({ digest }) => digest === file.digest);
  if (known?.finished) return { already: true, cards: known.cards, leftOut: known.leftOut };
  if (files.some(({ digest, finished }) => !finished && digest !== file.digest)) throw otherFirst();
  await beginFile(bulk, { collection, digest: file.digest, path: file.path });
  const before = known?.rows ?? 0;
  const writer = new Writer(bulk, { collection, digest: file.digest, watch });
  let position = 0;
  for await (const rows of file.rows) {
    for (const row of rows) {
      position += 1;
      if (position > before) writer.take(row);
    }
    if (await writer.written(batchRows)) watch.progress(position, before);
  }
  await writer.written(0);
  await writer.end();
  await finishFile(bulk, collection, file.digest);
  watch.progress(position, before);
  const { cards, leftOut } = writer;
  return { already: false, cards, leftOut };
}

/** Merges the pending keys, completely or not at all; only then can the collection be queried. */
export async function mergePendingCards(bulk: Bulk, name: string): Promise<void> {
  const collection = await findCollection(bulk, name);
  if (!collection || collection.settled) return;
  await bulk.transaction(async () => {
    await boundSorting(bulk);
    if (await hasKeys(bulk, name)) {
      await growKeys(bulk, name);
      await growValues(bulk, name);
    }
    await insertKeys(bulk, name);
    await insertValues(bulk, name);
    await letPendingGo(bulk, name);
    await markSettled(bulk, name);
  });
  await vacuum(bulk, name);
}

interface Understood {
  readonly row: CardRow;
  readonly analysis: Analysis;
}

interface Target {
  readonly collection: string;
  readonly digest: string;
  readonly watch: Watch;
}

/** Reads a batch while the one before it is being written. */
class Writer {
  readonly #bulk: Bulk;
  readonly #target: Target;
  #batch: Understood[] = [];
  #rows = 0;
  #broken = 0;
  #writing: Promise<void> = Promise.resolve();
  cards = 0;
  leftOut = 0;

  constructor(bulk: Bulk, target: Target) {
    this.#bulk = bulk;
    this.#target = target;
  }

  take(row: CardRow | LeftOut): void {
    this.#rows += 1;
    const reason = 'reason' in row ? row.reason : refusalOf(row.id);
    if (reason !== null) this.#leave({ line: row.line, reason });
    else if ('description' in row) {
      this.#batch.push({ row, analysis: analyse(row.description) });
    }
  }

  /** Passes the batch on if it has more than `least` rows; returns true if it did. */
  async written(least: number): Promise<boolean> {
    if (this.#rows <= least) return false;
    await this.#writing;
    const [batch, rows, broken] = [this.#batch, this.#rows, this.#broken];
    [this.#batch, this.#rows, this.#broken] = [[], 0, 0];
    this.#writing = this.#write(batch, rows, broken);
    this.#writing.catch(() => undefined); // It is awaited before the next batch and at the end.
    return true;
  }

  async end(): Promise<void> {
    await this.#writing;
  }

  #leave(row: LeftOut): void {
    this.#broken += 1;
    this.leftOut += 1;
    this.#target.watch.leftOut(row);
  }

  async #write(batch: readonly Understood[], rows: number, broken: number): Promise<void> {
    const { collection, digest, watch } = this.#target;
    const ids = batch.map(({ row }) => row.id);
    const taken = new Set(await listTakenIds(this.#bulk, collection, ids));
    const fresh: Understood[] = [];
    for (const each of batch) {
      if (taken.has(each.row.id)) {
        const reason = 'a card with this id is there already';
        watch.leftOut({ line: each.row.line, reason });
      } else fresh.push(each);
      taken.add(each.row.id);
    }
    const again = batch.length - fresh.length;
    const cards = fresh.length;
    const first = (await findCollection(this.#bulk, collection))?.cards ?? 0;
    const packed = packedRows(fresh, first);
    await this.#bulk.transaction(async () => {
      await copyCards(this.#bulk, collection, packed);
      await noteTaken(this.#bulk, { collection, digest, rows, cards, leftOut: broken + again });
    });
    this.cards += cards;
    this.leftOut += again;
  }
}

function otherFirst(): Problem {
  return new Problem(
    'collection.other_first',
    409,
    'Another file was not loaded to its end. Load that one again first; it goes on where it stopped.',
  );
}

function refusalOf(id: string): string | null {
  if (id.length > idMax) return `its id is longer than ${idMax} letters`;
  return id.includes('\0') ? 'its id holds a sign that no database keeps' : null;
}

/** The rows of every table for a batch of cards, numbered from `first`. */
function packedRows(batch: readonly Understood[], first: number): CardRows {
  const rows = {
    cards: new CopyRows(),
    ids: new CopyRows(),
    keys: new CopyRows(),
    values: new CopyRows(),
  };
  const counts = countedKinds.map(() => new Map<string, number>());
  batch.forEach(({ row, analysis }, at) => {
    const number = first + at;
    rows.cards.begin(4);
    rows.cards.int(number);
    rows.cards.text(row.id);
    const said = writeSaid(row.description);
    rows.cards.text(pack(analysis) ?? said);
    rows.cards.text(said);
    rows.ids.begin(2);
    rows.ids.text(row.id);
    rows.ids.int(number);
    for (const key of keysOf(analysis)) {
      rows.keys.begin(2);
      rows.keys.int(key);
      rows.keys.int(number);
    }
    eachCounted(analysis, (kind, value) => {
      const known = counts[countedKinds.indexOf(kind)];
      known?.set(value, (known.get(value) ?? 0) + 1);
    });
  });
  counts.forEach((values, kind) => {
    for (const [value, count] of values) {
      rows.values.begin(3);
      rows.values.text(value);
      rows.values.int(kind);
      rows.values.int(count);
    }
  });
  return rows;
}
