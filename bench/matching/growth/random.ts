/** A small, fast random generator: the same seed gives the same world on every machine. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) | 0;
  }

  /** Thirty-two random bits (mulberry32). */
  bits(): number {
    this.#state = (this.#state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** From zero to one, excluding one. */
  share(): number {
    return this.bits() / 4_294_967_296;
  }

  below(limit: number): number {
    return Math.floor(this.share() * limit);
  }

  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  comes(probability: number): boolean {
    return this.share() < probability;
  }

  of<T>(all: readonly T[]): T {
    const one = all[this.below(all.length)];
    if (one === undefined) throw new Error('Nothing to choose from.');
    return one;
  }
}

/** Draws indexes of a list by weight in constant time (Walker's alias method). */
export class Lottery {
  readonly #keep: Float64Array;
  readonly #other: Int32Array;

  constructor(weights: readonly number[] | Float64Array) {
    const size = weights.length;
    let sum = 0;
    for (const weight of weights) sum += weight;
    this.#keep = Float64Array.from(weights, (weight) => (weight * size) / sum);
    this.#other = Int32Array.from(weights, (_, at) => at);
    const small: number[] = [];
    const large: number[] = [];
    this.#keep.forEach((value, at) => {
      (value < 1 ? small : large).push(at);
    });
    for (;;) {
      const [low, high] = [small.pop(), large.at(-1)];
      if (low === undefined || high === undefined) break;
      this.#other[low] = high;
      const left = (this.#keep[high] ?? 0) - (1 - (this.#keep[low] ?? 0));
      this.#keep[high] = left;
      if (left < 1) small.push(large.pop() ?? high);
    }
  }

  draw(chance: Chance): number {
    const at = chance.below(this.#keep.length);
    return chance.share() < (this.#keep[at] ?? 1) ? at : (this.#other[at] ?? at);
  }
}
