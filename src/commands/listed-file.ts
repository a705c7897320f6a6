import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { Description } from '../kernel/description.ts';
import { descriptionOf, type ListedRow } from '../matching/listed-row.ts';
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

async function* readTable(path: string): AsyncIterable<ListedFile | BrokenLine> {
  let headings: readonly string[] | null = null;
  for await (const { line, cells, problem } of readList(path)) {
    if (problem) {
      yield { line, reason: problem };
      continue;
    }
    const texts = cells.map((cell) => cell.text);
    if (!headings) {
      headings = texts.map((text) => text.trim().toLowerCase());
      continue;
    }
    const row: Record<string, string> = {};
    headings.forEach((heading, at) => {
      const text = texts[at];
      if (text !== undefined && text !== '' && heading !== '') row[heading] = text;
    });
    yield made(row, line);
  }
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
