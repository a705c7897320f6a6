import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { Description } from '../kernel/description.ts';
import { descriptionOf, type ListedRow } from '../matching/listed-row.ts';
import { recogniseColumns } from '../registry/sources/columns.ts';
import { readRow } from '../registry/sources/read-row.ts';
import type { ListRow } from '../sandbox/list-row.ts';
import { readList } from '../sandbox/read-list.ts';

/** One row of a list given on the command line. */
export interface ListedFile {
  readonly id: string;
  readonly description: Description;
}

/** A line that could not be read: its number and why. */
export interface BrokenLine {
  readonly line: number;
  readonly reason: string;
}

const lineMax = 100_000;

/** Reads CSV, XLSX, NDJSON or NDJSON.gz one row at a time; a broken line does not end the list. */
export async function* readListed(path: string): AsyncIterable<ListedFile | BrokenLine> {
  if (/\.ndjson(?:\.gz)?$|\.jsonl(?:\.gz)?$/u.test(path)) yield* readJsonLines(path);
  else yield* readTable(path);
}

async function* readJsonLines(path: string): AsyncIterable<ListedFile | BrokenLine> {
  const file = createReadStream(path);
  const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  file.on('error', (error) => input.destroy(error));
  let line = 0;
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1;
    if (text.trim() === '') continue;
    yield readJsonLine(text, line);
  }
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
 * A table is read by our own field names where its heading has them, and otherwise as a list that
 * came in from outside: columns recognised in three languages and by content.
 */
async function* readTable(path: string): AsyncIterable<ListedFile | BrokenLine> {
  const held: ListRow[] = [];
  let read: ((row: ListRow) => ListedFile | BrokenLine | null) | null = null;
  for await (const row of readList(path)) {
    if (read) {
      const made = read(row);
      if (made) yield made;
      continue;
    }
    held.push(row);
    if (held.length < sampleRows) continue;
    read = readerFor(held);
    yield* readHeld(read, held);
  }
  if (!read) yield* readHeld(readerFor(held), held);
}

function* readHeld(
  read: (row: ListRow) => ListedFile | BrokenLine | null,
  held: readonly ListRow[],
): Iterable<ListedFile | BrokenLine> {
  for (const row of held) {
    const made = read(row);
    if (made) yield made;
  }
}

function readerFor(rows: readonly ListRow[]) {
  const first = rows.find((row) => !row.problem);
  const headings = first?.cells.map((cell) => cell.text.trim().toLowerCase()) ?? [];
  const own = headings.some((heading) => ownHeadings.has(heading));
  const byField = own ? fieldReader(headings) : recognisedReader(rows);
  return (row: ListRow): ListedFile | BrokenLine | null => {
    if (row.problem) return { line: row.line, reason: row.problem };
    return row === first && (own || byField.headed) ? null : byField.read(row);
  };
}

/** Headings that only our own form has. */
const ownHeadings: ReadonlySet<string> = new Set(['id', 'qid', 'dob_raw', 'captured_date']);

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

function recognisedReader(rows: readonly ListRow[]): TableReader {
  const { columns, headed } = recogniseColumns(rows);
  const reading = { columns, headed, language: null, yearMax: 2100 };
  return {
    headed,
    read: (row) => {
      const found = readRow(row, reading);
      if (found.kind === 'read') return { id: `line-${row.line}`, description: found.description };
      return { line: row.line, reason: found.notes.map((note) => note.code).join(', ') };
    },
  };
}

function made(row: object, line: number): ListedFile {
  const fields: Readonly<Record<string, unknown>> = { ...row };
  const id = fields['qid'] ?? fields['id'] ?? `line-${line}`;
  return { id: String(id), description: descriptionOf(textsOnly(fields)) };
}

/** Cells that are no text say nothing. */
function textsOnly(fields: Readonly<Record<string, unknown>>): ListedRow {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[key, String(value)]] : [],
    ),
  );
}
