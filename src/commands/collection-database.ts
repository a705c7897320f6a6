import { mkdir } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { findServer, holdsInstallation, makeHome, prepareSession } from '../collections/queries.ts';
import type { Config } from '../config.ts';
import { type Bulk, makeDatabase, openBulk } from '../db/bulk.ts';
import { startEmbedded } from '../db/embedded.ts';
import { Problem } from '../kernel/problem.ts';
import { lockFolder } from '../supervisor/lock-file.ts';
import { databaseFolder } from '../supervisor/reachable.ts';

/** The database of open collections, ready for use. */
export interface CollectionDatabase {
  readonly bulk: Bulk;
  close(): Promise<void>;
  /**
   * Stops an embedded server at once, whatever it is doing; a server given by URL keeps running.
   */
  stopNow(): Promise<void>;
}

const databaseName = 'homeward_collections';
const versionMin = 160_000;

/**
 * Opens the database of open collections: the one named, one of its own on the server that
 * DATABASE_URL names, or an embedded one in its own folder. It never shares a database with an
 * installation's tables: open and sealed data share neither roles nor backups.
 */
export async function openCollectionDatabase(
  config: Config,
  database: string | undefined,
): Promise<CollectionDatabase> {
  if (database) return reached(database, async () => undefined);
  if (config.databaseUrl) {
    return reached(await makeDatabase(config.databaseUrl, databaseName), async () => undefined);
  }
  await mkdir(config.dataFolder, { recursive: true, mode: 0o711 });
  const folder = join(await databaseFolder(config.dataFolder), 'collections');
  await mkdir(folder, { recursive: true, mode: 0o711 });
  const lock = await lockFolder(folder);
  const settings = roomySettings();
  const cluster = await startEmbedded({ folder, name: 'collections', settings });
  const stop = async () => {
    await cluster.stop();
    lock.release();
  };
  const url = await makeDatabase(cluster.superuserUrl, databaseName).catch(async (error) => {
    await stop();
    throw error;
  });
  return reached(url, stop);
}

async function reached(url: string, stop: () => Promise<void>): Promise<CollectionDatabase> {
  let bulk: Bulk | null = null;
  try {
    bulk = await openBulk(url);
    await requireFit(bulk);
    await prepareSession(bulk);
    await makeHome(bulk);
  } catch (error) {
    await bulk?.close();
    await stop();
    throw error;
  }
  const open = bulk;
  return {
    bulk: open,
    close: async () => {
      await open.close();
      await stop();
    },
    stopNow: stop,
  };
}

async function requireFit(bulk: Bulk): Promise<void> {
  const { version, encoding } = await findServer(bulk);
  if (version < versionMin || encoding !== 'UTF8') {
    throw new Problem(
      'collection.server',
      409,
      'PostgreSQL 16 or newer is needed, and a database whose encoding is UTF8.',
    );
  }
  if (await holdsInstallation(bulk)) {
    throw new Problem(
      'collection.installation',
      409,
      'This database holds the sealed records of an installation. Open collections need a database of their own.',
    );
  }
}

/** An eighth of the machine's memory for shared buffers, and long intervals between checkpoints. */
export function roomySettings(): Readonly<Record<string, string>> {
  const eighthMiB = Math.floor(totalmem() / 8 / 2 ** 20);
  return {
    shared_buffers: `${Math.max(128, Math.min(2_048, eighthMiB))}MB`,
    max_wal_size: '4GB',
    checkpoint_timeout: '15min',
    maintenance_work_mem: '256MB',
  };
}
