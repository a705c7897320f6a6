/** What the API answers, as the screens read it. Kept in one place so that the generated client can take over. */

export type Role = 'caseworker' | 'approver' | 'auditor' | 'administrator';
export type PurposeKind = 'tracing' | 'verification' | 'notice' | 'import' | 'quality' | 'audit';

export interface Session {
  readonly person: {
    readonly name: string;
    readonly roles: readonly Role[];
    readonly language: 'uk' | 'ru' | 'en';
    readonly office: string;
  };
  readonly freshUntil: string | null;
  readonly endsAt: string;
  readonly trial: boolean;
  readonly locked: boolean;
  readonly witness: string;
}

export interface TrialPerson {
  readonly staffId: string;
  readonly name: string;
  readonly roles: readonly Role[];
}

export interface Ceremony {
  readonly challengeId: string;
  readonly options: object;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly nextAfter: string | null;
}

export type QueueName =
  | 'matches'
  | 'awaitingSecond'
  | 'unmatchedCustody'
  | 'enquiriesToVerify'
  | 'noticesToApprove'
  | 'noticesToTell'
  | 'contactsDue'
  | 'alerts'
  | 'threads';

export interface Queues {
  readonly counts: Readonly<Record<QueueName, number>>;
}

export interface Masked {
  readonly recordId: string;
  readonly initials: string;
  readonly birthYear: number | string | null;
}

export interface SourceFacts {
  readonly sourceId: string;
  readonly kind: string;
  readonly reliability: string;
  readonly asOf: string | null;
  readonly recordedAt: string;
  readonly label: string | null;
}

export interface DateReading {
  readonly raw: string;
  readonly value: string | null;
  readonly alternative?: string;
  readonly rule: string;
}

export interface WrittenName {
  readonly full: string;
  readonly surname?: string;
  readonly given?: string;
  readonly patronymic?: string;
  readonly language?: string;
  readonly kind?: string;
}

/** What one source says about one person, unchanged. */
export interface Description {
  readonly names: readonly WrittenName[];
  readonly sex?: string;
  readonly birth?: DateReading;
  readonly birthplace?: string;
  readonly unit?: string;
  readonly rank?: string;
  readonly callsign?: string;
  readonly captured?: DateReading;
  readonly capturedPlace?: string;
  readonly lastContact?: DateReading;
  readonly lastSeenPlace?: string;
  readonly father?: string;
  readonly motherMaidenName?: string;
  readonly relatives?: readonly string[];
  readonly kinAddress?: string;
  readonly power?: string;
  readonly armyNumber?: string;
  readonly sourceNumber?: string;
  readonly taxNumber?: string;
  readonly documents?: readonly string[];
  readonly note?: string;
}

export interface Understood {
  readonly field: string;
  readonly value: string | null;
  readonly raw: string;
  readonly rule: string;
}

export interface Basis {
  readonly eventId: string;
  readonly kind?: string;
  readonly grade: string;
  readonly recordId: string;
  readonly at: string | null;
}

export interface Axis {
  readonly step: string;
  readonly at: string | null;
  readonly basis: Basis | null;
  readonly contradictions: readonly Basis[];
}

export interface Standing {
  readonly custody: Axis;
  readonly life: Axis;
  readonly asOf: string;
}

export type MatchState =
  | 'proposed'
  | 'awaiting_second'
  | 'confirmed'
  | 'rejected'
  | 'unsure'
  | 'returned'
  | 'lapsed';
export type Answer = 'same' | 'different' | 'unsure';
export type Band = 'probable' | 'possible' | 'weak';

export interface MatchRow {
  readonly matchId: string;
  readonly version: number;
  readonly state: MatchState;
  readonly band: Band;
  readonly facet: string;
  readonly proposedAt: string;
  /** Null if the pair cannot be masked now, since the broker is locked. */
  readonly left: Masked | null;
  readonly right: Masked | null;
  readonly answer: Answer | null;
  readonly judgedBy: { readonly me: boolean } | null;
}

export interface Side {
  readonly recordId: string;
  readonly personId: string;
  readonly side: 'held' | 'sought' | 'spoken_of';
  readonly superseded: boolean;
  readonly description: Description;
  readonly understood: readonly Understood[];
  readonly source: SourceFacts | null;
  readonly standing: Standing;
}

export type Verdict = 'agrees' | 'contradicts' | 'absent';

export interface Reason {
  readonly feature: string;
  readonly level: string;
  readonly left: string | null;
  readonly right: string | null;
  readonly weight: number;
  readonly verdict: Verdict;
}

export interface MatchView {
  readonly matchId: string;
  readonly version: number;
  readonly state: MatchState;
  readonly band: Band;
  readonly probability: number;
  readonly modelVersion: string;
  readonly facet?: string;
  readonly answer?: Answer | null;
  readonly judgedBy: string | null;
  readonly judgedByMe: boolean;
  readonly mayConfirm: boolean;
  readonly left: Side;
  readonly right: Side;
  readonly reasons: readonly Reason[];
  readonly undecidedWithout: readonly string[];
  readonly earlier: readonly {
    readonly answer: string;
    readonly at: string;
    readonly by: string | null;
    readonly confirmedBy: string | null;
    readonly withdrawnAt: string | null;
  }[];
  readonly links: readonly { readonly kind: string; readonly count: number }[];
  readonly conflict: boolean;
  readonly wouldConflict: boolean;
}

export interface MatchAnswer {
  readonly matchId: string;
  readonly state: MatchState;
  readonly version: number;
  readonly personId?: string;
}

export interface UnmatchedRow {
  readonly recordId: string;
  readonly personId: string;
  readonly initials: string;
  readonly birthYear: number | string | null;
  readonly source: string;
  readonly recordedAt: string;
}

export interface Judgement {
  readonly judgementId: string;
  readonly leftRecordId: string;
  readonly rightRecordId: string;
  readonly answer: 'same' | 'different';
  readonly judgedAt: string;
  readonly by: string | null;
  readonly confirmedBy: string | null;
  readonly withdrawnAt: string | null;
  readonly version: number;
}

export interface PersonEvent {
  readonly eventId: string;
  readonly kind: string;
  readonly occurredFrom: string | null;
  readonly occurredTo: string | null;
  readonly knownAt: string;
  readonly grade: string;
  readonly recordId: string;
  readonly placeId: string | null;
  /** A later event corrects this one; it is still shown and no longer counts. */
  readonly corrected: boolean;
}

export interface PersonView {
  readonly personId: string;
  readonly version: number;
  readonly names: readonly {
    readonly full: string;
    readonly script: string;
    readonly sources: number;
  }[];
  /** Only for a past day: what was joined or split after that day. */
  readonly joinedSince: number;
  readonly partedSince: number;
  readonly standing: Standing;
  readonly conflicts: readonly {
    /** The judgement that says "different", and those that still join the two. */
    readonly different: string;
    readonly same: readonly string[];
  }[];
  readonly records: readonly {
    readonly recordId: string;
    readonly side: string;
    readonly description: Description;
    readonly understood: readonly Understood[];
    readonly source: SourceFacts | null;
    readonly takenBack: boolean;
    readonly superseded: boolean;
    readonly supersedes: string | null;
    readonly correction: { readonly reason: string; readonly by: string | null } | null;
  }[];
  readonly events: readonly PersonEvent[];
  readonly judgements: readonly Judgement[];
  readonly enquiries: readonly {
    readonly enquiryId: string;
    readonly state: string;
    readonly kinship: string | null;
    readonly filedAt: string;
    readonly isPrimary: boolean;
    readonly isDisputed: boolean;
  }[];
  readonly looks: readonly {
    readonly at: string;
    readonly by: string;
    readonly action: string;
    readonly purpose: string;
  }[];
}

export interface SearchRow extends Masked {
  readonly band: Band;
  readonly personId: string;
  readonly side: string;
}

export interface SearchAnswer {
  readonly rows: readonly SearchRow[];
  readonly left?: number;
}
