import type { Facts } from '../../access/decide.ts';
import type { OfficeId } from '../../kernel/ids.ts';

/** What relatives are to each other is the office's own; no enquiry is named, so no family is meant. */
export function kinFacts(row: { readonly officeId: OfficeId }): Facts {
  return { officeId: row.officeId };
}
