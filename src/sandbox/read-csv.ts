import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { parse } from 'csv-parse';
import { Problem } from '../kernel/problem.ts';
import { detectEncoding, type Encoding, mixedEncoding } from './encoding.ts';
import { cell, type ListRow, listLimits } from './list-row.ts';

const sampleBytes = 256 * 1024;

export interface CsvShape {
  readonly encoding: Encoding;
  readonly delimiter: string;
}

/** Reads the beginning of a text file and detects its format. */
export async function inspectCsv(path: string): Promise<CsvShape> {
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(sampleBytes);
    const { bytesRead } = await file.read(buffer, 0, sampleBytes, 0);
    const sample = buffer.subarray(0, bytesRead);
    if (sample.toString('latin1').trim() === '')
      throw new Problem('list.empty', 422, 'The file is empty.');
    const encoding = detectEncoding(sample);
    const text = new TextDecoder(encoding).decode(sample);
    if (/^\s*<(?:!doctype|html|svg|\?xml)/iu.test(text)) {
      throw new Problem('list.not_a_list', 422, 'The file is a page, not a list.');
    }
    return { encoding, delimiter: detectDelimiter(text) };
  } finally {
    await file.close();
  }
}

/** The delimiter that most often splits the first lines into the same number of cells. */
function detectDelimiter(text: string): string {
  const lines = text
    .split(/\r?\n/u)
    .slice(0, 30)
    .filter((line) => line.trim() !== '');
  let best = ',';
  let bestScore = 0;
  for (const mark of ['\t', ';', ',', '|']) {
    const counts = lines.map((line) => line.replace(/"[^"]*"/gu, '').split(mark).length - 1);
    const first = counts[0] ?? 0;
    const score = first * counts.filter((count) => count === first).length;
    if (score > bestScore) {
      bestScore = score;
      best = mark;
    }
  }
  return best;
}

/** Reads rows one at a time. A row whose quotes are broken becomes a row with its problem. */
export async function* readCsv(path: string, shape: CsvShape): AsyncIterable<ListRow> {
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  const problems: ListRow[] = [];
  const parser = parse({
    delimiter: shape.delimiter,
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: 1_000_000,
    on_skip: (error) => {
      const line = error && 'lines' in error ? Number(error.lines) : 0;
      problems.push({ line, cells: [], problem: 'list.broken_row' });
      return undefined;
    },
  });
  const text = file.on('error', (error) => parser.destroy(error)).pipe(decoder(shape.encoding));
  text.on('error', (error) => parser.destroy(error));
  text.pipe(parser);
  for await (const found of parser) {
    const { record, info } = found as { record: string[]; info: { lines: number } }; // `info: true`.
    // In file order, however far ahead the parser has read: a resumed import counts rows.
    while ((problems[0]?.line ?? info.lines) < info.lines) yield* problems.splice(0, 1);
    const line = lineOf(record, info.lines);
    if (record.every((each) => each.trim() === '')) continue;
    yield { line, cells: record.slice(0, listLimits.cellsPerRow).map((each) => cell(each)) };
  }
  yield* problems;
}

/** The parser gives the line where a row ends; people count where it begins. */
function lineOf(record: readonly string[], endLine: number): number {
  return endLine - record.reduce((sum, each) => sum + each.split('\n').length - 1, 0);
}

function decoder(encoding: Encoding): Transform {
  const decode = new TextDecoder(encoding, { fatal: encoding === 'utf-8' });
  return new Transform({
    readableObjectMode: false,
    transform(chunk: Buffer, _encoding, done) {
      try {
        done(null, decode.decode(chunk, { stream: true }));
      } catch {
        done(mixedEncoding());
      }
    },
    flush(done) {
      try {
        done(null, decode.decode());
      } catch {
        done(mixedEncoding());
      }
    },
  });
}
