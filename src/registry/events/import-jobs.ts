import { act } from '../../audit/act.ts';
import { type Context, rowContextOf, type SealedItem, type SealItem } from '../../audit/context.ts';
import type { Db } from '../../db/connect.ts';
import { insertSealed } from '../../db/sealed-rows.ts';
import { inTransaction } from '../../db/transaction.ts';
import { type ImportId, idFromBytes, type PersonId, type RecordId } from '../../kernel/ids.ts';
import { overloaded, Problem } from '../../kernel/problem.ts';
import { sha256 } from '../../vault/random.ts';
import { sealedDescription } from '../records/actions.ts';
import { insertRecords, listRecords, type NewRecord, supersedeMany } from '../records/queries.ts';
import {
  advance,
  digestRow,
  fileContent,
  finish,
  forgetFile,
  isOver,
  type ListedLine,
  type ListImport,
  type ListReader,
  type ListSource,
  marksField,
  openFields,
  type ReadRow,
  type RowMark,
  type RowReading,
  rawField,
  readMarks,
  readRow,
  refuseImport,
  type Sample,
  StandingList,
} from '../sources/actions.ts';
import {
  deleteFile,
  findImport,
  findLastLine,
  getSource,
  hasEarlierRunning,
  type ImportRow,
  insertImportRows,
  listStanding,
  lockImport,
  updateImport,
} from '../sources/queries.ts';
import { eventsOfRow } from './list-event.ts';
import { insertEvents, type NewEvent } from './queries.ts';

/** Rows of one transaction: what a kill may cost, and what the broker seals at once. */
export const chunkRows = 500;

/**
 * `import.carry_out`: makes a record of each row, chunk by chunk. Each chunk is one transaction that
 * also moves the count of rows read, so a run killed at any point is gone on with where its last
 * transaction ended, and a second run at the same time finds its chunk taken and stops.
 */
export async function carryOutImport(
  ctx: Context,
  { importId }: { readonly importId: ImportId },
  lists: ListReader,
): Promise<void> {
  const list = await asSystem(ctx, (tx) => findImport(tx, importId));
  if (list?.state === 'cancelled') return forgetFile(ctx, importId);
  if (list?.state !== 'waiting' && list?.state !== 'running') return;
  if (await asSystem(ctx, (tx) => hasEarlierRunning(tx, list))) {
    // Compared with a list that is not in whole yet, everybody missing from it would seem new.
    throw overloaded('import.earlier_running', 5);
  }
  try {
    await carryOut(ctx, list, lists);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === 'import.taken') return;
    if (!error.code.startsWith('list.')) throw error;
    await refuseImport(ctx, importId, error.code);
  }
}

interface Carrying {
  readonly source: ListSource;
  readonly reading: RowReading;
  readonly standing: StandingList;
  readonly salt: string;
}

async function carryOut(ctx: Context, list: ListImport, lists: ListReader): Promise<void> {
  const carrying = await prepare(ctx, list);
  const lines = new Lines(await asSystem(ctx, (tx) => findLastLine(tx, list.id)));
  const skip = list.rowsRead + (list.shape.headed === false ? 0 : 1);
  let now = list;
  let after = list.rowsRead;
  // The next chunk is read and sealed while the one before it is being stored.
  let storing: Promise<ListImport> = Promise.resolve(list);
  try {
    for await (const rows of chunksOf(lists.rows(fileContent(ctx, list), { skip }))) {
      const making = makeChunk({ ctx, list, carrying }, { after, rows: lines.number(rows) });
      now = await storing.finally(() => making.catch(() => undefined)); // Heard on the next line.
      const chunk = await making;
      after += rows.length;
      storing = storeChunk(ctx, now, chunk);
      storing.catch(() => undefined); // Awaited in the next round or below.
    }
  } finally {
    await storing.catch(() => undefined); // No transaction goes on behind a run that has ended.
  }
  now = await storing;
  await end(ctx, now, list.shape.partial ? [] : carrying.standing.gone());
}

async function prepare(ctx: Context, list: ListImport): Promise<Carrying> {
  const [salt = ''] = await ctx.broker.salts([list.senderId ?? list.id]);
  const { source, earlier } = await asSystem(ctx, async (tx) => ({
    source: await getSource(tx, list.sourceId),
    earlier: await listStanding(tx, list),
  }));
  const standing = new StandingList();
  const marksOf = (of: string, rowsRead: number) =>
    readMarks(ctx, { importId: list.id, of, chunks: Math.ceil(rowsRead / chunkRows) });
  for (const { id, rowsRead } of earlier) {
    for await (const mark of marksOf(id, rowsRead)) standing.learn(mark);
  }
  for await (const mark of marksOf(list.id, list.rowsRead)) standing.meet(mark);
  const [opened] = await openFields(ctx, list.id, [{ rowId: list.id, columnName: 'sample' }]);
  const { headings } = (opened?.content ?? { headings: [] }) as Sample; // Sealed by the inspection.
  const columns = (list.mapping?.columns ?? []).map((column) => ({
    ...column,
    heading: headings[column.index] ?? column.heading,
  }));
  const reading: RowReading = {
    columns,
    headed: list.shape.headed !== false,
    language: source.language,
    yearMax: ctx.now.getUTCFullYear(),
  };
  return { source, reading, standing, salt };
}

/** Gives every row a line of its own: hostile workbooks name one line twice or none at all. */
class Lines {
  #last: number;

  constructor(last: number) {
    this.#last = last;
  }

  number(rows: readonly ListedLine[]): readonly ListedLine[] {
    return rows.map((row) => {
      const usable = Number.isInteger(row.line) && row.line > this.#last && row.line < 1e9;
      this.#last = usable ? row.line : this.#last + 1;
      return row.line === this.#last ? row : { ...row, line: this.#last };
    });
  }
}

async function* chunksOf(
  packs: AsyncIterable<readonly ListedLine[]>,
): AsyncIterable<readonly ListedLine[]> {
  let waiting: ListedLine[] = [];
  for await (const pack of packs) {
    waiting.push(...pack);
    while (waiting.length >= chunkRows) {
      yield waiting.slice(0, chunkRows);
      waiting = waiting.slice(chunkRows);
    }
  }
  if (waiting.length > 0) yield waiting;
}

/** Everything that one transaction stores, sealed and ready. */
interface Chunk {
  /** Rows read before this chunk: another run has taken it when the import says otherwise. */
  readonly after: number;
  readonly rows: readonly ImportRow[];
  readonly records: readonly NewRecord[];
  /** Earlier records of the same people, by the record that takes their place. */
  readonly replaced: ReadonlyMap<string, string>;
  readonly events: readonly NewEvent[];
  readonly sealed: readonly SealedItem[];
}

interface Making {
  readonly rows: ImportRow[];
  readonly records: NewRecord[];
  readonly replaced: Map<string, string>;
  readonly events: NewEvent[];
  readonly marks: RowMark[];
  readonly items: SealItem[];
}

async function makeChunk(
  around: Around,
  { after, rows }: { readonly after: number; readonly rows: readonly ListedLine[] },
): Promise<Chunk> {
  const making: Making = {
    rows: [],
    records: [],
    replaced: new Map(),
    events: [],
    marks: [],
    items: [],
  };
  for (const row of rows) takeRow(making, row, around);
  making.items.push(marksField(around.list.id, Math.floor(after / chunkRows), making.marks));
  const sealed = await around.ctx.broker.sealMany(making.items);
  const { records, replaced, events } = making;
  return { after, rows: making.rows, records, replaced, events, sealed };
}

interface Around {
  readonly ctx: Context;
  readonly list: ListImport;
  readonly carrying: Carrying;
}

function takeRow(making: Making, row: ListedLine, around: Around): void {
  const { list, carrying } = around;
  const read = readRow(row, carrying.reading);
  const { line } = row;
  if (read.kind === 'refused') {
    const cells = row.cells.map((cell) => cell.text.slice(0, 10_000));
    making.rows.push({ line, outcome: 'refused', recordId: null, notes: read.notes });
    making.items.push(rawField(list.id, line, cells));
    return;
  }
  const digests = digestRow(carrying.salt, read);
  const twin = carrying.standing.sameInThisList(digests);
  if (twin) {
    making.rows.push({ line, outcome: 'unchanged', recordId: twin.recordId, notes: read.notes });
    return;
  }
  const key = carrying.standing.countedKey(digests.key);
  const earlier = carrying.standing.earlier(key, digests);
  const same = earlier?.digest === digests.digest;
  const recordId = same ? (earlier.recordId as RecordId) : recordIdOf(carrying.salt, list.id, line); // Made so below.
  const mark: RowMark = { ...digests, key, line, recordId };
  making.marks.push(mark);
  carrying.standing.meet(mark);
  const outcome = same ? 'unchanged' : earlier ? 'changed' : 'recorded';
  making.rows.push({ line, outcome, recordId, notes: read.notes });
  if (same) return;
  if (earlier) making.replaced.set(recordId, earlier.recordId);
  takeRecord(making, { recordId, line, read }, around);
}

function takeRecord(
  making: Making,
  row: { recordId: RecordId; line: number; read: Extract<ReadRow, { kind: 'read' }> },
  { ctx, list, carrying }: Around,
): void {
  const { recordId, line, read } = row;
  const { side } = list.shape;
  making.records.push({
    id: recordId,
    officeId: list.officeId,
    sourceId: list.sourceId,
    personId: idFromBytes<'person'>(sha256(`person|${recordId}`).subarray(0, 16)),
    side,
    importId: list.id,
    line,
    language: carrying.source.language,
    matchAt: 'arrival',
  });
  making.items.push(sealedDescription(recordId, read.description));
  if (side !== 'held') return;
  const at = { officeId: list.officeId, now: ctx.now };
  making.events.push(...eventsOfRow({ recordId, event: read.event }, carrying.source, at));
}

/**
 * The id of a row's record follows from the import's secret salt and the line, so that a chunk made
 * again after a kill uses the keys that were written for it before, and a row stored twice collides.
 */
function recordIdOf(salt: string, importId: string, line: number): RecordId {
  return idFromBytes<'record'>(sha256(`record|${salt}|${importId}|${line}`).subarray(0, 16));
}

/** One chunk, whole or not at all: records, persons, events, seals, outcomes, count and entry. */
async function storeChunk(ctx: Context, list: ListImport, chunk: Chunk): Promise<ListImport> {
  let stored = list;
  await act(ctx, 'import.carry_out', { objectId: list.id }, async (tx) => {
    const now = await lockImport(tx, list.id);
    if (!now || isOver(now) || now.rowsRead !== chunk.after) throw taken();
    const owner = { officeId: now.officeId, now: ctx.now };
    await insertRecords(tx, await withPersons(tx, chunk), ctx.now);
    await supersedeMany(tx, [...chunk.replaced.values()], ctx.now);
    await insertEvents(tx, chunk.events, ctx.now);
    await insertSealed(tx, chunk.sealed, owner);
    await insertImportRows(tx, { importId: now.id, officeId: now.officeId }, chunk.rows);
    stored = advance(now, countsOf(chunk.rows));
    await updateImport(tx, stored);
    return { rowsRead: stored.rowsRead, records: chunk.records.length };
  });
  return stored;
}

/** A changed row speaks of the same person as the record that it takes the place of. */
async function withPersons(tx: Db, chunk: Chunk): Promise<readonly NewRecord[]> {
  if (chunk.replaced.size === 0) return chunk.records;
  const old = await listRecords(tx, [...chunk.replaced.values()]);
  const personOf = new Map<string, PersonId>(old.map((record) => [record.id, record.personId]));
  return chunk.records.map((record) => {
    const supersedesId = chunk.replaced.get(record.id);
    const personId = supersedesId ? personOf.get(supersedesId) : undefined;
    return supersedesId && personId ? { ...record, supersedesId, personId } : record;
  });
}

function countsOf(rows: readonly ImportRow[]) {
  const count = (outcome: ImportRow['outcome']) =>
    rows.filter((row) => row.outcome === outcome).length;
  return {
    read: rows.length,
    recorded: count('recorded'),
    unchanged: count('unchanged'),
    changed: count('changed'),
    refused: count('refused'),
  };
}

async function end(ctx: Context, list: ListImport, gone: readonly string[]): Promise<void> {
  await act(ctx, 'import.carry_out', { objectId: list.id }, async (tx) => {
    const now = await lockImport(tx, list.id);
    if (!now || isOver(now) || now.rowsRead !== list.rowsRead) throw taken();
    await updateImport(tx, finish(now, gone, ctx.now));
    await deleteFile(tx, now.id);
    return { state: 'done', gone: gone.length };
  });
}

function taken(): Problem {
  return new Problem('import.taken', 409, 'Somebody else carries this list out or ended it.');
}

function asSystem<Answer>(ctx: Context, run: (tx: Db) => Promise<Answer>): Promise<Answer> {
  return inTransaction(ctx.db, rowContextOf(ctx.actor), run);
}
