import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeToThread } from '../../src/registry/enquiries/actions.ts';
import { recordContact } from '../../src/registry/enquiries/desk-actions.ts';
import { composeNotice } from '../../src/registry/notices/actions.ts';
import { cloneDatabase, type TestDatabase } from '../database.ts';
import { newCommand, World } from '../world.ts';

/** Words that nobody else writes: wherever one is found, it came from what was sealed. */
const canaries = ['Канарейко', 'Жовтопер', 'kanareyka', '19870605', '05.06.1987', '1987-06-05'];

let test: TestDatabase;
beforeAll(async () => {
  test = await cloneDatabase();
  const world = await World.open(test);
  const { enquiryId, olena } = await world.file('Канарейко Жовтопер Остапович', '05.06.1987');
  await writeToThread(olena, { enquiryId, text: 'kanareyka', commandId: newCommand() });
  await world.prove(enquiryId);
  await recordContact(await world.as('Daria', 'verification', enquiryId), {
    enquiryId,
    kind: 'telephone',
    outcome: 'reached',
    note: 'kanareyka',
    occurredAt: world.now,
    commandId: newCommand(),
  });
  await composeNotice(await world.as('Daria', 'notice', enquiryId), {
    enquiryId,
    cleared: ['search_goes_on'],
    text: 'kanareyka',
    grave: false,
    commandId: newCommand(),
  });
  await world.listed({
    names: [{ full: 'Канарейко Жовтопер Остапович' }],
    birth: { raw: '05.06.1987', value: '1987-06-05' as never, rule: 'iso' }, // As it is read.
  });
  world.now = new Date('2026-03-02T12:00:10Z');
  await world.round();
});
afterAll(() => test.drop());

/** Every place of every table where a canary stands, as text or as bytes. */
async function findCanaries(db: Kysely<never>): Promise<readonly string[]> {
  const columns = await sql<{ tableName: string; columnName: string; columnType: string }>`
    select table_name, column_name, data_type as column_type from information_schema.columns
    where table_schema not in ('pg_catalog', 'information_schema')`.execute(db);
  const found: string[] = [];
  for (const { tableName, columnName, columnType } of columns.rows) {
    for (const canary of canaries) {
      const place = sql.ref(columnName);
      const test =
        columnType === 'bytea'
          ? sql`position(${Buffer.from(canary)}::bytea in ${place}) > 0`
          : sql`position(${canary} in ${place}::text) > 0`;
      const hit = await sql<{ one: number }>`
        select 1 as one from ${sql.table(tableName)} where ${test} limit 1`
        .execute(db)
        .catch(() => ({ rows: [] })); // Tables of other schemas by that name are seen through their own.
      if (hit.rows.length > 0) found.push(`${tableName}.${columnName}: ${canary}`);
    }
  }
  return found;
}

describe('S-12 what a stolen copy says', () => {
  it('holds no name, date or word in clear, in either database', async () => {
    const sealed = await sql<{
      count: number;
    }>`select count(*) as count from sealed_fields`.execute(test.db);
    expect(sealed.rows[0]?.count).toBeGreaterThan(6);
    const matches = await sql<{ count: number }>`select count(*) as count from matches`.execute(
      test.db,
    );
    expect(matches.rows[0]?.count).toBe(1);
    expect(await findCanaries(test.db as never)).toEqual([]);
    expect(await findCanaries(test.keystore as never)).toEqual([]);
  });

  it('would be found if it did: the control', async () => {
    await sql`create table control (words text, bytes bytea)`.execute(test.db);
    await sql`insert into control values ('here: Канарейко', ${Buffer.from('x kanareyka x')})`.execute(
      test.db,
    );
    const found = [...(await findCanaries(test.db as never))].sort();
    expect(found).toEqual(['control.bytes: kanareyka', 'control.words: Канарейко']);
    await sql`drop table control`.execute(test.db);
  });

  it('links no proposal to whom it is about', async () => {
    const found = await sql<{
      columnName: string;
    }>`select column_name from information_schema.columns
      where table_name = 'matches' and column_name like '%record%'`.execute(test.db);
    expect(found.rows).toEqual([]);
  });
});
