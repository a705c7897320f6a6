import { sql } from 'kysely';
import type { Db } from '../db/connect.ts';

/**
 * Makes due what was put on the queue while the clock was ahead; it would wait until the clock gets
 * there again. The longest wait before a retry is cut short by this, which harms nothing.
 */
export async function releaseFutureJobs(tx: Db): Promise<number> {
  const found = await sql`update pgboss.job set start_after = now(),
      keep_until = greatest(keep_until, now() + interval '3 days')
    where state in ('created', 'retry') and start_after > now() + interval '1 minute'`.execute(tx);
  // What began in the future would never be seen as left behind.
  await sql`update pgboss.job set started_on = now()
    where state = 'active' and started_on > now() + interval '1 minute'`.execute(tx);
  // The queue's own upkeep waits for a moment of the future too.
  await sql`update pgboss.version set
      maintained_on = least(maintained_on, now()), monitored_on = least(monitored_on, now())`.execute(
    tx,
  );
  return Number(found.numAffectedRows ?? 0);
}
