import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { sha256Hex } from '../vault/random.ts';
import { newClient } from './pool.ts';

const fileShape = /^\d{4}-[a-z0-9-]+\.sql$/;

/**
 * Migrates a database: runs every numbered file in `folder` once, in order, each in a transaction
 * of its own. Refuses if an applied file has changed since. Returns the names applied now.
 */
export async function migrate(ownerUrl: string, folder: string): Promise<readonly string[]> {
  const files = (await readdir(folder)).filter((name) => fileShape.test(name)).sort();
  const client = newClient({ connectionString: ownerUrl });
  await client.connect();
  try {
    // One migrator at a time; the lock ends with the connection.
    await client.query('select pg_advisory_lock(7101)');
    await client.query(`create table if not exists schema_migrations
      (name text primary key, digest text not null, applied_at timestamptz not null default now())`);
    const known = await readKnown(client);
    const applied: string[] = [];
    for (const name of files) {
      const text = await readFile(join(folder, name), 'utf8');
      const digest = sha256Hex(text);
      const before = known.get(name);
      if (before && before !== digest)
        throw new Error(`Migration ${name} was changed after it ran.`);
      if (before) continue;
      await applyOne(client, { name, text, digest });
      applied.push(name);
    }
    return applied;
  } finally {
    await client.end();
  }
}

async function readKnown(client: pg.Client): Promise<ReadonlyMap<string, string>> {
  const found = await client.query<{ name: string; digest: string }>(
    'select name, digest from schema_migrations',
  );
  return new Map(found.rows.map((row) => [row.name, row.digest]));
}

async function applyOne(
  client: pg.Client,
  file: { name: string; text: string; digest: string },
): Promise<void> {
  await client.query('begin');
  try {
    await client.query(file.text);
    await client.query('insert into schema_migrations (name, digest) values ($1, $2)', [
      file.name,
      file.digest,
    ]);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback');
    throw new Error(`Migration ${file.name} failed.`, { cause });
  }
}
