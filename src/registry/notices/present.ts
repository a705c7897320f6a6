import type { StaffId } from '../../kernel/ids.ts';
import type { OpenedNotice } from './actions.ts';
import type { Notice } from './notice.ts';

/** One row of the queue; nothing that identifies the person. */
export function presentNoticeRow(
  notice: Notice,
  { me, names }: { readonly me: StaffId | null; readonly names: ReadonlyMap<string, string> },
) {
  const nameOf = (id: string | null) => (id ? (names.get(id) ?? null) : null);
  return {
    noticeId: notice.id,
    enquiryId: notice.enquiryId,
    version: notice.version,
    state: notice.state,
    ladderStep: notice.ladderStep,
    cleared: notice.cleared,
    grave: notice.grave,
    composedBy: nameOf(notice.composedBy),
    composedAt: notice.composedAt.toISOString(),
    approvedBy: nameOf(notice.approvedBy),
    approvedAt: notice.approvedAt?.toISOString() ?? null,
    toldBy: nameOf(notice.toldBy),
    toldAt: notice.toldAt?.toISOString() ?? null,
    toldHow: notice.toldHow,
    mayApprove: notice.state === 'awaiting_approval' && notice.composedBy !== me,
  };
}

/** A notice with its words, for the desk. */
export function presentNoticeForDesk(opened: OpenedNotice, me: StaffId | null) {
  return {
    ...presentNoticeRow(opened.notice, { me, names: opened.names }),
    text: opened.text ?? '',
    // Ruling 10: that another relative is told first is shown at the desk only.
    outOfTurn: opened.outOfTurn,
  };
}
