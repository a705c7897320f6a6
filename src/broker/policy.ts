import { z } from 'zod';

/** Limits and hours of the installation: signed, versioned, never constants in code. */
const policyShape = z.strictObject({
  version: z.number().int().positive(),
  recordsPerPersonHour: z.number().int().positive(),
  recordsPerOfficeHour: z.number().int().positive(),
  recordsPerNodeHour: z.number().int().positive(),
  recordsPerFamilyHour: z.number().int().positive(),
  pagesPerPersonHour: z.number().int().positive(),
  /**
   * Distinct names that one person may search for; policies signed before it existed have this
   * value.
   */
  namesPerPersonHour: z.number().int().positive().default(60),
  /** Hours of the day (UTC) at which verified enquiries are matched. */
  matchingHours: z.array(z.number().int().min(0).max(23)).min(1),
  /** Proposals below this probability are not shown. */
  proposeFrom: z.number().min(0).max(1),
});

export type Policy = z.infer<typeof policyShape>;

/** The policy of a new installation; the figures are those of the security requirements. */
export const firstPolicy: Policy = {
  version: 1,
  recordsPerPersonHour: 300,
  recordsPerOfficeHour: 1_500,
  recordsPerNodeHour: 2_000,
  recordsPerFamilyHour: 30,
  pagesPerPersonHour: 240,
  namesPerPersonHour: 60,
  matchingHours: [0, 6, 12, 18],
  proposeFrom: 0.1,
};

/** Parses a signed policy; throws if it is malformed. */
export function readPolicy(content: string): Policy {
  return policyShape.parse(JSON.parse(content));
}
