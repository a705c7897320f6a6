import type { EnquiryId, OfficeId, RecordId } from '../../kernel/ids.ts';
import { impossible, invalid, type Problem } from '../../kernel/problem.ts';

export const enquiryStates = [
  'submitted',
  'identity_proven',
  'open',
  'suspended',
  'rejected',
  'withdrawn',
  'closed',
  'erased',
] as const;
export type EnquiryState = (typeof enquiryStates)[number];

export const languages = ['uk', 'ru', 'en'] as const;
export type Language = (typeof languages)[number];

export const kinships = [
  'mother',
  'father',
  'wife',
  'husband',
  'child',
  'sibling',
  'grandparent',
  'other',
] as const;
export type Kinship = (typeof kinships)[number];

export const channels = ['web', 'telephone', 'office'] as const;
export type FilingChannel = (typeof channels)[number];

/** The file opened for a tracing request; its words are sealed beside it. */
export interface Enquiry {
  readonly enquiryId: EnquiryId;
  readonly officeId: OfficeId;
  readonly state: EnquiryState;
  readonly language: Language;
  readonly channel: FilingChannel;
  readonly filedAt: Date;
  readonly identityProvenAt: Date | null;
  readonly kinshipProvenAt: Date | null;
  readonly kinship: Kinship | null;
  readonly recordId: RecordId | null;
  /** One to five (domain 2.9); only a told notice raises it (ruling 9). */
  readonly ladderStep: number;
  /** ISO day. */
  readonly nextContactOn: string;
  readonly version: number;
  /**
   * Raised only by the family's own actions. It is the only version on its pages: the other one
   * rises with every check at the desk.
   */
  readonly ownVersion: number;
}

export type CheckKind = 'identity' | 'kinship';
export type CheckOutcome = 'proven' | 'not_proven';

export interface Check {
  readonly kind: CheckKind;
  readonly outcome: CheckOutcome;
  readonly kinship?: Kinship | undefined;
}

const beforeVerification: readonly EnquiryState[] = ['submitted', 'identity_proven'];

/** The result of a check. A failed check changes nothing: it may be repeated. */
export function check(enquiry: Enquiry, found: Check, now: Date): Enquiry {
  if (!beforeVerification.includes(enquiry.state)) {
    throw impossible('enquiry.not_awaiting_check', 'This enquiry does not wait for a check.');
  }
  if (found.outcome === 'not_proven') return { ...enquiry, version: enquiry.version + 1 };
  return found.kind === 'identity'
    ? proveIdentity(enquiry, now)
    : proveKinship(enquiry, found, now);
}

function proveIdentity(enquiry: Enquiry, now: Date): Enquiry {
  if (enquiry.identityProvenAt) {
    throw impossible('enquiry.identity_already_proven', 'Identity is proven already.');
  }
  return {
    ...enquiry,
    state: 'identity_proven',
    identityProvenAt: now,
    version: enquiry.version + 1,
  };
}

function proveKinship(enquiry: Enquiry, found: Check, now: Date): Enquiry {
  if (!enquiry.identityProvenAt) {
    throw impossible('enquiry.identity_first', 'Identity is checked before kinship.');
  }
  if (!found.kinship) throw invalid('enquiry.kinship_missing', 'kinship', 'Name the kinship.');
  return {
    ...enquiry,
    state: 'open',
    kinshipProvenAt: now,
    kinship: found.kinship,
    version: enquiry.version + 1,
  };
}

/** How identity or kinship was proven. Codes: free text here would be stored in clear. */
export const checkMeans = [
  'passport_seen',
  'signature_service',
  'video_call',
  'known_in_person',
  'birth_certificate',
  'marriage_certificate',
  'register_extract',
  'witnesses',
] as const;
export type CheckMeans = (typeof checkMeans)[number];

/** The outcome of a contact; codes, as above. The words are in the sealed note. */
export const contactOutcomes = ['reached', 'not_reached', 'call_again', 'sent'] as const;
export type ContactOutcome = (typeof contactOutcomes)[number];

export const closingReasons = ['returned', 'remains_handed_over', 'agreement', 'impostor'] as const;
export type ClosingReason = (typeof closingReasons)[number];

/** Never by time alone (domain 3.1): the person is home, is buried, or all agree. */
export function close(enquiry: Enquiry, reason: ClosingReason): Enquiry {
  if (['closed', 'withdrawn', 'rejected', 'erased'].includes(enquiry.state)) {
    throw endedAlready();
  }
  const version = enquiry.version + 1;
  // An impostor's kinship no longer counts as proven; the checks keep their results.
  if (reason === 'impostor') {
    return { ...enquiry, state: 'rejected', kinshipProvenAt: null, version };
  }
  return { ...enquiry, state: 'closed', version };
}

/** The family withdraws its enquiry: by itself, or through the desk by telephone or letter. */
export function withdraw(enquiry: Enquiry): Enquiry {
  if (isEndedForFamily(enquiry)) throw endedAlready();
  return { ...enquiry, state: 'withdrawn', version: enquiry.version + 1 };
}

/**
 * An action of the family: its next form carries the new version, and the desk must load the
 * enquiry again.
 */
export function byFamily(enquiry: Enquiry): Enquiry {
  return { ...enquiry, ownVersion: enquiry.ownVersion + 1 };
}

/**
 * True if nothing more can be added to the file. Before verification only the family or time ends
 * it: the result of an upload or a withdrawal must not reveal whether or why the desk closed it.
 */
export function isEndedForFamily(enquiry: Pick<Enquiry, 'kinshipProvenAt' | 'state'>): boolean {
  if (enquiry.state === 'closed') return isVerified(enquiry);
  return enquiry.state === 'withdrawn' || enquiry.state === 'erased';
}

/** The answer when an enquiry has ended and accepts nothing more. */
export function endedAlready(): Problem {
  return impossible('enquiry.ended_already', 'This enquiry has ended already.');
}

/** True once identity and kinship are proven; before that all answers are the same. */
export function isVerified(enquiry: Pick<Enquiry, 'kinshipProvenAt' | 'state'>): boolean {
  return enquiry.kinshipProvenAt !== null && enquiry.state !== 'rejected';
}
