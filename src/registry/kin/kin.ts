import type {
  DisputeId,
  EnquiryId,
  OfficeId,
  PrimaryContactId,
  StaffId,
} from '../../kernel/ids.ts';
import { impossible } from '../../kernel/problem.ts';
import type { Enquiry } from '../enquiries/enquiry.ts';

/**
 * Why this relative is told first. The prisoner's own wish comes first (GC III 122: "the person to
 * be informed"). Codes, here and below: free text would be stored in clear.
 */
export const primaryReasons = [
  'named_by_person',
  'next_of_kin',
  'relatives_agreed',
  'only_one_reached',
  'court_order',
] as const;
export type PrimaryReason = (typeof primaryReasons)[number];

/**
 * Why a relative is no longer the primary contact; `replaced` is written when another is chosen.
 */
export const primaryEndings = ['own_wish', 'not_reached', 'safety', 'mistake'] as const;
export type PrimaryEnding = (typeof primaryEndings)[number] | 'replaced';

export const disputeReasons = [
  'estranged_spouses',
  'contested_kinship',
  'contested_custody',
  'relative_at_risk',
  'third_party_pressure',
] as const;
export type DisputeReason = (typeof disputeReasons)[number];

export const disputeOutcomes = ['agreed', 'court_order', 'danger_over', 'mistake'] as const;
export type DisputeOutcome = (typeof disputeOutcomes)[number];

/**
 * A relative who is told first during a period. The others are told too: no relative can block news
 * (P4).
 */
export interface PrimaryContact {
  readonly id: PrimaryContactId;
  readonly enquiryId: EnquiryId;
  readonly reason: PrimaryReason;
  readonly chosenBy: StaffId;
  readonly chosenAt: Date;
  readonly endedBy: StaffId | null;
  readonly endedAt: Date | null;
  readonly ending: PrimaryEnding | null;
}

/** Relatives in dispute, or one of them in danger or under pressure; known to the desk alone. */
export interface Dispute {
  readonly id: DisputeId;
  readonly officeId: OfficeId;
  readonly enquiryId: EnquiryId;
  /** The other relative, where the other asks too. */
  readonly withEnquiryId: EnquiryId | null;
  readonly reason: DisputeReason;
  readonly openedBy: StaffId;
  readonly openedAt: Date;
  readonly closedBy: StaffId | null;
  readonly closedAt: Date | null;
  readonly outcome: DisputeOutcome | null;
}

/** One of those who ask about one person. */
export interface Relative {
  readonly enquiryId: EnquiryId;
  readonly kinship: string | null;
  readonly state: string;
  readonly filedAt: Date;
}

/**
 * Who is to be told first now: open marks of relatives whose enquiry is still open. There is more
 * than one only after two persons were found to be one; people then choose.
 */
export function standingPrimaries(
  primaries: readonly PrimaryContact[],
  relatives: readonly Relative[],
): readonly PrimaryContact[] {
  const open = new Set(relatives.flatMap((each) => (each.state === 'open' ? each.enquiryId : [])));
  return primaries.filter(({ endedAt, enquiryId }) => endedAt === null && open.has(enquiryId));
}

/**
 * Only relatives with proven identity and kinship are told anything, so only they can be told
 * first.
 */
export function requireProven({ state }: Pick<Enquiry, 'state'>): void {
  if (state !== 'open') {
    throw impossible(
      'kin.not_proven',
      'Identity and kinship are not proven, or the file is closed.',
    );
  }
}
