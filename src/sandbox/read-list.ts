import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Problem } from '../kernel/problem.ts';
import { cell, type ListRow, type ListShape, listLimits } from './list-row.ts';
import { inspectCsv, readCsv } from './read-csv.ts';
import { readXlsx } from './read-xlsx.ts';

export type { Cell, ListRow, ListShape } from './list-row.ts';

const sampleRows = 21;
/**
 * A list with at most this many rows is read to its end, since its sender knows the exact number.
 */
const countedRowsMax = 2_000;

/**
 * Reads a list in any accepted format, one row at a time in bounded memory. The format is detected
 * from its bytes, never from its name. Refusals are Problems with a code `list.…`.
 */
export async function* readList(
  path: string,
  rowsMax: number = listLimits.rows,
): AsyncIterable<ListRow> {
  const format = await formatOf(path);
  let rows = 0;
  const source =
    format === 'xlsx' ? readXlsx(path) : format === 'ndjson' ? readJson(path) : readText(path);
  for await (const row of source) {
    rows += 1;
    if (rows > rowsMax) throw new Problem('list.too_large', 422, 'The list is too long.');
    yield row;
  }
  if (rows === 0) throw new Problem('list.empty', 422, 'The list has no rows.');
}

/** The format of a list and its first rows. */
export async function inspectList(path: string): Promise<ListShape> {
  const format = await formatOf(path);
  const csv = format === 'csv' ? await inspectCsv(path) : null;
  const encoding = csv?.encoding ?? null;
  const rows: ListRow[] = [];
  let [seen, seenBytes, isCounted] = [0, 0, true];
  for await (const row of readList(path)) {
    if (seen === countedRowsMax) {
      isCounted = false;
      break;
    }
    seen += 1;
    seenBytes += bytesOf(row, { format, encoding });
    if (rows.length < sampleRows) rows.push(row);
  }
  if (rows.length === 1 && format !== 'ndjson' && looksLikeHeadings(rows[0])) {
    throw new Problem('list.header_only', 422, 'The list has headings and no rows.');
  }
  return {
    format,
    encoding,
    delimiter: csv?.delimiter ?? null,
    rows,
    rowsEstimate: isCounted ? seen : await estimate(path, seen / seenBytes),
    isCounted,
  };
}

function looksLikeHeadings(row: ListRow | undefined): boolean {
  return row?.cells.every(({ text }) => !/\d{2}/u.test(text)) ?? false;
}

/** Estimated from the size of the file and of its first rows, for the progress bar. */
async function estimate(path: string, rowsPerByte: number): Promise<number> {
  const { size } = await stat(path);
  return Math.max(countedRowsMax + 1, Math.round(size * rowsPerByte));
}

/** The bytes of a row in the file. A compressed workbook takes about half a byte per letter. */
function bytesOf(
  { cells }: ListRow,
  { format, encoding }: { readonly format: string; readonly encoding: string | null },
): number {
  const text = cells.map((each) => each.text).join(';');
  if (format === 'xlsx') return Math.max(10, text.length * 0.6);
  if (encoding === 'windows-1251') return text.length + 2;
  if (encoding?.startsWith('utf-16')) return text.length * 2 + 4;
  const bytes = Buffer.byteLength(text, 'utf8') + 2;
  // Every line of JSON repeats its column names.
  return format === 'ndjson' ? bytes * 1.8 : bytes;
}

async function formatOf(path: string): Promise<ListShape['format']> {
  const { size } = await stat(path);
  if (size === 0) throw new Problem('list.empty', 422, 'The file is empty.');
  if (size > listLimits.fileBytes)
    throw new Problem('list.too_large', 422, 'The file is too large.');
  const file = await open(path);
  const head = Buffer.alloc(8);
  try {
    await file.read(head, 0, 8, 0);
  } finally {
    await file.close();
  }
  const start = head.toString('latin1');
  if (start.startsWith('PK\u0003\u0004')) return 'xlsx';
  // The old binary workbook, and the container of encrypted new ones.
  if (head.readUInt32BE(0) === 0xd0cf11e0)
    throw new Problem('list.encrypted', 422, 'The workbook is encrypted or of the old form.');
  if (
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the first bytes of other forms hold them
    /^(?:%PDF|\u0089PNG|GIF8|\u00ff\u00d8\u00ff|\u001f\u008b|Rar!|7z|MZ|\u007fELF|\{\\rtf)/u.test(
      start,
    )
  ) {
    throw new Problem('list.not_a_list', 422, 'The file is not a list.');
  }
  return /^(?:\u00ef\u00bb\u00bf)?\s*\{/u.test(start) ? 'ndjson' : 'csv';
}

async function* readText(path: string): AsyncIterable<ListRow> {
  yield* readCsv(path, await inspectCsv(path));
}

const forbidden = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * One JSON object per line: the keys of the first hundred lines are the columns, in the order they
 * come.
 */
async function* readJson(path: string): AsyncIterable<ListRow> {
  const columns: string[] = [];
  const input = createReadStream(path);
  let line = 0;
  let headed = false;
  const waiting: { line: number; row: Readonly<Record<string, unknown>> | null }[] = [];
  const rowOf = (each: (typeof waiting)[number]): ListRow =>
    each.row
      ? { line: each.line, cells: columns.map((key) => cell(textOf(each.row?.[key]))) }
      : { line: each.line, cells: [], problem: 'list.broken_row' };
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1;
    if (text.trim() === '') continue;
    const row = parseObject(text);
    if (!headed) {
      for (const key of Object.keys(row ?? {})) if (!columns.includes(key)) columns.push(key);
      waiting.push({ line, row });
      if (waiting.length < 100) continue;
      headed = true;
      yield { line: 0, cells: columns.map((key) => cell(key)) };
      yield* waiting.splice(0).map(rowOf);
    } else yield rowOf({ line, row });
  }
  if (!headed && columns.length > 0) yield { line: 0, cells: columns.map((key) => cell(key)) };
  yield* waiting.map(rowOf);
}

function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  if (text.length > 1_000_000) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    const row = Object.entries(value);
    return row.some(([key]) => forbidden.has(key)) ? null : Object.fromEntries(row);
  } catch {
    return null;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
