import type { Facts } from '../../access/decide.ts';
import type { Match } from './match.ts';

/** The facts of a match for `decide`: its office, and who gave the first answer. */
export function matchFacts(match: Pick<Match, 'officeId' | 'judgedBy'>): Facts {
  return { officeId: match.officeId, firstBy: [match.judgedBy] };
}
