import { sql } from 'kysely';
import type { Db } from '../db/connect.ts';

/**
 * Makes due what was enqueued while the clock was ahead; otherwise it would wait until the clock
 * gets there again. This also shortens the wait before a retry, which is harmless.
 */
export async function releaseFutureJobs(tx: Db): Promise<number> {
  const found = await sql`update pgboss.job set start_after = now(),
      keep_until = greatest(keep_until, now() + interval '3 days')
    where state in ('created', 'retry') and start_after > now() + interval '1 minute'`.execute(tx);
  // Work that began in the future would never be detected as abandoned.
  await sql`update pgboss.job set started_on = now()
    where state = 'active' and started_on > now() + interval '1 minute'`.execute(tx);
  // The queue's own maintenance may wait for a future time too.
  await sql`update pgboss.version set
      maintained_on = least(maintained_on, now()), monitored_on = least(monitored_on, now())`.execute(
    tx,
  );
  return Number(found.numAffectedRows ?? 0);
}
