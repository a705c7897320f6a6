import type { ExplainedReason } from '../audit/context.ts';
import type { Description } from '../kernel/description.ts';

export interface MatcherCandidate {
  readonly id: string;
  readonly probability: number;
  readonly reasons: readonly ExplainedReason[];
  readonly undecidedWithout: readonly string[];
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
  size(): Promise<number>;
  readonly modelVersion: string;
}
