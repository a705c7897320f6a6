import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../test/database.ts';
import { World } from '../../test/world.ts';
import { insertSealed } from '../db/sealed-rows.ts';
import type { Description } from '../kernel/description.ts';
import type { RecordId } from '../kernel/ids.ts';
import type { Lessons } from '../matching/learning/training-report.ts';
import { readDate } from '../matching/reading/dates.ts';
import { insertRecords } from '../registry/records/queries.ts';
import { sealedDescription } from '../registry/records/sealed.ts';
import { newId } from '../vault/random.ts';
import { mayCall } from './caller.ts';
import { answersBlock } from './lessons.ts';

let test: TestDatabase;
let world: World;
beforeAll(async () => {
  test = await cloneDatabase();
  world = await World.open(test);
});
afterAll(() => test.drop());

const letters = 'бвгдклмнпр';
const held = (at: number, day: number, place?: string): Description => ({
  names: [{ full: `Ве${letters[at % 10]}о${letters[(at * 7) % 10]}ай Олег Петрович` }],
  birth: readDate(`${day}.03.1994`),
  ...(place ? { birthplace: place } : {}),
});

interface AnsweredPair {
  readonly left: Description;
  readonly right: Description;
  readonly answer: 'same' | 'different';
}

const pair = (at: number): AnsweredPair => ({
  left: held(at, 14),
  right: held(at, 14 + (at % 5)),
  answer: at % 2 ? 'same' : 'different',
});
const pairs = (count: number) => Array.from({ length: count }, (_, at) => pair(at));

/** Pairs that two people answered, one second apart, as confirmation stores them. */
async function answered(given: readonly AnsweredPair[], of: World = world): Promise<void> {
  const { db } = of.test;
  const { officeId, now } = of;
  const [sourceId, recorded] = [newId(), { officeId, recordedAt: now }];
  const source = { id: sourceId, kind: 'official_list', reliability: 'B2', ...recorded };
  await db.insertInto('sources').values(source).execute();
  const sides = given.flatMap(({ left, right }) => [left, right]);
  const ids = sides.map(() => newId<'record'>() as RecordId); // The same brand.
  const row = { officeId, sourceId, side: 'held', matchAt: 'arrival' } as const;
  await insertRecords(
    db,
    ids.map((id) => ({ ...row, id, personId: newId() })),
    now,
  );
  const fields = ids.map((id, at) =>
    sealedDescription.item({ rowId: id, subjectId: id }, sides[at] as Description),
  ); // As many.
  await insertSealed(db, await of.broker.sealMany(fields), { officeId, now });
  const by = { judgedBy: of.idOf('Daria').staffId, confirmedBy: of.idOf('Andriy').staffId };
  const judgements = given.map(({ answer }, at) => {
    const [leftRecordId = '', rightRecordId = ''] = ids.slice(2 * at, 2 * at + 2).sort();
    const confirmedAt = new Date(now.getTime() + at * 1_000);
    const times = { judgedAt: now, confirmedAt };
    return { id: newId(), officeId, leftRecordId, rightRecordId, answer, ...by, ...times };
  });
  await db.insertInto('judgements').values(judgements).execute();
  of.later(2 + given.length / 60);
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
    await answered(pairs(60));
    const lessons = await world.learn();
    expect(lessons).toMatchObject({ kind: 'learnt', same: 30, different: 30 });
    expect(JSON.stringify(lessons)).not.toMatch(/\p{Script=Cyrillic}|1994/u);
  });

  it('leaves out what was withdrawn, and is asked anew each time', async () => {
    await test.db
      .updateTable('judgements')
      .set({ withdrawnAt: world.now, withdrawnBy: (eb) => eb.ref('judgedBy'), reason: 'mistake' })
      .where('answer', '=', 'same')
      .execute();
    world.later(2);
    const lessons = await world.learn();
    expect(lessons).toEqual({ kind: 'too_few', same: 0, different: 30 });
  });

  it('is a call of the command line; what it answers speaks of nobody', () => {
    expect(mayCall(null, 'learn', null)).toBe(true);
    expect(mayCall(null, 'openMatch', null)).toBe(false);
  });
});

/**
 * An attacker with access to the broker's socket asks before and after one judgement, to learn on
 * which level its pair agreed (S-38). The attacker knows every other pair and has put nine on
 * either level, one below the reporting limit.
 */
describe('asking before and after one judgement', () => {
  const [here, elsewhere] = ['Ясностав', 'Криводуб'];
  const secretOf = (place: string): AnsweredPair => ({
    left: held(3, 14, here),
    right: held(3, 14, place),
    answer: 'same',
  });
  const placed = (count: number) =>
    pairs(count).map((each, at) => ({
      ...each,
      left: at < 18 ? { ...each.left, birthplace: here } : each.left,
      right: at < 18 ? { ...each.right, birthplace: at % 2 ? elsewhere : here } : each.right,
    }));
  const nobodyAnswered = () => test.db.deleteFrom('judgements').execute();
  const asked = async () => JSON.stringify(await world.learn());

  it.each([here, elsewhere])('tells the same twice, a whole block at once (%s)', async (place) => {
    await nobodyAnswered();
    await answered(placed(61));
    const before = await asked();
    await answered([secretOf(place)]);
    expect(await asked()).toBe(before);
    const { last } = await test.db
      .selectFrom('judgements')
      .select((eb) => eb.fn.max('confirmedAt').as('last'))
      .executeTakeFirstOrThrow();
    await test.db
      .updateTable('judgements')
      .set({ withdrawnAt: world.now, withdrawnBy: (eb) => eb.ref('judgedBy'), reason: 'mistake' })
      .where('confirmedAt', '=', last)
      .execute();
    world.later(2);
    expect(await asked()).toBe(before);
    // Sixty-one answers, the secret one and its withdrawal make sixty-three: at ninety the block is
    // full.
    await answered(pairs(answersBlock - 4));
    expect(await asked()).toBe(before);
    await answered(pairs(1));
    expect(await world.learn()).toMatchObject({ kind: 'learnt', same: 40, different: 40 });
  });

  it('leaves a block out whole when one of its pairs was erased', async () => {
    await nobodyAnswered();
    await answered(pairs(90));
    expect(await world.learn()).toMatchObject({ same: 40, different: 40 });
    const { leftRecordId } = await test.db
      .selectFrom('judgements')
      .select('leftRecordId')
      .orderBy('confirmedAt')
      .executeTakeFirstOrThrow();
    await test.db.deleteFrom('sealedFields').where('rowId', '=', leftRecordId).execute();
    expect(await world.learn()).toMatchObject({ same: 30, different: 30 });
  });

  it('would tell which it was, were every answer told at once (negative control)', async () => {
    const guesses = [];
    for (const place of [here, elsewhere]) {
      await nobodyAnswered();
      await answered(placed(61));
      const before = await world.learn(1);
      await answered([secretOf(place)]);
      guesses.push(movesOfPlace(before, await world.learn(1)));
    }
    // Agreement moves one weight, contradiction another: the report reveals the secret.
    expect(guesses).toEqual([['same'], ['different']]);
  });

  /** Levels of the birthplace whose weight differs between the two reports. */
  function movesOfPlace(before: Lessons, after: Lessons): readonly string[] {
    if (before.kind !== 'learnt' || after.kind !== 'learnt') throw new Error('enough answers');
    const [was, is] = [before.model.weights.birthplace, after.model.weights.birthplace];
    return Object.keys(is ?? {}).filter((level) => is?.[level] !== was?.[level]);
  }
});
