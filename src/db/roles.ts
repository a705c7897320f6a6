import pg from 'pg';

/** Login roles: one for each process, none of them owner, none passing row security. */
export const processRoles = [
  'homeward_desk',
  'homeward_family',
  'homeward_worker',
  'homeward_broker',
] as const;
export type ProcessRole = (typeof processRoles)[number];
export const ownerRole = 'homeward_owner';

const extensions = ['pg_trgm', 'btree_gin'];

/** Makes the roles with the given passwords and the database they own, as often as it is called. */
export async function prepareCluster(
  superuserUrl: string,
  options: { readonly database: string; readonly passwords: Readonly<Record<string, string>> },
): Promise<void> {
  await withClient(superuserUrl, async (client) => {
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

/** Owner and migrations may take long; everybody else answers people. */
function timeoutOf(role: string): string {
  if (role === ownerRole) return '0';
  return role === 'homeward_worker' || role === 'homeward_broker' ? '30s' : '5s';
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
