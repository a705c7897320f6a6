/**
 * The cost of an open collection in PostgreSQL, beside a bare COPY of the same rows, the same
 * queries in memory, and nearest trigram neighbours in the same database:
 *
 * npm run bench:collection -- --rows 200000
 * npm run bench:collection -- --registry R --queries Q --truth T [--ask 1000] [--no-memory]
 * [--no-trigrams]
 *
 * Without files, `bench:grow` makes invented people; `--short` uses few. Fails if the two indexes
 * differ by a single character.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { CollectionIndex } from '../src/collections/collection-index.ts';
import { loadFile, mergePendingCards, openCollection } from '../src/collections/load.ts';
import { makeHome, measureCollection, prepareSession } from '../src/collections/queries.ts';
import { roomySettings } from '../src/commands/collection-database.ts';
import { readListed } from '../src/commands/listed-file.ts';
import { type Bulk, makeDatabase, openBulk } from '../src/db/bulk.ts';
import { CopyRows } from '../src/db/copy-rows.ts';
import { startEmbedded } from '../src/db/embedded.ts';
import type { Description } from '../src/kernel/description.ts';
import { MatchIndex } from '../src/matching/matching.ts';
import type { Candidate, Index } from '../src/matching/ranking.ts';
import { figures, percentile, type Truth } from './matching/figures.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '200000' },
    registry: { type: 'string' },
    queries: { type: 'string' },
    truth: { type: 'string' },
    ask: { type: 'string', default: '1000' },
    partitions: { type: 'string', default: '1' },
    'no-memory': { type: 'boolean', default: false },
    'no-trigrams': { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'homeward-bench-'));
const rows = values.short ? '3000' : values.rows;
const files = {
  registry: values.registry ?? join(folder, 'r.ndjson'),
  queries: values.queries ?? join(folder, 'q.ndjson'),
  truth: values.truth ?? join(folder, 't.ndjson'),
};

interface Question {
  readonly qid: string;
  readonly description: Description;
}
interface Answered {
  readonly times: readonly number[];
  readonly lines: readonly string[];
  readonly found: ReadonlyMap<string, readonly Candidate[]>;
}

try {
  if (!values.registry) grow();
  await run();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function grow(): void {
  execFileSync(
    process.execPath,
    [
      ...['--import', 'tsx', join(import.meta.dirname, 'matching/grow.ts'), '--alone'],
      ...['--rows', rows, '--out', files.registry, '--queries', values.short ? '200' : values.ask],
      ...['--out-queries', files.queries, '--out-truth', files.truth],
    ],
    { stdio: 'ignore' },
  );
}

async function run(): Promise<void> {
  const cluster = await startEmbedded({ folder, name: 'bench', settings: roomySettings() });
  try {
    const bulk = await openBulk(await makeDatabase(cluster.superuserUrl, 'cards'));
    await prepareSession(bulk);
    await makeHome(bulk);
    await compare(bulk);
    await bulk.close();
  } finally {
    await cluster.stop();
  }
}

async function compare(bulk: Bulk): Promise<void> {
  const bare = await copyBare(bulk);
  const loaded = await load(bulk);
  say(`bare COPY of the raw columns   ${bare.seconds.toFixed(1)} s for ${bare.count} rows`);
  say(
    `collection load                ${loaded.seconds.toFixed(1)} s, of which keys put in their place ` +
      `${loaded.settleSeconds.toFixed(1)} s; ${(loaded.seconds / bare.seconds).toFixed(1)} times the bare COPY; ` +
      `${((loaded.seconds / bare.count) * 1e6).toFixed(0)} s a million`,
  );
  say(
    `                               CPU: program ${loaded.ownCpu.toFixed(0)} s, PostgreSQL ${loaded.serverCpu.toFixed(0)} s`,
  );
  say(
    `size                           ${(loaded.bytes / bare.count).toFixed(0)} MB a million cards ` +
      `(${loaded.tables})`,
  );
  const questions = (await listQuestions()).slice(0, Number(values.ask));
  const index = await CollectionIndex.open(bulk, 'bench');
  await ask(index, questions.slice(0, 100)); // The first ones warm the caches of both indexes.
  const stored = await ask(index, questions);
  tell('in PostgreSQL', stored);
  if (!values['no-memory']) await compareMemory(questions, stored);
  if (!values['no-trigrams']) await compareTrigrams(bulk, questions);
}

async function compareMemory(questions: readonly Question[], stored: Answered): Promise<void> {
  const memory = new MatchIndex();
  for await (const batch of readListed(files.registry)) {
    for (const row of batch) if ('description' in row) memory.add(row.id, row.description);
  }
  memory.mergePending();
  await ask(memory, questions.slice(0, 100));
  const held = await ask(memory, questions);
  tell('in memory', held);
  const differ = held.lines.filter((line, at) => line !== stored.lines[at]).length;
  say(`answers that differ            ${differ} of ${questions.length}`);
  const ratio = percentile(stored.times, 0.5) / percentile(held.times, 0.5);
  say(`PostgreSQL against memory      ${ratio.toFixed(1)} times as long at the median`);
  if (differ > 0) process.exitCode = 1;
}

/** Nearest names by trigrams, as PostgreSQL offers them. */
async function compareTrigrams(bulk: Bulk, questions: readonly Question[]): Promise<void> {
  await bulk.query('create extension if not exists pg_trgm');
  const began = performance.now();
  await bulk.query('create index on bare using gist (name gist_trgm_ops(siglen=64))');
  await bulk.query('analyze bare');
  const built = (performance.now() - began) / 1_000;
  const times: number[] = [];
  const found = new Map<string, readonly Candidate[]>();
  for (const { qid, description } of questions.slice(0, 100)) {
    const before = performance.now();
    const near = await bulk.query<{ id: string; far: number }>(
      'select id, name <-> $1 as far from bare order by name <-> $1 limit 50',
      [description.names[0]?.full ?? ''],
    );
    times.push(performance.now() - before);
    const none = { reasons: [], undecidedWithout: [] };
    found.set(
      qid,
      near.map(({ id, far }) => ({ id, probability: 1 - Number(far), ...none })),
    );
  }
  say(`trigrams: index in ${built.toFixed(0)} s, 100 questions`);
  tell('nearest by trigrams', { times, found, lines: [] });
}

interface LoadCost {
  readonly seconds: number;
  readonly settleSeconds: number;
  readonly ownCpu: number;
  readonly serverCpu: number;
  readonly bytes: number;
  readonly tables: string;
}

async function load(bulk: Bulk): Promise<LoadCost> {
  const [cpu, server] = [process.cpuUsage(), await serverCpu(bulk)];
  const began = performance.now();
  await openCollection(bulk, 'bench', Number(values.partitions));
  const watch = { leftOut: () => undefined, progress: () => undefined };
  const file = { digest: 'bench', path: files.registry, rows: readListed(files.registry) };
  await loadFile(bulk, 'bench', { file, watch });
  const read = performance.now();
  await mergePendingCards(bulk, 'bench');
  const ended = performance.now();
  const spent = process.cpuUsage(cpu);
  const sizes = await bulk.query<{ name: string; bytes: number }>(
    `select relname as name, pg_total_relation_size(oid)::float8 as bytes from pg_class
     where relnamespace = 'cards_bench'::regnamespace and relkind = 'r' order by relname`,
  );
  return {
    seconds: (ended - began) / 1_000,
    settleSeconds: (ended - read) / 1_000,
    ownCpu: (spent.user + spent.system) / 1e6,
    serverCpu: (await serverCpu(bulk)) - server,
    bytes: await measureCollection(bulk, 'bench'),
    tables: sizes.map(({ name, bytes }) => `${name} ${(bytes / 1e6).toFixed(0)}`).join(', '),
  };
}

/** Processor seconds of the server process of this connection, if the system reports them. */
async function serverCpu(bulk: Bulk): Promise<number> {
  const [row] = await bulk.query<{ pid: number }>('select pg_backend_pid() as pid');
  try {
    const fields = readFileSync(`/proc/${row?.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

/** The raw columns of every row as text, without any processing. */
async function copyBare(bulk: Bulk): Promise<{ seconds: number; count: number }> {
  const names = 'id name dob sex birthplace unit rank captured lost'.split(' ');
  await bulk.query(`create table bare (${names.map((name) => `${name} text`).join(', ')})`);
  const target = `bare (${names.join(', ')})`;
  let seconds = 0;
  let count = 0;
  let pending = new CopyRows();
  const flush = async () => {
    const began = performance.now();
    await bulk.copy(target, pending);
    seconds += (performance.now() - began) / 1_000;
    pending = new CopyRows();
  };
  for await (const batch of readListed(files.registry)) {
    for (const row of batch) {
      if (!('description' in row)) continue;
      const said = row.description;
      const birth = said.birth?.raw ?? '';
      pending.begin(names.length);
      for (const cell of [row.id, said.names[0]?.full ?? '', birth, said.sex ?? '']) {
        pending.text(cell);
      }
      for (const cell of [said.birthplace, said.unit, said.rank]) pending.text(cell ?? '');
      for (const date of [said.captured, said.lastContact]) pending.text(date?.raw ?? '');
      count += 1;
    }
    if (pending.count >= 20_000) await flush();
  }
  await flush();
  return { seconds, count };
}

async function listQuestions(): Promise<readonly Question[]> {
  const questions: Question[] = [];
  for await (const batch of readListed(files.queries)) {
    for (const row of batch) {
      if ('description' in row) questions.push({ qid: row.id, description: row.description });
    }
  }
  return questions;
}

async function ask(index: Index, questions: readonly Question[]): Promise<Answered> {
  const times: number[] = [];
  const lines: string[] = [];
  const found = new Map<string, readonly Candidate[]>();
  for (const { qid, description } of questions) {
    const before = performance.now();
    const candidates = await index.find(description);
    times.push(performance.now() - before);
    lines.push(JSON.stringify(candidates));
    found.set(qid, candidates);
  }
  return { times, lines, found };
}

function tell(where: string, { times, found }: Answered): void {
  const truth = readFileSync(files.truth, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Truth) // Written by `grow.ts`.
    .filter(({ qid }) => found.has(qid));
  const { recall1, recall10 } = figures(truth, found);
  const at = (share: number) => percentile(times, share).toFixed(1);
  say(
    `${where.padEnd(31)}p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms; ` +
      `R@1 ${recall1.toFixed(3)} R@10 ${recall10.toFixed(3)}`,
  );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
