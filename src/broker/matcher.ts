import type { ExplainedReason } from '../audit/context.ts';
import type { Description } from '../kernel/description.ts';
import type { Lessons } from '../matching/learning/training-report.ts';

export interface MatcherCandidate {
  readonly id: string;
  readonly probability: number;
  readonly reasons: readonly ExplainedReason[];
  readonly undecidedWithout: readonly string[];
}

/** Two descriptions, and the judgement of people whether they are one person. */
export interface AnsweredDescriptions {
  readonly left: Description;
  readonly right: Description;
  readonly same: boolean;
}

/**
 * The index of names, in memory only. In the product it is in a worker thread, so that the
 * broker answers while it searches; tests use it in the same thread.
 */
export interface Matcher {
  add(rows: readonly { readonly id: string; readonly description: Description }[]): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
  find(
    description: Description,
    options: { readonly top: number; readonly exclude?: readonly string[] },
  ): Promise<readonly MatcherCandidate[]>;
  /** The same weighing for one given pair, with the same frequencies. */
  compare(left: Description, right: Description): Promise<Omit<MatcherCandidate, 'id'>>;
  /** Compares answered pairs and keeps the results until `lessons` is called. */
  study(pairs: readonly AnsweredDescriptions[]): Promise<void>;
  /**
   * What the pairs studied since the last call would change in the weights; changes nothing. `acts`
   * is the number of answers and withdrawals behind them.
   */
  lessons(acts: number): Promise<Lessons>;
  size(): Promise<number>;
  readonly modelVersion: string;
}
