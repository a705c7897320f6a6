import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../test/database.ts';
import { World } from '../../test/world.ts';
import type { Context } from '../audit/context.ts';
import { ownerRole } from '../db/roles.ts';
import { installQueue } from '../jobs/queue.ts';
import { declared } from '../registry/modules.ts';
import { workerTimetable } from './worker-timetable.ts';

const hour = 60;
const day = 24 * hour;

let test: TestDatabase;
let world: World;
let steady: number;
let timetable: ReturnType<typeof workerTimetable>;

beforeEach(async () => {
  test = await cloneDatabase();
  world = await World.open(test);
  const owner = new URL(test.urlOf('homeward_worker'));
  owner.username = ownerRole;
  await installQueue(owner.href, declared.jobs);
  steady = 0;
  const now = (): Context => ({
    ...world.atDoor(),
    actor: { kind: 'system', name: 'worker', officeId: world.officeId },
    purpose: { kind: 'upkeep' },
    db: test.as('homeward_worker'),
  });
  timetable = workerTimetable({ now, declared, monotonic: () => steady });
  await timetable.look();
});
afterEach(() => test.drop());

/** Time passes normally, in steps of an hour. */
async function pass(minutes: number): Promise<void> {
  for (let passed = 0; passed < minutes; passed += 60) {
    world.later(60);
    steady += 60 * 60_000;
    await timetable.look();
  }
}

/** The clock is set; no time passes. */
async function jump(minutes: number): Promise<void> {
  world.later(minutes);
  await timetable.look();
}

const state = (enquiryId: string) =>
  test.db
    .selectFrom('enquiries')
    .select(['state', 'nextContactOn'])
    .where('id', '=', enquiryId)
    .executeTakeFirstOrThrow();

const contacts = async (enquiryId: string) =>
  (
    await test.db
      .selectFrom('contacts')
      .select('occurredAt')
      .where('enquiryId', '=', enquiryId)
      .where('kind', '=', 'timetable')
      .orderBy('recordedAt')
      .execute()
  ).map((row) => row.occurredAt.toISOString().slice(0, 10));

async function alerts(): Promise<number> {
  const rows = await test.db.selectFrom('alerts').select('kind').execute();
  return rows.filter((row) => row.kind === 'clock_jumped').length;
}

const file = () => world.file('Дяків Петро Іванович', '1990-01-01');

describe('the worker and a clock that is set', () => {
  it('makes contacts on their days and erases on the thirtieth, jumping day by day', async () => {
    const { enquiryId } = await file();
    for (let at = 0; at < 32; at += 1) await jump(day);
    expect(await contacts(enquiryId)).toEqual(['2026-03-03', '2026-03-16', '2026-04-01']);
    expect((await state(enquiryId)).state).toBe('erased');
  });

  it('erases nothing for a day after a jump of 95 days, and says so to the desk', async () => {
    const { enquiryId } = await file();
    await jump(95 * day);
    await pass(23 * hour);
    expect((await state(enquiryId)).state).toBe('submitted');
    expect(await alerts()).toBe(1);
    await pass(2 * hour);
    expect((await state(enquiryId)).state).toBe('erased');
  });

  it('erases nothing when a wrong clock is set right within a day', async () => {
    const { enquiryId } = await file();
    await jump(95 * day);
    await jump(-95 * day);
    await pass(10 * day);
    expect((await state(enquiryId)).state).toBe('submitted');
  });

  it('makes the contacts of the timetable after a clock that was ahead is set right', async () => {
    const { enquiryId } = await file();
    await jump(20 * day); // One contact is made, and the next one is set to day 30.
    expect((await state(enquiryId)).nextContactOn).toBe('2026-04-01');
    await jump(-20 * day);
    expect((await state(enquiryId)).nextContactOn).toBe('2026-03-03');
    for (let at = 0; at < 15; at += 1) await pass(day);
    const made = await contacts(enquiryId);
    expect(made).toEqual(['2026-03-03', '2026-03-16', '2026-03-22']); // The last one while it was ahead.
  });

  it('makes jobs due that were queued while the clock was ahead', async () => {
    const ahead = new Date(Date.now() + 730 * day * 60_000);
    const job = { name: 'import.inspect', state: 'created', startAfter: ahead };
    await test.db
      .insertInto('pgboss.job' as never)
      .values({ ...job, data: '{"importId": "00000000-0000-4000-8000-000000000000"}' } as never)
      .execute();
    await jump(-2 * hour);
    const [found] = (await test.db
      .selectFrom('pgboss.job' as never)
      .select('startAfter' as never)
      .execute()) as unknown as { startAfter: Date }[]; // The one inserted above.
    expect(found?.startAfter.getTime()).toBeLessThanOrEqual(Date.now() + 60_000);
  });

  it('bears a clock that is corrected by a second', async () => {
    await jump(1 / 60);
    await jump(-1 / 60);
    expect(await alerts()).toBe(0);
  });
});

describe('erasure', () => {
  it('reaches what is due behind hundreds that wait for the desk', async () => {
    const { enquiryId } = await file();
    const row = await test.db
      .selectFrom('enquiries')
      .selectAll()
      .where('id', '=', enquiryId)
      .executeTakeFirstOrThrow();
    const early = new Date(row.filedAt.getTime() - day * 60_000);
    const ids = Array.from({ length: 210 }, () => crypto.randomUUID());
    await test.db
      .insertInto('enquiries')
      .values(ids.map((id) => ({ ...row, id, filedAt: early })))
      .execute();
    await test.db
      .insertInto('familyPapers')
      .values(
        ids.map((id) => ({
          id: crypto.randomUUID(),
          enquiryId: id,
          officeId: world.officeId,
          kind: 'identity',
          format: 'pdf',
          size: 1,
          contentHash: Buffer.alloc(32),
          recordedAt: early,
        })),
      )
      .execute();
    for (let at = 0; at < 31; at += 1) await jump(day);
    expect((await state(enquiryId)).state).toBe('erased');
    expect((await state(ids[0] ?? '')).state).toBe('submitted');
  });
});
