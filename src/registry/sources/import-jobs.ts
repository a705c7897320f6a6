import { z } from 'zod';
import { defineJob } from '../../jobs/job.ts';
import type { ImportId } from '../../kernel/ids.ts';
import { isId } from '../../kernel/ids.ts';

const payload = z.object({
  importId: z
    .string()
    .refine(isId)
    .transform((id) => id as ImportId), // Shape checked.
});

/** Has an uploaded list inspected in the sandbox. */
export const inspectJob = defineJob({
  name: 'import.inspect',
  payload,
  retries: 20,
  expireMinutes: 10,
});

/** Makes records of a list. Each chunk is its own transaction, so an expired run is resumed. */
export const carryOutJob = defineJob({
  name: 'import.carry_out',
  payload,
  retries: 20,
  expireMinutes: 60,
});
