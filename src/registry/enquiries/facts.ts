import type { Facts } from '../../access/decide.ts';
import type { EnquiryId, OfficeId } from '../../kernel/ids.ts';

/** What the judge must know of an enquiry and of everything that hangs on it. */
export function enquiryFacts(row: {
  readonly officeId: OfficeId;
  readonly enquiryId: EnquiryId;
}): Facts {
  return { officeId: row.officeId, enquiryId: row.enquiryId };
}
