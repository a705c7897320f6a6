import type { Facts } from '../../access/decide.ts';
import type { OfficeId } from '../../kernel/ids.ts';

/** An event is decided by the office that keeps its record. */
export function eventFacts(record: { readonly officeId: string }): Facts {
  return { officeId: record.officeId as OfficeId }; // A column of ids.
}
