import type { EnquiryId, NoticeId, OfficeId, StaffId } from '../../kernel/ids.ts';
import { impossible, invalid } from '../../kernel/problem.ts';
import type { Standing } from '../events/standing.ts';

export const noticeStates = [
  'draft',
  'awaiting_approval',
  'approved',
  'refused',
  'told',
  'withdrawn',
] as const;
export type NoticeState = (typeof noticeStates)[number];

/**
 * What staff may permit to be told. Codes, so that screens and letters phrase it in each language.
 */
export const clearedFacts = [
  'custody_reported',
  'custody_listed',
  'custody_confirmed',
  'proof_of_life',
  'released',
  'grave_news',
  'search_goes_on',
  'needs_papers',
] as const;
export type ClearedFact = (typeof clearedFacts)[number];

export const tellingWays = ['telephone', 'in_person'] as const;
export type TellingWay = (typeof tellingWays)[number];

/**
 * What the bureau tells one family; written by one person, approved by another, told by a person.
 */
export interface Notice {
  readonly id: NoticeId;
  readonly officeId: OfficeId;
  readonly enquiryId: EnquiryId;
  readonly state: NoticeState;
  /** Step of the family's ladder once it is told, one to five. */
  readonly ladderStep: number;
  readonly cleared: readonly ClearedFact[];
  /** Told by a person only, and never written on the family's page. */
  readonly grave: boolean;
  readonly composedBy: StaffId;
  readonly composedAt: Date;
  readonly approvedBy: StaffId | null;
  readonly approvedAt: Date | null;
  readonly toldBy: StaffId | null;
  readonly toldAt: Date | null;
  readonly toldHow: TellingWay | null;
  readonly version: number;
}

interface By {
  readonly staffId: StaffId;
  readonly at: Date;
}

/** The ladder's step that a cleared fact reaches; facts that are not listed move nothing. */
const stepOf: Readonly<Partial<Record<ClearedFact, number>>> = {
  custody_reported: 3,
  custody_listed: 3,
  custody_confirmed: 4,
  proof_of_life: 2,
  released: 5,
};

const listedSteps: readonly string[] = ['listed', 'notified', 'confirmed', 'visited'];
const reportedSteps: readonly string[] = ['reported_held', 'seen', 'witnessed', ...listedSteps];

/** True if the standing supports the fact; unsupported facts cannot be told. */
function isBorne(fact: ClearedFact, standing: Standing): boolean {
  const { custody, life } = standing;
  switch (fact) {
    case 'custody_reported':
      return reportedSteps.includes(custody.step);
    case 'custody_listed':
      return listedSteps.includes(custody.step);
    case 'custody_confirmed':
      return custody.step === 'confirmed' || custody.step === 'visited';
    case 'proof_of_life':
      return life.step === 'proof_of_life';
    case 'released':
      return ['released', 'exchanged', 'repatriated'].includes(custody.step);
    case 'grave_news':
      return ['reported_dead', 'confirmed_dead', 'identified'].includes(life.step);
    case 'search_goes_on':
    case 'needs_papers':
      return true;
  }
}

/** True if sources contradict each other: then the family's ladder does not move (ruling 9). */
function isFrozen(standing: Standing): boolean {
  return standing.custody.contradictions.length > 0 || standing.life.contradictions.length > 0;
}

/**
 * The step that the cleared facts reach, never below the family's present step. Death is never a
 * step.
 */
export function ladderAfter(cleared: readonly ClearedFact[], now: number): number {
  return Math.max(now, ...cleared.map((fact) => stepOf[fact] ?? 0));
}

/** What is told must be supported by what is known, now and again at approval. */
export function requireBorne(cleared: readonly ClearedFact[], standing: Standing): void {
  if (cleared.length === 0) {
    throw invalid('notice.nothing_cleared', 'cleared', 'Choose what may be told.');
  }
  const unborne = cleared.filter((fact) => !isBorne(fact, standing));
  if (unborne.length > 0) {
    throw invalid('notice.not_borne', 'cleared', 'Nothing we know bears this out.');
  }
  if (isFrozen(standing) && cleared.some((fact) => stepOf[fact] !== undefined)) {
    throw impossible('notice.ladder_frozen', 'Sources contradict each other; clear that up first.');
  }
}

export function submit(notice: Notice): Notice {
  if (notice.state !== 'draft') throw wrongState();
  return { ...notice, state: 'awaiting_approval' };
}

/** Another person agrees to every word. */
export function approve(notice: Notice, by: By): Notice {
  if (notice.state !== 'awaiting_approval' || notice.composedBy === by.staffId) throw wrongState();
  return { ...notice, state: 'approved', approvedBy: by.staffId, approvedAt: by.at };
}

/** The second person disagrees; a new notice is written. */
export function refuse(notice: Notice): Notice {
  if (notice.state !== 'awaiting_approval') throw wrongState();
  return { ...notice, state: 'refused' };
}

/** A person told the family, by telephone or face to face; there is no other way. */
export function tell(notice: Notice, told: By & { readonly how: TellingWay }, now: Date): Notice {
  if (notice.state !== 'approved') throw wrongState();
  if (told.at > now) throw invalid('notice.told_in_future', 'at', 'This moment is yet to come.');
  if (notice.approvedAt && told.at < notice.approvedAt) {
    throw invalid('notice.told_before_approval', 'at', 'It was approved later than that.');
  }
  return { ...notice, state: 'told', toldBy: told.staffId, toldAt: told.at, toldHow: told.how };
}

/** Withdrawn before it was told; afterwards this is impossible. */
export function withdraw(notice: Notice): Notice {
  if (!['draft', 'awaiting_approval', 'approved'].includes(notice.state)) throw wrongState();
  return { ...notice, state: 'withdrawn' };
}

function wrongState() {
  return impossible('notice.wrong_state', 'This step is not open for the notice as it stands.');
}
