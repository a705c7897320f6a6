/**
 * Learns the weights of the matcher on queries with known answers: the development set's own, and
 * generated ones. They are kept near the present weights or, with `--afresh`, near the weights
 * learned without labels.
 *
 * npm run learn:matching -- [--registry R --queries Q --truth T [--registry …]] [--afresh]
 * [--write]
 *
 * The files are those of `npm run bench:grow`. Each registry contains the development registry,
 * padded, so that its queries are asked there as well. Prints the figures of five-fold
 * cross-validation, for each registry; with `--write` it writes `src/matching/weighing/model.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { indexOf } from '../../src/commands/list-index.ts';
import { readListed } from '../../src/commands/listed-file.ts';
import type { Description } from '../../src/kernel/description.ts';
import {
  type Comparison,
  codesOf,
  type Feature,
  features,
  levelsOf,
} from '../../src/matching/comparing/levels.ts';
import { estimate } from '../../src/matching/learning/expectation-maximisation.ts';
import { type Learnt, learnChoices, type Question } from '../../src/matching/learning/learn.ts';
import { MatchIndex } from '../../src/matching/matching.ts';
import { model } from '../../src/matching/weighing/model.ts';
import { scoreOf } from '../../src/matching/weighing/weigh.ts';
import {
  type Asked,
  readPersons,
  readQueries,
  readRegistry,
  readTruth,
} from './development-set.ts';
import { figures, fitLine, type Truth } from './figures.ts';

const modelFile = join(import.meta.dirname, '../../src/matching/weighing/model.ts');
const folds = 5;
const { values } = parseArgs({
  options: {
    write: { type: 'boolean' },
    registry: { type: 'string', multiple: true, default: [] },
    queries: { type: 'string', multiple: true, default: [] },
    truth: { type: 'string', multiple: true, default: [] },
    spread: { type: 'string', multiple: true, default: ['0.5'] },
    afresh: { type: 'boolean', default: false },
  },
});
/** How far labels may move a weight; the first of several is written. */
const spreads = values.spread.map(Number);
/** The weight of a query from one list to another, relative to a request. */
const listWorth = 0.5;
const listPersonsMax = 1_500;
/** Candidates per query used for learning: the rest could never be chosen. */
const keptMax = 40;
const keptWithin = 16;

interface Posed extends Question {
  readonly truth: Truth;
  readonly ids: readonly string[];
}

const truths = readTruth();
const own: Posed[] = [];
const generated: Posed[] = [];
/**
 * Every pair that the first tier finds in the development registry, for learning without labels.
 */
const seen: Comparison[] = [];
await askDevelopment();
for (const [at, path] of values.registry.entries()) await askGrown(path, at);
const start = values.afresh ? withJudged(estimate(seen, looksSame).learnt) : model;
seen.length = 0;

async function askDevelopment(): Promise<void> {
  const index = new MatchIndex();
  const rows = readRegistry();
  for (const { id, description } of rows) index.add(id, description);
  index.mergePending();
  pose(index, readQueries(), { truths, registry: 0, into: own, all: values.afresh ? seen : [] });
  const asked = listQuestions(new Map(rows.map(({ id, description }) => [id, description])));
  pose(index, asked.questions, { truths: asked.truths, registry: 0, into: generated });
}

async function askGrown(path: string, at: number): Promise<void> {
  const index = await indexOf(path, { leaveOut: () => undefined });
  pose(index, readQueries(), { truths, registry: at + 1, into: own });
  const questions: Asked[] = [];
  for await (const batch of readListed(values.queries[at] ?? '')) {
    for (const row of batch) {
      if ('description' in row) questions.push({ qid: row.id, description: row.description });
    }
  }
  const lines = readFileSync(values.truth[at] ?? '', 'utf8')
    .trim()
    .split('\n');
  const answers = lines.map((line) => JSON.parse(line) as Truth); // Written by `grow.ts`.
  pose(index, questions, { truths: answers, registry: at + 1, into: generated });
  process.stderr.write(`asked ${own.length + generated.length}, last among ${index.size}\n`);
}

interface Posing {
  readonly truths: readonly Truth[];
  readonly registry: number;
  readonly into: Posed[];
  readonly all?: Comparison[];
}

function pose(index: MatchIndex, asked: readonly Asked[], { truths, registry, into, all }: Posing) {
  const truthOf = new Map(truths.map((truth) => [truth.qid, truth]));
  for (const { qid, description } of asked) {
    const truth = truthOf.get(qid);
    if (!truth) continue;
    const found = [...index.comparisons(description)].filter(({ id }) => id !== qid);
    all?.push(...found.map(({ comparison }) => comparison));
    into.push({
      ...bestOf(found, truth),
      truth,
      registry,
      exampleWeight: truth.kind === 'list' ? listWorth : 1,
    });
  }
}

interface Candidate {
  readonly id: string;
  readonly comparison: Comparison;
}

/** The best candidates, and of the right ones only the best: a query chooses one. */
function bestOf(found: readonly Candidate[], { true_ids }: Truth) {
  const sorted = found
    .map((each) => ({ ...each, score: scoreOf(each.comparison) }))
    .sort((one, other) => other.score - one.score);
  const right = sorted.find(({ id }) => true_ids.includes(id));
  const least = (sorted[0]?.score ?? 0) - keptWithin;
  const kept = sorted
    .filter((each) => each === right || (each.score >= least && !true_ids.includes(each.id)))
    .slice(0, keptMax);
  return {
    found: kept.map(({ comparison }) => comparison),
    ids: kept.map(({ id }) => id),
    right: right ? kept.indexOf(right) : -1,
  };
}

/** Rows of the registry as queries: people on several lists, and as many who are on one. */
function listQuestions(byId: ReadonlyMap<string, Description>) {
  const questions: Asked[] = [];
  const truths: Truth[] = [];
  const persons = [0, 0];
  for (const ids of readPersons().idsOf.values()) {
    const [qid = '', ...others] = ids;
    const description = byId.get(qid);
    const kind = others.length > 0 ? 1 : 0;
    if (!description || (persons[kind] ?? 0) >= listPersonsMax) continue;
    persons[kind] = (persons[kind] ?? 0) + 1;
    questions.push({ qid, description });
    truths.push({ qid, kind: 'list', true_ids: others });
  }
  return { questions, truths };
}

/** Features that these lists lack keep their weights: nothing here could teach them. */
function withJudged(learnt: Learnt): Learnt {
  const spoken = (feature: Feature) => {
    const at = features.indexOf(feature);
    return seen.some(({ levels }) => levels[at]);
  };
  const silent = features.filter((feature) => !spoken(feature));
  const kept = Object.fromEntries(silent.map((feature) => [feature, model.weights[feature] ?? {}]));
  return { ...learnt, weights: { ...learnt.weights, ...kept } };
}

/** The first guess: names that agree, and a birth date that does. */
function looksSame({ levels }: Comparison): boolean {
  const surname = codesOf('surname');
  const given = codesOf('given');
  const birth = codesOf('birth');
  const alike = levels[surname.at] === surname.same || levels[surname.at] === surname.very_close;
  const first = levels[given.at];
  const named = first === given.same || first === given.equivalent || first === given.diminutive;
  return alike && named && levels[birth.at] === birth.same;
}

function scoreWith(learnt: Learnt, { levels, rarities }: Comparison): number {
  let score = learnt.prior;
  features.forEach((feature, at) => {
    const level = levelsOf[feature][levels[at] ?? 0] ?? '';
    const rarity = learnt.rarityWeights[feature]?.[level] ?? 0;
    score += (learnt.weights[feature]?.[level] ?? 0) + rarity * (rarities[at] ?? 0);
  });
  return score;
}

for (const spread of spreads) {
  process.stdout.write(`spread ${spread}\n`);
  // Each query is scored by weights that were learned without it, in any registry.
  const learntBy = Array.from({ length: folds }, (_, fold) =>
    learnChoices([...own.filter(({ truth }) => foldOf(truth) !== fold), ...generated], {
      start,
      spread,
    }),
  );
  for (let at = 0; at <= values.registry.length; at += 1) report(at, learntBy);
}
if (values.write) {
  const learnt = learnChoices([...own, ...generated], { start, spread: spreads[0] ?? 0.5 });
  writeFileSync(modelFile, moduleOf(learnt));
}

function foldOf({ qid }: Truth): number {
  return truths.findIndex((truth) => truth.qid === qid) % folds;
}

function report(registry: number, learntBy: readonly Learnt[]): void {
  const asked = own.filter((each) => each.registry === registry);
  const scored = asked.map(({ truth, found, ids }) => {
    const learnt = learntBy[foldOf(truth)] ?? start;
    return found
      .map((comparison, at) => ({ id: ids[at] ?? '', score: scoreWith(learnt, comparison) }))
      .sort((one, other) => other.score - one.score);
  });
  const line = fitLine(
    asked.map(({ truth }, at) => {
      const [top] = scored[at] ?? [];
      return { score: top?.score ?? -20, right: truth.true_ids.includes(top?.id ?? '') };
    }),
  );
  const answers = asked.map(({ truth }, at) => {
    const found = (scored[at] ?? []).map(({ id, score }) => ({
      id,
      probability: 1 / (1 + Math.exp(-(line.slope * score + line.offset))),
    }));
    return [truth.qid, found] as const;
  });
  const name = values.registry[registry - 1] ?? 'the development registry';
  const measured = figures(truths, new Map(answers));
  process.stdout.write(`${name}\n${JSON.stringify({ ...measured, line }, null, 1)}\n`);
}

/** The module with its table of weights replaced. */
function moduleOf({ weights, rarityWeights, prior }: Learnt): string {
  const old = readFileSync(modelFile, 'utf8');
  const head = old.slice(0, old.indexOf('export const model: Model = {'));
  return `${head}export const model: Model = {
  version: '${new Date().toISOString().slice(0, 10)}',
  prior: ${prior.toFixed(2)},
  weights: ${table(weights)},
  rarityWeights: ${table(rarityWeights)},
};
`;
}

/** People who are easily confused never count for a match, and equal values never against. */
function told(feature: string, level: string, weight: number): number {
  if (feature === 'pattern') return Math.min(0, weight);
  return level === 'same' ? Math.max(0, weight) : weight;
}

function table(values: Learnt['weights']): string {
  const lines = Object.entries(values)
    .map(([feature, levels]) => {
      const cells = Object.entries(levels)
        .map(([level, weight]) => [level, told(feature, level, weight)] as const)
        .filter(([, weight]) => Math.abs(weight) >= 0.005)
        .map(([level, weight]) => `      ${level}: ${Number(weight.toFixed(2))},\n`)
        .join('');
      return cells === '' ? '' : `    ${feature}: {\n${cells}    },\n`;
    })
    .join('');
  return `{\n${lines}  }`;
}
