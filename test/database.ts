import pg from 'pg';
import { inject } from 'vitest';
import { type KeystoreDb, keystoreOf } from '../src/broker/keystore.ts';
import { type Connection, connect, type Db } from '../src/db/connect.ts';
import type { ProcessRole } from '../src/db/roles.ts';

/** A clone of the migrated databases for one test file. */
export interface TestDatabase {
  /** Connection of the superuser: sees everything, for setup and for checks. */
  readonly db: Db;
  readonly keystore: KeystoreDb;
  /** A connection as one of the process roles, under row security. */
  as(role: ProcessRole): Db;
  urlOf(role: ProcessRole, which?: 'main' | 'keystore'): string;
  drop(): Promise<void>;
}

let made = 0;

/** Clones both databases. Call `drop` when the file is done. */
export async function cloneDatabase(): Promise<TestDatabase> {
  const superuserUrl = inject('superuserUrl');
  made += 1;
  const suffix = `${process.pid}_${made}`;
  const names = { main: `main_${suffix}`, keystore: `keystore_${suffix}` };
  const copies = Object.entries(names).map(([template, name]) =>
    withClient(superuserUrl, async (client) => {
      await client.query(`create database ${name} template ${template} owner homeward_owner`);
    }),
  );
  await Promise.all(copies);
  const open: Connection<never>[] = [];
  const roles = new Map<ProcessRole, Db>();
  const opened = <T>(connection: Connection<T>) => {
    open.push(connection as unknown as Connection<never>); // Only ever closed.
    return connection.db;
  };
  const urlOf = (role: ProcessRole, which: 'main' | 'keystore' = 'main') =>
    at(superuserUrl, { user: role, database: names[which] });
  const main = at(superuserUrl, { database: names.main });
  const keystore = at(superuserUrl, { database: names.keystore });
  return {
    db: opened(connect(main, { max: 4 })),
    keystore: keystoreOf(opened(connect<never>(keystore, { max: 4 }))),
    as: (role) => {
      // One pool per role however often it is requested: the server has few connections.
      const known = roles.get(role) ?? opened(connect(urlOf(role), { max: 4 }));
      roles.set(role, known);
      return known;
    },
    urlOf,
    drop: async () => {
      await Promise.all(open.map((connection) => connection.close()));
      await withClient(superuserUrl, async (client) => {
        for (const name of Object.values(names)) {
          await client.query(`drop database if exists ${name} with (force)`);
        }
      });
    },
  };
}

function at(superuserUrl: string, change: { user?: string; database: string }): string {
  const url = new URL(superuserUrl);
  url.pathname = `/${change.database}`;
  if (change.user) {
    url.username = change.user;
    url.password = 'test';
  }
  return url.href;
}

async function withClient(url: string, fn: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await fn(client);
  } finally {
    await client.end();
  }
}
