import type { Context, SealedItem, SealItem } from '../../audit/context.ts';
import { idFromBytes, type RecordId } from '../../kernel/ids.ts';
import { sha256 } from '../../vault/random.ts';
import type { NewRecord } from '../records/queries.ts';
import { sealedDescription } from '../records/sealed.ts';
import {
  type ChunkCounts,
  digestRow,
  type ListedLine,
  type ListImport,
  type ListSource,
  marksField,
  type ReadRow,
  type RowMark,
  type RowReading,
  rawField,
  readRow,
  type StandingList,
} from '../sources/actions.ts';
import type { ImportRow } from '../sources/queries.ts';
import { eventsOfRow } from './list-event.ts';
import type { NewEvent } from './queries.ts';

/** Rows of one transaction: the most that a kill loses, and that the broker seals at once. */
export const chunkRows = 500;

/** What an import needs besides its rows. */
export interface Carrying {
  readonly source: ListSource;
  readonly reading: RowReading;
  readonly standing: StandingList;
  readonly salt: string;
}

/** Everything that one transaction stores, sealed and ready. */
export interface Chunk {
  /** Rows read before this chunk: if the import says otherwise, another run has taken it. */
  readonly after: number;
  readonly rows: readonly ImportRow[];
  readonly records: readonly NewRecord[];
  /** Earlier records of the same people, by the record that replaces them. */
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

/** Reads the rows of one chunk, decides on each, and has everything sealed. Stores nothing. */
export async function makeChunk(
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

/** The time, the list, and what the import needs. */
export interface Around {
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
  making.items.push(
    sealedDescription.item({ rowId: recordId, subjectId: recordId }, read.description),
  );
  if (side !== 'held') return;
  const at = { officeId: list.officeId, now: ctx.now };
  making.events.push(...eventsOfRow({ recordId, event: read.event }, carrying.source, at));
}

/**
 * The id of a row's record follows from the import's secret salt and the line. So a chunk that is
 * repeated after a kill uses the keys written for it before, and a row stored twice collides.
 */
function recordIdOf(salt: string, importId: string, line: number): RecordId {
  return idFromBytes<'record'>(sha256(`record|${salt}|${importId}|${line}`).subarray(0, 16));
}

export function countsOf(rows: readonly ImportRow[]): ChunkCounts {
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

/** Gives every row a line of its own: hostile workbooks repeat line numbers or omit them. */
export class Lines {
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

/** Batches of rows from the sandbox, made into chunks of one transaction each. */
export async function* chunksOf(
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
