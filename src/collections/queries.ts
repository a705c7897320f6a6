import { type Bulk, quoteName } from '../db/bulk.ts';
import type { CopyRows } from '../db/copy-rows.ts';
import type { Collection, LoadedFile } from './collection.ts';

/** The schema that lists the collections; each collection also has a schema of its own. */
const home = 'homeward_collections';

/** The schema of one collection, quoted. */
function schemaOf(name: string): string {
  return quoteName(`cards_${name}`);
}

/** Tables of an installation; a collection must not be in the same database. */
export async function holdsInstallation(bulk: Bulk): Promise<boolean> {
  const found = await bulk.query<{ there: boolean }>(
    `select to_regclass('public.sealed_fields') is not null
       or to_regclass('public.data_keys') is not null as there`,
  );
  return found[0]?.there ?? true;
}

/** The server's version as a number, and whether its encoding covers every script. */
export async function findServer(bulk: Bulk): Promise<{ version: number; encoding: string }> {
  const [found] = await bulk.query<{ version: number; encoding: string }>(
    `select current_setting('server_version_num')::int as version,
       current_setting('server_encoding') as encoding`,
  );
  return found ?? { version: 0, encoding: '' };
}

/** Settings of every connection. */
export async function prepareSession(bulk: Bulk): Promise<void> {
  // Compiling a statement would take longer than running it.
  await bulk.query('set jit = off');
  // A killed loader releases its collection within this time, whatever statement it was running.
  await bulk.query("set client_connection_check_interval = '5s'").catch(() => undefined); // Some systems cannot detect that; there the collection is released when the statement ends.
  await bulk.query("set client_min_messages = 'warning'");
}

export async function makeHome(bulk: Bulk): Promise<void> {
  await bulk.query(`create schema if not exists ${home}`);
  await bulk.query(
    `create table if not exists ${home}.collections (
       name text primary key,
       version text not null,
       partitions int not null check (partitions between 1 and 256),
       cards int not null default 0 check (cards >= 0),
       settled boolean not null default true,
       made_at timestamptz not null default now()
     )`,
  );
  await bulk.query(
    `create table if not exists ${home}.loaded_files (
       collection text not null references ${home}.collections on delete cascade,
       digest text not null,
       path text not null,
       rows int not null default 0,
       cards int not null default 0,
       left_out int not null default 0,
       finished boolean not null default false,
       began_at timestamptz not null default now(),
       primary key (collection, digest)
     )`,
  );
}

export function listCollections(bulk: Bulk): Promise<readonly Collection[]> {
  return bulk.query<Collection>(
    `select name, version, partitions, cards, settled from ${home}.collections order by name`,
  );
}

export async function findCollection(bulk: Bulk, name: string): Promise<Collection | null> {
  const found = await bulk.query<Collection>(
    `select name, version, partitions, cards, settled from ${home}.collections where name = $1`,
    [name],
  );
  return found[0] ?? null;
}

/** Bytes on disk of one collection, including its partitions and indexes. */
export async function measureCollection(bulk: Bulk, name: string): Promise<number> {
  const found = await bulk.query<{ bytes: number }>(
    `select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint as bytes
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind = 'r'`,
    [`cards_${name}`],
  );
  return Number(found[0]?.bytes ?? 0);
}

/** False while another process loads or drops the collection. */
export async function takeCollection(bulk: Bulk, name: string): Promise<boolean> {
  const found = await bulk.query<{ taken: boolean }>(
    'select pg_try_advisory_lock(hashtextextended($1, 7102)) as taken',
    [name],
  );
  return found[0]?.taken ?? false;
}

/**
 * The tables of a collection. Each is distributed by its first column alone, whose values are
 * unique within their partition. There are no foreign keys, so the tables can be on several
 * servers.
 */
const tables = [
  {
    name: 'card',
    by: 'number',
    columns: 'number int not null, id text not null, read text not null, said text not null',
    unique: 'number',
    keeping: '',
  },
  {
    name: 'card_id',
    by: 'id',
    columns: 'id text not null, number int not null',
    unique: 'id',
    keeping: '',
  },
  {
    // A key that too many cards have is only counted; the other lists fit into their page.
    name: 'card_key',
    by: 'key',
    columns: 'key int not null, count int not null, cards int[]',
    unique: 'key',
    keeping: 'with (toast_tuple_target = 8160)',
  },
  {
    name: 'counted_value',
    by: 'value',
    columns: 'value text not null, kind int not null, count int not null',
    unique: 'value, kind',
    keeping: '',
  },
  // Loaded rows that are not merged yet.
  {
    name: 'pending_key',
    by: 'key',
    columns: 'key int not null, card int not null',
    unique: null,
    keeping: '',
  },
  {
    name: 'pending_value',
    by: 'value',
    columns: 'value text not null, kind int not null, count int not null',
    unique: null,
    keeping: '',
  },
] as const;

/**
 * Creates an empty collection, each table with this many partitions by the hash of its first
 * column.
 */
export async function insertCollection(
  bulk: Bulk,
  { name, version, partitions }: Pick<Collection, 'name' | 'version' | 'partitions'>,
): Promise<void> {
  const schema = schemaOf(name);
  await bulk.query(`create schema ${schema}`);
  for (const { name: table, by, columns, unique, keeping } of tables) {
    const whole = `${schema}.${table}`;
    const makeUnique = async (part: string) => {
      if (unique) await bulk.query(`alter table ${part} add primary key (${unique})`);
    };
    if (partitions === 1) {
      await bulk.query(`create table ${whole} (${columns}) ${keeping}`);
      await makeUnique(whole);
      continue;
    }
    await bulk.query(`create table ${whole} (${columns}) partition by hash (${by})`);
    for (let part = 0; part < partitions; part += 1) {
      await bulk.query(
        `create table ${whole}_${part} partition of ${whole}
         for values with (modulus ${partitions}, remainder ${part}) ${keeping}`,
      );
      // On each partition and not on the whole table, since a partition may be on another server.
      await makeUnique(`${whole}_${part}`);
    }
  }
  await bulk.query(
    `insert into ${home}.collections (name, version, partitions) values ($1, $2, $3)`,
    [name, version, partitions],
  );
}

export async function deleteCollection(bulk: Bulk, name: string): Promise<void> {
  await bulk.query(`drop schema if exists ${schemaOf(name)} cascade`);
  await bulk.query(`delete from ${home}.collections where name = $1`, [name]);
}

const fileColumns = 'digest, path, rows, cards, left_out as "leftOut", finished';

export function listFiles(bulk: Bulk, collection: string): Promise<readonly LoadedFile[]> {
  return bulk.query<LoadedFile>(
    `select ${fileColumns} from ${home}.loaded_files where collection = $1 order by began_at, path`,
    [collection],
  );
}

/** Records that a file is being loaded; one that was begun before resumes. */
export async function beginFile(
  bulk: Bulk,
  file: { readonly collection: string; readonly digest: string; readonly path: string },
): Promise<void> {
  await bulk.query(
    `insert into ${home}.loaded_files (collection, digest, path) values ($1, $2, $3)
     on conflict (collection, digest) do update set path = excluded.path`,
    [file.collection, file.digest, file.path],
  );
}

export interface Taken {
  readonly collection: string;
  readonly digest: string;
  readonly rows: number;
  readonly cards: number;
  readonly leftOut: number;
}

/** Adds a batch to the progress of its file and of the collection. */
export async function noteTaken(bulk: Bulk, taken: Taken): Promise<void> {
  await bulk.query(
    `update ${home}.loaded_files
     set rows = rows + $3, cards = cards + $4, left_out = left_out + $5
     where collection = $1 and digest = $2`,
    [taken.collection, taken.digest, taken.rows, taken.cards, taken.leftOut],
  );
  await bulk.query(
    `update ${home}.collections set cards = cards + $2, settled = false where name = $1`,
    [taken.collection, taken.cards],
  );
}

export async function finishFile(bulk: Bulk, collection: string, digest: string): Promise<void> {
  await bulk.query(
    `update ${home}.loaded_files set finished = true where collection = $1 and digest = $2`,
    [collection, digest],
  );
}

/** Those of these ids that already have cards. */
export async function listTakenIds(
  bulk: Bulk,
  collection: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = await bulk.query<{ id: string }>(
    `select id from ${schemaOf(collection)}.card_id where id = any($1::text[])`,
    [ids],
  );
  return new Set(found.map(({ id }) => id));
}

export interface CardRows {
  readonly cards: CopyRows;
  readonly ids: CopyRows;
  readonly keys: CopyRows;
  readonly values: CopyRows;
}

export async function copyCards(bulk: Bulk, collection: string, rows: CardRows): Promise<void> {
  const schema = schemaOf(collection);
  await bulk.copy(`${schema}.card (number, id, read, said)`, rows.cards);
  await bulk.copy(`${schema}.card_id (id, number)`, rows.ids);
  await bulk.copy(`${schema}.pending_key (key, card)`, rows.keys);
  await bulk.copy(`${schema}.pending_value (value, kind, count)`, rows.values);
}
