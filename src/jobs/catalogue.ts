import type { ImportId } from '../kernel/ids.ts';

/** Every job by name and what it is given: ids only, since queues are read by many eyes. */
export interface Catalogue {
  'import.inspect': { readonly importId: ImportId };
  'import.carry_out': { readonly importId: ImportId };
  'contact.due': Record<string, never>;
  'enquiry.erase': Record<string, never>;
  'upload.sweep': Record<string, never>;
}

export type JobName = keyof Catalogue;

interface JobRule {
  readonly retries: number;
  readonly expireMinutes: number;
  /** When it is due by itself, as cron in UTC. */
  readonly timetable?: string;
}

export const jobRules: Readonly<Record<JobName, JobRule>> = {
  'import.inspect': { retries: 3, expireMinutes: 10 },
  // A hundred thousand rows; each chunk is its own transaction, so an expired run is gone on with.
  'import.carry_out': { retries: 20, expireMinutes: 60 },
  'contact.due': { retries: 3, expireMinutes: 10, timetable: '5 * * * *' },
  'upload.sweep': { retries: 3, expireMinutes: 10, timetable: '*/5 * * * *' },
  'enquiry.erase': { retries: 3, expireMinutes: 10, timetable: '35 3 * * *' },
};

export const jobNames = Object.keys(jobRules) as readonly JobName[]; // The keys of a literal.
