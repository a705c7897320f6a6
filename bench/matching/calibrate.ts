/**
 * Fits slope and offset for one size of registry on generated queries, and evaluates them on the
 * development set's own, whose labels are not used for the fit:
 *
 * npm run calibrate:matching -- --registry R --queries Q --truth T [--registry … --queries …
 * --truth …]
 *
 * The files are those of `npm run bench:grow`. The printed lines belong in
 * `src/matching/weighing/calibration.ts`.
 */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { indexOf } from '../../src/commands/list-index.ts';
import { readListed } from '../../src/commands/listed-file.ts';
import type { Description } from '../../src/kernel/description.ts';
import type { MatchIndex } from '../../src/matching/matching.ts';
import { scoreOf } from '../../src/matching/weighing/weigh.ts';
import { readQueries, readTruth } from './development-set.ts';
import { figures, fitLine, percentile, type Truth } from './figures.ts';

const { values } = parseArgs({
  options: {
    registry: { type: 'string', multiple: true, default: [] },
    queries: { type: 'string', multiple: true, default: [] },
    truth: { type: 'string', multiple: true, default: [] },
  },
});
const scoreOfNothing = -20;
const kept = 20;

interface Scored {
  readonly truth: Truth;
  readonly found: readonly { readonly id: string; readonly score: number }[];
}

for (const [at, path] of values.registry.entries()) {
  await calibrate(path, values.queries[at] ?? '', values.truth[at] ?? '');
}

async function calibrate(registry: string, queries: string, truth: string): Promise<void> {
  const started = process.cpuUsage();
  const index = await indexOf(registry, { leaveOut: () => undefined });
  const buildCpu = process.cpuUsage(started).user / 1e6;
  const generated = await scored(index, await listed(queries), lines(truth));
  const line = fitLine(
    generated.map(({ truth: { true_ids }, found: [top] }) => ({
      score: top?.score ?? scoreOfNothing,
      right: true_ids.includes(top?.id ?? ''),
    })),
  );
  const times: number[] = [];
  const own = await scored(index, readQueries(), readTruth(), times);
  const report = {
    size: index.size,
    ...line,
    buildCpu,
    memoryMB: Math.round(process.memoryUsage().rss / 1e6),
    ms: [0.5, 0.95, 0.99].map((share) => percentile(times, share)),
    generated: figures(...judged(generated, line)),
    development: figures(...judged(own, line)),
  };
  process.stdout.write(`${JSON.stringify(report, null, 1)}\n`);
}

type Line = ReturnType<typeof fitLine>;

function judged(all: readonly Scored[], { slope, offset }: Line): Parameters<typeof figures> {
  const answers = new Map(
    all.map(({ truth, found }) => [
      truth.qid,
      found.map(({ id, score }) => ({
        id,
        probability: 1 / (1 + Math.exp(-slope * score - offset)),
      })),
    ]),
  );
  return [all.map(({ truth }) => truth), answers];
}

async function scored(
  index: MatchIndex,
  asked: readonly { readonly qid: string; readonly description: Description }[],
  truths: readonly Truth[],
  times: number[] = [],
): Promise<readonly Scored[]> {
  const truthOf = new Map(truths.map((truth) => [truth.qid, truth]));
  return asked.flatMap(({ qid, description }) => {
    const truth = truthOf.get(qid);
    if (!truth) return [];
    const before = performance.now();
    const found = [...index.comparisons(description)]
      .map(({ id, comparison }) => ({ id, score: scoreOf(comparison) }))
      .sort((one, other) => other.score - one.score)
      .slice(0, kept);
    times.push(performance.now() - before);
    return [{ truth, found }];
  });
}

async function listed(path: string) {
  const rows: { qid: string; description: Description }[] = [];
  for await (const batch of readListed(path)) {
    for (const row of batch) {
      if ('description' in row) rows.push({ qid: row.id, description: row.description });
    }
  }
  return rows;
}

function lines(path: string): readonly Truth[] {
  const text = readFileSync(path, 'utf8').trim();
  return text.split('\n').map((line) => JSON.parse(line) as Truth); // Written by `grow.ts`.
}
