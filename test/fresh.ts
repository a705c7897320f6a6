import { join } from 'node:path';
import { startEmbedded } from '../src/db/embedded.ts';
import { migrate } from '../src/db/migrate.ts';
import { ownerRole, prepareCluster, processRoles } from '../src/db/roles.ts';
import { storeEventKinds } from '../src/registry/event-kind-queries.ts';
import { declared } from '../src/registry/modules.ts';

/** A freshly migrated pair of databases on one temporary cluster. */
export interface Fresh {
  readonly superuserUrl: string;
  readonly mainOwnerUrl: string;
  readonly keystoreOwnerUrl: string;
  urlFor(role: string, database: string): string;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, '..');

/** Starts a cluster in `folder` without durability and migrates `main` and `keystore` in it. */
export async function freshDatabase(folder: string): Promise<Fresh> {
  const settings = { wal_level: 'minimal', max_wal_senders: '0', autovacuum: 'off' };
  const cluster = await startEmbedded({ folder, name: 'test', durable: false, settings });
  const passwords = Object.fromEntries([ownerRole, ...processRoles].map((role) => [role, 'test']));
  const urlFor = (role: string, database: string) => cluster.urlFor(role, 'test', database);
  for (const database of ['main', 'keystore']) {
    await prepareCluster(cluster.superuserUrl, { database, passwords });
  }
  const mainOwnerUrl = urlFor(ownerRole, 'main');
  const keystoreOwnerUrl = urlFor(ownerRole, 'keystore');
  await migrate(mainOwnerUrl, join(root, 'migrations'));
  await migrate(keystoreOwnerUrl, join(root, 'migrations', 'keystore'));
  await storeEventKinds(mainOwnerUrl, declared);
  return {
    superuserUrl: cluster.superuserUrl,
    mainOwnerUrl,
    keystoreOwnerUrl,
    urlFor,
    stop: () => cluster.stop(),
  };
}
