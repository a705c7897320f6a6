import { CompiledQuery } from 'kysely';
import PgBoss from 'pg-boss';
import type { Context } from '../audit/context.ts';
import type { Db } from '../db/connect.ts';
import { newClient } from '../db/pool.ts';
import { isUnavailable } from '../kernel/problem.ts';
import type { Job, JobHandler } from './job.ts';
import { watchQueue } from './queue-watch.ts';

const schema = 'pgboss';

/** Creates the queue's own schema and one queue for each job, and grants the processes access. */
export async function installQueue(
  ownerUrl: string,
  jobs: readonly Omit<JobHandler, 'run'>[],
): Promise<void> {
  const boss = new PgBoss({
    connectionString: ownerUrl,
    schema,
    max: 1,
    supervise: false,
    schedule: false,
  });
  boss.on('error', () => undefined); // Failures also reject the calls below.
  await boss.start();
  try {
    for (const job of jobs) await boss.createQueue(job.name, optionsOf(job));
  } finally {
    await boss.stop({ graceful: false, close: true });
  }
  const client = newClient({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(grants);
  } finally {
    await client.end();
  }
}

const grants = `
  grant usage on schema ${schema} to homeward_desk, homeward_family, homeward_worker;
  grant select, insert, update, delete on all tables in schema ${schema} to homeward_worker;
  grant execute on all functions in schema ${schema} to homeward_worker;
  grant select on ${schema}.queue to homeward_desk, homeward_family;
  grant select, insert on ${schema}.job to homeward_desk, homeward_family`;

function optionsOf(job: Omit<JobHandler, 'run'>): PgBoss.Queue {
  return {
    name: job.name,
    policy: 'standard',
    retryLimit: job.retries,
    retryDelay: 2,
    retryBackoff: true,
    expireInMinutes: job.expireMinutes,
    retentionDays: 3,
  };
}

/** Enqueues a job in the caller's transaction: the job exists if and only if that commits. */
export async function enqueue<Payload extends object>(
  tx: Db,
  job: Job<Payload>,
  payload: Payload,
): Promise<void> {
  const db: PgBoss.Db = {
    executeSql: async (text, values) => {
      const found = await tx.executeQuery(CompiledQuery.raw(text, values));
      return { rows: found.rows as object[] };
    },
  };
  await sender.send(job.name, payload, { db });
}

/** Only writes, and only through the transaction it is given; it has no connection of its own. */
const sender = new PgBoss({
  schema,
  db: {
    executeSql: async () => {
      throw new Error('Invariant broken: a job is enqueued in a transaction');
    },
  },
});

export interface Runner {
  /** True if due jobs wait although this process is free: its queue no longer fetches. */
  isStalled(): boolean;
  stop(): Promise<void>;
}

export interface RunnerParts {
  readonly handlers: readonly JobHandler[];
  /** The context of the system. */
  readonly now: () => Context;
  /** Receives each failure by name, never its payload. */
  readonly onFailure: (name: string, error: unknown) => void;
}

/** Runs jobs until it is stopped. */
export async function runJobs(url: string, parts: RunnerParts): Promise<Runner> {
  const { handlers, onFailure } = parts;
  const boss = new PgBoss({
    connectionString: url,
    schema,
    max: 4,
    migrate: false,
    schedule: false,
  });
  boss.on('error', (error) => onFailure('queue', error));
  await boss.start();
  const held = new Held();
  for (const job of handlers) await work(boss, job, { ...parts, held });
  const names = handlers.map(({ name }) => name);
  const watch = watchQueue(url, names);
  const stopReleasing = releaseLeft(boss, { held, names }, (error) => onFailure('queue', error));
  return {
    isStalled: () => held.ids.length === 0 && watch.isStalled(),
    stop: async () => {
      held.isStopping = true;
      stopReleasing();
      watch.stop();
      await boss.stop({ graceful: true, close: true, timeout: 8_000 });
    },
  };
}

const settleMs = 10_000;
const releaseEveryMs = 5_000;

/** The jobs that run in this process, and those whose end it stored recently. */
class Held {
  readonly #ids = new Set<string>();
  isStopping = false;

  get ids(): readonly string[] {
    return [...this.#ids];
  }

  async during<Answer>(id: string, run: () => Promise<Answer>): Promise<Answer> {
    this.#ids.add(id);
    // The queue stores a job's end by itself, after the job.
    return run().finally(() => setTimeout(() => this.#ids.delete(id), settleMs).unref());
  }
}

/** Without counting a retry: the job was not at fault. */
const releaseSql = `
  update ${schema}.job set state = 'retry', start_after = now(), started_on = null
  where state = 'active' and name = any($1) and id <> all($2::uuid[])
    and started_on < now() - interval '${settleMs} milliseconds'`;

/**
 * Returns jobs that the queue counts as running although no worker runs them. One is left when the
 * database is lost between the work and the queue's record of its end, or when a worker is killed.
 * It would wait until it expires. There is one worker, and a job that runs twice has one effect.
 */
function releaseLeft(
  boss: PgBoss,
  { held, names }: { readonly held: Held; readonly names: readonly string[] },
  onError: (error: unknown) => void,
): () => void {
  let isLooking = false;
  const look = async () => {
    isLooking = true;
    await boss.getDb().executeSql(releaseSql, [names, held.ids]);
  };
  const timer = setInterval(() => {
    if (isLooking) return;
    look()
      .catch(onError)
      .finally(() => {
        isLooking = false;
      });
  }, releaseEveryMs);
  return () => clearInterval(timer);
}

async function work(
  boss: PgBoss,
  { name, run }: JobHandler,
  parts: RunnerParts & { readonly held: Held },
): Promise<void> {
  const options = { batchSize: 1, pollingIntervalSeconds: 0.5 };
  await boss.work<object>(name, options, async ([job]) => {
    if (!job) return;
    try {
      await parts.held.during(job.id, () =>
        throughOutages(() => run(parts.now(), job.data), {
          isStopping: () => parts.held.isStopping,
          onOutage: (error) => parts.onFailure(name, error),
        }),
      );
    } catch (error) {
      parts.onFailure(name, error);
      throw new Error('failed'); // The queue stores this text, so it must hold no content.
    }
  });
}

const outageMaxMs = 300_000;
const outagePauseMs = 500;
const outagePauseMaxMs = 4_000;

/**
 * Repeats a job while the database or the broker is away. The queue's own retries are few, with
 * growing delays: an outage of a minute would use them up, and the list would be lost.
 */
async function throughOutages(
  run: () => Promise<unknown>,
  on: { readonly isStopping: () => boolean; readonly onOutage: (error: unknown) => void },
): Promise<void> {
  let waitedMs = 0;
  for (let pauseMs = outagePauseMs; ; pauseMs = Math.min(pauseMs * 2, outagePauseMaxMs)) {
    try {
      await run();
      return;
    } catch (error) {
      if (!isUnavailable(error) || on.isStopping() || waitedMs >= outageMaxMs) throw error;
      on.onOutage(error);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    waitedMs += pauseMs;
  }
}
