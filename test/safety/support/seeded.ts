/**
 * A random generator that gives the same numbers in every run, so that a failure can be reproduced.
 */
export interface Dice {
  /** From zero to one. */
  next(): number;
  below(limit: number): number;
  of<Value>(values: readonly Value[]): Value;
}

/** Mulberry32, 32 bits of state: enough for choices, not for secrets. */
export function seeded(seed: number): Dice {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    below,
    of: <Value>(values: readonly Value[]) => {
      const value = values[below(values.length)];
      if (values.length === 0) throw new Error('nothing to choose from');
      return value as Value; // The index lies within the list.
    },
  };
}
