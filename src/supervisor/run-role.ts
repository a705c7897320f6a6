import type { Config } from '../config.ts';
import { asUnavailable } from '../db/unavailable.ts';
import { isUnavailable } from '../kernel/problem.ts';
import { failedExitCode, unavailableExitCode } from './exit-code.ts';
import {
  listenForStorage,
  type Report,
  type Running,
  startHeartbeat,
  wellVitals,
} from './heartbeat.ts';
import { keepThroughFailures } from './last-resort.ts';
import { logEvent } from './log-event.ts';

/**
 * One process of the installation; the supervisor starts it. It ends when it is told to, when its
 * supervisor is gone, and when it fails. A process that fails during its start must not remain
 * without its work. The supervisor restarts it.
 */
export async function runRole(args: readonly string[], config: Config): Promise<number> {
  const role = args[0];
  let running: Running | null = null; // No request is in progress yet.
  let isLeaving = false;
  const leave = () => {
    if (isLeaving) return;
    isLeaving = true;
    void (running?.stop() ?? Promise.resolve()).finally(() => process.exit(0));
  };
  keepThroughFailures();
  process.on('SIGTERM', leave).on('disconnect', leave);
  if (process.connected === false) leave();
  startHeartbeat(() => running?.vitals() ?? wellVitals);
  try {
    running = await begin(role, config);
  } catch (error) {
    // Open pools and sockets would keep the event loop alive, so the process exits explicitly. Only
    // our own words are logged: those of the driver or the system may hold values.
    if (error instanceof Error && !('code' in error)) process.stderr.write(`${error.message}\n`);
    logEvent('process.not_started', { process: role, error });
    const isAway = isUnavailable(asUnavailable(error) ?? error);
    process.exit(isAway ? unavailableExitCode : failedExitCode);
  }
  const told: Report = { ready: true, heartbeat: running.vitals() };
  process.send?.(told, undefined, undefined, (error) => {
    if (error) leave(); // The channel broke before this process was told that it is closed.
  });
  return 0;
}

/** Resolves when the process is ready. */
async function begin(role: string | undefined, config: Config): Promise<Running> {
  const vitals = () => wellVitals;
  const storage = listenForStorage();
  switch (role) {
    case 'broker':
      return (await import('./run-broker.ts')).runBroker(config);
    case 'worker':
      return (await import('./run-worker.ts')).runWorker(config, storage);
    case 'web-family':
      return {
        stop: await (await import('./run-web-family.ts')).runWebFamily(config, storage),
        vitals,
      };
    case 'web-desk':
      return {
        stop: await (await import('./run-web-desk.ts')).runWebDesk(config, storage),
        vitals,
      };
    default:
      throw new Error('There is no such process.');
  }
}
