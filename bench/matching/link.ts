/**
 * Duplicates in a registry: quality, speed and memory of `homeward link`, beside two joins in plain
 * code on the same rows in the same run:
 *
 * npm run bench:link -- [--registry FILE --persons FILE] [--fit] [--every N] [--write]
 *
 * The files are those of `npm run bench:grow -- --out-persons`. `--fit` prints the line that
 * belongs in `src/matching/weighing/calibration.ts`, fitted on the pairs of half of the persons and
 * evaluated on the other half. With a large registry, `--every 20` queries only each twentieth row.
 * Fails if a figure of the development set has left its interval.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import type { Link } from '../../src/matching/linking/clusters.ts';
import { clustersOf } from '../../src/matching/linking/clusters.ts';
import { Linker } from '../../src/matching/linking/link.ts';
import { descriptionOf } from '../../src/matching/reading/listed-row.ts';
import { fitLine } from './figures.ts';
import { type Interval, intervals } from './intervals.ts';
import { exactPairs, type ListedPerson, likePairs } from './joins.ts';
import { readListedPersons } from './listed-persons.ts';
import { bestOf, type Counted, countsOf, type Pair, pairFigures } from './pair-counts.ts';

const { values } = parseArgs({
  options: {
    registry: { type: 'string' },
    persons: { type: 'string' },
    fit: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    every: { type: 'string', default: '1' },
  },
});
/** Pairs below this probability are useless, and by far the most. */
const kept = 0.02;
const expectedPath = join(import.meta.dirname, 'expected-link.json');

const { rows, isDevelopment } = readListedPersons(values);
const persons = rows.map(({ person }) => person);
const started = performance.now();
const linker = new Linker();
for (const { id, row } of rows) linker.add({ list: 1, id }, descriptionOf(row));
linker.mergePending();
const built = performance.now();
const links: Link[] = [];
const every = Number(values.every);
for (let row = linker.firstAsked; row < linker.size; row += every) {
  links.push(...linker.linksOf(row, kept));
}
const linked = performance.now();

const pairs = links.map(({ left, right, score }) => pairOf(left, right, linker.probability(score)));
const measured: Record<string, Interval> = {};
const seconds = (linked - built) / 1000;
say(
  `${linker.size} rows read in ${((built - started) / 1000).toFixed(1)} s, ` +
    `${Math.round(linker.size / every / seconds)} rows/s linked, ` +
    `${Math.round(linker.compared / seconds)} pairs/s, one core; ` +
    `memory ${Math.round(process.memoryUsage().rss / 1e6)} MB\n`,
);
say(`calibration error of pairs with p >= ${kept}: ${calibrationError(pairs).toFixed(4)}\n`);
if (values.fit) fitted();
if (every === 1) {
  for (const at of [0.9, 0.5]) {
    report(
      `pairs with p >= ${at}`,
      pairs.filter(({ probability }) => probability >= at),
    );
    report(`clusters at ${at}`, clusterPairs(at));
  }
  if (linker.size <= 100_000) besides(rows);
  judge();
}

function pairOf(left: number, right: number, probability: number): Pair {
  const person = persons[left] ?? '';
  return { person, isSame: person === persons[right], probability };
}

/** Every two rows of a cluster. */
function clusterPairs(at: number): readonly Pair[] {
  const followed = links.filter(({ score }) => linker.probability(score) >= at);
  const clusters = clustersOf(followed, (one, other) => linker.contradict(one, other));
  const conflicts = new Set(clusters.flatMap((each) => each.conflicts.map(({ link }) => link)))
    .size;
  say(`at ${at}: ${clusters.length} clusters, ${conflicts} conflicts\n`);
  return clusters.flatMap(({ members }) =>
    members.flatMap((left, place) =>
      members.slice(0, place).map((right) => pairOf(left, right, at)),
    ),
  );
}

function report(name: string, found: readonly Pair[]): void {
  const counted: readonly Counted[] = countsOf(persons, found);
  const figures = intervals(counted, pairFigures);
  const cells = Object.entries(figures).map(([figure, interval]) => {
    measured[`${name}: ${figure}`] = interval;
    return `${figure} ${interval.value.toFixed(4)} (${interval.low.toFixed(4)}-${interval.high.toFixed(4)})`;
  });
  say(`${name.padEnd(22)} ${cells.join('  ')}\n`);
}

/** The distance between probabilities and shares of right pairs, bin by bin. */
function calibrationError(all: readonly Pair[]): number {
  const bins = Array.from({ length: 10 }, () => ({ sum: 0, right: 0 }));
  for (const { probability, isSame } of all) {
    const bin = bins[Math.min(9, Math.floor(probability * 10))];
    if (!bin) continue;
    bin.sum += probability;
    bin.right += isSame ? 1 : 0;
  }
  return bins.reduce((sum, bin) => sum + Math.abs(bin.sum - bin.right), 0) / all.length;
}

/** Slope and offset fitted on the persons of one half and evaluated on the other. */
function fitted(): void {
  const isFirst = new Map([...new Set(persons)].map((person, at) => [person, at % 2 === 0]));
  const points = links.map(({ left, right, score }) => ({ ...pairOf(left, right, 0), score }));
  const half = (wanted: boolean) => points.filter(({ person }) => isFirst.get(person) === wanted);
  const line = fitLine(half(true).map(({ score, isSame }) => ({ score, right: isSame })));
  const judged = half(false).map((point) => ({
    ...point,
    probability: 1 / (1 + Math.exp(-(line.slope * point.score + line.offset))),
  }));
  say(
    `{ size: ${linker.size}, slope: ${line.slope.toFixed(2)}, offset: ${line.offset.toFixed(2)} }, ` +
      `on the other half the calibration error is ${calibrationError(judged).toFixed(4)}\n`,
  );
}

/** What a day's work in plain code would find: the same key, or the same key and a likeness. */
function besides(all: readonly ListedPerson[]): void {
  for (const [name, join] of [
    ['exact name and birth date', exactPairs],
    ['Jaro-Winkler and birth date', likePairs],
  ] as const) {
    const before = performance.now();
    const { found, compared } = join(all);
    const took = (performance.now() - before) / 1000;
    const scored = found.map(({ left, right, score }) => pairOf(left, right, score));
    const { precision, recall, f1, at } = bestOf(persons, scored);
    say(
      `${name.padEnd(28)} F1 ${f1.toFixed(4)}  precision ${precision.toFixed(4)}  recall ${recall.toFixed(4)}` +
        ` at ${at.toFixed(3)}, chosen by the labels; ${Math.round(compared / took)} pairs/s, ` +
        `${Math.round(all.length / took)} rows/s, ours takes ${(seconds / took).toPrecision(2)} times as long\n`,
    );
  }
}

function judge(): void {
  if (!isDevelopment) return;
  if (values.write) writeFileSync(expectedPath, `${JSON.stringify(measured, null, 2)}\n`);
  const expected: Readonly<Record<string, Interval>> = existsSync(expectedPath)
    ? JSON.parse(readFileSync(expectedPath, 'utf8'))
    : {};
  const fallen = Object.entries(measured).filter(
    ([name, { value }]) => value < (expected[name]?.low ?? 0),
  );
  for (const [name, { value }] of fallen)
    say(`FALLEN ${name}: ${value}, was ${expected[name]?.value}\n`);
  if (fallen.length > 0) process.exitCode = 1;
}

function say(text: string): void {
  process.stdout.write(text);
}
