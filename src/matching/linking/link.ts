import type { Description } from '../../kernel/description.ts';
import { Comparer } from '../comparing/compare.ts';
import {
  type Comparison,
  emptyComparison,
  features,
  textFeature,
  textLevels,
} from '../comparing/levels.ts';
import { TextColumns } from '../comparing/text-columns.ts';
import { IdTable } from '../index/id-table.ts';
import { RecordStore, Texts } from '../index/store.ts';
import { estimate } from '../learning/expectation-maximisation.ts';
import { type Bounds, firstTier } from '../proposing/bounds.ts';
import { Postings } from '../proposing/postings.ts';
import { keysOf } from '../proposing/propose.ts';
import { type Analysis, analyse } from '../reading/analysis.ts';
import { quotedOf, reasonsOf } from '../weighing/explain.ts';
import { Frequencies } from '../weighing/frequencies.ts';
import {
  layOut,
  linkProbability,
  ownWeights,
  type Reason,
  scoreOf,
  verdictOf,
  type Weights,
  weightAgainst,
  weightOf,
} from '../weighing/weigh.ts';
import type { Link } from './clusters.ts';

/** Which of the two lists a row is in; a registry linked with itself has only the first. */
export type List = 1 | 2;

/** Cells by the heading of their column. */
export type Cells = Readonly<Record<string, string>>;

/** The code of a built-in reason, or of a column compared as text. */
export type LinkReason = Omit<Reason, 'feature'> & {
  readonly feature: string;
  readonly column?: string;
};

/** A row as it is shown: its list and its id there. */
export interface Member {
  readonly list: List;
  readonly id: string;
}

/**
 * A pair contradicts below this probability if the levels against it weigh at least this much. Of
 * eight rules tried on the development registry, this one is the best or second best in F1 on both
 * halves of its persons. Without a rule, clusters from even odds on would be right in .88 of pairs
 * instead of .96.
 */
const farBelow = 0.03;
const heavy = 3;

/** How many rows the model is learned from, and how many candidates per row. */
const sampleRows = 5_000;
const sampleEach = 60;

/**
 * Two FEBRL lists without common persons have no same pair at the first guess and thousands at the
 * end. Where they share 50 of 2,500, both counts are 50.
 */
const guessedMin = 10;
const sameOfGuessedMax = 3;

/**
 * Every column compared as text has its own keys: the best candidates suffice, since each costs
 * time.
 */
const nearAsText: Bounds = { ...firstTier, comparedMax: 200 };

/**
 * Links whole lists: a registry with itself, or two lists with each other. Rows are added first,
 * all of the first list before those of the second. Then each queried row is compared with those
 * before it, so that no pair is compared twice. Deterministic: a run that stops and resumes gives
 * the same result.
 */
export class Linker {
  readonly #postings = new Postings();
  readonly #store = new RecordStore();
  readonly #texts = new Texts();
  readonly #common = new Frequencies();
  readonly #columns = new TextColumns();
  readonly #ids = [1, 2].map(() => new IdTable((number) => this.#texts.id(number)));
  #firstRows = 0;
  #compared = 0;
  #weights: Weights;
  /** True if the weights were learned from the lists themselves and give probabilities directly. */
  #isLearnt = false;

  constructor(weights = ownWeights) {
    this.#weights = weights;
  }

  /** Rows of both lists. */
  get size(): number {
    return this.#store.length;
  }

  /** Number of pairs compared so far. */
  get compared(): number {
    return this.#compared;
  }

  /** The first row to query: with two lists, only rows of the second are queried. */
  get firstAsked(): number {
    return this.#firstRows < this.size ? this.#firstRows : 0;
  }

  /**
   * Adds a row. Returns false if its list already has a row with this id, which is kept. `cells`
   * are columns that are not part of a description.
   */
  add({ list, id }: Member, description: Description, cells: Cells = {}): boolean {
    const ids = this.#ids[list - 1];
    if (!ids || ids.numberOf(id) >= 0) return false;
    const analysis = analyse(description);
    const number = this.#store.add(analysis);
    this.#texts.add(id, quotedOf(description), analysis);
    ids.set(id, number);
    this.#common.add(analysis);
    this.#columns.add(number, cells);
    if (list === 2) return true;
    this.#firstRows = number + 1;
    this.#postings.add(number, this.#keysOf(number, analysis));
    return true;
  }

  mergePending(): void {
    this.#postings.mergePending();
    const [first, asked] = [this.#firstRows, this.firstAsked];
    this.#columns.keepWhere((cells) => {
      const rows = cells.reduce((count, cell, row) => count + (cell && row < first ? 1 : 0), 0);
      return rows > 1 && cells.some((cell, row) => cell && row >= asked);
    });
  }

  /**
   * Learns the weight of every level from the lists themselves, without labels, and uses these
   * weights from then on. This is for lists whose fields and errors differ from our model's.
   * Columns that are not part of a description are then compared as text. Returns false if the
   * lists cannot teach it: with hardly any duplicates, the method learns some other likeness.
   */
  learn(): boolean {
    const { headings } = this.#columns;
    const { learnt, guessed, same } = estimate(this.#sample(), looksSame, headings);
    if (guessed < guessedMin || same > guessed * sameOfGuessedMax) return false;
    this.#weights = layOut({ version: 'of the lists', ...learnt }, headings);
    this.#isLearnt = true;
    return true;
  }

  /** Compares rows spread evenly over the lists with the best candidates of each. */
  *#sample(): Iterable<Comparison> {
    const step = Math.max(1, Math.floor((this.size - this.firstAsked) / sampleRows));
    for (let row = this.firstAsked; row < this.size; row += step) {
      for (const { comparison } of this.#comparisonsOf(row, {
        ...firstTier,
        comparedMax: sampleEach,
      }))
        yield comparison;
    }
  }

  member(number: number): Member {
    return { list: number < this.#firstRows ? 1 : 2, id: this.#texts.id(number) };
  }

  /** Rows before this one that may be the same person, with at least this probability. */
  linksOf(number: number, from: number): readonly Link[] {
    const links: Link[] = [];
    const bounds = this.#columns.headings.length > 0 ? nearAsText : firstTier;
    for (const { right, comparison } of this.#comparisonsOf(number, bounds)) {
      const score = this.#score(comparison);
      if (this.probability(score) >= from) links.push({ left: number, right, score });
    }
    return links.sort((one, other) => one.right - other.right);
  }

  /** Probability that a pair of this score is one person. */
  probability(score: number): number {
    if (this.#isLearnt) return 1 / (1 + Math.exp(-score));
    return linkProbability(score, this.#firstRows);
  }

  /**
   * Rows before this one that share keys with it; each comparison object is valid until the next.
   */
  *#comparisonsOf(number: number, bounds: Bounds) {
    const left = held(this.#store.read(number));
    const comparer = new Comparer(left, this.#common);
    const comparison = this.#empty();
    for (const right of this.#postings.gather(this.#keysOf(number, left), this.size, bounds)) {
      if (right >= number) continue;
      this.#compared += 1;
      comparer.compare(this.#store.read(right), comparison);
      this.#columns.compare([number, right], comparison, features.length);
      yield { right, comparison };
    }
  }

  #keysOf(number: number, analysis: Analysis): readonly number[] {
    return [...keysOf(analysis), ...this.#columns.keysOf(number)];
  }

  #score(comparison: Comparison): number {
    return scoreOf(comparison, this.#weights);
  }

  #empty(): Comparison {
    return emptyComparison(this.#columns.headings.length);
  }

  /** The whole comparison of one pair. */
  compare(left: number, right: number): Comparison {
    const comparison = this.#empty();
    const one = held(this.#store.read(left));
    new Comparer(one, this.#common).compare(this.#store.read(right), comparison);
    this.#columns.compare([left, right], comparison, features.length);
    return comparison;
  }

  /**
   * Two rows that cannot be one person: their own probability is far below any link, and the
   * contradictions weigh heavily. Missing values contradict nothing. Two valid tax numbers that
   * differ are enough by themselves.
   */
  contradict(one: number, other: number): boolean {
    const comparison = this.compare(Math.max(one, other), Math.min(one, other));
    if (this.#taxNumbersDiffer(one, other)) return true;
    if (this.probability(this.#score(comparison)) >= farBelow) return false;
    return weightAgainst(comparison, this.#weights) <= -heavy;
  }

  #taxNumbersDiffer(one: number, other: number): boolean {
    const [left, right] = [one, other].map((row) =>
      // The object read is valid until the next read; the numbers of a row are not reused.
      (this.#store.read(row).extras?.numbers ?? []).filter(({ check }) => check === 'fits'),
    );
    const alike = left?.flatMap((mine) =>
      (right ?? [])
        .filter(({ text }) => text.length === mine.text.length)
        .map((its) => its.text === mine.text),
    );
    return alike !== undefined && alike.length > 0 && !alike.includes(true);
  }

  /** The reasons for the probability of a pair, feature by feature and column by column. */
  explain(left: number, right: number): readonly LinkReason[] {
    const [one, other] = [left, right].map((number) => {
      const analysis = held(this.#store.read(number));
      return { analysis, quoted: this.#texts.quoted(number, analysis) };
    });
    if (!one || !other) return [];
    const comparison = this.compare(left, right);
    const weights = this.#weights;
    const columns = this.#columns.headings.map((heading, at): LinkReason => {
      const level = textLevels[comparison.levels[features.length + at] ?? 0] ?? 'absent';
      const weight = weightOf(comparison, features.length + at, weights);
      return {
        feature: textFeature(heading),
        column: heading,
        level,
        left: this.#columns.text(left, at),
        right: this.#columns.text(right, at),
        weight,
        verdict: verdictOf(level, weight),
      };
    });
    return [...reasonsOf({ left: one, right: other }, comparison, weights), ...columns];
  }
}

/** The first guess, before anything is learned: much agrees and almost nothing contradicts. */
function looksSame(comparison: Comparison): boolean {
  let [agrees, contradicts] = [0, 0];
  for (let at = 0; at < comparison.levels.length; at += 1) {
    const level = comparison.levels[at] ?? 0;
    if (at >= features.length) {
      if (level === 1 || level === 2) agrees += 1;
      else if (level > 2) contradicts += 1;
    } else if (weightOf(comparison, at, ownWeights) > 0) agrees += 1;
    else if (weightOf(comparison, at, ownWeights) < 0) contradicts += 1;
  }
  return agrees >= 3 && contradicts * 3 <= agrees;
}

/**
 * A copy of the object that the store reuses for the next row. Words, places and units are shared.
 */
function held(lent: Analysis): Analysis {
  const { names, birth, sex, birthplace, unit, rank, lost, lostPlace, extras } = lent;
  return {
    names: names.map(({ surnames, given, patronymic, alternative, rule }) => ({
      surnames: [...surnames],
      ...{ given, patronymic, alternative, rule },
    })),
    birth: birth && { ...birth },
    lost: lost && { ...lost },
    ...{ sex, birthplace, unit, rank, lostPlace, extras },
  };
}
