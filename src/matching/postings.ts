import { type Bounds, keyBits, keyWorth, near, wide } from './bounds.ts';
import { NumberList, Room } from './number-list.ts';

/**
 * Key to record numbers, in memory, four bytes a posting. Keys are spread over buckets by their upper
 * bits and within a bucket over shelves by the next; what is left of the key shares a cell with the
 * record's number, so that a shelf is in order by key and record. A bucket has a short unsorted tail:
 * adding never stops the world. Work is bounded whatever is asked.
 */
const bucketBits = 10;
const shelfBits = 11;
const shelves = 2 ** shelfBits;
const bucketShift = keyBits - bucketBits;
const restBits = bucketShift - shelfBits;
/** Records of one index, at the most: with what is left of a key the number of one fills a cell. */
const recordBits = 32 - restBits;
const recordMax = 2 ** recordBits;
const cellMax = 2 ** 32;

/** Buckets lie far apart in memory: each is gone to for many postings at once. */
const arrivedMax = 2 ** 17;
/** A tail is sorted in when it has this many numbers, and half as many as there are cells in order. */
const tailMax = 4_096;

/** One bucket: shelves of cells in order, and what was added since. */
interface Bucket {
  /** The upper bits of its keys. */
  readonly number: number;
  /** Where each shelf begins among the cells, and where the last ends. */
  readonly starts: Uint32Array;
  readonly cells: NumberList;
  /** Keys and records by turns. */
  readonly tail: NumberList;
}

export class Postings {
  readonly #room = new Room();
  readonly #buckets: Bucket[] = Array.from({ length: 2 ** bucketBits }, (_, number) => ({
    number,
    starts: new Uint32Array(shelves + 1),
    cells: new NumberList(this.#room),
    tail: new NumberList(this.#room),
  }));
  /** Keys too common to follow, with how many records have them; from a sorting on their lists go. */
  readonly #common = new Map<number, number>();
  /** Keys and records by turns as they came, until there are enough to take to their buckets. */
  readonly #arrived = new Uint32Array(arrivedMax);
  #arrivedLength = 0;
  readonly #ordered = new Uint32Array(arrivedMax);
  readonly #places = new Uint32Array(2 ** bucketBits + 1);
  readonly #scratch = new Scratch();
  #worth = new Uint32Array(1_024);
  readonly #touched = new Uint32Array(wide.postingsMax + wide.listMax);

  add(record: number, keys: readonly number[]): void {
    if (record >= recordMax)
      throw new RangeError(`an index holds ${recordMax} records at the most`);
    for (const key of keys) {
      if (this.#arrivedLength === this.#arrived.length) this.#distribute();
      this.#arrived[this.#arrivedLength++] = key;
      this.#arrived[this.#arrivedLength++] = record;
    }
  }

  /** Sorts every tail in; searching does not need it, but is quicker after it. */
  settle(): void {
    this.#distribute();
    for (const bucket of this.#buckets) this.#sortIn(bucket);
  }

  /** How many records have the key. */
  count(key: number): number {
    this.#distribute();
    const common = this.#common.get(key);
    if (common !== undefined) return common;
    const bucket = this.#bucketOf(key);
    const { from, until } = rangeOf(bucket, key);
    let count = until - from;
    for (let at = 0; at < bucket.tail.length; at += 2) {
      if (bucket.tail.at(at) === key) count += 1;
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
    const { from, until } = rangeOf(bucket, key);
    for (let place = from; place < until; place += 1) {
      visit(bucket.cells.at(place) & (recordMax - 1));
    }
    for (let at = 0; at < bucket.tail.length; at += 2) {
      if (bucket.tail.at(at) === key) visit(bucket.tail.at(at + 1));
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

  /** Takes what arrived to its buckets, one bucket after the other. */
  #distribute(): void {
    const [arrived, length] = [this.#arrived, this.#arrivedLength];
    if (length === 0) return;
    const [places, ordered] = [this.#places.fill(0), this.#ordered];
    for (let at = 0; at < length; at += 2) {
      const after = ((arrived[at] as number) >>> bucketShift) + 1; // Below the length, here and below.
      places[after] = (places[after] as number) + 2;
    }
    for (let at = 1; at < places.length; at += 1) {
      places[at] = (places[at] as number) + (places[at - 1] as number); // A place for each bucket.
    }
    for (let at = 0; at < length; at += 2) {
      const key = arrived[at] as number;
      const place = places[key >>> bucketShift] as number;
      ordered[place] = key;
      ordered[place + 1] = arrived[at + 1] as number;
      places[key >>> bucketShift] = place + 2;
    }
    this.#arrivedLength = 0;
    // By now each place is where its bucket ends.
    let from = 0;
    for (const bucket of this.#buckets) {
      const until = places[bucket.number] as number;
      this.#take(bucket, ordered.subarray(from, until));
      from = until;
    }
  }

  #take(bucket: Bucket, pairs: Uint32Array): void {
    for (let at = 0; at < pairs.length; at += 2) {
      const key = pairs[at] as number;
      const common = this.#common.size > 0 ? this.#common.get(key) : undefined;
      if (common !== undefined) {
        this.#common.set(key, common + 1);
        continue;
      }
      bucket.tail.push(key);
      bucket.tail.push(pairs[at + 1] as number);
    }
    if (bucket.tail.length >= Math.max(tailMax, bucket.cells.length / 2)) this.#sortIn(bucket);
  }

  #bucketOf(key: number): Bucket {
    return this.#buckets[key >>> bucketShift] as Bucket; // A bucket for each value of the upper bits.
  }

  /** Merges the tail into the cells and lets go of lists that have grown too common. */
  #sortIn(bucket: Bucket): void {
    const { starts, cells, tail } = bucket;
    if (tail.length === 0) return;
    this.#scratch.makeRoom(cells.length + tail.length / 2);
    const { both } = this.#scratch;
    const added = this.#sortedTail(tail);
    let length = 0;
    let next = 0;
    for (let shelf = 0; shelf < shelves; shelf += 1) {
      const base = (bucket.number * shelves + shelf) * cellMax;
      const until = starts[shelf + 1] ?? 0;
      for (let place = starts[shelf] ?? 0; place < until; place += 1) {
        const pair = base + cells.at(place);
        while (next < added.length && (added[next] as number) < pair) {
          both[length++] = added[next++] as number; // Below its length, here and below.
        }
        both[length++] = pair;
      }
    }
    while (next < added.length) both[length++] = added[next++] as number;
    this.#lay(bucket, both.subarray(0, length));
    tail.refill(none);
  }

  /** Keys and records of a tail as one number each, in order. */
  #sortedTail(tail: NumberList): Float64Array {
    const pairs = this.#scratch.added.subarray(0, tail.length / 2);
    for (let at = 0; at < pairs.length; at += 1) {
      pairs[at] = tail.at(2 * at) * recordMax + tail.at(2 * at + 1);
    }
    return pairs.sort();
  }

  #lay({ starts, cells }: Bucket, pairs: Float64Array): void {
    const laid = this.#scratch.cells;
    let kept = 0;
    let shelved = 0;
    for (let from = 0; from < pairs.length; ) {
      const key = Math.floor((pairs[from] as number) / recordMax); // Below the length, here and below.
      let until = from + 1;
      while (until < pairs.length && (pairs[until] as number) < (key + 1) * recordMax) until += 1;
      if (until - from > wide.listMax) {
        this.#common.set(key, until - from);
      } else {
        const shelf = (key >>> restBits) & (shelves - 1);
        while (shelved <= shelf) starts[shelved++] = kept;
        for (let at = from; at < until; at += 1) laid[kept++] = (pairs[at] as number) % cellMax;
      }
      from = until;
    }
    while (shelved <= shelves) starts[shelved++] = kept;
    cells.refill(laid.subarray(0, kept));
  }
}

const none = new Uint32Array(0);

/** Room for sorting one bucket, used again for the next. */
class Scratch {
  added = new Float64Array(0);
  both = new Float64Array(0);
  cells = none;

  makeRoom(length: number): void {
    if (this.both.length >= length) return;
    const room = Math.ceil(length * 1.5);
    this.added = new Float64Array(room);
    this.both = new Float64Array(room);
    this.cells = new Uint32Array(room);
  }
}

/** Where the cells of a key lie. */
function rangeOf({ starts, cells }: Bucket, key: number) {
  const shelf = (key >>> restBits) & (shelves - 1);
  const [first = 0, end = 0] = [starts[shelf], starts[shelf + 1]];
  const rest = (key & (2 ** restBits - 1)) * recordMax;
  const from = firstFrom(cells, rest, [first, end]);
  return { from, until: from === end ? end : firstFrom(cells, rest + recordMax, [from, end]) };
}

/** The first place from which on cells are at least so large. */
function firstFrom(cells: NumberList, least: number, [from, end]: readonly [number, number]) {
  let [low, high] = [from, end];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cells.at(middle) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
