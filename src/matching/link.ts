import type { Description } from '../kernel/description.ts';
import { type Analysis, analyse } from './analysis.ts';
import type { Link } from './clusters.ts';
import { Comparer } from './compare.ts';
import { quotedOf, reasonsOf } from './explain.ts';
import { Frequencies } from './frequencies.ts';
import { IdTable } from './id-table.ts';
import { type Comparison, emptyComparison } from './levels.ts';
import { Postings } from './postings.ts';
import { keysOf } from './propose.ts';
import { RecordStore, Texts } from './store.ts';
import { linkProbability, type Reason, scoreOf, weightAgainst } from './weigh.ts';

/** Which of the two lists a row stands in; a registry against itself has only the first. */
export type List = 1 | 2;

/** A row as it is shown: which list, and its id there. */
export interface Member {
  readonly list: List;
  readonly id: string;
}

/**
 * A pair contradicts below this probability where the levels against it weigh at least so much. Of the
 * rules tried this one leaves most right pairs and fewest wrong ones in the clusters of one half of
 * the development registry's persons, and does as well on the other.
 */
const farBelow = 0.03;
const heavy = 3;

/** How many rows are compared with one row, at the most. */
const comparedMax = 1_000;

/**
 * Whole lists laid side by side: a registry with itself, or two lists with each other. Rows are added
 * first, all of the first list before those of the second; then each asked row is compared with those
 * before it, so that no pair is compared twice. Deterministic: where a run stops changes nothing.
 */
export class Linker {
  readonly #postings = new Postings();
  readonly #store = new RecordStore();
  readonly #texts = new Texts();
  readonly #common = new Frequencies();
  readonly #ids = [1, 2].map(() => new IdTable((number) => this.#texts.id(number)));
  #firstRows = 0;

  /** Rows of both lists. */
  get size(): number {
    return this.#store.length;
  }

  /** The first row that is asked about: of two lists only the rows of the second are. */
  get firstAsked(): number {
    return this.#firstRows < this.size ? this.#firstRows : 0;
  }

  /** Adds a row; false where its list has a row of this id already, which stays. */
  add({ list, id }: Member, description: Description): boolean {
    const ids = this.#ids[list - 1];
    if (!ids || ids.numberOf(id) >= 0) return false;
    const analysis = analyse(description);
    const number = this.#store.add(analysis);
    this.#texts.add(id, quotedOf(description));
    ids.set(id, number);
    this.#common.add(analysis);
    if (list === 2) return true;
    this.#firstRows = number + 1;
    this.#postings.add(number, keysOf(analysis));
    return true;
  }

  settle(): void {
    this.#postings.settle();
  }

  member(number: number): Member {
    return { list: number < this.#firstRows ? 1 : 2, id: this.#texts.id(number) };
  }

  /** Rows before this one that may speak of the same person, from this probability on. */
  linksOf(number: number, from: number): readonly Link[] {
    const left = held(this.#store.read(number));
    const comparer = new Comparer(left, this.#common);
    const comparison = emptyComparison();
    const links: Link[] = [];
    for (const right of this.#postings.gather(keysOf(left), this.size, comparedMax)) {
      if (right >= number) continue;
      comparer.compare(this.#store.read(right), comparison);
      const score = scoreOf(comparison);
      if (this.probability(score) >= from) links.push({ left: number, right, score });
    }
    return links.sort((one, other) => one.right - other.right);
  }

  /** Probability that a pair of this score is one person. */
  probability(score: number): number {
    return linkProbability(score, this.#firstRows);
  }

  /** The whole comparison of one pair. */
  compare(left: number, right: number): Comparison {
    const comparison = emptyComparison();
    const one = held(this.#store.read(left));
    new Comparer(one, this.#common).compare(this.#store.read(right), comparison);
    return comparison;
  }

  /**
   * Two rows that cannot be one person: their own probability is far below any link, and what
   * contradicts weighs heavily. What is silent contradicts nobody. Two sound tax numbers that differ
   * are enough by themselves.
   */
  contradict(one: number, other: number): boolean {
    const comparison = this.compare(Math.max(one, other), Math.min(one, other));
    if (this.#taxNumbersDiffer(one, other)) return true;
    if (this.probability(scoreOf(comparison)) >= farBelow) return false;
    return weightAgainst(comparison) <= -heavy;
  }

  #taxNumbersDiffer(one: number, other: number): boolean {
    const [left, right] = [one, other].map((row) =>
      // What is read is lent until the next row is; the numbers of a row are not.
      (this.#store.read(row).extras?.numbers ?? []).filter(({ check }) => check === 'fits'),
    );
    const alike = left?.flatMap((mine) =>
      (right ?? [])
        .filter(({ text }) => text.length === mine.text.length)
        .map((its) => its.text === mine.text),
    );
    return alike !== undefined && alike.length > 0 && !alike.includes(true);
  }

  /** Why a pair came out as it did, feature by feature. */
  explain(left: number, right: number): readonly Reason[] {
    const [one, other] = [left, right].map((number) => ({
      analysis: held(this.#store.read(number)),
      quoted: this.#texts.quoted(number),
    }));
    return one && other ? reasonsOf({ left: one, right: other }, this.compare(left, right)) : [];
  }
}

/** What the store lends until the next row is read, kept. Words, places and units are shared. */
function held(lent: Analysis): Analysis {
  const { names, birth, sex, birthplace, unit, rank, lost, lostPlace, extras } = lent;
  return {
    names: names.map((name) => ({ ...name, surnames: [...name.surnames] })),
    birth: birth && { ...birth },
    lost: lost && { ...lost },
    ...{ sex, birthplace, unit, rank, lostPlace, extras },
  };
}
