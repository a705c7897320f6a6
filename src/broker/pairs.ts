import type { PairOutcome } from './queries.ts';

interface Known {
  /** The proposal of the pair; null if only a judgement of it is known. */
  readonly matchId: string | null;
}

/** Pairs that were proposed before, found from either record; they never return (C16). */
export class AskedPairs {
  readonly #others = new Map<string, Map<string, Known>>();

  knows(one: string, other: string): boolean {
    return this.#others.get(one)?.has(other) ?? false;
  }

  add(one: string, other: string, matchId: string | null = null): void {
    this.#addOneWay(one, other, matchId);
    this.#addOneWay(other, one, matchId);
  }

  #addOneWay(from: string, to: string, matchId: string | null): void {
    const known = this.#others.get(from) ?? new Map<string, Known>();
    known.set(to, { matchId: matchId ?? known.get(to)?.matchId ?? null });
    this.#others.set(from, known);
  }

  /** Every pair with this record in it. */
  of(recordId: string): readonly { readonly other: string; readonly matchId: string | null }[] {
    return [...(this.#others.get(recordId) ?? [])].map(([other, { matchId }]) => ({
      other,
      matchId,
    }));
  }

  /**
   * A judgement of a record holds for its correction too: those pairs are not proposed again.
   * Unanswered pairs are omitted, so that the corrected text is compared again.
   */
  inherit(recordId: string, from: string, outcomes: ReadonlyMap<string, PairOutcome>): void {
    for (const { other, matchId } of this.of(from)) {
      const answered = matchId === null || outcomes.get(matchId) === 'answered';
      if (answered && other !== recordId) this.add(recordId, other, matchId);
    }
  }
}
