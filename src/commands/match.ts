import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { sentence } from '../matching/explain.ts';
import { type Candidate, MatchIndex, type Reason } from '../matching/matching.ts';
import { type ListedFile, readListed } from './listed-file.ts';
import { printTable } from './match-table.ts';

/** Where a command reads and writes; the tests give their own. */
export interface Streams {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream;
}

const usage =
  'homeward match <registry> <queries> [--top 10] [--out FILE] [--explain]\n' +
  'Files: CSV, XLSX, NDJSON or NDJSON.gz. One JSON object a line comes out, likeliest first.\n';

/**
 * `homeward match`: for each row of the second file the likeliest rows of the first, with reasons.
 * Needs no server and no database. Answers the exit code: 2 for a call that cannot be understood.
 */
export async function runMatch(args: readonly string[], streams: Streams): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { top: { type: 'string' }, out: { type: 'string' }, explain: { type: 'boolean' } },
  });
  const [registryPath, queriesPath] = positionals;
  const top = Number(values.top ?? 10);
  if (!registryPath || !queriesPath || !Number.isInteger(top) || top < 1 || top > 1000) {
    streams.stderr.write(usage);
    return 2;
  }
  const started = performance.now();
  const index = new MatchIndex();
  const registry = await readInto(registryPath, streams, (id, row) =>
    index.add(id, row.description),
  );
  index.settle();
  const built = performance.now();
  const pretty = streams.stdout.isTTY === true && !values.out;
  const out = values.out ? createWriteStream(values.out) : streams.stdout;
  const times: number[] = [];
  const queries = await readInto(queriesPath, streams, (qid, row) => {
    const before = performance.now();
    const candidates = index.find(row.description, { top });
    const ms = performance.now() - before;
    times.push(ms);
    if (pretty) printTable(out, { qid, raw: row.description.names[0]?.full ?? '', candidates });
    else out.write(`${JSON.stringify(lineOf(qid, candidates, ms))}\n`);
  });
  if (values.out) {
    out.end();
    await once(out, 'finish');
  }
  report(streams, { registry, queries, times, buildMs: built - started });
  return 0;
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

/** Reasons as they are written out: what is silent is left away. */
export function shownReasons(reasons: readonly Reason[]) {
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

/** Reads a list row by row; a line that is broken is named and left out. */
export async function readInto(
  path: string,
  streams: Pick<Streams, 'stderr'>,
  take: (id: string, row: ListedFile) => void,
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
      take(row.id, row);
    }
  }
  return { rows, broken };
}

interface Run {
  readonly registry: ReadCount;
  readonly queries: ReadCount;
  readonly times: number[];
  readonly buildMs: number;
}

function report(streams: Streams, run: Run): void {
  const sorted = run.times.sort((one, other) => one - other);
  const at = (share: number) =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0, 2);
  streams.stderr.write(
    `registry ${run.registry.rows} rows (${run.registry.broken} left out), ` +
      `queries ${run.queries.rows} (${run.queries.broken} left out)\n` +
      `index built in ${round(run.buildMs / 1000, 2)} s, memory ${Math.round(process.memoryUsage().rss / 1_048_576)} MiB\n` +
      `a query takes p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms\n`,
  );
}

export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
