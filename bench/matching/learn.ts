/**
 * Learns the weights of the matcher: `npm run learn:matching [-- --write] [--registry FILE]`. First
 * without labels (`estimate`), then refined on the development set's labels around that (`learn`).
 * Prints the figures of five-fold cross-validation; with `--write` it writes `src/matching/model.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readListed } from '../../src/commands/listed-file.ts';
import { estimate } from '../../src/matching/estimate.ts';
import { type Example, type Learnt, learn } from '../../src/matching/learn.ts';
import {
  type Comparison,
  codesOf,
  type Feature,
  features,
  levelsOf,
} from '../../src/matching/levels.ts';
import { MatchIndex } from '../../src/matching/matching.ts';
import { model } from '../../src/matching/model.ts';
import {
  type Asked,
  readPersons,
  readQueries,
  readRegistry,
  readTruth,
} from './development-set.ts';
import { figures, fitLine, type Truth } from './figures.ts';

const modelFile = join(import.meta.dirname, '../../src/matching/model.ts');
const folds = 5;
const spread = 1.5;
/** How much a pair of two lists counts beside a pair of request and list. */
const listWorth = 0.5;
const listPersonsMax = 1_500;
/** Of pairs that nobody would take for one person a share is enough; it counts for all of them. */
const farShare = 0.1;

interface Candidate extends Example {
  readonly id: string;
}
interface Question {
  readonly truth: Truth;
  readonly found: readonly Candidate[];
}

const { values } = parseArgs({
  options: {
    write: { type: 'boolean' },
    registry: { type: 'string' },
    misses: { type: 'boolean' },
  },
});
const index = new MatchIndex();
const development = readRegistry();
for (const { id, description } of development) index.add(id, description);
if (values.registry) {
  for await (const batch of readListed(values.registry)) {
    for (const row of batch) {
      if ('description' in row && !index.has(row.id)) index.add(row.id, row.description);
    }
  }
}
index.settle();
process.stderr.write(`registry ${index.size}\n`);

const truths = new Map(readTruth().map((each) => [each.qid, each]));
const questions = readQueries().flatMap((asked) => question(asked) ?? []);
const lists = listExamples();
const start = withJudged(
  estimate(
    questions.flatMap(({ found }) => found.map(({ comparison }) => comparison)),
    looksSame,
  ).learnt,
);
process.stderr.write(`${questions.length} questions, ${lists.length} pairs of lists\n`);

function question({ qid, description }: Asked): Question | null {
  const truth = truths.get(qid);
  if (!truth) return null;
  const ids = new Set(truth.true_ids);
  const found = [...index.comparisons(description)].map(({ id, comparison }) => ({
    id,
    comparison,
    same: ids.has(id),
    worth: 1,
  }));
  return { truth, found };
}

/** Records of one person on several lists: more examples of the same, and of what is not. */
function listExamples(): readonly Example[] {
  const { personOf, idsOf } = readPersons();
  const byId = new Map(development.map(({ id, description }) => [id, description]));
  const examples: Example[] = [];
  let persons = 0;
  for (const [person, ids] of idsOf) {
    const description = byId.get(ids[0] ?? '');
    if (ids.length < 2 || !description || persons >= listPersonsMax) continue;
    persons += 1;
    for (const { id, comparison } of index.comparisons(description)) {
      if (id === ids[0]) continue;
      examples.push({ comparison, same: personOf.get(id) === person, worth: listWorth });
    }
  }
  return examples;
}

/** What these lists never speak of stays as the model has it: nothing here could teach it. */
function withJudged(learnt: Learnt): Learnt {
  const spoken = (feature: Feature) => {
    const at = features.indexOf(feature);
    return questions.some(({ found }) => found.some(({ comparison }) => comparison.levels[at]));
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

function refined(examples: readonly Example[]): Learnt {
  let kept = 0;
  const near = examples.filter(
    ({ comparison, same }) => same || scoreWith(start, comparison) > -12,
  );
  const far = examples.filter(
    ({ comparison, same }) => !same && scoreWith(start, comparison) <= -12,
  );
  const some = far.filter(() => {
    kept += farShare;
    if (kept < 1) return false;
    kept -= 1;
    return true;
  });
  const worth = some.length === 0 ? 1 : far.length / some.length;
  return learn([...near, ...some.map((each) => ({ ...each, worth: each.worth * worth }))], {
    start,
    spread,
  });
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

function ranked({ found }: Question, learnt: Learnt) {
  return found
    .map(({ id, comparison }) => ({ id, score: scoreWith(learnt, comparison) }))
    .sort((one, other) => other.score - one.score);
}

// Each request is judged by weights that never saw it.
const scored = new Map<string, readonly { readonly id: string; readonly score: number }[]>();
for (let fold = 0; fold < folds; fold += 1) {
  const others = questions.filter((_, at) => at % folds !== fold).flatMap(({ found }) => found);
  const learnt = refined([...others, ...lists]);
  questions.forEach((each, at) => {
    if (at % folds === fold) scored.set(each.truth.qid, ranked(each, learnt));
  });
}
const calibration = fitLine(
  questions.map(({ truth }) => {
    const [top] = scored.get(truth.qid) ?? [];
    return { score: top?.score ?? -20, right: truth.true_ids.includes(top?.id ?? '') };
  }),
);
const answers = new Map(
  [...scored].map(([qid, found]) => [
    qid,
    found.map(({ id, score }) => ({
      id,
      probability: 1 / (1 + Math.exp(-(calibration.slope * score + calibration.offset))),
    })),
  ]),
);
const report = figures([...truths.values()], answers);
process.stdout.write(`${JSON.stringify({ ...report, calibration }, null, 1)}\n`);
if (values.misses) {
  for (const { truth } of questions) {
    const [top] = answers.get(truth.qid) ?? [];
    const right = truth.true_ids.includes(top?.id ?? '');
    const ten = (answers.get(truth.qid) ?? [])
      .slice(0, 10)
      .some(({ id }) => truth.true_ids.includes(id));
    if (right && (top?.probability ?? 0) > report.threshold) continue;
    if (truth.true_ids.length === 0 && (top?.probability ?? 0) < report.threshold) continue;
    process.stdout.write(
      `${truth.kind} ${truth.qid} ${(top?.probability ?? 0).toFixed(3)} ${right} ${ten}\n`,
    );
  }
}
if (values.write) {
  const learnt = refined([...questions.flatMap(({ found }) => found), ...lists]);
  writeFileSync(modelFile, moduleOf(learnt));
}

/** The module with its table of weights put in the place of the old one. */
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

function table(values: Learnt['weights']): string {
  const lines = Object.entries(values)
    .map(([feature, levels]) => {
      const cells = Object.entries(levels)
        .filter(([, weight]) => Math.abs(weight) >= 0.005)
        .map(([level, weight]) => `      ${level}: ${Number(weight.toFixed(2))},\n`)
        .join('');
      return cells === '' ? '' : `    ${feature}: {\n${cells}    },\n`;
    })
    .join('');
  return `{\n${lines}  }`;
}
