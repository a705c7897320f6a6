import { rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { freshDatabase } from './fresh.ts';
import { scratchFolder } from './scratch.ts';

declare module 'vitest' {
  interface ProvidedContext {
    superuserUrl: string;
  }
}

/** One cluster for the run; each test file clones the migrated databases (`database.ts`). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await scratchFolder('test');
  const fresh = await freshDatabase(folder);
  project.provide('superuserUrl', fresh.superuserUrl);
  return async () => {
    await fresh.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
