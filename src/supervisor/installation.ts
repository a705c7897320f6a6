import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  insertOffice,
  insertPolicy,
  insertStaff,
  listStaff,
  type NewStaff,
} from '../access/queries.ts';
import { renewIntakeKey } from '../broker/intake-keys.ts';
import { KeyRing } from '../broker/key-ring.ts';
import { keystoreOf } from '../broker/keystore.ts';
import {
  hasNodeKeys,
  makeNodeKeys,
  randomPassword,
  signingKeys,
  writeKey,
} from '../broker/node-keys.ts';
import { firstPolicy } from '../broker/policy.ts';
import type { Config } from '../config.ts';
import { connect } from '../db/connect.ts';
import { type Embedded, startEmbedded } from '../db/embedded.ts';
import { migrate } from '../db/migrate.ts';
import { ownerRole, prepareCluster, processRoles } from '../db/roles.ts';
import { inTransaction } from '../db/transaction.ts';
import { verifyDatabase } from '../db/verify.ts';
import { installQueue } from '../jobs/queue.ts';
import type { OfficeId } from '../kernel/ids.ts';
import { storeEventKinds } from '../registry/event-kind-queries.ts';
import { declared } from '../registry/modules.ts';
import type { Secret } from '../vault/keys.ts';
import { newId } from '../vault/random.ts';
import { sign } from '../vault/sign.ts';
import { logEvent } from './log-event.ts';
import { databaseFolder } from './reachable.ts';

/** Passwords of the database roles and the id of the office; readable only by the owner. */
export interface Secrets {
  readonly officeId: OfficeId;
  readonly passwords: Readonly<Record<string, string>>;
}

export type DatabaseName = 'main' | 'keystore';

/** The databases of an installation, migrated and checked. */
export interface Databases {
  readonly urlFor: (role: string, which: DatabaseName) => string;
  /** The folder of the embedded databases; null if both servers belong to the operator. */
  readonly folder: string | null;
  /** How often an embedded server was restarted; 0 for an external server. */
  readonly restarts: (which: DatabaseName) => number;
  readonly stop: () => Promise<void>;
}

/** Reads the secrets of the data folder; creates them on the first start. */
export async function openSecrets(config: Config): Promise<Secrets> {
  const path = join(config.dataFolder, 'secrets.json');
  await mkdir(config.dataFolder, { recursive: true, mode: 0o711 });
  const known = await readFile(path, 'utf8').catch(() => null);
  if (known) return JSON.parse(known) as Secrets; // Written below.
  const passwords = Object.fromEntries(
    [ownerRole, ...processRoles].map((role) => [role, randomPassword()]),
  );
  const secrets: Secrets = { officeId: newId<'office'>(), passwords };
  await writeFile(`${path}.new`, JSON.stringify(secrets), { mode: 0o600 });
  await rename(`${path}.new`, path);
  return secrets;
}

/** Starts (or connects to) both databases, migrates them and refuses unsafe settings. */
export async function openDatabases(config: Config, secrets: Secrets): Promise<Databases> {
  const clusters = new Map<DatabaseName, Embedded>();
  const home = databaseFolder(config.dataFolder);
  home.catch(() => undefined); // Awaited below if an embedded server is needed.
  const superuserOf = async (which: DatabaseName, given: string | null) => {
    if (given) return given;
    const cluster = await startEmbedded({
      folder: join(await home, which),
      name: which,
      onEnded: (code) => logEvent('process.ended', { process: `database-${which}`, code }),
    });
    clusters.set(which, cluster);
    return cluster.superuserUrl;
  };
  const stop = async () => {
    await Promise.all([...clusters.values()].map((cluster) => cluster.stop()));
  };
  try {
    const [main, keystore] = await Promise.all([
      superuserOf('main', config.databaseUrl),
      superuserOf('keystore', config.keystoreUrl),
    ]);
    const urls = { main, keystore };
    const urlFor = (role: string, which: DatabaseName) => {
      const url = new URL(urls[which]);
      url.username = role;
      url.password = secrets.passwords[role] ?? '';
      url.pathname = `/homeward_${which}`;
      return url.href;
    };
    for (const which of ['main', 'keystore'] as const) {
      await prepareCluster(urls[which], {
        database: `homeward_${which}`,
        passwords: secrets.passwords,
        officeId: secrets.officeId,
      });
    }
    await migrate(urlFor(ownerRole, 'main'), join(config.root, 'migrations'));
    await migrate(urlFor(ownerRole, 'keystore'), join(config.root, 'migrations', 'keystore'));
    await installQueue(urlFor(ownerRole, 'main'), declared.jobs);
    await storeEventKinds(urlFor(ownerRole, 'main'), declared);
    await verifyDatabase(urlFor(ownerRole, 'main'));
    const restarts = (which: DatabaseName) => clusters.get(which)?.restarts() ?? 0;
    const folder = clusters.size > 0 ? await home : null;
    return { urlFor, restarts, stop, folder };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The initial content of an installation, and the function that receives its key. */
export interface FirstContent {
  readonly officeName: string;
  readonly staff: readonly NewStaff[];
  readonly now: Date;
  readonly keep: (kek: Secret) => Promise<void>;
}

/**
 * Creates keys, policy and office if there are none; returns false if the installation has keys.
 * `keep` receives the key-encryption key, for a file (trial) or for shares (`init`), before
 * anything is committed. So, killed at any moment, no installation exists whose key is lost.
 */
export async function makeInstallation(
  databases: Databases,
  secrets: Secrets,
  first: FirstContent,
): Promise<boolean> {
  const { officeId } = secrets;
  const main = connect(databases.urlFor('homeward_broker', 'main'), { max: 1 });
  const keys = connect<never>(databases.urlFor('homeward_broker', 'keystore'), { max: 1 });
  const keystore = keystoreOf(keys.db);
  try {
    if (await hasNodeKeys(keystore)) return false;
    const system = { actorKind: 'system', actorId: 'command', officeId, subjectId: '' };
    await keystore.transaction().execute(async (keystoreTx) => {
      const made = await makeNodeKeys(keystoreTx, first.now);
      const { privateKey } = await signingKeys(keystoreTx, made);
      // From the start, families can file even if the installation has never been unlocked.
      const ring = new KeyRing(keystoreTx);
      ring.unlock(made);
      await renewIntakeKey({ db: main.db, keystore: keystoreTx, ring, clock: () => first.now });
      const content = JSON.stringify(firstPolicy);
      // Rows first, keys last: never keys without their office.
      await inTransaction(main.db, system, async (tx) => {
        if ((await listStaff(tx, 1)).length > 0) throw keysMissing();
        await insertOffice(tx, { id: officeId, name: first.officeName, recordedAt: first.now });
        await insertPolicy(tx, {
          version: firstPolicy.version,
          content,
          signature: sign(privateKey, Buffer.from(content)),
          inForceAt: first.now,
        });
        for (const person of first.staff) await insertStaff(tx, { ...person, officeId }, first.now);
      });
      await first.keep(made);
    });
    return true;
  } finally {
    await Promise.all([main.close(), keys.close()]);
  }
}

/** A database restored without its keystore, or a first start that was killed between the two. */
function keysMissing(): Error {
  return new Error(
    'The main database has content, and the keystore has no keys for it. ' +
      'Put the backup of the keystore back beside it, or begin in an empty folder.',
  );
}

/** Stores the trial's key in a file beside the data; the desk says so on every page. */
export async function keepTrialKey(config: Config, kek: Secret): Promise<void> {
  await writeFile(join(config.dataFolder, 'trial-unlock-key'), `${writeKey(kek)}\n`, {
    mode: 0o600,
  });
}

/**
 * Records that this folder is not a trial: `start` then offers no code and waits for two shares.
 */
export function markReal(config: Config): Promise<void> {
  return writeFile(join(config.dataFolder, 'real'), 'made by homeward init\n', { mode: 0o600 });
}

/** True if the folder was created by `homeward init`. */
export function isReal(config: Config): Promise<boolean> {
  return isThere(join(config.dataFolder, 'real'));
}

/** Records that this trial began empty, so that a later start does not create the demo world. */
export function markEmptyTrial(config: Config): Promise<void> {
  return writeFile(join(config.dataFolder, 'empty-trial'), 'started with --empty\n', {
    mode: 0o600,
  });
}

export function isEmptyTrial(config: Config): Promise<boolean> {
  return isThere(join(config.dataFolder, 'empty-trial'));
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** The invented colleagues of a trial, from the database. */
export async function listColleagues(databases: Databases, officeId: OfficeId) {
  const main = connect(databases.urlFor('homeward_broker', 'main'), { max: 1 });
  const system = { actorKind: 'system', actorId: 'command', officeId, subjectId: '' };
  try {
    return await inTransaction(main.db, system, (tx) => listStaff(tx, 20));
  } finally {
    await main.close();
  }
}
