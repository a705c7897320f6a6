import type { Description } from '../kernel/description.ts';
import { type Commonness, Comparer } from './comparing/compare.ts';
import { emptyComparison } from './comparing/levels.ts';
import type { Analysis } from './reading/analysis.ts';
import { reasonsOf, type Side } from './weighing/explain.ts';
import {
  probabilityOf,
  type Reason,
  scoreAt,
  scoreOf,
  undecidedWithout,
  type Weights,
} from './weighing/weigh.ts';

/** A plausible record, the probability that it is the same person, and the reasons. */
export interface Candidate {
  readonly id: string;
  readonly probability: number;
  readonly reasons: readonly Reason[];
  readonly undecidedWithout: readonly string[];
}

export interface FindOptions {
  readonly top?: number;
  /** Ids of records to exclude, such as the record itself. */
  readonly exclude?: ReadonlySet<string>;
  /** Candidates below this probability are not returned. */
  readonly from?: number;
}

/**
 * An index of records, in memory or in a database: the same records and query give the same result.
 */
export interface Index {
  readonly size: number;
  find(
    description: Description,
    options?: FindOptions,
  ): readonly Candidate[] | Promise<readonly Candidate[]>;
}

/**
 * The context of a query: how common names are, how many records there are, and which weights
 * apply.
 */
export interface Registry {
  readonly common: Commonness;
  readonly size: number;
  /** The program's own weights if none are given. */
  readonly weights?: Weights | undefined;
}

/** A record that shares keys with the query. */
interface Proposed {
  readonly number: number;
  readonly analysis: Analysis;
}

/** A record found, before it is explained. */
export interface Found {
  readonly number: number;
  readonly probability: number;
}

export const topDefault = 10;
const worthALook = 0.003;
/** More likely than not: if such a candidate exists, no second tier is needed. */
export const likelyFrom = 0.5;
/** Sums computed in another order differ in their last digits. */
const slack = 1e-6;

/**
 * Candidates with their probability, best first, ties in order of number. Candidates that cannot
 * reach the minimum are dropped before their surnames are compared.
 */
export function rank(
  asked: Analysis,
  proposed: Iterable<Proposed>,
  { common, size, weights, from = worthALook }: Registry & Pick<FindOptions, 'from'>,
): readonly Found[] {
  const comparer = new Comparer(asked, common, weights);
  const comparison = emptyComparison();
  const least = scoreAt(from, size) - slack;
  const scored: { number: number; score: number }[] = [];
  for (const { number, analysis } of proposed) {
    if (!comparer.compare(analysis, comparison, least)) continue;
    scored.push({ number, score: scoreOf(comparison, weights) });
  }
  return scored
    .sort((one, other) => other.score - one.score || one.number - other.number)
    .map(({ number, score }) => ({ number, probability: probabilityOf(score, size) }));
}

/** The candidates of both tiers, in one order. */
export function inOneOrder(
  firstTier: readonly Found[],
  secondTier: readonly Found[],
): readonly Found[] {
  return [...firstTier, ...secondTier].sort(
    (one, other) => other.probability - one.probability || one.number - other.number,
  );
}

/** True if no candidate is likely: a second tier is then worth its time. */
export function isPoor(
  found: readonly Found[],
  idOf: (number: number) => string,
  { exclude }: FindOptions,
): boolean {
  const best = exclude ? found.find(({ number }) => !exclude.has(idOf(number))) : found[0];
  return (best?.probability ?? 0) < likelyFrom;
}

/** The plausible records that were not excluded, in order. */
export function chosen(
  found: readonly Found[],
  idOf: (number: number) => string,
  { top = topDefault, exclude, from = worthALook }: FindOptions,
): readonly (Found & { readonly id: string })[] {
  const kept: (Found & { id: string })[] = [];
  for (const each of found) {
    if (each.probability < from || kept.length === top) break;
    const id = idOf(each.number);
    if (!exclude?.has(id)) kept.push({ ...each, id });
  }
  return kept;
}

/** Explains why two descriptions are likely or unlikely to be one person. */
export function explained(left: Side, right: Side, { common, size, weights }: Registry) {
  const comparison = emptyComparison();
  new Comparer(left.analysis, common).compare(right.analysis, comparison);
  const reasons = reasonsOf({ left, right }, comparison, weights);
  const probability = probabilityOf(scoreOf(comparison, weights), size);
  return { probability, reasons, undecidedWithout: undecidedWithout(reasons) };
}
