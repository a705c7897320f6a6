import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { clusterFigures, type Proposed, truePairs } from '../matching/cluster-figures.ts';
import { readTruth, type Truth } from '../matching/development-set.ts';
import { figures } from '../matching/figures.ts';
import {
  type Answer,
  type Row,
  readCommaTable,
  readLines,
  readTable,
  writeTable,
} from './files.ts';
import { pairFigures } from './measures.ts';
import { latin, searchPostgres } from './postgres.ts';

/**
 * Other systems on the same files, in one run, side by side: `npm run bench:peers`.
 *
 *   -- [--registry FILE --queries FILE --truth FILE] [--only lists,pairs,postgres,splink,febrl]
 *
 * Each peer is optional: what is not installed and cannot be had is named and passed over. Python's
 * packages go to a folder that is not kept in the repository.
 */
const { values } = parseArgs({
  options: {
    registry: { type: 'string' },
    queries: { type: 'string' },
    truth: { type: 'string' },
    only: { type: 'string', default: 'lists,pairs,postgres,splink,febrl' },
  },
});
const here = import.meta.dirname;
const root = join(here, '../..');
const data = process.env['HOMEWARD_MATCHING_DATA'] ?? join(root, '../shared/data');
const registryPath = values.registry ?? join(data, 'rl/registry.ndjson.gz');
const queriesPath = values.queries ?? join(data, 'rl/queries.ndjson');
const work = join(root, 'data/peers');
const python = join(work, 'venv/bin/python');
const parts = new Set(values.only.split(','));
const lists = join(work, 'lists.ndjson');

interface Timed {
  readonly compared: number;
  readonly seconds: number;
  readonly queries?: number;
  readonly searchSeconds?: number;
}

say(`registry ${registryPath}\nqueries ${queriesPath}\n`);
mkdirSync(work, { recursive: true });
const truth = values.truth ? readLines<Truth>(values.truth) : readTruth();
const hasPython = preparePython();
if (parts.has('lists')) compareLists();
if (parts.has('postgres')) await comparePostgres();
if (parts.has('splink') && hasPython) compareSplink();
if (parts.has('pairs')) comparePairs();
if (parts.has('febrl')) compareFebrl();

/** The same fifty candidates for every scorer; one core each. */
function compareLists(): void {
  const own = join(work, 'own.ndjson');
  heading('Scoring the same candidates, one core');
  const command = ['node', '--max-old-space-size=16000', '--import', 'tsx', join(here, 'own.ts')];
  const mine = timed(onOneCore(), [...command, registryPath, queriesPath, lists, own]);
  if (!mine) return;
  const answers = readLines<Answer>(own);
  line('homeward', quality(answers), speed(mine, answers.length, null));
  const search = answers.length / (mine.searchSeconds ?? 1);
  say(`  (searching the whole registry and explaining fifty: ${search.toFixed(0)} queries/s)\n`);
  if (!hasPython) return;
  for (const algorithm of ['logic-v2', 'regression-v1']) {
    const out = join(work, `${algorithm}.ndjson`);
    const script = join(here, 'nomenklatura_scores.py');
    const peer = timed(onOneCore(), [python, script, 'lists', lists, out, algorithm]);
    line(
      `nomenklatura ${algorithm}`,
      quality(readLines<Answer>(out)),
      speed(peer, answers.length, mine),
    );
  }
}

async function comparePostgres(): Promise<void> {
  heading('PostgreSQL and its extensions, search and score, one client');
  const queries = readLines<Row>(queriesPath);
  for (const { method, answers, seconds } of await searchPostgres(
    readLines<Row>(registryPath),
    queries,
  )) {
    line(method, quality(answers), `${(queries.length / seconds).toFixed(1)} queries/s`);
  }
}

function compareSplink(): void {
  heading('Splink 4 on DuckDB, one thread, batch');
  const [registry, queries, out] = ['registry.tsv', 'queries.tsv', 'splink.ndjson'].map((file) =>
    join(work, file),
  );
  if (!registry || !queries || !out) return;
  writeTable(
    registry,
    splinkRows(readLines<Row>(registryPath), ({ id }) => id),
  );
  writeTable(
    queries,
    splinkRows(readLines<Row>(queriesPath), ({ qid }) => qid ?? ''),
  );
  const script = join(here, 'splink_search.py');
  const peer = timed(onOneCore(), [python, script, registry, queries, out]);
  const rate = ((peer?.queries ?? 0) / (peer?.seconds ?? 1)).toFixed(1);
  line('splink', quality(readLines<Answer>(out)), `${rate} queries/s`);
}

function splinkRows(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): readonly (readonly string[])[] {
  const heads = 'unique_id name first second dob year birthplace unit_number'.split(' ');
  return [
    heads,
    ...rows.map((row) => {
      const words = latin(row.name).split(' ');
      const dob = row.dob ?? '';
      return [
        keyOf(row),
        [...words].sort().join(' '),
        words[0] ?? '',
        words[1] ?? '',
        dob.length === 10 ? dob : '',
        dob.slice(0, 4),
        latin(row.birthplace),
        /\d+/.exec(row.unit ?? '')?.[0] ?? '',
      ];
    }),
  ];
}

function comparePairs(): void {
  const bench = readCommaTable(join(data, 'anchors/nomenklatura/opensanctions_name_bench.csv'));
  const people = bench.filter(({ schema }) => schema === 'Person');
  const named = people.map((row, at) => ({
    id: `N${at}`,
    left: row['name1'] ?? '',
    right: row['name2'] ?? '',
    isSame: row['is_match'] === 'true',
  }));
  racePairs('nomenklatura’s own name cases (people)', 'bench', named);
  const own = readTable(join(data, 'names_pairs_dev.tsv')).map((row) => ({
    id: row['pair_id'] ?? '',
    left: row['left'] ?? '',
    right: row['right'] ?? '',
    isSame: row['label'] === '1',
  }));
  racePairs('Name pairs of the development set', 'pairs', own);
}

interface Pair {
  readonly id: string;
  readonly left: string;
  readonly right: string;
  readonly isSame: boolean;
}

function racePairs(title: string, file: string, pairs: readonly Pair[]): void {
  heading(`${title}: ${pairs.length}`);
  const table = join(work, `${file}.tsv`);
  writeTable(table, [
    ['pair_id', 'left', 'right'],
    ...pairs.map(({ id, left, right }) => [id, left, right]),
  ]);
  const report = (name: string, out: string, note: string) => {
    const scores = new Map(readScores(out));
    const scored = pairs.map(({ id, isSame }) => ({ isSame, score: scores.get(id) ?? 0 }));
    const { auc, bestF1, at } = pairFigures(scored);
    line(name, `AUC ${auc.toFixed(3)}  best F1 ${bestF1.toFixed(3)} at ${at.toFixed(3)}`, note);
  };
  const own = join(work, `${file}-own.tsv`);
  homeward(['compare', table, '--out', own]);
  report('homeward', own, '');
  if (!hasPython) return;
  for (const algorithm of ['logic-v2', 'regression-v1']) {
    const out = join(work, `${file}-${algorithm}.tsv`);
    const script = join(here, 'nomenklatura_scores.py');
    const peer = timed(onOneCore(), [python, script, 'pairs', table, out, algorithm]);
    const micros = peer ? `${((peer.seconds / peer.compared) * 1e6).toFixed(0)} µs a pair` : '';
    report(`nomenklatura ${algorithm}`, out, micros);
  }
}

function readScores(path: string): readonly (readonly [string, number])[] {
  const rows = readTable(path);
  const first = Object.keys(rows[0] ?? {});
  // A score table has no heading: what stood for one is its first line.
  const entries = rows.map((row) => Object.values(row));
  return [first, ...entries].map(([id = '', score = '0']) => [id, Number(score)] as const);
}

/** FEBRL's public sets: 4 is two lists, 1 to 3 are registries with their own doubles. No labels are used. */
function compareFebrl(): void {
  heading('FEBRL 4, 5,000 + 5,000 rows, weights without labels');
  const fileOf = (name: string) => join(data, `anchors/febrl/dataset${name}.csv`);
  const [a, b] = [fileOf('4a'), fileOf('4b')];
  ownFebrl('homeward', [a, b], ['--one-to-one']);
  if (hasPython) {
    const script = join(here, 'splink_febrl.py');
    const output = execFileSync(python, [script, a, b], { encoding: 'utf8' });
    const found = JSON.parse(output) as Record<string, number>; // As it prints.
    const [f1, precision, recall] = [found['f1'], found['precision'], found['recall']];
    line(
      'splink, comparisons set up by hand',
      `F1 ${f1?.toFixed(4)} at best, chosen by labels  P ${precision?.toFixed(4)} R ${recall?.toFixed(4)}`,
      `${found['seconds']?.toFixed(1)} s`,
    );
  }
  heading('FEBRL 1, 2, 3 with themselves');
  for (const name of ['1', '2', '3']) ownFebrl(`homeward, FEBRL ${name}`, [fileOf(name)], []);
}

/** F1 of the pairs that stand in one cluster of `homeward link` at even odds, which no label has set. */
function ownFebrl(name: string, files: readonly string[], options: readonly string[]): void {
  const out = join(work, 'febrl-own.ndjson');
  rmSync(out, { force: true });
  const started = performance.now();
  homeward(['link', ...files, '--unlabelled', '--at', '0.5', ...options, '--out', out]);
  const seconds = (performance.now() - started) / 1000;
  const ids = files.map((file) => readCommaTable(file).map((row) => row['rec_id'] ?? ''));
  const { f1, precision, recall } = clusterFigures(
    readLines<Proposed>(out),
    truePairs(ids, febrlPerson),
    febrlPerson,
  );
  line(
    name,
    `F1 ${f1.toFixed(4)} at p .5  P ${precision.toFixed(4)} R ${recall.toFixed(4)}`,
    `${seconds.toFixed(1)} s`,
  );
}

function febrlPerson(id: string): string {
  return /^rec-(\d+)-/.exec(id)?.[1] ?? id;
}

function quality(answers: readonly Answer[]): string {
  const byQuery = new Map(answers.map(({ qid, candidates }) => [qid, candidates]));
  const { recall1, recall10, rightAtOnePercent } = figures(truth, byQuery);
  return `R@1 ${recall1.toFixed(3)}  R@10 ${recall10.toFixed(3)}  right at 1 % of nulls ${rightAtOnePercent.toFixed(3)}`;
}

function speed(run: Timed | null, queries: number, base: Timed | null): string {
  if (!run) return 'not timed';
  const micros = (run.seconds / run.compared) * 1e6;
  const rate = `${micros.toFixed(0)} µs a candidate, ${(queries / run.seconds).toFixed(0)} queries/s`;
  if (!base) return rate;
  return `${rate}, ours is ${(micros / ((base.seconds / base.compared) * 1e6)).toFixed(0)} times as quick`;
}

function preparePython(): boolean {
  if (existsSync(join(work, 'venv/ready'))) return true;
  const commands: readonly (readonly string[])[] = [
    ['python3', '-m', 'venv', join(work, 'venv')],
    [python, '-m', 'pip', 'install', '--quiet', '-r', join(here, 'requirements.txt')],
    ['touch', join(work, 'venv/ready')],
  ];
  for (const [program = '', ...args] of commands) {
    const run = spawnSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    if (run.status === 0) continue;
    say(
      `Python’s peers are absent (${program} ${args.at(-1)} did not work); they are passed over.\n`,
    );
    return false;
  }
  return true;
}

function homeward(args: readonly string[]): string {
  const run = spawnSync(process.execPath, [...own(), ...args], { cwd: root, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`homeward ${args[0]} failed: ${run.stderr}`);
  return run.stderr;
}

function own(): readonly string[] {
  return ['--max-old-space-size=16000', join(root, 'bin/homeward.mjs')];
}

/** Pins a process to one core where the system can. */
function onOneCore(): readonly string[] {
  return spawnSync('taskset', ['-c', '1', 'true']).status === 0 ? ['taskset', '-c', '1'] : [];
}

function timed(prefix: readonly string[], command: readonly string[]): Timed | null {
  const [program = '', ...args] = [...prefix, ...command];
  const run = spawnSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (run.status === 0) return JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '') as Timed; // As it prints.
  say(`${command.join(' ')} failed:\n${run.stderr.slice(-600)}\n`);
  return null;
}

function heading(text: string): void {
  say(`\n${text}\n`);
}

function line(name: string, quality: string, note: string): void {
  say(`  ${name.padEnd(32)} ${quality.padEnd(62)} ${note}\n`);
}

function say(text: string): void {
  process.stdout.write(text);
}
