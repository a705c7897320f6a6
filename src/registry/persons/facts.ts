import type { Facts } from '../../access/decide.ts';
import type { OfficeId } from '../../kernel/ids.ts';

/** The facts of a person, or of a judgement about one, for `decide`. */
export function personFacts(row: { readonly officeId: string }): Facts {
  return { officeId: row.officeId as OfficeId }; // A column of ids.
}
