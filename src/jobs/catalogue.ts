import type { ImportId } from '../kernel/ids.ts';

/** Every job by name and what it is given: ids only, since queues are read by many eyes. */
export interface Catalogue {
  'import.inspect': { readonly importId: ImportId };
  'import.carry_out': { readonly importId: ImportId };
}

export type JobName = keyof Catalogue;

interface JobRule {
  readonly retries: number;
  readonly expireMinutes: number;
}

export const jobRules: Readonly<Record<JobName, JobRule>> = {
  'import.inspect': { retries: 20, expireMinutes: 10 },
  // A hundred thousand rows; each chunk is its own transaction, so an expired run is gone on with.
  'import.carry_out': { retries: 20, expireMinutes: 60 },
};

export const jobNames = Object.keys(jobRules) as readonly JobName[]; // The keys of a literal.
