/** Prints the matching figures on the development set: `npm run bench:matching`. */
import { performance } from 'node:perf_hooks';
import { MatchIndex } from '../../src/matching/matching.ts';
import { isThere, readQueries, readRegistry, readTruth } from './development-set.ts';
import { figures, percentile } from './figures.ts';

if (!isThere()) {
  process.stdout.write('development set absent; figures on the small invented set\n');
}
const started = performance.now();
const index = new MatchIndex();
for (const { id, description } of readRegistry()) index.add(id, description);
index.settle();
const built = performance.now();
const times: number[] = [];
const answers = new Map<string, readonly { id: string; probability: number }[]>();
for (const { qid, description } of readQueries()) {
  const before = performance.now();
  answers.set(qid, index.find(description, { top: 20, from: 0 }));
  times.push(performance.now() - before);
}
const report = {
  ...figures(readTruth(), answers),
  buildSeconds: (built - started) / 1000,
  memoryMB: Math.round(process.memoryUsage().rss / 1e6),
  ms: { p50: percentile(times, 0.5), p95: percentile(times, 0.95), p99: percentile(times, 0.99) },
};
process.stdout.write(`${JSON.stringify(report, null, 1)}\n`);
