/**
 * Prints the matching figures on the development set with 95 % bootstrap intervals. Fails if one
 * has left the interval recorded last: `npm run bench:matching [-- --write]`.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { MatchIndex } from '../../src/matching/matching.ts';
import { isThere, readQueries, readRegistry, readTruth } from './development-set.ts';
import { figures, percentile, type Truth } from './figures.ts';
import { type Interval, intervals } from './intervals.ts';
import { anchorFigures, pairFigures } from './pair-figures.ts';

const expectedPath = join(import.meta.dirname, 'expected.json');
const started = performance.now();
const index = new MatchIndex();
for (const { id, description } of readRegistry()) index.add(id, description);
index.mergePending();
const built = performance.now();
const times: number[] = [];
const answers = new Map<string, readonly { id: string; probability: number }[]>();
for (const { qid, description } of readQueries()) {
  const before = performance.now();
  answers.set(qid, index.find(description, { top: 20, from: 0 }));
  times.push(performance.now() - before);
}

const measured: Record<string, Interval> = intervals(readTruth(), (truth) => {
  const found = figures(truth as readonly Truth[], answers); // The value passed.
  return {
    'recall@1': found.recall1,
    'recall@10': found.recall10,
    'right first at 1 % of nulls': found.rightAtOnePercent,
    'right with p >= .9': found.atNine.right,
    'nulls with p < .9': 1 - found.atNine.nulls,
    'calibration (1 - ECE)': 1 - found.calibrationError,
  };
});
if (isThere()) Object.assign(measured, pairFigures(), anchorFigures());
else process.stdout.write('development set absent; figures on the small invented set\n');

const expected: Readonly<Record<string, Interval>> =
  isThere() && existsSync(expectedPath) ? JSON.parse(readFileSync(expectedPath, 'utf8')) : {};
let fallen = 0;
process.stdout.write('figure                              now    95 % interval   written down\n');
for (const [name, { value, low, high }] of Object.entries(measured)) {
  const before = expected[name];
  const fell = before !== undefined && value < before.low;
  if (fell) fallen += 1;
  const cells = [value, low, high, before?.value ?? Number.NaN].map((each) => each.toFixed(4));
  process.stdout.write(
    `${name.padEnd(34)} ${cells[0]}  ${cells[1]}-${cells[2]}   ${cells[3]}${fell ? '   FALLEN' : ''}\n`,
  );
}
const seconds = (built - started) / 1000;
process.stdout.write(
  `index of ${index.size} records in ${seconds.toFixed(1)} s, ` +
    `${((seconds * 1e6) / index.size).toFixed(0)} s a million, reading included; ` +
    `memory ${Math.round(process.memoryUsage().rss / 1e6)} MB\n` +
    `a question takes p50 ${percentile(times, 0.5).toFixed(1)}, p95 ${percentile(times, 0.95).toFixed(1)}, ` +
    `p99 ${percentile(times, 0.99).toFixed(1)} ms with its explanation\n`,
);
if (process.argv.includes('--write')) {
  writeFileSync(expectedPath, `${JSON.stringify(measured, null, 2)}\n`);
} else if (fallen > 0) {
  process.stderr.write(`${fallen} figures have fallen by more than their interval.\n`);
  process.exitCode = 1;
}
