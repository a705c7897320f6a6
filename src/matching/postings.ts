/** Most keys a lookup follows, and the longest list it follows at all: work is bounded whatever is asked. */
const postingsMax = 6_000;
const listMax = 2_500;
const idBits = 2 ** 24;
const tailMax = 50_000;

/**
 * Key to record numbers, kept as one sorted array of 53-bit numbers (29 bits of key, 24 of number)
 * with a small unsorted tail for what came since. Eight bytes a posting.
 */
export class Postings {
  #sorted = new Float64Array(0);
  #sortedLength = 0;
  readonly #tail = new Map<number, number[]>();
  #waiting: number[] = [];

  add(record: number, keys: readonly number[]): void {
    for (const key of keys) {
      this.#waiting.push(key * idBits + record);
      const known = this.#tail.get(key);
      if (known) known.push(record);
      else this.#tail.set(key, [record]);
    }
    if (this.#waiting.length > Math.max(tailMax, this.#sortedLength / 2)) this.settle();
  }

  /** Sorts the tail into the array; called by itself as the tail grows. */
  settle(): void {
    if (this.#waiting.length === 0) return;
    const grown = new Float64Array(this.#sortedLength + this.#waiting.length);
    grown.set(this.#sorted.subarray(0, this.#sortedLength));
    grown.set(this.#waiting, this.#sortedLength);
    grown.sort();
    this.#sorted = grown;
    this.#sortedLength = grown.length;
    this.#waiting = [];
    this.#tail.clear();
  }

  /** How many records have the key. */
  count(key: number): number {
    const from = this.#bound(key * idBits);
    const to = this.#bound((key + 1) * idBits);
    return to - from + (this.#tail.get(key)?.length ?? 0);
  }

  /**
   * Records that share keys, rarest keys first, each with the sum of its keys' worth; at most
   * `limit`, the best first. `size` is the number of records in the index.
   */
  gather(keys: readonly number[], size: number, limit: number): readonly number[] {
    const counted = keys
      .map((key) => ({ key, count: this.count(key) }))
      .filter(({ count }) => count > 0)
      .sort((one, other) => one.count - other.count);
    const worth = new Map<number, number>();
    let followed = 0;
    for (const { key, count } of counted) {
      if (followed > 0 && (followed + count > postingsMax || count > listMax)) break;
      followed += count;
      const weight = Math.log((size + 1) / (count + 1)) + 0.1;
      this.#follow(key, (record) => worth.set(record, (worth.get(record) ?? 0) + weight));
    }
    return [...worth]
      .sort((one, other) => other[1] - one[1] || one[0] - other[0])
      .slice(0, limit)
      .map(([record]) => record);
  }

  #follow(key: number, visit: (record: number) => void): void {
    const to = this.#bound((key + 1) * idBits);
    const from = this.#bound(key * idBits);
    const until = Math.min(to, from + postingsMax);
    for (let at = from; at < until; at += 1) visit((this.#sorted[at] ?? 0) - key * idBits);
    for (const record of this.#tail.get(key) ?? []) visit(record);
  }

  #bound(value: number): number {
    let low = 0;
    let high = this.#sortedLength;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
