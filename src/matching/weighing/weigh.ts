import {
  type Comparison,
  type Feature,
  features,
  levelsOf,
  textFeature,
  textLevels,
} from '../comparing/levels.ts';
import { calibration, type Line, linkCalibration } from './calibration.ts';
import { type Model, model } from './model.ts';

/** One line of an explanation: what was compared, the result, and its weight in log odds. */
export interface Reason {
  readonly feature: Feature;
  readonly level: string;
  readonly left: string | null;
  readonly right: string | null;
  readonly weight: number;
  readonly verdict: 'agrees' | 'contradicts' | 'absent';
}

const levelMax = 16;

/** The tables of a model as arrays, since every comparison reads them. */
export interface Weights {
  readonly version: string;
  readonly prior: number;
  readonly plain: Float64Array;
  readonly rare: Float64Array;
}

/**
 * Converts a model to arrays; a level that it does not list weighs nothing. `columns` are headings
 * of columns compared as text, which follow the features.
 */
export function layOut(
  { version, prior, weights, rarityWeights }: Model,
  columns: readonly string[] = [],
): Weights {
  const places = [
    ...features.map((feature) => [feature, levelsOf[feature]] as const),
    ...columns.map((heading) => [textFeature(heading), textLevels] as const),
  ];
  const plain = new Float64Array(places.length * levelMax);
  const rare = new Float64Array(places.length * levelMax);
  places.forEach(([feature, levels], at) => {
    levels.forEach((level, code) => {
      plain[at * levelMax + code] = weights[feature]?.[level] ?? 0;
      rare[at * levelMax + code] = rarityWeights[feature]?.[level] ?? 0;
    });
  });
  return { version, prior, plain, rare };
}

/** The program's own weights. */
export const ownWeights = layOut(model);

/** The weight of one feature of a comparison: natural log odds for or against one person. */
export function weightOf(comparison: Comparison, at: number, weights: Weights): number {
  const place = at * levelMax + (comparison.levels[at] ?? 0);
  const rarity = comparison.rarities[at] ?? 0;
  return (weights.plain[place] ?? 0) + (weights.rare[place] ?? 0) * rarity;
}

/** The highest weight of a level if the agreeing value is at most this rare. */
export function bestWeight(
  { at, level, rarity }: { readonly at: number; readonly level: number; readonly rarity: number },
  weights: Weights,
): number {
  const place = at * levelMax + level;
  return (weights.plain[place] ?? 0) + Math.max(0, weights.rare[place] ?? 0) * rarity;
}

/** The score of a comparison: its weights add up to it. */
export function scoreOf(comparison: Comparison, weights = ownWeights): number {
  let score = weights.prior;
  for (let at = 0; at < comparison.levels.length; at += 1) {
    score += weightOf(comparison, at, weights);
  }
  return score;
}

/** The sum of the negative weights; a value that is left out counts against no match. */
export function weightAgainst(comparison: Comparison, weights = ownWeights): number {
  let against = 0;
  for (let at = 0; at < comparison.levels.length; at += 1) {
    const feature = features[at];
    const level = feature ? levelsOf[feature][comparison.levels[at] ?? 0] : null;
    if (level !== 'omitted') against += Math.min(0, weightOf(comparison, at, weights));
  }
  return against;
}

/** The probability that both are one person, in a registry of this size. */
export function probabilityOf(score: number, size: number): number {
  return probabilityBy(calibration, { score, size });
}

/** The score that gives this probability in a registry of this size. */
export function scoreAt(probability: number, size: number): number {
  const { slope, offset } = calibrationFor(size);
  return (Math.log(probability / (1 - probability)) - offset) / slope;
}

/**
 * The probability that two rows of whole lists are one person, if the searched list has this size.
 */
export function linkProbability(score: number, size: number): number {
  return probabilityBy(linkCalibration, { score, size });
}

/**
 * Interpolates slope and offset between the two nearest fitted sizes, by the logarithm of the size.
 */
function probabilityBy(
  lines: readonly Line[],
  { score, size }: { readonly score: number; readonly size: number },
): number {
  const { slope, offset } = lineFor(lines, size);
  return 1 / (1 + Math.exp(-(slope * score + offset)));
}

/** Slope and offset that turn scores into probabilities in a registry of this size. */
export function calibrationFor(size: number): Omit<Line, 'size'> {
  return lineFor(calibration, size);
}

function lineFor(lines: readonly Line[], size: number): Omit<Line, 'size'> {
  const at = Math.log(Math.max(1, size));
  const above = lines.findIndex((each) => Math.log(each.size) >= at);
  const high = lines[above < 0 ? lines.length - 1 : above];
  const low = lines[above < 0 ? lines.length - 1 : Math.max(0, above - 1)];
  if (!low || !high) return { slope: 1, offset: 0 };
  const span = Math.log(high.size) - Math.log(low.size);
  const share = span === 0 ? 0 : (at - Math.log(low.size)) / span;
  return {
    slope: low.slope + (high.slope - low.slope) * share,
    offset: low.offset + (high.offset - low.offset) * share,
  };
}

/** Levels at which two values are reported as different. */
const unlike: ReadonlySet<string> = new Set([
  ...['different', 'initial_different', 'distant', 'apart', 'before', 'later', 'kind'],
  ...['brothers', 'father_and_son', 'namesakes', 'year_same'],
]);
/** Half a doubling of the odds: alike values that weigh less against are no contradiction. */
const littleWeight = 0.35;

/**
 * Agrees, contradicts, or is neutral. Absent or omitted values never contradict, and neither does a
 * likeness with a slightly negative weight. Equal values agree, even if most people share them and
 * the weight is zero.
 */
export function verdictOf(level: string, weight: number): Reason['verdict'] {
  if (level === 'absent' || level === 'omitted') return 'absent';
  if (weight > 0 || level === 'same') return 'agrees';
  return unlike.has(level) || weight < -littleWeight ? 'contradicts' : 'absent';
}

/** What would have to be known to decide, if only names agree and nothing contradicts. */
export function undecidedWithout(reasons: readonly Reason[]): readonly string[] {
  const silent = (feature: string) =>
    reasons.find((reason) => reason.feature === feature)?.verdict === 'absent';
  const deciding = ['birth', 'birthplace', 'unit', 'lost', 'lostPlace', 'number'];
  if (!deciding.every(silent)) return [];
  return silent('patronymic') ? ['birth', 'patronymic'] : ['birth'];
}
