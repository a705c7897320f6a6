import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addFamilyPasskey, beginFamilyPasskey } from '../../../src/access/family-passkeys.ts';
import { openFamilySession } from '../../../src/access/family-sign-in.ts';
import { openStaffSession } from '../../../src/access/sign-in.ts';
import type { Context } from '../../../src/audit/context.ts';
import { type Connection, connect } from '../../../src/db/connect.ts';
import type { ProcessRole } from '../../../src/db/roles.ts';
import { Problem } from '../../../src/kernel/problem.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { World } from '../../world.ts';
import { Authenticator } from '../support/authenticator.ts';
import { figure, patienceMs } from '../support/length.ts';

/** S-18: at most five sessions and five passkeys, however many requests arrive at once. */
const atOnce = 30;
const most = 5;
const origin = 'http://localhost:8080';

let test: TestDatabase;
let world: World;
const opened: Connection[] = [];
beforeAll(async () => {
  test = await cloneDatabase();
  world = await World.open(test);
}, patienceMs(60_000));
afterAll(async () => {
  await Promise.all(opened.map((connection) => connection.close()));
  await test.drop();
});

/** The role's connections, on which the lock does nothing: the control of every limit here. */
async function withoutLock(role: ProcessRole): Promise<Context['db']> {
  await sql`create schema if not exists unlocked`.execute(test.db);
  await sql`create or replace function unlocked.pg_advisory_xact_lock(bigint) returns void
    language sql as 'select pg_sleep(0.05)'`.execute(test.db);
  await sql`grant usage on schema unlocked to public`.execute(test.db);
  const url = new URL(test.urlOf(role));
  url.searchParams.set('options', '-c search_path=unlocked,pg_catalog,public');
  const connection = connect(url.href, { max: 12 });
  opened.push(connection);
  return connection.db;
}

const many = <Answer>(count: number, run: () => Promise<Answer>) =>
  Promise.allSettled(Array.from({ length: count }, run));

async function openSessions(column: 'staffId' | 'enquiryId', ownerId: string): Promise<number> {
  const rows = await test.db
    .selectFrom('sessions')
    .select('id')
    .where(column, '=', ownerId)
    .where('endedAt', 'is', null)
    .execute();
  return rows.length;
}

const deskDoor = (db: Context['db']): Context => ({
  ...world.atDoor(),
  db,
  purpose: { kind: 'sign_in' },
});

describe('S-18 sessions', () => {
  it('of one person are five at most, and the newest one is among them', async () => {
    const person = world.idOf('Daria');
    const door = deskDoor(test.as('homeward_desk'));
    await many(atOnce, () => openStaffSession(door, person));
    expect(await openSessions('staffId', person.staffId)).toBe(most);
    world.now = new Date(world.now.getTime() + 60_000);
    const ctx = await world.as('Daria', 'tracing');
    expect(ctx.actor.kind).toBe('staff');
    expect(await openSessions('staffId', person.staffId)).toBe(most);
    figure('S-18', `${atOnce} sign-ins of one person at once: ${most} sessions open`);
  });

  it('of one family file are five at most', async () => {
    const { enquiryId } = await world.file('Тихобор Данило Остапович', '14.03.1994');
    await many(atOnce, () => openFamilySession(world.atDoor(), enquiryId));
    expect(await openSessions('enquiryId', enquiryId)).toBe(most);
    figure('S-18', `${atOnce} sign-ins to one file at once: ${most} sessions open`);
  });

  it('would be more without the lock (negative control)', async () => {
    const person = world.idOf('Vera');
    const desk = deskDoor(await withoutLock('homeward_desk'));
    await expectTooMany({
      open: () => openStaffSession(desk, person),
      count: () => openSessions('staffId', person.staffId),
    });
    const { enquiryId } = await world.file('Тихобор Данило Остапович', '14.03.1994');
    const door = { ...world.atDoor(), db: await withoutLock('homeward_family') };
    await expectTooMany({
      open: () => openFamilySession(door, enquiryId),
      count: () => openSessions('enquiryId', enquiryId),
    });
  });

  it('that are idle or expired take no place from those in use', async () => {
    const person = world.idOf('Iryna');
    const door = deskDoor(test.as('homeward_desk'));
    for (let turn = 0; turn < 4; turn += 1) await openStaffSession(door, person);
    const later = { ...door, now: new Date(world.now.getTime() + 16 * 60_000) };
    await openStaffSession(later, person);
    expect(await openSessions('staffId', person.staffId)).toBe(1);
  });
});

/**
 * A race may not be lost at the first attempt: it is repeated until it is, thirty times at most.
 */
async function expectTooMany(race: {
  readonly open: () => Promise<unknown>;
  readonly count: () => Promise<number>;
}): Promise<void> {
  let found = 0;
  for (let tries = 0; tries < 30 && found <= most; tries += 1) {
    await many(atOnce, race.open);
    found = await race.count();
  }
  expect(found).toBeGreaterThan(most);
}

/** Adds passkeys all at once; returns the codes of the refusals and the number of passkeys. */
async function addPasskeys(olena: Context, keys: readonly Authenticator[]) {
  const answers = [];
  for (const key of keys) {
    const begun = await beginFamilyPasskey(olena, { origin });
    const { challenge } = begun.options as { challenge: string }; // As the library makes them.
    const response = key.attest({ origin, rpId: 'localhost', challenge });
    answers.push({ challengeId: begun.challengeId, response });
  }
  const ended = await Promise.allSettled(
    answers.map((answered) => addFamilyPasskey(olena, { origin }, answered)),
  );
  const refusals = ended.flatMap((each) => {
    if (each.status === 'fulfilled') return [];
    if (!(each.reason instanceof Problem)) throw each.reason;
    return [`${each.reason.httpStatus} ${each.reason.code}`];
  });
  return { refusals, kept: await passkeysOf(olena) };
}

async function passkeysOf({ actor }: Context): Promise<number> {
  if (actor.kind !== 'family') throw new Error('a family is signed in');
  const rows = await test.db
    .selectFrom('passkeys')
    .select('place')
    .where('ownerId', '=', actor.enquiryId)
    .execute();
  return rows.length;
}

const devices = (count: number) => Array.from({ length: count }, () => new Authenticator());

describe('S-18 passkeys', () => {
  it('of one file are five at most', async () => {
    const { olena } = await world.file('Тихобор Данило Остапович', '14.03.1994');
    const { refusals, kept } = await addPasskeys(olena, devices(9));
    expect(kept).toBe(most);
    expect(refusals).toEqual(Array(4).fill('409 passkey.too_many'));
    figure('S-18', `9 passkeys for one file at once: ${kept} kept`);
  });

  it('are kept at five by the database alone when nothing waits for the lock', async () => {
    const { olena } = await world.file('Тихобор Данило Остапович', '14.03.1994');
    const hasty = { ...olena, db: await withoutLock('homeward_family') };
    expect((await addPasskeys(hasty, devices(12))).kept).toBeLessThanOrEqual(most);
  });

  it('would be more without lock and places (negative control)', async () => {
    await sql`drop index passkeys_place`.execute(test.db);
    const { olena } = await world.file('Тихобор Данило Остапович', '14.03.1994');
    const hasty = { ...olena, db: await withoutLock('homeward_family') };
    expect((await addPasskeys(hasty, devices(12))).kept).toBeGreaterThan(most);
  });

  it('are refused kindly when the same one is brought again, to any file', async () => {
    const { olena } = await world.file('Тихобор Данило Остапович', '14.03.1994');
    const taras = (await world.file('Зозуля Остап Данилович', '02.11.1990')).olena;
    const [key] = devices(1);
    if (!key) throw new Error('one was made');
    expect((await addPasskeys(olena, [key])).refusals).toEqual([]);
    expect((await addPasskeys(olena, [key])).refusals).toEqual(['409 passkey.known']);
    expect((await addPasskeys(taras, [key])).refusals).toEqual(['409 passkey.known']);
  });
});
