import type { Facts } from '../../access/decide.ts';
import type { PersonRecord } from './record.ts';

/** The facts of a record for `decide`. */
export function recordFacts(record: Pick<PersonRecord, 'officeId'>): Facts {
  return { officeId: record.officeId };
}
