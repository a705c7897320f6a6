import type { Band } from '../audit/context.ts';

/**
 * How likely two descriptions are one person, in three words. A search and the queues answer in
 * bands: with exact figures, an attacker could query name by name what a record says.
 */
export function bandOf(probability: number): Band {
  if (probability >= 0.9) return 'probable';
  return probability >= 0.5 ? 'possible' : 'weak';
}
