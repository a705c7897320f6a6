import { NumberList, type NumberPages, Room } from '../index/number-list.ts';
import { type Bounds, firstTier, keyBits, keyWeight, secondTier } from './bounds.ts';

/**
 * Maps keys to record numbers in memory, with four bytes per posting. The upper bits of a key
 * choose a bucket, the next bits a shelf in it. The rest of the key shares a cell with the record
 * number, so a shelf is ordered by key and record. A bucket has a short unsorted tail, so adding is
 * never blocked by a full sort. The work per query is bounded.
 */
const bucketBits = 10;
const shelfBits = 11;
const shelves = 2 ** shelfBits;
const bucketShift = keyBits - bucketBits;
const restBits = bucketShift - shelfBits;
/** Maximum number of records in one index: with the rest of a key, a record number fills a cell. */
const recordBits = 32 - restBits;
const recordMax = 2 ** recordBits;
const cellMax = 2 ** 32;

/** Buckets are far apart in memory, so each is visited for many postings at once. */
const arrivedMax = 2 ** 17;
/**
 * A tail is sorted in when it has at least this many numbers and half as many as there are sorted
 * cells.
 */
const tailMax = 4_096;

/** One bucket: shelves of sorted cells, and the postings added since. */
interface Bucket {
  /** The upper bits of its keys. */
  readonly number: number;
  /** The start of each shelf among the cells, and the end of the last. */
  readonly starts: Uint32Array;
  readonly cells: NumberList;
  /** Alternating keys and records. */
  readonly tail: NumberList;
}

/** Postings as they are transferred to another thread. */
export interface PostingsPart {
  readonly buckets: readonly { readonly starts: Uint32Array; readonly cells: NumberPages }[];
  readonly common: ReadonlyMap<number, number>;
  /** More than any record number. */
  readonly size: number;
}

export class Postings {
  readonly #room = new Room();
  readonly #buckets: Bucket[] = Array.from({ length: 2 ** bucketBits }, (_, number) => ({
    number,
    starts: new Uint32Array(shelves + 1),
    cells: new NumberList(this.#room),
    tail: new NumberList(this.#room),
  }));
  /** Keys too common to follow, with their record counts; their lists are dropped when sorted. */
  readonly #common = new Map<number, number>();
  /**
   * Alternating keys and records in arrival order, until there are enough to move to their buckets.
   */
  readonly #arrived = new Uint32Array(arrivedMax);
  #arrivedLength = 0;
  readonly #ordered = new Uint32Array(arrivedMax);
  readonly #places = new Uint32Array(2 ** bucketBits + 1);
  readonly #scratch = new Scratch();
  #weight = new Uint32Array(1_024);
  #size = 0;
  readonly #touched = new Uint32Array(secondTier.postingsMax + secondTier.listMax);

  add(record: number, keys: readonly number[]): void {
    this.#makeRoom(record + 1);
    for (const key of keys) {
      if (this.#arrivedLength === this.#arrived.length) this.#distribute();
      this.#arrived[this.#arrivedLength++] = key;
      this.#arrived[this.#arrivedLength++] = record;
    }
  }

  /** Sorts every tail. Searching does not need it but becomes faster. */
  mergePending(): void {
    this.#distribute();
    for (const bucket of this.#buckets) this.#sortIn(bucket);
  }

  transfer(): PostingsPart {
    this.mergePending();
    const buckets = this.#buckets.map(({ starts, cells }) => ({ starts, cells: cells.transfer() }));
    return { buckets, common: this.#common, size: this.#size };
  }

  /** Appends the postings of another thread; `first` is the number of its first record here. */
  merge({ buckets, common, size }: PostingsPart, first: number): void {
    this.mergePending();
    this.#makeRoom(first + size);
    for (const [key, count] of common) this.#common.set(key, count + (this.#common.get(key) ?? 0));
    for (const bucket of this.#buckets) {
      const theirs = buckets[bucket.number];
      if (!theirs) continue;
      const cells = new NumberList(this.#room, theirs.cells);
      this.#scratch.makeRoom(bucket.cells.length + cells.length);
      const pairs = this.#scratch.added.subarray(0, cells.length);
      eachPair({ ...bucket, starts: theirs.starts, cells }, (pair, at) => {
        pairs[at] = pair + first;
      });
      cells.refill(none);
      this.#addSorted(bucket, pairs, this.#common);
    }
  }

  #makeRoom(size: number): void {
    if (size > recordMax) throw new RangeError(`an index holds ${recordMax} records at the most`);
    this.#size = Math.max(this.#size, size);
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
   * Records that share keys, rarest key first, each with the sum of its keys' weights. Returns at
   * most `comparedMax`, best first; ties in order of number. `size` is the number of records.
   */
  gather(
    keys: readonly number[],
    size: number,
    { listMax, postingsMax, comparedMax }: Bounds = firstTier,
  ): readonly number[] {
    if (this.#weight.length < this.#size)
      this.#weight = new Uint32Array(Math.max(this.#size, 2 * this.#weight.length));
    const counted = keys
      .map((key) => ({ key, count: this.count(key) }))
      .filter(({ count }) => count > 0 && count <= listMax)
      .sort((one, other) => one.count - other.count || one.key - other.key);
    let followed = 0;
    let touched = 0;
    for (const { key, count } of counted) {
      if (followed > 0 && followed + count > postingsMax) break;
      followed += count;
      touched = this.#follow(key, keyWeight(size, count), touched);
    }
    return this.#best(touched, comparedMax);
  }

  /**
   * Adds the key's weight to each of its records. Returns how many records have been touched so
   * far.
   */
  #follow(key: number, weight: number, before: number): number {
    let touched = before;
    const visit = (record: number) => {
      const had = this.#weight[record] ?? 0;
      if (had === 0) this.#touched[touched++] = record;
      this.#weight[record] = had + weight;
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
      // Weight in the upper bits, number in the lower: one sort puts the best first and orders
      // ties.
      ranked[at] = -(this.#weight[record] as number) * recordMax + record; // It was touched.
      this.#weight[record] = 0;
    }
    ranked.sort();
    return Array.from(
      ranked.subarray(0, limit),
      (each) => ((each % recordMax) + recordMax) % recordMax,
    );
  }

  /** Moves arrived postings to their buckets, one bucket after the other. */
  #distribute(): void {
    const [arrived, length] = [this.#arrived, this.#arrivedLength];
    if (length === 0) return;
    const [places, ordered] = [this.#places.fill(0), this.#ordered];
    for (let at = 0; at < length; at += 2) {
      const after = ((arrived[at] as number) >>> bucketShift) + 1; // Below the length, here and below.
      places[after] = (places[after] as number) + 2;
    }
    for (let at = 1; at < places.length; at += 1) {
      places[at] = (places[at] as number) + (places[at - 1] as number); // A position for each bucket.
    }
    for (let at = 0; at < length; at += 2) {
      const key = arrived[at] as number;
      const place = places[key >>> bucketShift] as number;
      ordered[place] = key;
      ordered[place + 1] = arrived[at + 1] as number;
      places[key >>> bucketShift] = place + 2;
    }
    this.#arrivedLength = 0;
    // By now each position is the end of its bucket.
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

  #sortIn(bucket: Bucket): void {
    const { cells, tail } = bucket;
    if (tail.length === 0) return;
    this.#scratch.makeRoom(cells.length + tail.length / 2);
    this.#addSorted(bucket, this.#sortedTail(tail), neverCommon);
    tail.refill(none);
  }

  /** Merges sorted pairs into the cells and drops lists that are or have become too common. */
  #addSorted(bucket: Bucket, added: Float64Array, common: ReadonlyMap<number, number>): void {
    const { both } = this.#scratch;
    let length = 0;
    let next = 0;
    eachPair(bucket, (pair) => {
      while (next < added.length && (added[next] as number) < pair) {
        both[length++] = added[next++] as number; // Below its length, here and below.
      }
      both[length++] = pair;
    });
    while (next < added.length) both[length++] = added[next++] as number;
    this.#lay(bucket, both.subarray(0, length), common);
  }

  /** Keys and records of a tail as one number each, sorted. */
  #sortedTail(tail: NumberList): Float64Array {
    const pairs = this.#scratch.added.subarray(0, tail.length / 2);
    for (let at = 0; at < pairs.length; at += 1) {
      pairs[at] = tail.at(2 * at) * recordMax + tail.at(2 * at + 1);
    }
    return pairs.sort();
  }

  #lay({ starts, cells }: Bucket, pairs: Float64Array, common: ReadonlyMap<number, number>): void {
    const laid = this.#scratch.cells;
    let kept = 0;
    let shelved = 0;
    for (let from = 0; from < pairs.length; ) {
      const key = Math.floor((pairs[from] as number) / recordMax); // Below the length, here and below.
      let until = from + 1;
      while (until < pairs.length && (pairs[until] as number) < (key + 1) * recordMax) until += 1;
      const before = common.get(key);
      if (before !== undefined || until - from > secondTier.listMax) {
        this.#common.set(key, (before ?? 0) + until - from);
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
/** Postings in a tail were counted when they were added. */
const neverCommon: ReadonlyMap<number, number> = new Map();

/** Passes on the keys and records of a bucket as one number each, in order. */
function eachPair(
  { number, starts, cells }: Pick<Bucket, 'number' | 'starts' | 'cells'>,
  take: (pair: number, place: number) => void,
): void {
  for (let shelf = 0; shelf < shelves; shelf += 1) {
    const base = (number * shelves + shelf) * cellMax;
    const until = starts[shelf + 1] ?? 0;
    for (let place = starts[shelf] ?? 0; place < until; place += 1) {
      take(base + cells.at(place), place);
    }
  }
}

/** Buffers for sorting one bucket, reused for the next. */
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

/** The range of cells of a key. */
function rangeOf({ starts, cells }: Bucket, key: number) {
  const shelf = (key >>> restBits) & (shelves - 1);
  const [first = 0, end = 0] = [starts[shelf], starts[shelf + 1]];
  const rest = (key & (2 ** restBits - 1)) * recordMax;
  const from = firstFrom(cells, rest, [first, end]);
  return { from, until: from === end ? end : firstFrom(cells, rest + recordMax, [from, end]) };
}

/** The first position whose cell is at least this large. */
function firstFrom(cells: NumberList, least: number, [from, end]: readonly [number, number]) {
  let [low, high] = [from, end];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cells.at(middle) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
