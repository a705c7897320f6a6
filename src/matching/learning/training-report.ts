import { type Feature, features, levelsOf } from '../comparing/levels.ts';
import type { Model } from '../weighing/model.ts';
import { calibrationFor, layOut, scoreOf } from '../weighing/weigh.ts';
import { type Example, learn } from './learn.ts';

/** A pair with a confirmed answer. */
export type Judged = Omit<Example, 'exampleWeight'>;

/** How well probabilities agree with people's answers. */
export interface Agreement {
  /** Mean surprise at an answer in bits: 0 is always certain and right, 1 is a coin toss. */
  readonly surprise: number;
  /**
   * How often a pair answered "same" ranks above one answered "different" (area under the curve).
   */
  readonly order: number;
}

/** One weight that would change, and the number of answered pairs behind it, rounded to tens. */
export interface Change {
  readonly feature: Feature;
  readonly level: string;
  readonly from: number;
  readonly to: number;
  readonly pairs: number;
}

/** Counts are reported in whole tens; 0 means "fewer than ten". */
export type Lessons =
  | { readonly kind: 'too_few'; readonly same: number; readonly different: number }
  | {
      readonly kind: 'learnt';
      readonly same: number;
      readonly different: number;
      readonly now: Agreement;
      /** Each answer scored by weights that were learned without it (five folds). */
      readonly after: Agreement;
      /** Answered pairs whose probability would cross one half, in whole tens. */
      readonly turned: number;
      readonly changes: readonly Change[];
      readonly model: Model;
    };

/** With fewer answers of either kind nothing is learned: it could reveal single people. */
export const answersMin = 30;
/**
 * Smaller counts are not reported, and no weight changes for fewer pairs: they could reveal single
 * people.
 */
export const cellMin = 10;
const folds = 5;
/** How far answers may change a weight, in log odds: they only refine what was learned before. */
const spread = 0.5;
/** Weights change in steps of this size. Smaller changes would have no visible effect. */
const step = 0.05;

/** The data behind the answers. */
export interface Learning {
  /** Records in the index. */
  readonly size: number;
  /**
   * Answers and withdrawals up to the last one counted. This number only grows, so it names the
   * model.
   */
  readonly acts: number;
}

/**
 * Reports what the desk's answers would change in the model, and changes nothing. People judge only
 * likely pairs, so "same" is far more frequent among answers than among pairs. Therefore the prior
 * odds do not change, and the weights stay near their present values.
 *
 * An attacker may know all pairs but one. So counts are reported in tens, and weights change in
 * steps that at least ten pairs support. The report must not change after a single answer:
 * the caller ensures that by passing whole blocks of answers.
 */
export function lessonsOf(
  judged: readonly Judged[],
  model: Model,
  { size, acts }: Learning,
): Lessons {
  const sames = judged.filter((each) => each.same).length;
  const differents = judged.length - sames;
  const told = { same: inTens(sames), different: inTens(differents) };
  if (sames < answersMin || differents < answersMin) return { kind: 'too_few', ...told };
  const cells = cellsOf(judged);
  const teach = (examples: readonly Judged[]) =>
    inSteps(refine(examples, model, size), model, cells);
  const chance = chanceBy(model, size);
  const unseen = new Float64Array(judged.length);
  for (let fold = 0; fold < folds; fold += 1) {
    const learnt = chanceBy(teach(judged.filter((_, at) => at % folds !== fold)), size);
    judged.forEach((each, at) => {
      if (at % folds === fold) unseen[at] = learnt(each);
    });
  }
  const learnt = { ...teach(judged), version: `${model.version}+${acts}` };
  const after = chanceBy(learnt, size);
  return {
    kind: 'learnt',
    ...told,
    now: agreement(judged, (at) => chance(judged[at] as Judged)), // Below the length.
    after: agreement(judged, (at) => unseen[at] ?? 0),
    turned: inTens(judged.filter((each) => chance(each) >= 0.5 !== after(each) >= 0.5).length),
    changes: changesOf(cells, model, learnt),
    model: learnt,
  };
}

/** The refined model, learned on the probability scale and converted back to scores. */
function refine(judged: readonly Judged[], model: Model, size: number): Model {
  const { slope, offset } = calibrationFor(size);
  const start = { ...scaled(model, slope), prior: slope * model.prior + offset };
  const examples = judged.map((each) => ({ ...each, exampleWeight: 1 }));
  const { weights, rarityWeights } = learn(examples, { start, spread });
  const { version, prior } = model;
  return { version, prior, ...scaled({ weights, rarityWeights }, 1 / slope) };
}

type Tables = Pick<Model, 'weights' | 'rarityWeights'>;

function scaled({ weights, rarityWeights }: Tables, by: number): Tables {
  const times = (table: Model['weights']): Model['weights'] =>
    Object.fromEntries(
      Object.entries(table).map(([feature, levels]) => [
        feature,
        Object.fromEntries(Object.entries(levels).map(([level, weight]) => [level, weight * by])),
      ]),
    );
  return { weights: times(weights), rarityWeights: times(rarityWeights) };
}

function chanceBy(model: Model, size: number): (judged: Judged) => number {
  const weights = layOut(model);
  const { slope, offset } = calibrationFor(size);
  return ({ comparison }) => 1 / (1 + Math.exp(-(slope * scoreOf(comparison, weights) + offset)));
}

function agreement(judged: readonly Judged[], chanceAt: (at: number) => number): Agreement {
  let surprise = 0;
  const ranked = judged.map(({ same }, at) => {
    const chance = Math.min(1 - 1e-6, Math.max(1e-6, chanceAt(at)));
    surprise -= Math.log2(same ? chance : 1 - chance);
    return { chance, same };
  });
  ranked.sort((one, other) => one.chance - other.chance);
  let before = 0;
  let ahead = 0;
  for (let from = 0; from < ranked.length; ) {
    let to = from;
    let equals = 0;
    while (to < ranked.length && ranked[to]?.chance === ranked[from]?.chance) {
      if (!ranked[to]?.same) equals += 1;
      to += 1;
    }
    // Ties count half, as random order would.
    ahead += (to - from - equals) * (before + equals / 2);
    before += equals;
    from = to;
  }
  const sames = ranked.length - before;
  return {
    surprise: inHundredths(surprise / judged.length),
    order: inHundredths(ahead / (sames * before)),
  };
}

/** How many answered pairs have each level of each feature. */
type Cells = Readonly<Record<string, Readonly<Record<string, number>>>>;

function cellsOf(judged: readonly Judged[]): Cells {
  return Object.fromEntries(
    features.map((feature, at) => {
      const counts = levelsOf[feature].map((level, code) => {
        const pairs = judged.filter(({ comparison }) => comparison.levels[at] === code).length;
        return [level, pairs] as const;
      });
      return [feature, Object.fromEntries(counts)];
    }),
  );
}

/** The refined model as it may be reported: each weight moves by whole steps or not at all. */
function inSteps(refined: Model, model: Model, cells: Cells): Model {
  const moved = (of: Model['weights'], from: Model['weights']): Model['weights'] =>
    Object.fromEntries(
      Object.entries(of).map(([feature, levels]) => [
        feature,
        Object.fromEntries(
          Object.entries(levels).map(([level, weight]) => {
            const before = from[feature]?.[level] ?? 0;
            const isBorne = (cells[feature]?.[level] ?? 0) >= cellMin;
            const steps = isBorne ? Math.round((weight - before) / step) : 0;
            return [level, steps === 0 ? before : inHundredths(before + steps * step)];
          }),
        ),
      ]),
    );
  return {
    ...refined,
    weights: moved(refined.weights, model.weights),
    rarityWeights: moved(refined.rarityWeights, model.rarityWeights),
  };
}

function changesOf(cells: Cells, from: Model, to: Model): readonly Change[] {
  return features
    .flatMap((feature) =>
      levelsOf[feature].map((level) => ({
        feature,
        level,
        from: from.weights[feature]?.[level] ?? 0,
        to: to.weights[feature]?.[level] ?? 0,
        pairs: inTens(cells[feature]?.[level] ?? 0),
      })),
    )
    .filter((change) => change.to !== change.from)
    .sort((one, other) => Math.abs(other.to - other.from) - Math.abs(one.to - one.from));
}

/** Rounded down, so that no count below ten is reported. */
function inTens(count: number): number {
  return count - (count % cellMin);
}

function inHundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

const weightMax = 30;

/** Reads a model that `homeward learn` wrote. Throws with the first error that it finds. */
export function readModel(text: string): Model {
  const read: unknown = JSON.parse(text);
  const { version, prior, weights, rarityWeights } = tableOf(read, 'the model');
  if (typeof version !== 'string' || !/^[\w.+-]{1,60}$/u.test(version)) {
    throw new Error('A model has a version of letters, digits, dots, plus and minus.');
  }
  return {
    version,
    prior: weightFrom(prior, 'prior'),
    weights: weightsFrom(weights, 'weights'),
    rarityWeights: weightsFrom(rarityWeights, 'rarityWeights'),
  };
}

function weightsFrom(read: unknown, name: string): Model['weights'] {
  return Object.fromEntries(
    Object.entries(tableOf(read, name)).map(([feature, levels]) => {
      const known: readonly string[] = features.find((each) => each === feature)
        ? levelsOf[feature as Feature] // Just found among them.
        : [];
      const cells = Object.entries(tableOf(levels, feature)).map(([level, weight]) => {
        if (!known.includes(level)) throw new Error(`The matcher knows no ${feature} ${level}.`);
        return [level, weightFrom(weight, `${feature} ${level}`)];
      });
      return [feature, Object.fromEntries(cells)];
    }),
  );
}

function tableOf(read: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof read !== 'object' || read === null || Array.isArray(read)) {
    throw new Error(`In ${name} a table is missing.`);
  }
  return { ...read };
}

function weightFrom(read: unknown, name: string): number {
  if (typeof read !== 'number' || !(Math.abs(read) <= weightMax)) {
    throw new Error(`The weight of ${name} is a number between -${weightMax} and ${weightMax}.`);
  }
  return read;
}
