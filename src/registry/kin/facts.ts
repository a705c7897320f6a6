import type { Facts } from '../../access/decide.ts';
import type { OfficeId } from '../../kernel/ids.ts';

/**
 * Relations between relatives belong to the office; no enquiry is named, so no family has access.
 */
export function kinFacts(row: { readonly officeId: OfficeId }): Facts {
  return { officeId: row.officeId };
}
