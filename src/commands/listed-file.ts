import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { Description } from '../kernel/description.ts';
import { descriptionOf, type ListedRow, listedFields } from '../matching/reading/listed-row.ts';
import { type ColumnMapping, recogniseColumns } from '../registry/sources/columns.ts';
import { readHeading } from '../registry/sources/headings.ts';
import { readRow } from '../registry/sources/read-row.ts';
import type { ListRow } from '../sandbox/list-row.ts';
import { readList } from '../sandbox/read-list.ts';

/** One row of a list given on the command line. */
export interface ListedFile {
  readonly id: string;
  readonly line: number;
  readonly description: Description;
  /** The cells of columns that are not part of a description, by heading. */
  readonly others: Readonly<Record<string, string>>;
}

/** A line that could not be read: its number and the reason. */
export interface BrokenLine {
  readonly line: number;
  readonly reason: string;
}

const lineMax = 100_000;

/** A byte range of a JSON-lines list, from the start of one line to the start of another. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Number of lines before it. */
  readonly line: number;
}

/**
 * Reads CSV, XLSX, NDJSON or NDJSON.gz in batches of rows; a broken line does not end the list.
 * Batches are used because awaiting each row separately would cost more than reading it.
 */
export async function* readListed(path: string, stretch?: Stretch): AsyncIterable<Batch> {
  if (isPlainLines(path) || isPlainLines(path.replace(/\.gz$/u, '')))
    yield* readJsonLines(path, stretch);
  else yield* readTable(path);
}

/** True for uncompressed JSON lines, of which a range can be read. */
export function isPlainLines(path: string): boolean {
  return /\.(?:ndjson|jsonl)$/u.test(path);
}

export type Batch = readonly (ListedFile | BrokenLine)[];

const wholeList: Stretch = { from: 0, to: Number.POSITIVE_INFINITY, line: 0 };

async function* readJsonLines(path: string, stretch = wholeList): AsyncIterable<Batch> {
  const { from: start, to } = stretch;
  const file = createReadStream(path, { highWaterMark: 2 ** 15, start, end: to - 1 });
  const input = path.endsWith('.gz') ? file.pipe(createGunzip({ chunkSize: 2 ** 15 })) : file;
  file.on('error', (error) => input.destroy(error));
  const decoder = new TextDecoder();
  let { line } = stretch;
  let rest = '';
  const read = (text: string) => {
    line += 1;
    return text.trim() === '' ? [] : [readJsonLine(text, line)];
  };
  for await (const chunk of input) {
    const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    // A line too long to be a row is not kept in memory.
    if (rest.length > 2 * lineMax) rest = rest.slice(0, lineMax + 1);
    yield lines.flatMap(read);
  }
  yield read(rest);
}

function readJsonLine(text: string, line: number): ListedFile | BrokenLine {
  if (text.length > lineMax) return { line, reason: 'longer than any row can be' };
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch {
    return { line, reason: 'not JSON' };
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    return { line, reason: 'not a JSON object' };
  }
  return made(row, line);
}

const sampleRows = 40;
/**
 * Lists on the command line may be longer than those that people upload; memory does not grow with
 * them.
 */
const rowsMax = 1_000_000_000;

/**
 * A table with our own field names as headings is read by these. Any other table is read like an
 * uploaded list: columns are recognised in three languages and by content.
 */
async function* readTable(path: string): AsyncIterable<Batch> {
  const held: ListRow[] = [];
  let read: ((row: ListRow) => ListedFile | BrokenLine | null) | null = null;
  for await (const row of readList(path, rowsMax)) {
    if (!read) {
      held.push(row);
      if (held.length < sampleRows) continue;
      read = readerFor(held);
      yield held.flatMap((each) => read?.(each) ?? []);
      continue;
    }
    const made = read(row);
    if (made) yield [made];
  }
  if (read) return;
  const reader = readerFor(held);
  yield held.flatMap((each) => reader(each) ?? []);
}

function readerFor(rows: readonly ListRow[]) {
  const first = rows.find((row) => !row.problem);
  const headings = first?.cells.map((cell) => cell.text.trim().toLowerCase()) ?? [];
  const own = isOwnForm(headings);
  const byField = own ? fieldReader(headings) : recognisedReader(rows);
  return (row: ListRow): ListedFile | BrokenLine | null => {
    if (row.problem) return { line: row.line, reason: row.problem };
    return row === first && (own || byField.headed) ? null : byField.read(row);
  };
}

/** Headings that our own format has and few others. */
const ownHeadings: ReadonlySet<string> = new Set(['id', 'qid', 'dob_raw', 'captured_date']);

/**
 * True for our own format; false for a list with an `id` beside headings of its own that we
 * recognise.
 */
function isOwnForm(headings: readonly string[]): boolean {
  const foreign = (heading: string) => !listedFields.has(heading) && readHeading(heading) !== null;
  return headings.some((heading) => ownHeadings.has(heading)) && !headings.some(foreign);
}

interface TableReader {
  readonly headed: boolean;
  readonly read: (row: ListRow) => ListedFile | BrokenLine;
}

function fieldReader(headings: readonly string[]): TableReader {
  return {
    headed: true,
    read: ({ line, cells }) => {
      const row: Record<string, string> = {};
      headings.forEach((heading, at) => {
        const text = cells[at]?.text;
        if (text !== undefined && text !== '' && heading !== '') row[heading] = text;
      });
      return made(row, line);
    },
  };
}

/** Columns with these roles are not part of a description. */
const noField: ReadonlySet<ColumnMapping['field']> = new Set([null, 'event', 'held_place', 'note']);

function othersOf(cells: readonly (readonly [string, unknown])[]): ListedFile['others'] {
  const said = cells.filter(
    (cell): cell is [string, string] => typeof cell[1] === 'string' && cell[1].trim() !== '',
  );
  return said.length === 0 ? nothing : Object.fromEntries(said);
}

const nothing = {};

function recognisedReader(rows: readonly ListRow[]): TableReader {
  const { columns, headed } = recogniseColumns(rows);
  const reading = { columns, headed, language: null, yearMax: 2100 };
  const idAt = columns.find(({ heading }) =>
    /^(?:(?:rec|record|row)[ _])?q?id$/iu.test(heading),
  )?.index;
  const unknown = columns.filter(
    ({ index, heading, field }) => heading !== '' && index !== idAt && noField.has(field),
  );
  return {
    headed,
    read: (row) => {
      const found = readRow(row, reading);
      const { line, cells } = row;
      if (found.kind === 'read') {
        const id = (idAt === undefined ? '' : cells[idAt]?.text.trim()) || `line-${line}`;
        const others = othersOf(unknown.map(({ heading, index }) => [heading, cells[index]?.text]));
        return { id, line, description: found.description, others };
      }
      return { line, reason: found.notes.map((note) => note.code).join(', ') };
    },
  };
}

function made(row: object, line: number): ListedFile {
  const fields = row as Readonly<Record<string, unknown>>; // Any object has fields of some type.
  const id = fields['qid'] ?? fields['id'] ?? `line-${line}`;
  return {
    id: String(id),
    line,
    description: descriptionOf(fields as ListedRow), // Its reader accepts only texts.
    others: strangersOf(fields),
  };
}

function strangersOf(fields: Readonly<Record<string, unknown>>): ListedFile['others'] {
  const strange: [string, unknown][] = [];
  for (const field in fields) if (!listedFields.has(field)) strange.push([field, fields[field]]);
  return strange.length === 0 ? nothing : othersOf(strange);
}
