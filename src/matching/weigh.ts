import type { Compared } from './compare.ts';
import { calibration, prior, rarityWeight, weights } from './model.ts';

/** A comparison with its weight: natural log odds for or against one person. */
export interface Reason extends Compared {
  readonly weight: number;
  readonly verdict: 'agrees' | 'contradicts' | 'absent';
}

/** How common what agrees is, in the index searched; shares between 0 and 1. */
export interface Commonness {
  readonly size: number;
  readonly surnameShare: number;
}

const surnameAgrees = new Set(['same', 'very_close', 'close']);

/** Weighs every comparison; the weights and the prior add up to the score. */
export function weigh(compared: readonly Compared[], common: Commonness): readonly Reason[] {
  return compared.map((each) => {
    let weight = weights[each.feature]?.[each.level] ?? 0;
    if (each.feature === 'surname' && surnameAgrees.has(each.level)) {
      weight += rarityWeight * rarityOf(common.surnameShare);
    }
    return { ...each, weight, verdict: verdictOf(each.level, weight) };
  });
}

/** Powers of ten by which the surname is rarer than one in ten thousand; negative when commoner. */
export function rarityOf(share: number): number {
  return Math.max(-2.5, Math.min(1.5, -Math.log10(share) - 4));
}

function verdictOf(level: string, weight: number): Reason['verdict'] {
  if (level === 'absent' || level === 'omitted') return 'absent';
  if (weight > 0) return 'agrees';
  return weight < 0 ? 'contradicts' : 'absent';
}

/** Probability that the two speak of one person, given the reasons and the size of the registry. */
export function probabilityOf(reasons: readonly Reason[], size: number): number {
  const score = reasons.reduce((sum, reason) => sum + reason.weight, prior);
  const { slope, offset } = calibrationFor(size);
  return 1 / (1 + Math.exp(-(slope * score + offset)));
}

/** Slope and offset between the two sizes that were fitted, by the logarithm of the size. */
function calibrationFor(size: number): { readonly slope: number; readonly offset: number } {
  const at = Math.log(Math.max(1, size));
  let below = calibration[0];
  let above = calibration[0];
  for (const each of calibration) {
    if (Math.log(each.size) <= at) below = each;
    if (Math.log(each.size) >= at) {
      above = each;
      break;
    }
    above = each;
  }
  if (!below || !above || below === above) return below ?? { slope: 1, offset: 0 };
  const share = (at - Math.log(below.size)) / (Math.log(above.size) - Math.log(below.size));
  return {
    slope: below.slope + (above.slope - below.slope) * share,
    offset: below.offset + (above.offset - below.offset) * share,
  };
}

/** What would have to be known to decide, where names alone speak and nothing contradicts. */
export function undecidedWithout(reasons: readonly Reason[]): readonly string[] {
  const silent = (feature: string) =>
    reasons.find((reason) => reason.feature === feature)?.verdict === 'absent';
  const deciding = ['birth', 'birthplace', 'unit', 'lost', 'lostPlace'];
  if (!deciding.every(silent)) return [];
  return silent('patronymic') ? ['birth', 'patronymic'] : ['birth'];
}
