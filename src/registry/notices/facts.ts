import type { Facts } from '../../access/decide.ts';
import type { Notice } from './notice.ts';

/** What the judge must know of a notice: whose it is, whether it was told, and who wrote it. */
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
