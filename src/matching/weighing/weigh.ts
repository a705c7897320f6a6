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

/** One line of an explanation: what was compared, how it came out, and its weight in log odds. */
export interface Reason {
  readonly feature: Feature;
  readonly level: string;
  readonly left: string | null;
  readonly right: string | null;
  readonly weight: number;
  readonly verdict: 'agrees' | 'contradicts' | 'absent';
}

const levelMax = 16;

/** The tables of a model laid out by place, since every comparison reads them. */
export interface Weights {
  readonly version: string;
  readonly prior: number;
  readonly plain: Float64Array;
  readonly rare: Float64Array;
}

/**
 * Lays a model out by place: a level that it does not list weighs nothing. `columns` are headings of
 * columns compared as text, which come after the features.
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

/** The weights that come with the program. */
export const ownWeights = layOut(model);

/** The weight of one feature of a comparison: natural log odds for or against one person. */
export function weightOf(comparison: Comparison, at: number, weights: Weights): number {
  const place = at * levelMax + (comparison.levels[at] ?? 0);
  const rarity = comparison.rarities[at] ?? 0;
  return (weights.plain[place] ?? 0) + (weights.rare[place] ?? 0) * rarity;
}

/** The most that a level can weigh where what agrees is at most so rare. */
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

/** The sum of what speaks against, as a negative number; what is left out speaks against nobody. */
export function weightAgainst(comparison: Comparison, weights = ownWeights): number {
  let against = 0;
  for (let at = 0; at < comparison.levels.length; at += 1) {
    const feature = features[at];
    const level = feature ? levelsOf[feature][comparison.levels[at] ?? 0] : null;
    if (level !== 'omitted') against += Math.min(0, weightOf(comparison, at, weights));
  }
  return against;
}

/** Probability that the two speak of one person, in a registry of this size. */
export function probabilityOf(score: number, size: number): number {
  return probabilityBy(calibration, { score, size });
}

/** The score at which the probability is this much, in a registry of this size. */
export function scoreAt(probability: number, size: number): number {
  const { slope, offset } = calibrationFor(size);
  return (Math.log(probability / (1 - probability)) - offset) / slope;
}

/** Probability that two rows of whole lists are one person, where the list searched has this size. */
export function linkProbability(score: number, size: number): number {
  return probabilityBy(linkCalibration, { score, size });
}

/** By slope and offset between the two sizes that were fitted, by the logarithm of the size. */
function probabilityBy(
  lines: readonly Line[],
  { score, size }: { readonly score: number; readonly size: number },
): number {
  const { slope, offset } = lineFor(lines, size);
  return 1 / (1 + Math.exp(-(slope * score + offset)));
}

/** Slope and offset by which scores become probabilities in a registry of this size. */
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

/** Levels at which two values are said to be others. */
const unlike: ReadonlySet<string> = new Set([
  ...['different', 'initial_different', 'distant', 'apart', 'before', 'later', 'kind'],
  ...['brothers', 'father_and_son', 'namesakes', 'year_same'],
]);
/** Half a doubling of the odds: less than that is no contradiction where the values are alike. */
const littleWeight = 0.35;

/**
 * Agrees, contradicts, or says nothing: what is silent or left out never contradicts, and neither
 * does a likeness that happens to weigh a little less than nothing. What is the same agrees, though
 * most people share it and it weighs nothing.
 */
export function verdictOf(level: string, weight: number): Reason['verdict'] {
  if (level === 'absent' || level === 'omitted') return 'absent';
  if (weight > 0 || level === 'same') return 'agrees';
  return unlike.has(level) || weight < -littleWeight ? 'contradicts' : 'absent';
}

/** What would have to be known to decide, where names alone speak and nothing contradicts. */
export function undecidedWithout(reasons: readonly Reason[]): readonly string[] {
  const silent = (feature: string) =>
    reasons.find((reason) => reason.feature === feature)?.verdict === 'absent';
  const deciding = ['birth', 'birthplace', 'unit', 'lost', 'lostPlace', 'number'];
  if (!deciding.every(silent)) return [];
  return silent('patronymic') ? ['birth', 'patronymic'] : ['birth'];
}
