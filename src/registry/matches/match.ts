import type { MatchId, OfficeId, StaffId } from '../../kernel/ids.ts';
import { impossible } from '../../kernel/problem.ts';

export const matchStates = [
  'proposed',
  'awaiting_second',
  'confirmed',
  'rejected',
  'unsure',
  'lapsed',
] as const;
export type MatchState = (typeof matchStates)[number];
export type Answer = 'same' | 'different' | 'unsure';

/** The matcher's proposal that two records are one person; only people judge it. */
export interface Match {
  readonly id: MatchId;
  readonly officeId: OfficeId;
  readonly state: MatchState;
  readonly band: 'probable' | 'possible' | 'weak';
  readonly facet: 'enquiry_list' | 'list_list' | 'enquiry_enquiry';
  readonly modelVersion: string;
  readonly proposedAt: Date;
  readonly answer: Answer | null;
  readonly judgedBy: StaffId | null;
  readonly judgedAt: Date | null;
  readonly secondBy: StaffId | null;
  readonly secondAt: Date | null;
  readonly version: number;
}

interface By {
  readonly staffId: StaffId;
  readonly at: Date;
}

/**
 * The first human answer. "Unsure" waits for better evidence; the others wait for a second person.
 */
export function judge(match: Match, answer: Answer, by: By): Match {
  if (match.state !== 'proposed' && match.state !== 'unsure') {
    throw impossible('match.judged', 'This match was judged before.');
  }
  const state = answer === 'unsure' ? 'unsure' : 'awaiting_second';
  return { ...match, state, answer, judgedBy: by.staffId, judgedAt: by.at };
}

/** Withdraws one's own answer while it is not confirmed. */
export function undo(match: Match, staffId: StaffId): Match {
  if (match.state !== 'awaiting_second' && match.state !== 'unsure') {
    throw impossible('match.not_waiting', 'There is no answer to take back.');
  }
  if (match.judgedBy !== staffId) {
    throw impossible('match.not_yours', 'Another colleague gave this answer.');
  }
  return open(match);
}

/** The second person agrees: only now are the two records joined. */
export function confirm(match: Match, by: By): Match {
  if (match.state !== 'awaiting_second' || !match.answer || match.judgedBy === by.staffId) {
    throw impossible('match.not_waiting', 'This match does not wait for a second person.');
  }
  const state = match.answer === 'same' ? 'confirmed' : 'rejected';
  return { ...match, state, secondBy: by.staffId, secondAt: by.at };
}

/** The second person disagrees: the match is open again. */
export function giveBack(match: Match): Match {
  if (match.state !== 'awaiting_second') {
    throw impossible('match.not_waiting', 'This match does not wait for a second person.');
  }
  return open(match);
}

function open(match: Match): Match {
  return { ...match, state: 'proposed', answer: null, judgedBy: null, judgedAt: null };
}
