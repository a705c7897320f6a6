import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../test/database.ts';
import type { ImportId } from '../kernel/ids.ts';
import { unavailable } from '../kernel/problem.ts';
import { declared } from '../registry/modules.ts';
import { inspectJob } from '../registry/sources/import-jobs.ts';
import { newId } from '../vault/random.ts';
import { jobHandler } from './job.ts';
import { enqueue, installQueue, type Runner, runJobs } from './queue.ts';

let test: TestDatabase;
let runner: Runner | null = null;
const done: string[] = [];
const failures: string[] = [];

beforeAll(async () => {
  test = await cloneDatabase();
  const owner = new URL(test.urlOf('homeward_worker'));
  owner.username = 'homeward_owner';
  await installQueue(owner.href, declared.jobs);
});
beforeEach(() => {
  done.length = 0;
  failures.length = 0;
});
afterAll(async () => {
  await runner?.stop();
  await test?.drop();
});

async function start(run: (importId: string) => Promise<unknown>): Promise<void> {
  await runner?.stop();
  const inspect = async ({ importId }: { readonly importId: string }) => {
    await run(importId);
    done.push(importId);
  };
  runner = await runJobs(test.urlOf('homeward_worker'), {
    handlers: [jobHandler(inspectJob, (_ctx, payload) => inspect(payload))],
    now: () => undefined as never, // No handler here uses its time.
    onFailure: (name) => failures.push(name),
  });
}

async function newJob(): Promise<ImportId> {
  const importId = newId<'import'>();
  await enqueue(test.db, inspectJob, { importId });
  return importId;
}

describe('jobs through faults', () => {
  it('gives back a job that counts as running and that nobody works on', async () => {
    const importId = await newJob();
    // The state after a worker's connection broke before the queue recorded the end.
    await sql`update pgboss.job set state = 'active', started_on = now() - interval '1 minute'
      where data ->> 'importId' = ${importId}`.execute(test.db);
    await start(async () => undefined);
    await expect.poll(() => done).toEqual([importId]);
  });

  it('does a job again through an outage, without counting it as a failure of the job', async () => {
    let outages = 0;
    await start(async () => {
      outages += 1;
      // More often than the queue would retry a failing job.
      if (outages <= 5) throw unavailable('database.away');
    });
    const importId = await newJob();
    await expect.poll(() => done).toEqual([importId]);
    const found = await sql<{ retryCount: number }>`select retry_count from pgboss.job
      where data ->> 'importId' = ${importId}`.execute(test.db);
    expect(found.rows[0]?.retryCount).toBe(0);
    expect(failures).toHaveLength(5);
  });

  it('leaves a job alone while its own worker is busy with it', async () => {
    let begun = 0;
    let finish: () => void = () => undefined;
    await start(async () => {
      begun += 1;
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
    });
    const importId = await newJob();
    await expect.poll(() => begun).toBe(1);
    await sql`update pgboss.job set started_on = now() - interval '1 minute'
      where data ->> 'importId' = ${importId}`.execute(test.db);
    await new Promise((resolve) => setTimeout(resolve, 6_000)); // One check for abandoned jobs.
    expect(begun).toBe(1);
    finish();
    await expect.poll(() => done).toEqual([importId]);
  });
});
