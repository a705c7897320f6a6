import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { freshDatabase } from './fresh.ts';

declare module 'vitest' {
  interface ProvidedContext {
    superuserUrl: string;
  }
}

/** One cluster for the run; each test file clones the migrated databases (`database.ts`). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'homeward-test-'));
  const fresh = await freshDatabase(folder);
  project.provide('superuserUrl', fresh.superuserUrl);
  return async () => {
    await fresh.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
