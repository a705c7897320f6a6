import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Db } from '../../../src/db/connect.ts';
import { processRoles } from '../../../src/db/roles.ts';
import { inTransaction } from '../../../src/db/transaction.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { World } from '../../world.ts';
import { figure } from '../support/length.ts';

let test: TestDatabase;
let world: World;
beforeAll(async () => {
  test = await cloneDatabase();
  world = await World.open(test);
  const { enquiryId } = await world.file('Тихобор Данило Остапович', '14.03.1994');
  await world.prove(enquiryId);
  await world.file('Верболан Роман Петрович', '1.2.1990');
});
afterAll(() => test.drop());

/** Tables whose rows belong to an office, a family or a subject. */
async function ownedTables(db: Db): Promise<readonly { name: string; forced: boolean }[]> {
  const found = await sql<{ name: string; forced: boolean }>`
    select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced
    from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
    where c.relkind = 'r' and exists (select 1 from pg_attribute a where a.attrelid = c.oid
      and a.attname in ('office_id', 'subject_id', 'enquiry_id', 'sealed') and not a.attisdropped)
    order by 1`.execute(db);
  return found.rows;
}

/** Views that run with their owner's rights, past row security. */
async function viewsOfTheirOwner(db: Db): Promise<readonly string[]> {
  const found = await sql<{ name: string }>`select c.relname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
    where c.relkind in ('v', 'm')
      and not coalesce(c.reloptions::text[] @> array['security_invoker=true'], false)
    order by 1`.execute(db);
  return found.rows.map(({ name }) => name);
}

/** Rows of a table that a role sees by plain SQL; null if it may not read the table at all. */
async function rowsSeen(db: Db, table: string): Promise<number | null> {
  try {
    const found = await sql<{
      count: number;
    }>`select count(*) as count from ${sql.table(table)}`.execute(db);
    return found.rows[0]?.count ?? 0;
  } catch {
    return null;
  }
}

describe('S-09 row security', () => {
  it('is enabled and forced on every table whose rows belong to somebody', async () => {
    const tables = await ownedTables(test.db);
    expect(tables.length).toBeGreaterThan(20);
    expect(tables.filter((table) => !table.forced)).toEqual([]);
    figure('S-09', `${tables.length} tables owned by somebody, row security forced on each`);
  });

  it('would be missed on a new table that has none, and on a view (negative control)', async () => {
    await sql`create table control (id uuid, office_id uuid)`.execute(test.db);
    await sql`create view control_view as select id from enquiries`.execute(test.db);
    const tables = await ownedTables(test.db);
    expect(tables.filter((table) => !table.forced)).toEqual([{ name: 'control', forced: false }]);
    expect(await viewsOfTheirOwner(test.db)).toEqual(['control_view']);
    await sql`drop view control_view`.execute(test.db);
    await sql`drop table control`.execute(test.db);
    expect(await viewsOfTheirOwner(test.db)).toEqual([]);
  });

  it('shows no row to any role that has not said who acts', async () => {
    const tables = (await ownedTables(test.db)).map((table) => table.name);
    for (const role of processRoles) {
      const db = test.as(role);
      for (const table of tables)
        expect([role, table, await rowsSeen(db, table)]).toEqual([
          role,
          table,
          expect.toBeOneOf([0, null]),
        ]);
    }
    // The control: the superuser sees what the roles do not.
    expect(await rowsSeen(test.db, 'enquiries')).toBe(2);
  });

  it('would show rows without context were one policy open (negative control)', async () => {
    await sql`create policy control on enquiries for select to homeward_desk using (true)`.execute(
      test.db,
    );
    expect(await rowsSeen(test.as('homeward_desk'), 'enquiries')).toBe(2);
    await sql`drop policy control on enquiries`.execute(test.db);
    expect(await rowsSeen(test.as('homeward_desk'), 'enquiries')).toBe(0);
  });

  it('is passed over by no role: none is superuser, owns a table or bypasses it', async () => {
    const found = await sql<{ rolname: string }>`select rolname from pg_roles
      where rolname like 'homeward\\_%' and (rolsuper or rolbypassrls)`.execute(test.db);
    expect(found.rows).toEqual([]);
    const owners = await sql<{ owner: string }>`select distinct tableowner as owner from pg_tables
      where schemaname = 'public' and tableowner = any(${[...processRoles]})`.execute(test.db);
    expect(owners.rows).toEqual([]);
  });

  it('shows another office nothing, whatever the desk asks', async () => {
    const other = {
      actorKind: 'staff',
      actorId: '00000000-0000-4000-8000-000000000001',
      officeId: '00000000-0000-4000-8000-000000000002',
      subjectId: '',
    };
    const own = { ...other, officeId: world.officeId };
    const db = test.as('homeward_desk');
    const count = (tx: Db) => rowsSeen(tx, 'enquiries');
    expect(await inTransaction(db, other, count)).toBe(0);
    expect(await inTransaction(db, own, count)).toBe(2);
  });
});

describe('S-42 the family role', () => {
  it('reaches its own enquiry by SQL and no other, and no table of the desk', async () => {
    const { enquiryId } = await world.file('Громозір Павло Юрійович', '3.3.1980');
    const rows = {
      actorKind: 'family',
      actorId: enquiryId,
      officeId: world.officeId,
      subjectId: enquiryId,
    };
    const db = test.as('homeward_family');
    const seen = await inTransaction(db, rows, async (tx) =>
      sql<{ id: string }>`select id from enquiries`.execute(tx),
    );
    expect(seen.rows).toEqual([{ id: enquiryId }]);
    for (const table of [
      'records',
      'persons',
      'matches',
      'judgements',
      'staff',
      'intakes',
      'sealed_fields',
      'audit_entries',
      'primary_contacts',
      'disputes',
      'out_of_turn_notices',
    ]) {
      expect([table, await inTransaction(db, rows, (tx) => savedCount(tx, table))]).toEqual([
        table,
        null,
      ]);
    }
  });
});

/** Inside a transaction a refusal would end it; a savepoint rolls it back. */
async function savedCount(tx: Db, table: string): Promise<number | null> {
  await sql`savepoint look`.execute(tx);
  const seen = await rowsSeen(tx, table);
  await sql`rollback to savepoint look`.execute(tx);
  return seen;
}
