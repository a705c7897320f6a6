import type pg from 'pg';
import { newClient } from './pool.ts';

/** Login roles: one for each process. None is an owner, none bypasses row security. */
export const processRoles = [
  'homeward_desk',
  'homeward_family',
  'homeward_worker',
  'homeward_broker',
] as const;
export type ProcessRole = (typeof processRoles)[number];
export const ownerRole = 'homeward_owner';

const extensions = ['pg_trgm', 'btree_gin'];

export interface ClusterOptions {
  readonly database: string;
  readonly passwords: Readonly<Record<string, string>>;
  /** The office that owns the database; a database marked with another office is not changed. */
  readonly officeId?: string;
}

/** Creates the roles with the given passwords and their database; may be called repeatedly. */
export async function prepareCluster(superuserUrl: string, options: ClusterOptions): Promise<void> {
  await withClient(superuserUrl, async (client) => {
    await requireOurs(client, options);
    for (const role of [ownerRole, ...processRoles]) {
      const password = options.passwords[role];
      if (!password) throw new Error(`no password for ${role}`);
      const there = await client.query('select 1 from pg_roles where rolname = $1', [role]);
      const verb = there.rowCount ? 'alter' : 'create';
      await client.query(
        `${verb} role ${role} login nosuperuser nobypassrls nocreatedb nocreaterole
         password ${client.escapeLiteral(password)}`,
      );
      await client.query(`alter role ${role} set statement_timeout = '${timeoutOf(role)}'`);
    }
    const there = await client.query('select 1 from pg_database where datname = $1', [
      options.database,
    ]);
    if (!there.rowCount) {
      await client.query(`create database ${options.database} owner ${ownerRole}`);
      await client.query(`revoke all on database ${options.database} from public`);
      await client.query(
        `grant connect on database ${options.database} to ${[...processRoles, ownerRole].join(', ')}`,
      );
    }
    if (options.officeId !== undefined) {
      const mark = client.escapeLiteral(markOf(options.officeId));
      await client.query(`comment on database ${options.database} is ${mark}`);
    }
  });
  const url = new URL(superuserUrl);
  url.pathname = `/${options.database}`;
  await withClient(url.href, async (client) => {
    for (const extension of extensions) {
      await client.query(`create extension if not exists ${extension}`);
    }
    await client.query('revoke create on schema public from public');
    await client.query(`grant all on schema public to ${ownerRole}`);
  });
}

/**
 * A second data folder configured with the same server would give our roles new passwords and lock
 * the first installation out. So each database records its office.
 */
async function requireOurs(client: pg.Client, options: ClusterOptions): Promise<void> {
  const found = await client.query<{ mark: string | null }>(
    "select shobj_description(oid, 'pg_database') as mark from pg_database where datname = $1",
    [options.database],
  );
  const mark = found.rows[0]?.mark ?? null;
  if (mark === null || options.officeId === undefined || mark === markOf(options.officeId)) return;
  throw new Error(
    `The database ${options.database} belongs to another installation. ` +
      'Start with the data folder that it was made with, whose secrets.json it needs.',
  );
}

const markOf = (officeId: string) => `homeward ${officeId}`;

/** Owner and migrations may take long; all other roles serve people. */
function timeoutOf(role: string): string {
  if (role === ownerRole) return '0';
  return role === 'homeward_worker' || role === 'homeward_broker' ? '30s' : '5s';
}

async function withClient(url: string, fn: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = newClient({ connectionString: url });
  await client.connect();
  try {
    await fn(client);
  } finally {
    await client.end();
  }
}
