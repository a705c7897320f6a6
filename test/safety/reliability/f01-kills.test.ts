import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, connect } from '../../../src/db/connect.ts';
import { type Embedded, startEmbedded } from '../../../src/db/embedded.ts';
import { migrate } from '../../../src/db/migrate.ts';
import { ownerRole, prepareCluster, processRoles } from '../../../src/db/roles.ts';
import { installQueue } from '../../../src/jobs/queue.ts';
import type { ImportId } from '../../../src/kernel/ids.ts';
import { declared } from '../../../src/registry/modules.ts';
import { bringList, readImport, startImport } from '../../../src/registry/sources/actions.ts';
import { inspectImport } from '../../../src/registry/sources/jobs.ts';
import type { TestDatabase } from '../../database.ts';
import { directLists, type ImportWorld, importWorld, newCommand } from '../../import-world.ts';
import { figure, long, patienceMs } from '../support/length.ts';

/**
 * F-01 and F-02: an import killed at any moment resumes and stores every row once. In one test the
 * worker is killed, in the other every process of PostgreSQL, on durable clusters as in production.
 */
const rows = long(2_000, 100_000);
const workerRuns = long(1, 20);
const databaseRuns = long(1, 5);
const workerKills = 3;
const databaseKills = long(2, 10);
const backWithinMs = 60_000;
const root = join(import.meta.dirname, '../../..');

/** A bureau on a cluster of its own, which may be killed and restarted. */
class Node {
  readonly #cluster: Embedded;
  #open: Connection<never>[] = [];
  readonly folder: string;
  world!: ImportWorld; // Made by `open`.

  private constructor(folder: string, cluster: Embedded) {
    this.folder = folder;
    this.#cluster = cluster;
  }

  static async open(): Promise<Node> {
    const folder = await mkdtemp(join(tmpdir(), 'homeward-kill-'));
    await chmod(folder, 0o711);
    const cluster = await startEmbedded({ folder, name: 'kill' });
    const passwords = Object.fromEntries(
      [ownerRole, ...processRoles].map((role) => [role, 'test']),
    );
    for (const database of ['main', 'keystore']) {
      await prepareCluster(cluster.superuserUrl, { database, passwords });
    }
    const node = new Node(folder, cluster);
    await migrate(node.url(ownerRole, 'main'), join(root, 'migrations'));
    await migrate(node.url(ownerRole, 'keystore'), join(root, 'migrations', 'keystore'));
    await installQueue(node.url(ownerRole, 'main'), declared.jobs);
    node.world = await importWorld(node.database());
    return node;
  }

  url(role: string, database: string): string {
    return this.#cluster.urlFor(role, 'test', database);
  }

  /** Normally the clone of a test run's databases; here they are its own. */
  database(): TestDatabase {
    const opened = (url: string) => {
      const connection = connect<never>(url, { max: 4 });
      this.#open.push(connection);
      return connection.db;
    };
    const superuser = (database: string) =>
      opened(this.#cluster.superuserUrl.replace('/postgres?', `/${database}?`));
    return {
      db: superuser('main') as unknown as TestDatabase['db'], // The same tables.
      keystore: superuser('keystore') as unknown as TestDatabase['keystore'],
      as: (role) => opened(this.url(role, 'main')) as unknown as TestDatabase['db'],
      urlOf: (role, which = 'main') => this.url(role, which),
      drop: () => this.close(),
    };
  }

  /** Every process of the cluster at once, as when the machine runs out of memory. */
  async killPostgres(): Promise<number> {
    const folder = join(this.folder, 'data');
    const [pid = ''] = (await readFile(join(folder, 'postmaster.pid'), 'utf8')).split('\n');
    const family = [Number(pid), ...(await childrenOf(Number(pid)))];
    for (const each of family) kill(each);
    return family.length;
  }

  /** The product restarts a dead server by itself: this only waits until it answers. */
  async backAgain(): Promise<void> {
    const until = Date.now() + backWithinMs;
    for (;;) {
      const connection = connect<never>(this.#cluster.superuserUrl, { max: 1 });
      try {
        await sql`select 1`.execute(connection.db);
        return;
      } catch (cause) {
        if (Date.now() > until) throw new Error('The database did not come back.', { cause });
        await new Promise((resolve) => setTimeout(resolve, 100));
      } finally {
        await connection.close();
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((each) => each.close()));
    await this.#cluster.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function childrenOf(parent: number): Promise<readonly number[]> {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const line = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    // After the name in brackets: the state, then the parent.
    if (Number(line.slice(line.lastIndexOf(')') + 2).split(' ')[1]) === parent)
      found.push(Number(entry));
  }
  return found;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended with its parent.
  }
}

let node: Node;
beforeAll(async () => {
  node = await Node.open();
}, patienceMs(60_000));
afterAll(() => node?.close());

async function begin(number: number): Promise<ImportId> {
  const { daria, worker } = node.world;
  const lines = Array.from(
    { length: rows },
    (_, at) =>
      `Вербогай${number}я${at} Андрій Петрович;0${(at % 9) + 1}.07.${1960 + (at % 40)};901 ОМБр`,
  );
  const { importId } = await bringList(daria, {
    bytes: Buffer.from(['ПІБ;Дата народження;Підрозділ', ...lines].join('\n')),
    kind: 'official_list',
    reliability: 'B2',
    sender: { label: `Bureau ${number}` },
    asOf: null,
    side: 'held',
    language: 'uk',
  });
  await inspectImport(worker, { importId }, directLists);
  const { list } = await readImport(daria, { importId });
  await startImport(daria, {
    importId,
    version: list.version,
    columns: list.mapping?.columns ?? [],
    saveForSender: false,
    commandId: newCommand(),
  });
  return importId;
}

function startWorker(importId: ImportId): ChildProcess {
  const urls = [
    node.url('homeward_broker', 'main'),
    node.url('homeward_worker', 'main'),
    node.url('homeward_broker', 'keystore'),
  ];
  const script = join(root, 'test', 'import-worker.ts');
  const { key, officeId } = node.world;
  const args = ['--import', 'tsx', script, ...urls, key, officeId, importId];
  return spawn(process.execPath, args, { cwd: root, stdio: 'ignore' });
}

const ended = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once('exit', (code) => resolve(code));
  });

/** Rows stored and acknowledged; repeated while the database recovers. */
async function rowsRead(importId: ImportId): Promise<number> {
  for (let tries = 0; ; tries += 1) {
    try {
      const found = await sql<{ rowsRead: number }>`
        select rows_read from imports where id = ${importId}`.execute(watch());
      return found.rows[0]?.rowsRead ?? 0;
    } catch (error) {
      if (tries > 50) throw error;
      await pause(100);
    }
  }
}

let watching: TestDatabase | null = null;
function watch(): TestDatabase['db'] {
  watching ??= node.database();
  return watching.db;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Lets the worker complete this many rows, and then continue to a random moment. */
async function getOn(importId: ImportId, worker: ChildProcess, by: number): Promise<void> {
  const before = await rowsRead(importId);
  while (worker.exitCode === null && (await rowsRead(importId)) < before + by) await pause(5);
  await pause(Math.random() * 40);
}

/** Everything that must exist once for each row. */
async function figures(importId: ImportId) {
  const found = await sql<Record<string, number>>`
    select count(*) as records, count(distinct r.line) as lines,
      count(distinct r.person_id) as persons,
      (select count(*) from sealed_fields f join records s on s.id = f.row_id
        where s.import_id = ${importId} and f.column_name = 'description') as sealed,
      (select count(*) from events e join records s on s.id = e.record_id
        where s.import_id = ${importId}) as events,
      (select count(*) from import_rows where import_id = ${importId}) as outcomes,
      (select count(*) from persons p where not exists
        (select 1 from records o where o.person_id = p.id)) as orphans
    from records r where r.import_id = ${importId}`.execute(watch());
  return found.rows[0];
}

const exact = {
  records: rows,
  lines: rows,
  persons: rows,
  sealed: rows,
  events: rows,
  outcomes: rows,
  orphans: 0,
};

/** Entries of the log for the chunks of this import: one per chunk, and one for its end. */
async function chunkEntries(): Promise<number> {
  const found = await sql<{ entries: number }>`
    select count(*) as entries from audit_entries where action = 'import.carry_out'
      and outcome = 'done' and content::json ->> 'asked' is null
      and content::json ->> 'answered' is not null`.execute(watch());
  return found.rows[0]?.entries ?? 0;
}

const chunkRows = 500;
const entriesOfOne = Math.ceil(rows / chunkRows) + 1;

describe('F-01 the worker is killed', () => {
  it(
    'stores every row once, its entries too, and loses at most the chunk under way',
    async () => {
      let kills = 0;
      for (let run = 0; run < workerRuns; run += 1) {
        const entries = await chunkEntries();
        const importId = await begin(run);
        for (let at = 0; at < workerKills; at += 1) {
          const worker = startWorker(importId);
          await getOn(importId, worker, 1 + Math.floor(Math.random() * (rows / workerKills / 2)));
          const before = await rowsRead(importId);
          if (worker.kill('SIGKILL')) kills += 1;
          await ended(worker);
          // What was acknowledged exists; a running chunk may still have been committed.
          const kept = await rowsRead(importId);
          expect(kept).toBeGreaterThanOrEqual(before);
        }
        expect(await ended(startWorker(importId))).toBe(0);
        expect(await figures(importId)).toEqual(exact);
        expect((await chunkEntries()) - entries).toBe(entriesOfOne);
        figure(
          'F-01',
          `run ${run + 1} of ${workerRuns}: ${rows} rows, ${kills} kills of the worker so far, every row once`,
        );
      }
      expect(kills).toBeGreaterThanOrEqual(workerRuns * 2);
    },
    patienceMs(120_000),
  );
});

describe('F-02 every process of PostgreSQL is killed', () => {
  it(
    'stores every row once, and loses nothing that was acknowledged',
    async () => {
      let kills = 0;
      for (let run = 0; run < databaseRuns; run += 1) {
        const entries = await chunkEntries();
        const importId = await begin(1_000 + run);
        for (let at = 0; at < databaseKills; at += 1) {
          const worker = startWorker(importId);
          await getOn(importId, worker, 1 + Math.floor(Math.random() * (rows / databaseKills / 2)));
          const acknowledged = await rowsRead(importId);
          const processes = await node.killPostgres();
          expect(processes).toBeGreaterThan(3);
          kills += 1;
          await ended(worker);
          await node.backAgain();
          expect(await rowsRead(importId)).toBeGreaterThanOrEqual(acknowledged);
        }
        expect(await ended(startWorker(importId))).toBe(0);
        expect(await figures(importId)).toEqual(exact);
        expect((await chunkEntries()) - entries).toBe(entriesOfOne);
        figure(
          'F-02',
          `run ${run + 1} of ${databaseRuns}: ${rows} rows, ${kills} kills of the cluster so far, 0 acknowledged lost`,
        );
      }
    },
    patienceMs(180_000),
  );
});

describe('F-01 without what keeps a row single (negative control)', () => {
  it(
    'doubles rows when the count of a chunk is not kept with it',
    async () => {
      const keys = ['records', 'persons', 'import_rows', 'sealed_fields'];
      for (const table of keys) {
        await sql
          .raw(`alter table ${table} drop constraint ${table}_pkey cascade`)
          .execute(watch());
      }
      await sql`drop index records_row`.execute(watch());
      // As if the worker had died between storing a chunk and recording it.
      const again = await begin(5_001);
      const worker = startWorker(again);
      await getOn(again, worker, 1);
      worker.kill('SIGKILL');
      await ended(worker);
      await sql`update imports set rows_read = 0 where id = ${again}`.execute(watch());
      await ended(startWorker(again));
      const found = await figures(again);
      figure('F-01', `control: ${found?.['records']} records of ${rows} rows`);
      expect(found?.['records']).toBeGreaterThan(rows);
    },
    patienceMs(90_000),
  );
});
