import type { Config } from '../config.ts';
import { keepThroughFailures } from './last-resort.ts';

/**
 * One process of the installation; started by the supervisor, not by hand. It ends when it is told to,
 * and when its supervisor is gone: from its first moment on, since a supervisor can be killed while
 * its processes are starting.
 */
export async function runRole(args: readonly string[], config: Config): Promise<number> {
  let end: () => Promise<void> = async () => undefined; // Nothing is being answered yet.
  let isLeaving = false;
  const leave = () => {
    if (isLeaving) return;
    isLeaving = true;
    void end().then(() => process.exit(0));
  };
  keepThroughFailures();
  process.on('SIGTERM', leave).on('disconnect', leave);
  if (process.connected === false) leave();
  end = await begin(args[0], config);
  process.send?.({ ready: true }, undefined, undefined, (error) => {
    if (error) leave(); // The channel broke before anybody was told that it is closed.
  });
  return 0;
}

/** Answers what ends it in order, when it is ready. */
async function begin(role: string | undefined, config: Config): Promise<() => Promise<void>> {
  switch (role) {
    case 'broker':
      return (await import('./run-broker.ts')).runBroker(config);
    case 'worker':
      return (await import('./run-worker.ts')).runWorker(config);
    case 'web-family':
      return (await import('./run-web-family.ts')).runWebFamily(config);
    case 'web-desk':
      return (await import('./run-web-desk.ts')).runWebDesk(config);
    default:
      throw new Error('There is no such process.');
  }
}
