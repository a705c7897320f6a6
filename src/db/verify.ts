import type pg from 'pg';
import { newClient } from './pool.ts';

/** Settings without which an acknowledged write may be lost. */
const required: Readonly<Record<string, string>> = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  data_sync_retry: 'off',
  data_checksums: 'on',
};
const versionMin = 160_000;

/** Refuses to start on a database that could lose or leak its data. */
export async function verifyDatabase(url: string): Promise<void> {
  const client = newClient({ connectionString: url });
  await client.connect();
  try {
    const version = await readValue(client, 'select current_setting($1) as value', [
      'server_version_num',
    ]);
    if (Number(version) < versionMin) throw new Error('PostgreSQL 16 or newer is needed.');
    for (const [name, wanted] of Object.entries(required)) {
      const value = await readValue(client, 'select current_setting($1) as value', [name]);
      if (value !== wanted)
        throw new Error(`The database runs with ${name} ${value}; ${wanted} is needed.`);
    }
    const alike = await readValue(
      client,
      "select similarity('Шевченко', 'Шевченка')::text as value",
      [],
    );
    if (!(Number(alike) > 0))
      throw new Error('The database cannot compare Cyrillic: wrong LC_CTYPE.');
    const open = await readValue(client, openTables, []);
    if (open !== '0') throw new Error('A table with sealed content has no forced row security.');
  } finally {
    await client.end();
  }
}

/** Tables about people without row security enabled and forced (S-09). */
const openTables = `select count(*)::text as value from pg_class c
  join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
  where c.relkind = 'r' and not (c.relrowsecurity and c.relforcerowsecurity)
    and exists (select 1 from pg_attribute a where a.attrelid = c.oid
      and a.attname in ('office_id', 'sealed', 'subject_id') and not a.attisdropped)
    and c.relname not in ('offices')`;

async function readValue(
  client: pg.Client,
  query: string,
  values: readonly string[],
): Promise<string> {
  const found = await client.query<{ value: string }>(query, [...values]);
  return found.rows[0]?.value ?? '';
}
