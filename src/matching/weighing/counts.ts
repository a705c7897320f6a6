import { hashOf, hashWithout } from '../proposing/hash.ts';

/** Share of the table in use at which it grows. */
const fullest = 0.7;

/** Counts as they are transferred to another thread. */
export interface CountTable {
  readonly ones: Uint32Array;
  readonly others: Uint32Array;
  readonly counts: Uint32Array;
}

/**
 * Counts texts with twelve bytes per slot, without storing them. Two hashes identify a text; no
 * registry is large enough for both to collide.
 */
export class Counts {
  /** A slot whose count is 0 is free. */
  #ones = new Uint32Array(1_024);
  #others = new Uint32Array(1_024);
  #counts = new Uint32Array(1_024);
  #used = 0;

  get(text: string): number {
    return this.#counts[this.#placeOf(hashOf(text) >>> 0, hashWithout(text, 0) >>> 0)] ?? 0;
  }

  add(text: string): void {
    this.set(text, this.get(text) + 1);
  }

  set(text: string, count: number): void {
    if (this.#used >= this.#counts.length * fullest) this.#grow();
    this.#put(hashOf(text) >>> 0, hashWithout(text, 0) >>> 0, count);
  }

  transfer(): CountTable {
    return { ones: this.#ones, others: this.#others, counts: this.#counts };
  }

  /** Adds the counts of another thread. */
  merge({ ones, others, counts }: CountTable): void {
    counts.forEach((count, at) => {
      if (count === 0) return;
      if (this.#used >= this.#counts.length * fullest) this.#grow();
      const [one, other] = [ones[at] as number, others[at] as number]; // One place each.
      this.#put(one, other, count + (this.#counts[this.#placeOf(one, other)] ?? 0));
    });
  }

  #put(one: number, other: number, count: number): void {
    const at = this.#placeOf(one, other);
    if (this.#counts[at] === 0) this.#used += 1;
    this.#ones[at] = one;
    this.#others[at] = other;
    this.#counts[at] = count;
  }

  /** The slot in which this text is counted, or would be. */
  #placeOf(one: number, other: number): number {
    const mask = this.#counts.length - 1;
    let at = (one ^ Math.imul(other, 0x9e3779b1)) & mask;
    while (this.#counts[at] !== 0 && (this.#ones[at] !== one || this.#others[at] !== other)) {
      at = (at + 1) & mask;
    }
    return at;
  }

  #grow(): void {
    const [ones, others, counts] = [this.#ones, this.#others, this.#counts];
    this.#ones = new Uint32Array(2 * ones.length);
    this.#others = new Uint32Array(2 * ones.length);
    this.#counts = new Uint32Array(2 * ones.length);
    this.#used = 0;
    counts.forEach((count, at) => {
      if (count > 0) this.#put(ones[at] as number, others[at] as number, count); // One place each.
    });
  }
}
