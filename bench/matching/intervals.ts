import { Chance } from './growth/random.ts';

/** A figure with its 95 % interval. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const samples = 300;

/** Figures of `items` with percentile bootstrap intervals (Efron 1979), the same in every run. */
export function intervals<T>(
  items: readonly T[],
  figuresOf: (items: readonly T[]) => Readonly<Record<string, number>>,
): Record<string, Interval> {
  const chance = new Chance(12_345);
  const drawn = Array.from(
    { length: samples },
    () => figuresOf(items.map(() => items[chance.below(items.length)] as T)), // Below the length.
  );
  const found: Record<string, Interval> = {};
  for (const [name, value] of Object.entries(figuresOf(items))) {
    const sorted = drawn.map((each) => each[name] ?? 0).sort((one, other) => one - other);
    found[name] = {
      value: round(value),
      low: round(sorted[Math.floor(samples * 0.025)] ?? value),
      high: round(sorted[Math.ceil(samples * 0.975) - 1] ?? value),
    };
  }
  return found;
}

function round(value: number): number {
  return Number(value.toFixed(5));
}
