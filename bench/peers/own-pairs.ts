/**
 * Our side of the race: the same candidate lists, compared one by one from descriptions, on one core.
 * Prints how many in how many seconds. Run by run.ts: own-pairs.ts REGISTRY CANDIDATES.ndjson
 */
import { performance } from 'node:perf_hooks';
import { descriptionOf, type ListedRow } from '../../src/matching/listed-row.ts';
import { MatchIndex } from '../../src/matching/matching.ts';
import { readLines } from './files.ts';

const [, , registryPath = '', listsPath = ''] = process.argv;
type Listed = ListedRow & { readonly id: string };
interface List {
  readonly query: ListedRow;
  readonly candidates: readonly Listed[];
}

const index = new MatchIndex();
for (const row of readLines<Listed>(registryPath)) index.add(row.id, descriptionOf(row));
index.settle();
const lists = readLines<List>(listsPath).map(({ query, candidates }) => ({
  query: descriptionOf(query),
  candidates: candidates.map(descriptionOf),
}));
let compared = 0;
let sum = 0;
const started = performance.now();
for (const { query, candidates } of lists) {
  for (const candidate of candidates) {
    sum += index.compare(query, candidate).probability;
    compared += 1;
  }
}
const seconds = (performance.now() - started) / 1000;
process.stdout.write(`${JSON.stringify({ compared, seconds, sum })}\n`);
