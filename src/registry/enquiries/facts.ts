import type { Facts } from '../../access/decide.ts';
import type { EnquiryId, OfficeId } from '../../kernel/ids.ts';

/** What `decide` must know about an enquiry and everything that belongs to it. */
export function enquiryFacts(row: {
  readonly officeId: OfficeId;
  readonly enquiryId: EnquiryId;
}): Facts {
  return { officeId: row.officeId, enquiryId: row.enquiryId };
}
