import type { ExplainedReason } from '../audit/context.ts';
import type { Description } from '../kernel/description.ts';
import type { Lessons } from '../matching/learning/training-report.ts';

export interface MatcherCandidate {
  readonly id: string;
  readonly probability: number;
  readonly reasons: readonly ExplainedReason[];
  readonly undecidedWithout: readonly string[];
}

/** Two descriptions of which people said whether they speak of one person. */
export interface AnsweredDescriptions {
  readonly left: Description;
  readonly right: Description;
  readonly same: boolean;
}

/**
 * The index of names, in memory only. In the product it lives in a worker thread so that the
 * broker goes on answering while it searches; tests use it in the same thread.
 */
export interface Matcher {
  add(rows: readonly { readonly id: string; readonly description: Description }[]): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
  find(
    description: Description,
    options: { readonly top: number; readonly exclude?: readonly string[] },
  ): Promise<readonly MatcherCandidate[]>;
  /** The same weighing for one given pair, against the same frequencies. */
  compare(left: Description, right: Description): Promise<Omit<MatcherCandidate, 'id'>>;
  /** Compares pairs that people answered and keeps how they came out until `lessons` is asked. */
  study(pairs: readonly AnsweredDescriptions[]): Promise<void>;
  /**
   * What the pairs studied since the last time would change in the weights; changes nothing. `acts` is how
   * many answers and withdrawals they come from.
   */
  lessons(acts: number): Promise<Lessons>;
  size(): Promise<number>;
  readonly modelVersion: string;
}
