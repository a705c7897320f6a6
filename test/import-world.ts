import type { BrokerPort, Context } from '../src/audit/context.ts';
import { makeBroker } from '../src/broker/broker.ts';
import { KeyRing } from '../src/broker/key-ring.ts';
import { type KeystoreDb, keystoreOf } from '../src/broker/keystore.ts';
import { localMatcher } from '../src/broker/matcher-local.ts';
import { makeNodeKeys, readKey, writeKey } from '../src/broker/node-keys.ts';
import { firstPolicy } from '../src/broker/policy.ts';
import { connect, type Db } from '../src/db/connect.ts';
import type { AccountId, CommandId, OfficeId, SessionId, StaffId } from '../src/kernel/ids.ts';
import { declared } from '../src/registry/modules.ts';
import type { ListReader } from '../src/registry/sources/actions.ts';
import { inspectList, readList } from '../src/sandbox/read-list.ts';
import { openPlainFile, type PlainFile } from '../src/sandbox/run-list.ts';
import { hashToken, newId, randomToken } from '../src/vault/random.ts';
import type { TestDatabase } from './database.ts';

/** A bureau that receives lists: Daria uploads them, a worker imports them. */
export interface ImportWorld {
  readonly officeId: OfficeId;
  readonly daria: Context;
  readonly worker: Context;
  readonly broker: BrokerPort;
  /** The key as text, for a worker in a process of its own. */
  readonly key: string;
}

/** Creates an office, Daria with a session, keys, and a broker in this process (ruling 27). */
export async function importWorld(test: TestDatabase): Promise<ImportWorld> {
  const now = new Date('2026-03-02T09:00:00Z');
  const clock = () => now;
  const kek = await makeNodeKeys(test.keystore, now);
  const broker = brokerOn(test.as('homeward_broker'), test.keystore, { key: writeKey(kek), clock });
  const officeId = newId<'office'>() as OfficeId;
  const token = randomToken(32);
  const actor = {
    kind: 'staff',
    staffId: newId<'staff'>() as StaffId,
    accountId: newId<'account'>() as AccountId,
    officeId,
    roles: ['caseworker'],
    sessionId: newId<'session'>() as SessionId,
    freshUntil: null,
  } as const;
  await arrange(test.db, { ...actor, token, now });
  const common = { now, broker, purpose: { kind: 'import' } } as const;
  return {
    officeId,
    broker,
    key: writeKey(kek),
    daria: { ...common, actor, db: test.as('homeward_desk'), sessionToken: token },
    worker: { ...common, ...workerOf(officeId), db: test.as('homeward_worker') },
  };
}

export function workerOf(officeId: OfficeId): Pick<Context, 'actor' | 'purpose'> {
  return {
    actor: { kind: 'system', name: 'worker', officeId },
    purpose: { kind: 'upkeep' },
  };
}

/** The broker's own code over two connections, unlocked with the key. */
export function brokerOn(
  db: Db,
  keystore: KeystoreDb,
  { key, clock }: { key: string; clock: () => Date },
): BrokerPort {
  const kek = readKey(key);
  if (!kek) throw new Error('not a key');
  const ring = new KeyRing(keystore);
  ring.unlock(kek);
  return makeBroker({
    db,
    keystore,
    ring,
    matcher: localMatcher(),
    policy: firstPolicy,
    clock,
    declared,
  });
}

/**
 * Lists read by the sandbox's own code in this process. Its child process is tested in
 * `src/sandbox`; here it would only cost a quarter of a second per list.
 */
export const directLists: ListReader = {
  async inspect(content) {
    const file = await openPlainFile(content);
    try {
      return await inspectList(pathOf(file));
    } finally {
      await file.close();
    }
  },
  async *rows(content, { skip }) {
    const file = await openPlainFile(content);
    try {
      let seen = 0;
      for await (const row of readList(pathOf(file))) {
        seen += 1;
        if (seen > skip) yield [row];
      }
    } finally {
      await file.close();
    }
  },
};

function pathOf(file: PlainFile): string {
  return file.handle ? `/proc/self/fd/${file.handle.fd}` : file.path;
}

/** A keystore connection from its address, for processes that were given only that. */
export function keystoreAt(url: string): KeystoreDb {
  return keystoreOf(connect<never>(url, { max: 4 }).db);
}

async function arrange(
  db: Db,
  daria: {
    officeId: string;
    staffId: string;
    accountId: string;
    sessionId: string;
    token: string;
    now: Date;
  },
): Promise<void> {
  const { officeId, staffId, accountId, now } = daria;
  await db.insertInto('offices').values({ id: officeId, name: 'A', recordedAt: now }).execute();
  await db
    .insertInto('staff')
    .values({
      id: staffId,
      officeId,
      workName: 'Daria',
      roles: ['caseworker'],
      language: 'uk',
      recordedAt: now,
    })
    .execute();
  await db
    .insertInto('staffAccounts')
    .values({ id: accountId, staffId, officeId, recordedAt: now })
    .execute();
  await db
    .insertInto('sessions')
    .values({
      id: daria.sessionId,
      tokenHash: hashToken(daria.token),
      kind: 'staff',
      accountId,
      staffId,
      officeId,
      startedAt: now,
      seenAt: now,
      endsAt: new Date(now.getTime() + 8 * 3_600_000),
    })
    .execute();
}

export function newCommand(): CommandId {
  return newId<'command'>() as CommandId; // The same brand.
}
