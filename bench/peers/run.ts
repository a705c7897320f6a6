import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
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
import { compareDoubles, compareFebrl } from './linking.ts';
import { pairFigures } from './measures.ts';
import { searchPostgres } from './postgres.ts';
import {
  data,
  heading,
  homeward,
  line,
  onOneCore,
  preparePython,
  python,
  say,
  script,
  splinkRows,
  type Timed,
  timed,
  work,
} from './running.ts';

/**
 * Other systems on the same files, in one run, side by side:
 *
 * npm run bench:peers -- [--registry FILE --queries FILE --truth FILE] [--only
 * lists,pairs,postgres,splink,doubles,febrl]
 *
 * Each peer is optional: one that is neither installed nor available is named and skipped. Python's
 * packages go to a folder that is not kept in the repository.
 */
const { values } = parseArgs({
  options: {
    registry: { type: 'string' },
    queries: { type: 'string' },
    truth: { type: 'string' },
    only: { type: 'string', default: 'lists,pairs,postgres,splink,doubles,febrl' },
  },
});
const registryPath = values.registry ?? join(data, 'rl/registry.ndjson.gz');
const queriesPath = values.queries ?? join(data, 'rl/queries.ndjson');
const parts = new Set(values.only.split(','));
const lists = join(work, 'lists.ndjson');

say(`registry ${registryPath}\nqueries ${queriesPath}\n`);
mkdirSync(work, { recursive: true });
const truth = values.truth ? readLines<Truth>(values.truth) : readTruth();
const hasPython = preparePython();
if (parts.has('lists')) compareLists();
if (parts.has('postgres')) await comparePostgres();
if (parts.has('splink') && hasPython) compareSplink();
if (parts.has('pairs')) comparePairs();
if (parts.has('doubles')) compareDoubles(registryPath, hasPython);
if (parts.has('febrl')) compareFebrl(hasPython);

/** The same fifty candidates for every scorer; one core each. */
function compareLists(): void {
  const own = join(work, 'own.ndjson');
  heading('Scoring the same candidates, one core');
  const command = ['node', '--max-old-space-size=16000', '--import', 'tsx', script('own.ts')];
  const mine = timed(onOneCore(), [...command, registryPath, queriesPath, lists, own]);
  if (!mine) return;
  const answers = readLines<Answer>(own);
  line('homeward', quality(answers), speed(mine, answers.length, null));
  const first = { ...mine, seconds: mine.firstSeconds ?? mine.seconds };
  say(`  (the first time through, still compiling: ${speed(first, answers.length, null)})\n`);
  const search = answers.length / (mine.searchSeconds ?? 1);
  say(`  (searching the whole registry and explaining fifty: ${search.toFixed(0)} queries/s)\n`);
  if (!hasPython) return;
  for (const algorithm of ['logic-v2', 'regression-v1']) {
    const out = join(work, `${algorithm}.ndjson`);
    const peer = timed(onOneCore(), [
      python,
      script('nomenklatura_scores.py'),
      'lists',
      lists,
      out,
      algorithm,
    ]);
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
  const peer = timed(onOneCore(), [python, script('splink_search.py'), registry, queries, out]);
  const rate = ((peer?.queries ?? 0) / (peer?.seconds ?? 1)).toFixed(1);
  line('splink', quality(readLines<Answer>(out)), `${rate} queries/s`);
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
    const peer = timed(onOneCore(), [
      python,
      script('nomenklatura_scores.py'),
      'pairs',
      table,
      out,
      algorithm,
    ]);
    const micros = peer ? `${((peer.seconds / peer.compared) * 1e6).toFixed(0)} µs a pair` : '';
    report(`nomenklatura ${algorithm}`, out, micros);
  }
}

function readScores(path: string): readonly (readonly [string, number])[] {
  const rows = readTable(path);
  const first = Object.keys(rows[0] ?? {});
  // A score table has no heading: its first line is data.
  const entries = rows.map((row) => Object.values(row));
  return [first, ...entries].map(([id = '', score = '0']) => [id, Number(score)] as const);
}

function quality(answers: readonly Answer[]): string {
  const byQuery = new Map(answers.map(({ qid, candidates }) => [qid, candidates]));
  const { recall1, recall10, rightAtOnePercent } = figures(truth, byQuery);
  return `R@1 ${recall1.toFixed(3)}  R@10 ${recall10.toFixed(3)}  right at 1 % of nulls ${rightAtOnePercent.toFixed(3)}`;
}

function speed(run: Timed | null, queries: number, base: Timed | null): string {
  if (!run) return 'not timed';
  const micros = (run.seconds / run.compared) * 1e6;
  const rate = `${micros.toFixed(micros < 10 ? 1 : 0)} µs a candidate, ${(queries / run.seconds).toFixed(0)} queries/s`;
  if (!base) return rate;
  return `${rate}, ours is ${(micros / ((base.seconds / base.compared) * 1e6)).toFixed(0)} times as quick`;
}
