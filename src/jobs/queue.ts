import { CompiledQuery } from 'kysely';
import PgBoss from 'pg-boss';
import type { Db } from '../db/connect.ts';
import { newClient } from '../db/pool.ts';
import { type Catalogue, type JobName, jobNames, jobRules } from './catalogue.ts';

const schema = 'pgboss';

/** Makes the queue's own schema and one queue for each job, and lets the processes reach them. */
export async function installQueue(ownerUrl: string): Promise<void> {
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
    for (const name of jobNames) await boss.createQueue(name, optionsOf(name));
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

function optionsOf(name: JobName): PgBoss.Queue {
  const rule = jobRules[name];
  return {
    name,
    policy: rule.timetable ? 'short' : 'standard',
    retryLimit: rule.retries,
    retryDelay: 2,
    retryBackoff: true,
    expireInMinutes: rule.expireMinutes,
    retentionDays: 3,
  };
}

/** Puts a job on the queue in the caller's transaction: it exists when and only when that commits. */
export async function enqueue<Name extends JobName>(
  tx: Db,
  name: Name,
  payload: Catalogue[Name],
): Promise<void> {
  const db: PgBoss.Db = {
    executeSql: async (text, values) => {
      const found = await tx.executeQuery(CompiledQuery.raw(text, values));
      return { rows: found.rows as object[] };
    },
  };
  await sender.send(name, payload, { db });
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

export type Handlers = {
  readonly [Name in JobName]: (payload: Catalogue[Name]) => Promise<unknown>;
};

export interface Runner {
  stop(): Promise<void>;
}

/** Runs jobs until told to stop; `onFailure` hears of each failure by name, never of its payload. */
export async function runJobs(
  url: string,
  handlers: Handlers,
  onFailure: (name: string, error: unknown) => void,
): Promise<Runner> {
  const boss = new PgBoss({ connectionString: url, schema, max: 4, migrate: false });
  boss.on('error', (error) => onFailure('queue', error));
  await boss.start();
  for (const name of jobNames) await work(boss, name, { handlers, onFailure });
  for (const name of jobNames) {
    const { timetable } = jobRules[name];
    if (timetable) await boss.schedule(name, timetable, {});
  }
  return { stop: () => boss.stop({ graceful: true, close: true, timeout: 8_000 }) };
}

async function work<Name extends JobName>(
  boss: PgBoss,
  name: Name,
  parts: {
    readonly handlers: Handlers;
    readonly onFailure: (name: string, error: unknown) => void;
  },
): Promise<void> {
  const options = { batchSize: 1, pollingIntervalSeconds: 0.5 };
  await boss.work<Catalogue[Name]>(name, options, async ([job]) => {
    if (!job) return;
    try {
      await parts.handlers[name](job.data);
    } catch (error) {
      parts.onFailure(name, error);
      throw new Error('failed'); // The queue stores this text; it must hold nothing.
    }
  });
}
