import type { Facts } from '../../access/decide.ts';
import type { Notice } from './notice.ts';

/** What `decide` must know about a notice: its family, whether it was told, and its author. */
export function noticeFacts(
  notice: Pick<Notice, 'officeId' | 'enquiryId' | 'state' | 'composedBy'>,
): Facts {
  return {
    officeId: notice.officeId,
    enquiryId: notice.enquiryId,
    told: notice.state === 'told',
    firstBy: [notice.composedBy],
  };
}
