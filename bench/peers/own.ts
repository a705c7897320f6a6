/**
 * Our side of the comparison, on one core. It searches the registry for each query, then compares
 * the candidates once more from prepared records, as the peers do from theirs.
 *
 * own.ts REGISTRY QUERIES LISTS.ndjson ANSWERS.ndjson
 *
 * Prints one line of JSON: seconds of the first pass through all lists, and of the third. The query
 * is read within the measured time, the records before it.
 */
import { performance } from 'node:perf_hooks';
import { RecordStore } from '../../src/matching/index/store.ts';
import { MatchIndex } from '../../src/matching/matching.ts';
import { rank } from '../../src/matching/ranking.ts';
import { analyse } from '../../src/matching/reading/analysis.ts';
import { descriptionOf, type ListedRow } from '../../src/matching/reading/listed-row.ts';
import { Frequencies } from '../../src/matching/weighing/frequencies.ts';
import { readLines, writeLines } from './files.ts';

const [, , registryPath = '', queriesPath = '', listsPath = '', answersPath = ''] = process.argv;
type Listed = ListedRow & { readonly id: string };
type Asked = ListedRow & { readonly qid: string };

const listed = 50;
const index = new MatchIndex();
const frequencies = new Frequencies();
const rows = new Map<string, Listed>();
for (const row of readLines<Listed>(registryPath)) {
  index.add(row.id, descriptionOf(row));
  frequencies.add(analyse(descriptionOf(row)));
  rows.set(row.id, row);
}
index.mergePending();

const queries = readLines<Asked>(queriesPath);
const searchStarted = performance.now();
const answers = queries.map((query) => {
  const found = index.find(descriptionOf(query), { top: listed, from: 0 });
  return {
    qid: query.qid,
    candidates: found.map(({ id, probability }) => ({ id, probability })),
  };
});
const searchSeconds = (performance.now() - searchStarted) / 1000;
writeLines(answersPath, answers);

/** Candidates as the index stores them: analysed before, packed, by number. */
const prepared = new RecordStore();
const numberOf = new Map<string, number>();
const lists = answers.map(({ qid, candidates }, at) => {
  const found = candidates.flatMap(({ id }) => rows.get(id) ?? []);
  for (const row of found) {
    if (!numberOf.has(row.id)) numberOf.set(row.id, prepared.add(analyse(descriptionOf(row))));
  }
  return { qid, query: queries[at], candidates: found };
});
writeLines(listsPath, lists);
const raced = lists.map(({ query, candidates }) => ({
  query,
  numbers: candidates.map(({ id }) => numberOf.get(id) ?? 0),
}));

function* read(numbers: readonly number[]) {
  for (const number of numbers) yield { number, analysis: prepared.read(number) };
}

/** Compares every list; the sum keeps the work from being optimised away. */
function race() {
  let compared = 0;
  let sum = 0;
  const started = performance.now();
  for (const { query, numbers } of raced) {
    if (!query) continue;
    // As in a search: implausible candidates are dropped before their surnames are compared.
    const registry = { common: frequencies, size: index.size };
    for (const { probability } of rank(analyse(descriptionOf(query)), read(numbers), registry)) {
      sum += probability;
    }
    compared += numbers.length;
  }
  return { compared, sum, seconds: (performance.now() - started) / 1000 };
}

// In the first passes the engine still compiles. The first is reported separately, since a
// long-running program does not spend its life in its first second. A peer in Python compiles
// nothing.
const first = race();
race();
const { compared, seconds, sum } = race();
const told = { compared, seconds, firstSeconds: first.seconds, searchSeconds, sum };
process.stdout.write(`${JSON.stringify(told)}\n`);
