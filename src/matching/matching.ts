import type { Description } from '../kernel/description.ts';
import { type Analysis, analyse } from './analysis.ts';
import { Comparer } from './compare.ts';
import { quotedOf, reasonsOf } from './explain.ts';
import { Frequencies } from './frequencies.ts';
import { IdTable } from './id-table.ts';
import { type Comparison, emptyComparison } from './levels.ts';
import { Postings } from './postings.ts';
import { keysOf } from './propose.ts';
import { RecordStore, Texts } from './store.ts';
import { probabilityOf, type Reason, scoreOf, undecidedWithout } from './weigh.ts';

export { type Analysis, analyse } from './analysis.ts';
export { modelVersion } from './model.ts';
export type { Reason } from './weigh.ts';

/** A record worth a look, how likely it speaks of the same person, and why. */
export interface Candidate {
  readonly id: string;
  readonly probability: number;
  readonly reasons: readonly Reason[];
  readonly undecidedWithout: readonly string[];
}

export interface FindOptions {
  readonly top?: number;
  /** Record ids that are left out, such as the record itself. */
  readonly exclude?: ReadonlySet<string>;
  /** Candidates below this probability are not worth a look. */
  readonly from?: number;
}

/** A record found, before it is explained. */
interface Found {
  readonly number: number;
  readonly score: number;
}

/**
 * How many records are compared for one question, at the most. Among a million records the right one
 * is in the first 300 of 97.4 % of questions and in the first 1,000 of 99 %: comparing is cheap.
 */
const comparedMax = 1_000;
const topDefault = 10;
const worthALook = 0.003;

/**
 * The index in memory: understood records, found by their keys. Deterministic: the same records and
 * the same question give the same answer in the same order.
 */
export class MatchIndex {
  readonly #postings = new Postings();
  readonly #store = new RecordStore();
  readonly #texts = new Texts();
  readonly #ids = new IdTable((number) => this.#texts.id(number));
  readonly #common = new Frequencies();

  /** Records in the index. */
  get size(): number {
    return this.#ids.size;
  }

  /** Adds a record, or puts a newer description in the place of the one with this id. */
  add(id: string, description: Description): void {
    this.remove(id);
    const analysis = analyse(description);
    const number = this.#store.add(analysis);
    this.#texts.add(id, quotedOf(description));
    this.#ids.set(id, number);
    this.#common.add(analysis);
    this.#postings.add(number, keysOf(analysis));
  }

  has(id: string): boolean {
    return this.#ids.numberOf(id) >= 0;
  }

  remove(id: string): void {
    const number = this.#ids.delete(id);
    if (number >= 0) this.#store.forget(number);
  }

  /** Sorts what was added lately; searching does not need it, but is quicker after it. */
  settle(): void {
    this.#postings.settle();
  }

  /** Records that may speak of the same person, likeliest first; empty where nothing is worth a look. */
  find(description: Description, options: FindOptions = {}): readonly Candidate[] {
    const asked = analyse(description);
    const from = options.from ?? worthALook;
    const candidates: Candidate[] = [];
    for (const { number, score } of this.#rank(asked)) {
      const probability = probabilityOf(score, this.size);
      if (probability < from || candidates.length === (options.top ?? topDefault)) break;
      const id = this.#texts.id(number);
      if (options.exclude?.has(id)) continue;
      const right = { analysis: this.#store.read(number), quoted: this.#texts.quoted(number) };
      const left = { analysis: asked, quoted: quotedOf(description) };
      candidates.push({ id, probability, ...this.#explain(left, right) });
    }
    return candidates;
  }

  /** The same weighing for one pair, against the same frequencies as `find`. */
  compare(left: Description, right: Description): Omit<Candidate, 'id'> {
    const one = { analysis: analyse(left), quoted: quotedOf(left) };
    const other = { analysis: analyse(right), quoted: quotedOf(right) };
    const comparison = emptyComparison();
    new Comparer(one.analysis, this.#common).compare(other.analysis, comparison);
    const probability = probabilityOf(scoreOf(comparison), this.size);
    return { probability, ...this.#explain(one, other) };
  }

  /** Every proposed record with its whole comparison: what weights are learnt from. */
  *comparisons(description: Description): Iterable<{ id: string; comparison: Comparison }> {
    const asked = analyse(description);
    const comparer = new Comparer(asked, this.#common);
    for (const number of this.#postings.gather(keysOf(asked), this.#store.length, comparedMax)) {
      if (!this.#ids.has(number)) continue;
      const comparison = emptyComparison();
      comparer.compare(this.#store.read(number), comparison);
      yield { id: this.#texts.id(number), comparison };
    }
  }

  /** Proposed records with their scores, best first, equals in the order in which they came. */
  #rank(asked: Analysis): readonly Found[] {
    const comparer = new Comparer(asked, this.#common);
    const comparison = emptyComparison();
    const found: Found[] = [];
    for (const number of this.#postings.gather(keysOf(asked), this.#store.length, comparedMax)) {
      if (!this.#ids.has(number)) continue;
      comparer.compare(this.#store.read(number), comparison);
      found.push({ number, score: scoreOf(comparison) });
    }
    return found.sort((one, other) => other.score - one.score || one.number - other.number);
  }

  #explain(left: Parameters<typeof reasonsOf>[0], right: Parameters<typeof reasonsOf>[1]) {
    const comparison = emptyComparison();
    new Comparer(left.analysis, this.#common).compare(right.analysis, comparison);
    const reasons = reasonsOf(left, right, comparison);
    return { reasons, undecidedWithout: undecidedWithout(reasons) };
  }
}
