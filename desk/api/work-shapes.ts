/** What the API answers about enquiries, notices, imports and the log. */
import type { Band, Description, Page } from './shapes.ts';

export interface EnquiryRow {
  readonly enquiryId: string;
  readonly state: string;
  readonly filedAt: string;
  readonly nextContactOn: string;
  readonly language: string;
  readonly channel: string;
  readonly unread: number;
  readonly ladderStep: number;
}

export interface Notice {
  readonly noticeId: string;
  readonly enquiryId?: string;
  readonly version: number;
  readonly state: 'draft' | 'awaiting_approval' | 'approved' | 'refused' | 'told' | 'withdrawn';
  readonly ladderStep: number;
  readonly cleared: readonly string[];
  readonly text: string;
  readonly grave: boolean;
  readonly composedBy: string | null;
  readonly composedAt: string;
  readonly approvedBy?: string | null;
  readonly approvedAt?: string | null;
  readonly toldBy?: string | null;
  readonly toldAt?: string | null;
  readonly toldHow?: string | null;
  readonly refusedReason?: string | null;
  /** Why it precedes the primary contact's; null if no reason was needed. */
  readonly outOfTurn?: string | null;
  readonly mayApprove: boolean;
}

export type NoticeRow = Pick<
  Notice,
  | 'noticeId'
  | 'enquiryId'
  | 'version'
  | 'state'
  | 'ladderStep'
  | 'cleared'
  | 'grave'
  | 'composedBy'
  | 'composedAt'
  | 'mayApprove'
>;

/** The bodies that the family allows to be asked, each separately. */
export const consentKinds = ['centralAgency', 'otherBureau', 'contact'] as const;
export type Consents = Readonly<Record<(typeof consentKinds)[number], boolean>>;

/** An enquiry of another family about the same person. */
export interface KinRow {
  readonly enquiryId: string;
  readonly kinship: string | null;
  readonly state: string;
  readonly filedAt: string;
}
export interface DuplicateRow extends KinRow {
  readonly initials: string;
  readonly birthYear: string | null;
  readonly band: Band;
}

export interface EnquiryView {
  readonly enquiryId: string;
  readonly version: number;
  readonly state: string;
  readonly filedAt: string;
  readonly language: string;
  readonly channel?: string;
  /** Null if it cannot be opened now, or was erased. */
  readonly enquirer: {
    readonly name: string;
    readonly relationship?: string;
    readonly birth?: { readonly raw: string; readonly value: string | null };
    readonly phone?: string;
    readonly email?: string;
    readonly address?: string;
    readonly callHours?: string;
  } | null;
  readonly kinship?: string | null;
  readonly sought: Description | null;
  readonly circumstances: string | null;
  readonly consents?: Consents | null;
  readonly ladderStep: number;
  readonly nextContactOn: string;
  readonly checks: readonly {
    readonly kind: 'identity' | 'kinship';
    readonly outcome: 'proven' | 'not_proven';
    readonly means: string;
    readonly kinship?: string | null;
    readonly at: string;
    readonly by: string;
  }[];
  readonly contacts: readonly {
    readonly kind: string;
    readonly at: string;
    readonly by: string | null;
    readonly outcome: string | null;
    readonly note?: string | null;
  }[];
  readonly thread: readonly {
    readonly at: string;
    readonly by: 'family' | 'desk';
    readonly text: string | null;
  }[];
  readonly papers: readonly {
    readonly paperId: string;
    readonly kind: string;
    readonly format: string;
    readonly size: number;
    readonly at: string;
  }[];
  readonly notices: readonly Notice[];
  readonly personId: string | null;
}

/** All who ask about one person, who of them is told first, and their disputes. */
export interface KinView {
  readonly enquiryId: string;
  /** The person's version: what is chosen for one relative is chosen among all. */
  readonly version: number;
  readonly relatives: readonly KinRow[];
  readonly primaries: readonly PrimaryContact[];
  readonly disputes: readonly Dispute[];
}

export interface PrimaryContact {
  readonly enquiryId: string;
  readonly kinship: string | null;
  readonly reason: string;
  readonly by: string | null;
  readonly at: string;
  /** False once it was ended, or the enquiry has ended. */
  readonly standing: boolean;
  readonly endedBy: string | null;
  readonly endedAt: string | null;
  readonly ending: string | null;
}

export interface Dispute {
  readonly disputeId: string;
  readonly between: readonly { readonly enquiryId: string; readonly kinship: string | null }[];
  readonly reason: string;
  readonly note: string | null;
  readonly by: string | null;
  readonly at: string;
  readonly closedBy: string | null;
  readonly closedAt: string | null;
  readonly outcome: string | null;
}

export type ImportState =
  | 'received'
  | 'inspected'
  | 'waiting'
  | 'running'
  | 'done'
  | 'refused'
  | 'cancelled';

export interface ColumnMapping {
  readonly index: number;
  readonly heading: string;
  readonly field: string | null;
  readonly confidence: number;
  readonly rule: string;
}

export interface ImportRow {
  readonly importId: string;
  readonly state: ImportState;
  readonly sender: string | { readonly label: string } | null;
  readonly format: string | null;
  readonly rowsRead: number;
  readonly rowsRecorded: number;
  readonly rowsRefused: number;
  readonly recordedAt: string;
  readonly finishedAt: string | null;
}

export interface ImportView extends ImportRow {
  readonly version: number;
  readonly refusalCode?: string | null;
  readonly shape: {
    readonly encoding: string | null;
    readonly delimiter: string | null;
    readonly sheets: readonly string[];
    readonly headings: readonly string[];
    readonly sampleRows: readonly (readonly string[])[];
  } | null;
  readonly mapping: { readonly columns: readonly ColumnMapping[] } | null;
  readonly rowsEstimate: number | null;
  /** True if the estimate is exact. */
  readonly isCounted: boolean;
  /** How often reading was interrupted, and after how many rows the last time. */
  readonly interrupted: {
    readonly times: number;
    readonly row: number;
    readonly resumed: boolean;
  } | null;
  readonly rowsUnchanged: number;
  readonly rowsChanged: number;
  readonly rowsGone: number;
  /** Records of people who were on the sender's earlier list; the first of them. */
  readonly gone: readonly string[];
}

export interface ImportedRow {
  readonly line: number;
  readonly outcome: string;
  readonly recordId: string | null;
  readonly notes: readonly {
    /** The index of the column as text; empty for the whole row. */
    readonly column: string;
    readonly code: string;
    readonly raw?: string | null;
  }[];
  readonly cells?: readonly string[];
}

export interface AuditPage extends Page<AuditRow> {
  readonly checkpoint: {
    readonly size: number;
    readonly rootHash: string;
    readonly signedAt: string;
  } | null;
  readonly witness: string;
}

export interface AuditRow {
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly purpose: string;
  readonly outcome: string;
  readonly placedIndex: number | null;
}

export interface AuditVerdict {
  readonly ok: boolean;
  readonly size: number;
  readonly firstBad: number | null;
}

export interface Alert {
  readonly alertId: string;
  readonly kind: string;
  readonly objectId: string | null;
  readonly raisedAt: string;
  readonly times: number;
  readonly lastRaisedAt: string;
  readonly seenBy: string | null;
  readonly seenAt: string | null;
}

export interface Sender {
  readonly senderId: string;
  readonly label: string;
}
