/** Distinct values and their numbers; 0 means none. */
export class Numbered<T> {
  readonly #values: (T | null)[] = [null];
  readonly #numbers = new Map<T, number>();

  numberOf(value: T | null | undefined): number {
    if (!value) return 0;
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    this.#values.push(value);
    this.#numbers.set(value, this.#values.length - 1);
    return this.#values.length - 1;
  }

  /** The values in the order of their numbers, from 1. */
  get values(): readonly T[] {
    return this.#values.slice(1) as T[]; // Only 0 is none.
  }

  at(number: number): T | null {
    return this.#values[number] ?? null;
  }
}
