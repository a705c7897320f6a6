import type { Description } from '../kernel/description.ts';
import { Comparer } from './comparing/compare.ts';
import { type Comparison, emptyComparison } from './comparing/levels.ts';
import { IdTable } from './index/id-table.ts';
import { type RecordPart, RecordStore, type TextPart, Texts } from './index/store.ts';
import { type Bounds, firstTier, secondTier } from './proposing/bounds.ts';
import { Postings, type PostingsPart } from './proposing/postings.ts';
import { keysOf } from './proposing/propose.ts';
import {
  type Candidate,
  chosen,
  explained,
  type FindOptions,
  type Found,
  type Index,
  inOneOrder,
  isPoor,
  likelyFrom,
  type Registry,
  rank,
} from './ranking.ts';
import { type Analysis, analyse } from './reading/analysis.ts';
import { quotedOf } from './weighing/explain.ts';
import { type CountedPart, Frequencies } from './weighing/frequencies.ts';
import { ownWeights, probabilityOf, scoreOf, type Weights } from './weighing/weigh.ts';

export type { Candidate, FindOptions } from './ranking.ts';
export type { Analysis } from './reading/analysis.ts';
export { type Model, model } from './weighing/model.ts';
export { layOut, type Reason, type Weights } from './weighing/weigh.ts';

/**
 * An index as it is transferred to another thread: its buffers can be transferred, and no memory is
 * shared.
 */
export interface IndexPart {
  readonly records: RecordPart;
  /** Numbers of records that were removed. */
  readonly gone: readonly number[];
  readonly texts: TextPart;
  readonly common: CountedPart;
  readonly postings: PostingsPart;
}

/**
 * The index in memory: analysed records, found by their keys. Deterministic: the same records and
 * the same query give the same result in the same order.
 */
export class MatchIndex implements Index {
  readonly #postings = new Postings();
  readonly #store = new RecordStore();
  readonly #texts = new Texts();
  readonly #ids = new IdTable((number) => this.#texts.id(number));
  readonly #common = new Frequencies();
  readonly #weights: Weights;

  /** Uses the program's own weights, or others that were learned and adopted. */
  constructor(weights: Weights = ownWeights) {
    this.#weights = weights;
  }

  /** Number of records in the index. */
  get size(): number {
    return this.#ids.size;
  }

  /** Adds a record, or replaces the description of the record with this id. */
  add(id: string, description: Description): void {
    this.remove(id);
    const analysis = analyse(description);
    const number = this.#store.add(analysis);
    this.#texts.add(id, quotedOf(description), analysis);
    this.#ids.set(id, number);
    this.#common.add(analysis);
    this.#postings.add(number, keysOf(analysis));
  }

  /**
   * All records in the order they were added, for another index to absorb. This index is empty
   * afterwards.
   */
  transfer(): IndexPart {
    const gone: number[] = [];
    for (let at = 0; at < this.#store.length; at += 1) if (!this.#ids.has(at)) gone.push(at);
    return {
      gone,
      records: this.#store.transfer(),
      texts: this.#texts.transfer(),
      common: this.#common.transfer(),
      postings: this.#postings.transfer(),
    };
  }

  /**
   * Appends the records of an index that another thread has built, as if each had been added here.
   * Records whose id already exists are skipped and returned with their position there.
   */
  merge({ records, gone, texts, common, postings }: IndexPart) {
    const first = this.#store.merge(records);
    this.#texts.merge(texts, first);
    this.#common.merge(common);
    this.#postings.merge(postings, first);
    const isGone = new Set(gone);
    const twice: { readonly place: number; readonly id: string }[] = [];
    for (let at = 0; at < records.length; at += 1) {
      if (isGone.has(at)) continue;
      const id = this.#texts.id(first + at);
      if (this.has(id)) twice.push({ place: at, id });
      else this.#ids.set(id, first + at);
    }
    return twice;
  }

  has(id: string): boolean {
    return this.#ids.numberOf(id) >= 0;
  }

  remove(id: string): void {
    const number = this.#ids.delete(id);
    if (number >= 0) this.#store.forget(number);
  }

  /**
   * Sorts the records added since the last sorting. Searching does not need it but becomes faster.
   */
  mergePending(): void {
    this.#postings.mergePending();
  }

  /**
   * Records that may be the same person, most likely first; empty if there is no plausible
   * candidate.
   */
  find(description: Description, options: FindOptions = {}): readonly Candidate[] {
    const left = { analysis: analyse(description), quoted: quotedOf(description) };
    const registry = this.#registry();
    const idOf = (number: number) => this.#texts.id(number);
    return chosen(this.#ranked(left.analysis, options), idOf, options).map(({ id, number }) => {
      const analysis = this.#store.read(number);
      const right = { analysis, quoted: this.#texts.quoted(number, analysis) };
      return { id, ...explained(left, right, registry) };
    });
  }

  /** Records of the first tier; also those of the second tier if none is likely. */
  #ranked(asked: Analysis, options: FindOptions): readonly Found[] {
    const ask = { ...this.#registry(), ...options };
    const first = this.#proposed(asked, firstTier);
    const found = rank(asked, this.#read(first), ask);
    if (!isPoor(found, (number) => this.#texts.id(number), options)) return found;
    return inOneOrder(found, rank(asked, this.#read(this.#wider(asked, first)), ask));
  }

  /** The same weighing for one pair, with the same frequencies as `find`. */
  compare(left: Description, right: Description): Omit<Candidate, 'id'> {
    const one = { analysis: analyse(left), quoted: quotedOf(left) };
    const other = { analysis: analyse(right), quoted: quotedOf(right) };
    return explained(one, other, this.#registry());
  }

  /** Compares two descriptions feature by feature: one training example. */
  comparisonOf(left: Description, right: Description): Comparison {
    const comparison = emptyComparison();
    new Comparer(analyse(left), this.#common).compare(analyse(right), comparison);
    return comparison;
  }

  #registry(): Registry {
    return { common: this.#common, size: this.size, weights: this.#weights };
  }

  /** Every candidate with its whole comparison: the input of training. */
  *comparisons(description: Description): Iterable<{ id: string; comparison: Comparison }> {
    const asked = analyse(description);
    const comparer = new Comparer(asked, this.#common);
    const first = this.#proposed(asked, firstTier);
    let best = Number.NEGATIVE_INFINITY;
    for (const each of this.#compared(comparer, first)) {
      best = Math.max(best, scoreOf(each.comparison, this.#weights));
      yield each;
    }
    if (probabilityOf(best, this.size) >= likelyFrom) return;
    yield* this.#compared(comparer, this.#wider(asked, first));
  }

  *#compared(comparer: Comparer, numbers: Iterable<number>) {
    for (const { number, analysis } of this.#read(numbers)) {
      const comparison = emptyComparison();
      comparer.compare(analysis, comparison);
      yield { id: this.#texts.id(number), comparison };
    }
  }

  /** Only the second tier. */
  #wider(asked: Analysis, first: readonly number[]): readonly number[] {
    const known = new Set(first);
    return this.#proposed(asked, secondTier).filter((number) => !known.has(number));
  }

  /** Numbers of records that share keys with the query. */
  #proposed(asked: Analysis, bounds: Bounds): readonly number[] {
    return this.#postings.gather(keysOf(asked), this.#store.added, bounds);
  }

  /** Records by their numbers; each is valid until the next is taken. */
  *#read(numbers: Iterable<number>): Iterable<{ number: number; analysis: Analysis }> {
    for (const number of numbers) {
      if (this.#ids.has(number)) yield { number, analysis: this.#store.read(number) };
    }
  }
}
