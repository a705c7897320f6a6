/** Kinds of effects that are counted for each subject, and the table that must hold them. */
export const effectKinds = ['thread', 'paper', 'check', 'contact', 'notice'] as const;
export type EffectKind = (typeof effectKinds)[number];

export interface Filing {
  readonly enquiryId: string;
  readonly fileCode: string;
  acknowledged: boolean;
  /** The family has chosen its passphrase. */
  open: boolean;
}

export interface NoticeEntry {
  readonly noticeId: string;
  readonly enquiryId: string;
  /** The last step that was acknowledged. */
  step: 'draft' | 'awaiting_approval' | 'approved' | 'told';
}

export interface ListEntry {
  readonly sender: string;
  readonly rows: number;
  /** The installation reported that the list is done. */
  done: boolean;
}

/** How often something was sent and acknowledged; open requests may have had an effect or not. */
export interface Count {
  acknowledged: number;
  open: number;
}

/** One request whose outcome is not known yet. */
export interface Ticket {
  acknowledged(): void;
  /** A definite refusal: it has no effect. */
  refused(): void;
}

/** What the installation acknowledged, recorded outside it. */
export class Ledger {
  readonly filings = new Map<string, Filing>();
  readonly notices = new Map<string, NoticeEntry>();
  readonly lists = new Map<string, ListEntry>();
  /** Matches that were answered, and those that a second person confirmed. */
  readonly judged = new Set<string>();
  readonly confirmed = new Set<string>();
  /** Confirmations that were sent and not answered: they may have been stored as well. */
  readonly confirming = new Set<string>();
  readonly #counts = new Map<EffectKind, Map<string, Count>>();
  signIns = 0;
  /** Definite answers that the load did not expect, by kind. */
  readonly odd = new Map<string, number>();

  countsOf(kind: EffectKind): Map<string, Count> {
    const found = this.#counts.get(kind) ?? new Map<string, Count>();
    this.#counts.set(kind, found);
    return found;
  }

  begin(kind: EffectKind, subject: string): Ticket {
    const counts = this.countsOf(kind);
    const count = counts.get(subject) ?? { acknowledged: 0, open: 0 };
    counts.set(subject, count);
    count.open += 1;
    return {
      acknowledged: () => {
        count.open -= 1;
        count.acknowledged += 1;
      },
      refused: () => {
        count.open -= 1;
      },
    };
  }

  strange(what: string): void {
    this.odd.set(what, (this.odd.get(what) ?? 0) + 1);
  }

  acknowledgedOf(kind: EffectKind): number {
    let sum = 0;
    for (const count of this.countsOf(kind).values()) sum += count.acknowledged;
    return sum;
  }

  /** Requests that no answer decided. */
  get undecided(): number {
    let sum = [...this.filings.values()].filter((each) => !each.acknowledged).length;
    for (const kind of effectKinds) {
      for (const count of this.countsOf(kind).values()) sum += count.open;
    }
    return sum;
  }

  summary(): string {
    const filed = [...this.filings.values()].filter((each) => each.acknowledged).length;
    const done = [...this.lists.values()].filter((each) => each.done);
    const told = [...this.notices.values()].filter((each) => each.step === 'told').length;
    return [
      `${filed} filings`,
      `${this.acknowledgedOf('thread')} messages`,
      `${this.acknowledgedOf('paper')} documents`,
      `${this.acknowledgedOf('check')} checks`,
      `${this.acknowledgedOf('contact')} contacts`,
      `${this.judged.size} first and ${this.confirmed.size} second judgements`,
      `${this.notices.size} notices, ${told} told`,
      `${done.length} lists with ${done.reduce((sum, each) => sum + each.rows, 0)} rows`,
      `${this.signIns} sign-ins`,
    ].join(', ');
  }
}
