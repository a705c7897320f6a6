import type { Truth } from './development-set.ts';

export type { Truth } from './development-set.ts';

export interface Figures {
  readonly match: number;
  readonly nulls: number;
  readonly recall1: number;
  readonly recall10: number;
  readonly rightAtOnePercent: number;
  readonly falseAtHalf: Readonly<Record<string, number>>;
  readonly calibrationError: number;
  /** The probability that only one negative in a hundred exceeds. */
  readonly threshold: number;
  readonly atNine: { readonly right: number; readonly nulls: number };
}

type Answers = ReadonlyMap<
  string,
  readonly { readonly id: string; readonly probability: number }[]
>;

/**
 * Recall among queries whose person is listed; the share of them found first at the threshold that
 * passes one percent of the others; expected calibration error over ten bins.
 */
export function figures(truth: readonly Truth[], answers: Answers): Figures {
  const matched: { ok: boolean; ten: boolean; top: number }[] = [];
  const nulls: { kind: string; top: number }[] = [];
  const bins = Array.from({ length: 10 }, () => ({ sum: 0, right: 0 }));
  for (const { qid, kind, true_ids } of truth) {
    const found = answers.get(qid) ?? [];
    const top = found[0]?.probability ?? 0;
    const ok = found[0] !== undefined && true_ids.includes(found[0].id);
    if (true_ids.length > 0) {
      matched.push({ ok, top, ten: found.slice(0, 10).some(({ id }) => true_ids.includes(id)) });
    } else nulls.push({ kind, top });
    const bin = bins[Math.min(9, Math.floor(top * 10))];
    if (bin) {
      bin.sum += top;
      bin.right += ok ? 1 : 0;
    }
  }
  const tops = nulls.map(({ top }) => top).sort((one, other) => other - one);
  const threshold = tops[Math.floor(tops.length * 0.01)] ?? 1;
  const kinds = [...new Set(nulls.map(({ kind }) => kind))];
  return {
    match: matched.length,
    nulls: nulls.length,
    recall1: share(matched, ({ ok }) => ok),
    recall10: share(matched, ({ ten }) => ten),
    rightAtOnePercent: share(matched, ({ ok, top }) => ok && top > threshold),
    threshold,
    atNine: {
      right: share(matched, ({ ok, top }) => ok && top >= 0.9),
      nulls: share(nulls, ({ top }) => top >= 0.9),
    },
    falseAtHalf: Object.fromEntries(
      kinds.map((kind) => [
        kind,
        share(
          nulls.filter((each) => each.kind === kind),
          ({ top }) => top >= 0.5,
        ),
      ]),
    ),
    calibrationError:
      bins.reduce((sum, bin) => sum + Math.abs(bin.sum - bin.right), 0) / truth.length,
  };
}

/**
 * Slope and offset that turn scores into probabilities by maximum likelihood (Platt 1999), with
 * Newton's method on both.
 */
export function fitLine(points: readonly { readonly score: number; readonly right: boolean }[]) {
  let [slope, offset] = [1, 0];
  for (let round = 0; round < 50; round += 1) {
    let [g0, g1, h00, h01, h11] = [0, 0, 1e-6, 0, 1e-6];
    for (const { score, right } of points) {
      const p = 1 / (1 + Math.exp(-(slope * score + offset)));
      const miss = (right ? 1 : 0) - p;
      const curve = p * (1 - p);
      g0 += miss;
      g1 += miss * score;
      h00 += curve;
      h01 += curve * score;
      h11 += curve * score * score;
    }
    const area = h00 * h11 - h01 * h01;
    // Far from the solution Newton's method oversteps, and then the curve is flat: steps are
    // limited.
    offset += bounded((h11 * g0 - h01 * g1) / area, 1);
    slope += bounded((h00 * g1 - h01 * g0) / area, 0.1);
  }
  return { slope, offset };
}

function bounded(step: number, most: number): number {
  return Math.max(-most, Math.min(most, step));
}

export function percentile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? 0;
}

function share<T>(all: readonly T[], is: (each: T) => boolean): number {
  return all.length === 0 ? 0 : all.filter(is).length / all.length;
}
