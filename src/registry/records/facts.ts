import type { Facts } from '../../access/decide.ts';
import type { PersonRecord } from './record.ts';

/** The facts of a record that the judge needs. */
export function recordFacts(record: Pick<PersonRecord, 'officeId'>): Facts {
  return { officeId: record.officeId };
}
