import { logEvent } from './log-event.ts';

const windowMs = 60_000;
const failuresMax = 100;

/**
 * The last error handler of a process. An error that no code caught is logged with its class and
 * location, and the process continues: one connection's failure must not end the answers of all
 * others. A broken invariant ends the process, and so do too many failures in a minute; the
 * supervisor restarts it.
 */
export function keepThroughFailures(): void {
  let since = 0;
  let count = 0;
  const caught = (error: unknown) => {
    logEvent('process.uncaught', { error });
    const now = performance.now();
    if (now - since > windowMs) {
      since = now;
      count = 0;
    }
    count += 1;
    if (isBrokenInvariant(error) || count > failuresMax) process.exit(70);
  };
  process.on('uncaughtException', caught);
  process.on('unhandledRejection', caught);
}

function isBrokenInvariant(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Invariant broken');
}
