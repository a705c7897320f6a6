import type { Truth } from './development-set.ts';

export interface Figures {
  readonly match: number;
  readonly nulls: number;
  readonly recall1: number;
  readonly recall10: number;
  readonly rightAtOnePercent: number;
  readonly falseAtHalf: Readonly<Record<string, number>>;
  readonly calibrationError: number;
}

type Answers = ReadonlyMap<
  string,
  readonly { readonly id: string; readonly probability: number }[]
>;

/**
 * Recall among requests whose person is listed; the share of them found first at the threshold that
 * lets one percent of the others through; expected calibration error over ten bins.
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

export function percentile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? 0;
}

function share<T>(all: readonly T[], is: (each: T) => boolean): number {
  return all.length === 0 ? 0 : all.filter(is).length / all.length;
}
