import { newClient } from '../db/pool.ts';

const stalledAfterMs = 60_000;
const watchEveryMs = 3_000;
const failedLooksMax = stalledAfterMs / watchEveryMs;
const oldestDue = `
  select (extract(epoch from now() - min(start_after)) * 1000)::float8 as waited_ms
  from pgboss.job where state in ('created', 'retry') and start_after < now() and name = any($1)`;

/** Checks every few seconds how long the oldest due job has waited. */
export function watchQueue(
  url: string,
  names: readonly string[],
): { isStalled: () => boolean; stop: () => void } {
  let failedLooks = 0;
  let waitedMs = 0;
  let isLooking = false;
  const look = async () => {
    const limits = { connectionTimeoutMillis: 4_000, query_timeout: 4_000 };
    const client = newClient({ connectionString: url, ...limits });
    isLooking = true;
    failedLooks += 1; // Until it succeeds.
    try {
      await client.connect();
      const found = await client.query<{ waited_ms: number | null }>(oldestDue, [names]);
      failedLooks = 0;
      waitedMs = found.rows[0]?.waited_ms ?? 0;
    } finally {
      isLooking = false;
      void client.end().catch(() => undefined); // A frozen server does not complete a clean disconnect.
    }
  };
  const timer = setInterval(() => {
    if (!isLooking) void look().catch(() => undefined); // Counted above.
  }, watchEveryMs);
  return {
    isStalled: () => waitedMs > stalledAfterMs || failedLooks > failedLooksMax,
    stop: () => clearInterval(timer),
  };
}
