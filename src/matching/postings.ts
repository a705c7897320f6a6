import { type Bounds, keyBits, keyWorth, near, wide } from './bounds.ts';

/**
 * Key to record numbers, in memory. Keys are spread over small buckets by their upper bits; each
 * bucket is sorted arrays plus a short unsorted tail, so that adding never stops the world and a
 * posting costs four bytes. Work is bounded whatever is asked.
 */
const bucketBits = 10;
const shift = keyBits - bucketBits;
/** A tail is sorted in when it has this many cells, and as many as four times what is sorted. */
const tailMax = 16_384;

/** One bucket: distinct keys in order, where each one's records begin, and the records. */
interface Bucket {
  keys: Uint32Array;
  starts: Uint32Array;
  records: Uint32Array;
  /** Keys and records by turns, in pages; whole pages are used again elsewhere when sorted in. */
  tail: Uint32Array[];
  tailLength: number;
}

const none = new Uint32Array(0);
const pageBits = 10;
const pageMask = 2 ** pageBits - 1;

export class Postings {
  readonly #buckets: Bucket[] = Array.from({ length: 2 ** bucketBits }, () => ({
    keys: none,
    starts: new Uint32Array(1),
    records: none,
    tail: [],
    tailLength: 0,
  }));
  /** Keys too common to follow, with how many records have them; from a sorting on their lists go. */
  readonly #common = new Map<number, number>();
  readonly #freePages: Uint32Array[] = [];
  readonly #scratch = new Scratch();
  #worth = new Uint32Array(1_024);
  readonly #touched = new Uint32Array(wide.postingsMax + wide.listMax);

  add(record: number, keys: Iterable<number>): void {
    for (const key of keys) {
      const common = this.#common.get(key);
      if (common !== undefined) {
        this.#common.set(key, common + 1);
        continue;
      }
      const bucket = this.#bucketOf(key);
      if ((bucket.tailLength & pageMask) === 0) this.#makeRoom(bucket);
      const page = bucket.tail[bucket.tailLength >> pageBits] as Uint32Array; // Room was made.
      page[bucket.tailLength & pageMask] = key;
      page[(bucket.tailLength & pageMask) + 1] = record;
      bucket.tailLength += 2;
    }
  }

  /** Sorts every tail in; searching does not need it, but is quicker after it. */
  settle(): void {
    for (const bucket of this.#buckets) this.#sortIn(bucket);
    this.#freePages.length = 0;
  }

  /** How many records have the key. */
  count(key: number): number {
    const common = this.#common.get(key);
    if (common !== undefined) return common;
    const bucket = this.#bucketOf(key);
    const at = placeOf(bucket.keys, key);
    let count = at < 0 ? 0 : (bucket.starts[at + 1] ?? 0) - (bucket.starts[at] ?? 0);
    for (let tail = 0; tail < bucket.tailLength; tail += 2) {
      if (cellOf(bucket, tail) === key) count += 1;
    }
    return count;
  }

  /**
   * Records that share keys, rarest keys first, each with the sum of its keys' worth; at most
   * `comparedMax`, the best first, equals by their number. `size` is the number of records.
   */
  gather(
    keys: readonly number[],
    size: number,
    { listMax, postingsMax, comparedMax }: Bounds = near,
  ): readonly number[] {
    if (this.#worth.length < size)
      this.#worth = new Uint32Array(Math.max(size, 2 * this.#worth.length));
    const counted = keys
      .map((key) => ({ key, count: this.count(key) }))
      .filter(({ count }) => count > 0 && count <= listMax)
      .sort((one, other) => one.count - other.count || one.key - other.key);
    let followed = 0;
    let touched = 0;
    for (const { key, count } of counted) {
      if (followed > 0 && followed + count > postingsMax) break;
      followed += count;
      touched = this.#follow(key, keyWorth(size, count), touched);
    }
    return this.#best(touched, comparedMax);
  }

  /** Adds the key's worth to each of its records; answers how many records are touched by now. */
  #follow(key: number, worth: number, before: number): number {
    let touched = before;
    const visit = (record: number) => {
      const had = this.#worth[record] ?? 0;
      if (had === 0) this.#touched[touched++] = record;
      this.#worth[record] = had + worth;
    };
    const bucket = this.#bucketOf(key);
    const at = placeOf(bucket.keys, key);
    const until = at < 0 ? 0 : (bucket.starts[at + 1] ?? 0);
    for (let place = at < 0 ? 0 : (bucket.starts[at] ?? 0); place < until; place += 1) {
      visit(bucket.records[place] as number); // Below the end of the list.
    }
    for (let tail = 0; tail < bucket.tailLength; tail += 2) {
      if (cellOf(bucket, tail) === key) visit(cellOf(bucket, tail + 1));
    }
    return touched;
  }

  #best(touched: number, limit: number): readonly number[] {
    const ranked = new Float64Array(touched);
    for (let at = 0; at < touched; at += 1) {
      const record = this.#touched[at] as number; // Below `touched`.
      // Worth above, number below: one sort puts the best first and equals in order.
      ranked[at] = -(this.#worth[record] as number) * recordMax + record; // It was touched.
      this.#worth[record] = 0;
    }
    ranked.sort();
    return Array.from(
      ranked.subarray(0, limit),
      (each) => ((each % recordMax) + recordMax) % recordMax,
    );
  }

  #bucketOf(key: number): Bucket {
    return this.#buckets[key >>> shift] as Bucket; // A bucket for each value of the upper bits.
  }

  #makeRoom(bucket: Bucket): void {
    if (bucket.tailLength >= Math.max(tailMax, 4 * bucket.records.length)) this.#sortIn(bucket);
    bucket.tail.push(this.#freePages.pop() ?? new Uint32Array(2 ** pageBits));
  }

  /** Merges the tail into the sorted arrays and lets go of lists that have grown too common. */
  #sortIn(bucket: Bucket): void {
    if (bucket.tailLength === 0) return;
    const needed = bucket.records.length + bucket.tailLength / 2;
    this.#scratch.makeRoom(needed);
    const pairs = this.#scratch.pairs.subarray(0, needed);
    let length = 0;
    bucket.keys.forEach((key, at) => {
      const until = bucket.starts[at + 1] ?? 0;
      for (let place = bucket.starts[at] ?? 0; place < until; place += 1) {
        pairs[length++] = key * recordMax + (bucket.records[place] ?? 0);
      }
    });
    for (let tail = 0; tail < bucket.tailLength; tail += 2) {
      pairs[length++] = cellOf(bucket, tail) * recordMax + cellOf(bucket, tail + 1);
    }
    pairs.sort();
    this.#lay(bucket, pairs);
    this.#freePages.push(...bucket.tail.splice(0));
    bucket.tailLength = 0;
  }

  #lay(bucket: Bucket, pairs: Float64Array): void {
    const { keys, starts, records } = this.#scratch;
    let kept = 0;
    let distinct = 0;
    for (let from = 0; from < pairs.length; ) {
      const key = Math.floor((pairs[from] as number) / recordMax); // Below the length, here and below.
      let until = from + 1;
      while (until < pairs.length && (pairs[until] as number) < (key + 1) * recordMax) until += 1;
      if (until - from > wide.listMax) {
        this.#common.set(key, until - from);
      } else {
        keys[distinct] = key;
        starts[distinct] = kept;
        distinct += 1;
        for (let at = from; at < until; at += 1)
          records[kept++] = (pairs[at] as number) - key * recordMax;
      }
      from = until;
    }
    starts[distinct] = kept;
    bucket.keys = keys.slice(0, distinct);
    bucket.starts = starts.slice(0, distinct + 1);
    bucket.records = records.slice(0, kept);
  }
}

/** Room for sorting one bucket, used again for the next: what is thrown away leaves holes in memory. */
class Scratch {
  pairs = new Float64Array(0);
  keys = none;
  starts = none;
  records = none;

  makeRoom(length: number): void {
    if (this.pairs.length >= length) return;
    const room = Math.ceil(length * 1.5);
    this.pairs = new Float64Array(room);
    this.keys = new Uint32Array(room);
    this.starts = new Uint32Array(room + 1);
    this.records = new Uint32Array(room);
  }
}

/** A cell of the tail, whichever page it lies on. */
function cellOf(bucket: Bucket, at: number): number {
  return (bucket.tail[at >> pageBits] as Uint32Array)[at & pageMask] as number; // Below its length.
}

/** Records of one index, at the most: their numbers and a key's bits share one exact number. */
const recordMax = 2 ** 24;

function placeOf(keys: Uint32Array, key: number): number {
  let low = 0;
  let high = keys.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const at = keys[middle] as number; // Between the ends.
    if (at === key) return middle;
    if (at < key) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
