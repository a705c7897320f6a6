import type { Facts } from '../../access/decide.ts';
import type { OfficeId } from '../../kernel/ids.ts';

/** A source and its import are decided by the office that added them. */
export function importFacts(row: { readonly officeId: string }): Facts {
  return { officeId: row.officeId as OfficeId }; // A column of ids.
}
