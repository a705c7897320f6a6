import type { Description } from '../kernel/description.ts';
import { type Analysis, analyse } from './analysis.ts';
import { compareAnalyses } from './compare.ts';
import { Postings } from './postings.ts';
import { keysOf, surnameKey } from './propose.ts';
import { type Commonness, probabilityOf, type Reason, undecidedWithout, weigh } from './weigh.ts';

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

/** How many records are compared for one question, at the most. */
const comparedMax = 300;
const topDefault = 10;
const worthALook = 0.02;

/**
 * The index in memory: understood records, found by their keys. Deterministic: the same records and
 * the same question give the same answer in the same order.
 */
export class MatchIndex {
  readonly #postings = new Postings();
  readonly #ids: string[] = [];
  readonly #analyses: (Analysis | null)[] = [];
  readonly #numbers = new Map<string, number>();

  /** Records in the index. */
  get size(): number {
    return this.#numbers.size;
  }

  /** Adds a record, or puts a newer description in the place of the one with this id. */
  add(id: string, description: Description): void {
    this.remove(id);
    const number = this.#ids.length;
    const analysis = analyse(description);
    this.#ids.push(id);
    this.#analyses.push(analysis);
    this.#numbers.set(id, number);
    this.#postings.add(number, keysOf(analysis));
  }

  remove(id: string): void {
    const number = this.#numbers.get(id);
    if (number === undefined) return;
    this.#numbers.delete(id);
    this.#analyses[number] = null;
  }

  /** Sorts what was added lately; searching does not need it, but is quicker after it. */
  settle(): void {
    this.#postings.settle();
  }

  /** Records that may speak of the same person, likeliest first; empty where nothing is worth a look. */
  find(description: Description, options: FindOptions = {}): readonly Candidate[] {
    const asked = analyse(description);
    const numbers = this.#postings.gather(keysOf(asked), this.#ids.length, comparedMax);
    const found: Candidate[] = [];
    for (const number of numbers) {
      const analysis = this.#analyses[number];
      const id = this.#ids[number];
      if (!analysis || id === undefined || options.exclude?.has(id)) continue;
      const candidate = { id, ...this.#weigh(asked, analysis) };
      if (candidate.probability >= (options.from ?? worthALook)) found.push(candidate);
    }
    found.sort(
      (one, other) => other.probability - one.probability || one.id.localeCompare(other.id),
    );
    return found.slice(0, options.top ?? topDefault);
  }

  /** The same weighing for one pair, against the same frequencies as `find`. */
  compare(left: Description, right: Description): Omit<Candidate, 'id'> {
    return this.#weigh(analyse(left), analyse(right));
  }

  #weigh(left: Analysis, right: Analysis): Omit<Candidate, 'id'> {
    const reasons = weigh(compareAnalyses(left, right), this.commonness(left, right));
    return {
      probability: probabilityOf(reasons, this.size),
      reasons,
      undecidedWithout: undecidedWithout(reasons),
    };
  }

  /** How common the surname of either side is here, counted by its consonants. */
  commonness(left: Analysis, right: Analysis): Commonness {
    const skeletons = [left, right].flatMap((side) => side.names[0]?.surnames[0]?.skeleton ?? []);
    const counts = skeletons.map((skeleton) => this.#postings.count(surnameKey(skeleton)));
    const size = Math.max(1, this.#ids.length);
    return { size: this.size, surnameShare: (Math.max(0, ...counts) + 1) / (size + 1) };
  }
}
