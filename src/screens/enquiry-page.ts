import { protectedRead } from '../access/command.ts';
import type { Found } from '../audit/read.ts';
import type { EnquiryId } from '../kernel/ids.ts';
import { findEnquiryParts, type OpenedEnquiry } from '../registry/enquiries/desk-actions.ts';
import { enquiryFacts } from '../registry/enquiries/facts.ts';
import { enquiryPermissions } from '../registry/enquiries/permissions.ts';
import { findEnquiry } from '../registry/enquiries/queries.ts';
import { findNoticesOfEnquiry, type OpenedNotice } from '../registry/notices/actions.ts';

interface EnquiryPage {
  readonly opened: OpenedEnquiry;
  readonly notices: readonly OpenedNotice[];
}

/**
 * An enquiry with everything that belongs to it and every notice to the family: one read, one
 * entry.
 */
export const readEnquiryPage = protectedRead({
  permission: enquiryPermissions.read,
  noun: 'enquiry',
  objectId: ({ enquiryId }: { readonly enquiryId: EnquiryId }) => enquiryId,
  load: (tx, { enquiryId }) => findEnquiry(tx, enquiryId),
  facts: enquiryFacts,
  opens: true,
  find: async (tx, { loaded: enquiry }): Promise<Found<EnquiryPage>> => {
    const parts = await findEnquiryParts(tx, enquiry);
    const notices = await findNoticesOfEnquiry(tx, enquiry.enquiryId);
    return {
      fields: [...parts.fields, ...notices.fields],
      answer: (opened) => ({ opened: parts.answer(opened), notices: notices.answer(opened) }),
    };
  },
});
