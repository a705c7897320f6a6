import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EnquiryId } from '../../../src/kernel/ids.ts';
import { Problem } from '../../../src/kernel/problem.ts';
import { findDuplicates } from '../../../src/registry/enquiries/duplicates.ts';
import { searchRecords } from '../../../src/registry/persons/actions.ts';
import { newId } from '../../../src/vault/random.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { World } from '../../world.ts';
import { figure, patienceMs } from '../support/length.ts';

/**
 * a search needs a verified enquiry. Anyone can file at the family site, so an unverified
 * filing opens nothing. Answers are coarse, and each distinct name has a cost.
 */
const names = 8;
let test: TestDatabase;
let world: World;
let verified: EnquiryId;
let unverified: EnquiryId;
const held = 'Громовій Лука Юхимович';

beforeAll(async () => {
  test = await cloneDatabase();
  world = await World.open(test, { policy: { namesPerPersonHour: names } });
  await world.listed({ names: [{ full: held }] });
  ({ enquiryId: verified } = await world.file('Тихобор Данило Остапович', '14.03.1994'));
  await world.prove(verified);
  ({ enquiryId: unverified } = await world.file(held, ''));
  await world.round();
}, patienceMs(60_000));
afterAll(() => test.drop());

async function searchAs(
  who: 'Daria' | 'Vera',
  enquiryId: EnquiryId,
  name = held,
): Promise<Awaited<ReturnType<typeof searchRecords>>> {
  return searchRecords(await world.as(who, 'tracing', enquiryId), { name });
}

async function refusalOf(run: Promise<unknown>): Promise<string> {
  const error: unknown = await run.then(
    () => new Error('it was allowed'),
    (each: unknown) => each,
  );
  if (!(error instanceof Problem)) throw error;
  return JSON.stringify(error, ['code', 'httpStatus', 'message', 'detail']);
}

describe('R-39 a search', () => {
  it('is refused under a filing that nobody verified, as under one that is not there', async () => {
    const nobodys = newId<'enquiry'>() as EnquiryId; // The same brand.
    const refusal = await refusalOf(searchAs('Daria', nobodys));
    expect(await refusalOf(searchAs('Daria', unverified))).toBe(refusal);
    await sql`update enquiries set state = 'identity_proven', identity_proven_at = ${world.now}
      where id = ${unverified}`.execute(test.db);
    expect(await refusalOf(searchAs('Daria', unverified))).toBe(refusal);
  });

  it('finds who is held for a verified one, in a band and with no figure', async () => {
    const rows = await searchAs('Daria', verified);
    expect(rows.map(({ side, initials }) => [side, initials])).toContainEqual(['held', 'Г. Л.']);
    expect(new Set(rows.flatMap((row) => Object.keys(row)))).not.toContain('probability');
    for (const { band } of rows) expect(['probable', 'possible', 'weak']).toContain(band);
    expect(JSON.stringify(rows)).not.toMatch(/0\.\d{3}/);
  });

  it('would answer for any filing, were an unverified one taken for verified (control)', async () => {
    await sql`update enquiries set kinship_proven_at = ${world.now} where id = ${unverified}`.execute(
      test.db,
    );
    expect((await searchAs('Daria', unverified)).map(({ side }) => side)).toContain('held');
    await sql`update enquiries set kinship_proven_at = null where id = ${unverified}`.execute(
      test.db,
    );
  });

  it('of the filing’s own name tells of other families only, never that somebody is held', async () => {
    const daria = () => world.as('Daria', 'verification');
    expect(await findDuplicates(await daria(), { enquiryId: unverified })).toEqual([]);
    const { enquiryId: other } = await world.file(held, '');
    await world.prove(other);
    await world.round();
    const found = await findDuplicates(await daria(), { enquiryId: unverified });
    expect(found.map(({ enquiryId }) => enquiryId)).toEqual([other]);
    const filing = await world.as('Daria', 'verification', unverified);
    const { sessionToken, actor, purpose, broker } = filing;
    const asking = { sessionToken, actor, purpose, action: 'person.search', objectId: unverified };
    const rows = await broker.search({ ...asking, query: 'filing', limit: 20 });
    const sides = await test.db
      .selectFrom('records')
      .select('side')
      .where(
        'id',
        'in',
        rows.map(({ recordId }) => recordId),
      )
      .execute();
    expect(new Set(sides.map(({ side }) => side))).toEqual(new Set(['sought']));
  });

  it('is counted by distinct name, and one name too many locks out and alerts', async () => {
    const vera = await world.as('Vera', 'tracing', verified);
    const search = (name: string) => searchRecords(vera, { name });
    for (let time = 0; time < 3 * names; time += 1) {
      await search(time % 2 === 0 ? 'Одне Ім’я' : '  ім’я   ОДНЕ ');
    }
    for (let number = 1; number < names; number += 1) await search(`Інше ${number}`);
    expect(await spentNames()).toBe(names);
    expect(await refusalOf(search('Ще одне'))).toContain('budget.exceeded');
    expect(await refusalOf(search('Одне Ім’я'))).toContain('session.ended');
    const alerts = await test.db.selectFrom('alerts').select('kind').execute();
    expect(alerts.map(({ kind }) => kind)).toContain('budget.names');
    figure('R-39', `${names} names an hour, ${3 * names} repetitions free of their budget`);
  });
});

async function spentNames(): Promise<number> {
  const { staffId } = world.idOf('Vera');
  const row = await test.db
    .selectFrom('budgetSpends')
    .select('spent')
    .where('scope', '=', 'names')
    .where('scopeId', '=', staffId)
    .executeTakeFirstOrThrow();
  return row.spent;
}
