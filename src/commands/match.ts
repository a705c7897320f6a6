import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { readModel } from '../matching/learning/training-report.ts';
import type { LinkReason } from '../matching/linking/link.ts';
import { type Candidate, layOut } from '../matching/matching.ts';
import type { Index } from '../matching/ranking.ts';
import { sentence } from '../matching/weighing/explain.ts';
import { limitHeapGrowth } from '../supervisor/limit-heap-growth.ts';
import { indexOf } from './list-index.ts';
import { type ListedFile, readListed } from './listed-file.ts';
import { printTable } from './match-table.ts';

/** The input and output of a command; tests pass their own. */
export interface Streams {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream;
}

const usage =
  'homeward match <registry> <queries> [--top 10] [--out FILE] [--explain] [--model FILE]\n' +
  'Files: CSV, XLSX, NDJSON or NDJSON.gz. One JSON object a line comes out, likeliest first.\n';

/**
 * `homeward match`: for each row of the second file the most likely rows of the first, with
 * reasons. Needs no server and no database. Returns the exit code: 2 for an invalid call.
 */
export async function runMatch(args: readonly string[], streams: Streams): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      top: { type: 'string' },
      out: { type: 'string' },
      explain: { type: 'boolean' },
      model: { type: 'string' },
    },
  });
  const [registryPath, queriesPath] = positionals;
  const top = Number(values.top ?? 10);
  if (!registryPath || !queriesPath || !Number.isInteger(top) || top < 1 || top > 1000) {
    streams.stderr.write(usage);
    return 2;
  }
  limitHeapGrowth();
  const started = performance.now();
  const weights = values.model
    ? layOut(readModel(await readFile(values.model, 'utf8')))
    : undefined;
  let leftOut = 0;
  const index = await indexOf(registryPath, {
    weights,
    leaveOut: ({ line, reason }) => {
      leftOut += 1;
      streams.stderr.write(`${registryPath}, line ${line}: ${reason}; the line is left out\n`);
    },
  });
  const buildMs = performance.now() - started;
  const asked = await answerAll(queriesPath, index, { ...values, top, streams });
  streams.stderr.write(
    `registry ${index.size} rows (${leftOut} left out), ${countOf(asked)}\n` +
      `index built in ${round(buildMs / 1000, 2)} s, memory ${Math.round(process.memoryUsage().rss / 1_048_576)} MiB\n` +
      timesOf(asked),
  );
  return 0;
}

export interface Answering {
  readonly top: number;
  readonly out?: string | undefined;
  readonly streams: Streams;
}

/** Rows queried, rows skipped, and the time of each query. */
export interface Asked extends ReadCount {
  readonly times: readonly number[];
}

/** Queries each row of a file and prints one line of JSON for each, or a page for a terminal. */
export async function answerAll(
  path: string,
  index: Index,
  { top, out: outPath, streams }: Answering,
): Promise<Asked> {
  const pretty = streams.stdout.isTTY === true && !outPath;
  const out = outPath ? createWriteStream(outPath) : streams.stdout;
  const times: number[] = [];
  const count = await readInto(path, streams, async (qid, row) => {
    const before = performance.now();
    const candidates = await index.find(row.description, { top });
    const ms = performance.now() - before;
    times.push(ms);
    if (pretty) printTable(out, { qid, raw: row.description.names[0]?.full ?? '', candidates });
    else out.write(`${JSON.stringify(lineOf(qid, candidates, ms))}\n`);
  });
  if (outPath) {
    out.end();
    await once(out, 'finish');
  }
  return { ...count, times };
}

function lineOf(qid: string, candidates: readonly Candidate[], ms: number) {
  return {
    qid,
    candidates: candidates.map(({ id, probability, reasons }) => ({
      id,
      probability: round(probability, 4),
      reasons: shownReasons(reasons),
    })),
    ms: round(ms, 2),
  };
}

/** Reasons as they are printed; absent values are omitted. */
export function shownReasons(reasons: readonly LinkReason[]) {
  return reasons
    .filter((reason) => reason.verdict !== 'absent')
    .map((reason) => ({
      feature: reason.feature,
      left: reason.left,
      right: reason.right,
      weight: round(reason.weight, 3),
      text: sentence(reason),
    }));
}

export interface ReadCount {
  readonly rows: number;
  readonly broken: number;
}

/** Reads a list row by row; a broken line is reported and skipped. */
export async function readInto(
  path: string,
  streams: Pick<Streams, 'stderr'>,
  take: (id: string, row: ListedFile) => void | Promise<void>,
): Promise<ReadCount> {
  let rows = 0;
  let broken = 0;
  for await (const batch of readListed(path)) {
    for (const row of batch) {
      if ('reason' in row) {
        broken += 1;
        streams.stderr.write(`${path}, line ${row.line}: ${row.reason}; the line is left out\n`);
        continue;
      }
      rows += 1;
      const taken = take(row.id, row);
      if (taken) await taken; // A row that is available at once needs no await.
    }
  }
  return { rows, broken };
}

export function countOf({ rows, broken }: Asked): string {
  return `queries ${rows} (${broken} left out)`;
}

export function timesOf({ times }: Asked): string {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share: number) =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0, 2);
  return `a query takes p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms\n`;
}

export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
