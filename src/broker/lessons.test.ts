import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../test/database.ts';
import { World } from '../../test/world.ts';
import type { RecordId } from '../kernel/ids.ts';
import { readDate } from '../matching/dates.ts';
import { newId } from '../vault/random.ts';
import { mayCall } from './caller.ts';

let test: TestDatabase;
let world: World;
beforeAll(async () => {
  test = await cloneDatabase();
  world = await World.open(test);
});
afterAll(() => test.drop());

const letters = 'бвгдклмнпр';
const held = (at: number, day: number) => ({
  names: [{ full: `Ве${letters[at % 10]}о${letters[(at * 7) % 10]}ай Олег Петрович` }],
  birth: readDate(`${day}.03.1994`),
});

/** A pair that two people answered, as the act of confirming leaves it. */
async function answered(at: number, answer: 'same' | 'different'): Promise<void> {
  const pair = [await world.listed(held(at, 14)), await world.listed(held(at, 14 + (at % 5)))];
  const [left, right] = pair.sort() as [RecordId, RecordId]; // Two were made.
  const daria = await world.as('Daria', 'tracing');
  const andriy = await world.as('Andriy', 'tracing');
  if (daria.actor.kind !== 'staff' || andriy.actor.kind !== 'staff') throw new Error('staff');
  const by = { judgedBy: daria.actor.staffId, confirmedBy: andriy.actor.staffId };
  const times = { judgedAt: world.now, confirmedAt: world.now };
  const row = { id: newId(), officeId: world.officeId, leftRecordId: left, rightRecordId: right };
  await test.db
    .insertInto('judgements')
    .values({ ...row, ...by, ...times, answer })
    .execute();
}

const entries = async () =>
  (await test.db
    .selectFrom('audit_entries' as never)
    .selectAll()
    .execute()) as { action: string }[];

describe('learning from the answers of the desk', () => {
  it('says that there are too few, and enters that it was asked', async () => {
    expect(await world.learn()).toMatchObject({ kind: 'too_few' });
    expect((await entries()).map(({ action }) => action)).toContain('matching.learn');
  });

  it('answers numbers about weights and no word of anybody', async () => {
    for (let at = 0; at < 64; at += 1) await answered(at, at % 2 ? 'same' : 'different');
    const lessons = await world.learn();
    expect(lessons).toMatchObject({ kind: 'learnt', same: 32, different: 32 });
    expect(JSON.stringify(lessons)).not.toMatch(/\p{Script=Cyrillic}|1994/u);
  });

  it('leaves out what was withdrawn, and is asked anew each time', async () => {
    await test.db
      .updateTable('judgements')
      .set({ withdrawnAt: world.now, withdrawnBy: (eb) => eb.ref('judgedBy'), reason: 'mistake' })
      .where('answer', '=', 'same')
      .execute();
    const lessons = await world.learn();
    expect(lessons).toEqual({ kind: 'too_few', same: 0, different: 32 });
  });

  it('is a call of the command line; what it answers speaks of nobody', () => {
    expect(mayCall(null, 'learn', null)).toBe(true);
    expect(mayCall(null, 'openMatch', null)).toBe(false);
  });
});
