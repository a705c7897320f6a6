import type { MaskedMatch } from '../../audit/context.ts';
import type { Description } from '../../kernel/description.ts';
import type { StaffId } from '../../kernel/ids.ts';
import { presentStanding } from '../events/present.ts';
import { presentDescription, presentSource, presentUnderstood } from '../records/present.ts';
import type { Comparison } from './actions.ts';
import type { Match } from './match.ts';

/** One row of a queue, masked until it is opened (ruling 15). */
export function presentMatchRow(
  { match, pair }: { readonly match: Match; readonly pair: MaskedMatch | null },
  me: StaffId | null,
) {
  return {
    matchId: match.id,
    version: match.version,
    state: match.state,
    band: match.band,
    facet: match.facet,
    proposedAt: match.proposedAt.toISOString(),
    left: pair?.left ?? null,
    right: pair?.right ?? null,
    answer: match.answer,
    judgedBy: match.judgedBy ? { me: match.judgedBy === me } : null,
  };
}

/**
 * The comparison screen: both records, and for each feature agreement, contradiction or absence.
 */
export function presentComparison(page: Comparison, me: StaffId | null) {
  const { match, opened } = page;
  const contentOf = (side: 'left' | 'right') => opened[side] as Description; // Sealed as such.
  return {
    matchId: match.id,
    version: match.version,
    state: match.state,
    band: match.band,
    facet: match.facet,
    probability: opened.probability,
    modelVersion: match.modelVersion,
    answer: match.answer,
    judgedBy: match.judgedBy ? (page.names.get(match.judgedBy) ?? null) : null,
    judgedByMe: match.judgedBy !== null && match.judgedBy === me,
    mayConfirm: match.state === 'awaiting_second' && match.judgedBy !== me,
    left: presentSide(page, 'left', contentOf('left')),
    right: presentSide(page, 'right', contentOf('right')),
    reasons: opened.reasons.map(({ feature, level, left, right, weight, verdict }) => ({
      feature,
      level,
      left,
      right,
      weight,
      verdict,
    })),
    undecidedWithout: opened.undecidedWithout,
    earlier: page.earlier.map((judgement) => ({
      answer: judgement.answer,
      at: judgement.confirmedAt.toISOString(),
      by: page.names.get(judgement.judgedBy) ?? null,
      confirmedBy: page.names.get(judgement.confirmedBy) ?? null,
      withdrawnAt: judgement.withdrawnAt?.toISOString() ?? null,
    })),
    links: linksOf(page),
    conflict: page.conflict,
    wouldConflict: page.wouldConflict,
  };
}

function presentSide(page: Comparison, side: 'left' | 'right', description: Description) {
  const { record, standing } = page[side];
  return {
    recordId: record.id,
    personId: record.personId,
    side: record.side,
    superseded: record.supersededAt !== null,
    description: presentDescription(description),
    understood: presentUnderstood(description),
    source: presentSource(page.sources.get(record.id)),
    standing: presentStanding(standing),
  };
}

/** What else belongs to either person, so that no pair is judged in isolation. */
function linksOf({ left, right, sources }: Comparison) {
  const senderOf = (side: Comparison['left']) => sources.get(side.record.id)?.label ?? null;
  const isOne = left.record.personId === right.record.personId;
  const counts = [
    { kind: 'one_person', count: isOne ? 1 : 0 },
    { kind: 'one_sender', count: senderOf(left) && senderOf(left) === senderOf(right) ? 1 : 0 },
    { kind: 'left_other_records', count: left.otherRecords },
    { kind: 'right_other_records', count: right.otherRecords },
    { kind: 'left_enquiries', count: left.enquiries },
    { kind: 'right_enquiries', count: right.enquiries },
  ];
  return counts.filter(({ count }) => count > 0);
}
