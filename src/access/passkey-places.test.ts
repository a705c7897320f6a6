import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type Connection, connect, type Db } from '../db/connect.ts';
import { migrate } from '../db/migrate.ts';
import { newId } from '../vault/random.ts';

const folder = join(import.meta.dirname, '..', '..', 'migrations');
const name = `places_${process.pid}`;
let admin: Connection;
let main: Connection;
let before: string;

function urlOf(user?: string): string {
  const url = new URL(inject('superuserUrl'));
  url.pathname = `/${name}`;
  if (user) {
    url.username = user;
    url.password = 'test';
  }
  return url.href;
}

beforeAll(async () => {
  admin = connect(inject('superuserUrl'), { max: 1 });
  await sql`create database ${sql.id(name)} owner homeward_owner`.execute(admin.db);
  before = await mkdtemp(join(tmpdir(), 'homeward-migrations-'));
  for (const file of await readdir(folder)) {
    if (/^00(0\d|1[0-3])-/.test(file)) await cp(join(folder, file), join(before, file));
  }
  main = connect(urlOf(), { max: 2 });
});
afterAll(async () => {
  await main.close();
  await sql`drop database if exists ${sql.id(name)} with (force)`.execute(admin.db);
  await admin.close();
  await rm(before, { recursive: true, force: true });
});

async function addKeys(db: Db, ownerId: string, count: number): Promise<void> {
  const officeId = newId();
  await sql`insert into offices (id, name, recorded_at) values (${officeId}, 'A', now())`.execute(
    db,
  );
  await sql`insert into passkeys
      (credential_id, owner_kind, owner_id, office_id, public_key, counter, recorded_at, last_used_at)
    select ${ownerId} || number, 'family', ${ownerId}::uuid, ${officeId}, '\\x00', 0, now(),
      case when number <= 3 then now() + number * interval '1 day' end
    from generate_series(1, ${count}::int) as number`.execute(db);
}

it('gives places to the passkeys of a database in use, and keeps the last used of too many', async () => {
  await migrate(urlOf('homeward_owner'), before);
  const [nine, two]: [string, string] = [newId(), newId()];
  await addKeys(main.db, nine, 9);
  await addKeys(main.db, two, 2);
  await migrate(urlOf('homeward_owner'), folder);
  const { rows } = await sql<{ ownerId: string; place: number; used: boolean }>`
    select owner_id, place, last_used_at is not null as used from passkeys order by place`.execute(
    main.db,
  );
  const places = (ownerId: string) => rows.filter((row) => row.ownerId === ownerId);
  expect(places(nine).map(({ place }) => place)).toEqual([1, 2, 3, 4, 5]);
  expect(places(nine).map(({ used }) => used)).toEqual([true, true, true, false, false]);
  expect(places(two).map(({ place }) => place)).toEqual([1, 2]);
  const forced = await sql<{ forced: boolean }>`
    select relforcerowsecurity as forced from pg_class where relname = 'passkeys'`.execute(main.db);
  expect(forced.rows).toEqual([{ forced: true }]);
});
