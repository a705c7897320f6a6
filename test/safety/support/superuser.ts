import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

export type Which = 'main' | 'keystore';

/** The superuser's address on a running installation's own cluster. */
export async function superuserOf(
  dataFolder: string,
  which: Which,
  database: string,
): Promise<string> {
  const folder = join(dataFolder, which);
  const password = await readFile(join(folder, 'superuser-password'), 'utf8');
  const host = encodeURIComponent(join(folder, 'socket'));
  return `postgres://postgres:${encodeURIComponent(password.trim())}@localhost/${database}?host=${host}`;
}

export async function withSuperuser<Given>(
  url: string,
  run: (client: pg.Client) => Promise<Given>,
): Promise<Given> {
  const client = new pg.Client({ connectionString: url });
  // A cluster that is killed under a test takes the connection with it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await run(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * A byte search misses a compressed canary (ruling 28): values are stored as they are, and the
 * write-ahead log is not compressed. Call it before anything is loaded.
 */
export async function storeUncompressed(client: pg.Client): Promise<number> {
  const found = await client.query<{ change: string }>(`
    select format('alter table %I.%I alter column %I set storage external', n.nspname, c.relname, a.attname) as change
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped and a.attstorage in ('x', 'm')
      and n.nspname not in ('pg_catalog', 'information_schema')`);
  for (const { change } of found.rows) await client.query(change);
  const { rows } = await client.query<{ wal_compression: string }>('show wal_compression');
  if (rows[0]?.wal_compression !== 'off') throw new Error('The write-ahead log is compressed.');
  return found.rows.length;
}

export interface Column {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

/** Every column of every table that is not PostgreSQL's own. */
export async function listColumns(client: pg.Client): Promise<readonly Column[]> {
  const found = await client.query<Column>(`
    select n.nspname as schema, c.relname as table, a.attname as column, format_type(a.atttypid, null) as type
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
      and n.nspname not in ('pg_catalog', 'information_schema') order by 1, 2, a.attnum`);
  return found.rows;
}
