import type { Config } from '../config.ts';

/** One process of the installation; started by the supervisor, not by hand. */
export async function runRole(args: readonly string[], config: Config): Promise<number> {
  const [role] = args;
  switch (role) {
    case 'broker':
      await (await import('./run-broker.ts')).runBroker(config);
      return 0;
    case 'worker':
      await (await import('./run-worker.ts')).runWorker(config);
      return 0;
    case 'web-family':
      await (await import('./run-web-family.ts')).runWebFamily(config);
      return 0;
    case 'web-desk':
      await (await import('./run-web-desk.ts')).runWebDesk(config);
      return 0;
    default:
      throw new Error('There is no such process.');
  }
}
