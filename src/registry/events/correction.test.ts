import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../test/database.ts';
import { newCommand, World } from '../../../test/world.ts';
import type { Description } from '../../kernel/description.ts';
import type { PersonId, RecordId } from '../../kernel/ids.ts';
import { readDate } from '../../matching/reading/dates.ts';
import { confirmMatch, judgeMatch, openMatch, readMatches } from '../matches/actions.ts';
import { withdrawJudgement } from '../persons/actions.ts';
import { correctRecord, readPerson } from './actions.ts';
import { presentPersonForDesk } from './present.ts';

let test: TestDatabase;
let world: World;
beforeAll(async () => {
  test = await cloneDatabase();
  world = await World.open(test);
});
afterAll(() => test.drop());

const held = (full: string, birth = '14.03.1994'): Description => ({
  names: [{ full }],
  birth: readDate(birth),
  birthplace: 'г. Ясностав',
});
const reason = 'the list had a slip of the pen';

async function correct(recordId: RecordId, description: Description) {
  const ctx = await world.as('Daria', 'quality');
  return correctRecord(ctx, { recordId, description, reason, commandId: newCommand() });
}

async function personOf(recordId: RecordId): Promise<PersonId> {
  const { db } = test;
  const found = await db.selectFrom('records').select('personId').where('id', '=', recordId);
  return (await found.executeTakeFirstOrThrow()).personId as PersonId; // The same brand.
}

async function pageOf(recordId: RecordId, asOf?: Date) {
  const ctx = await world.as('Daria', 'tracing');
  const personId = await personOf(recordId);
  return presentPersonForDesk(await readPerson(ctx, { personId, ...(asOf ? { asOf } : {}) }));
}

const queue = async (state: 'proposed' | 'awaiting_second' | 'lapsed') =>
  (await readMatches(await world.as('Daria', 'tracing'), { state, offset: 0 })).rows;
const alerts = async (kind: string) =>
  test.db.selectFrom('alerts').select('objectId').where('kind', '=', kind).execute();

/** Both of the pair's answers: the first by Daria, the second by Andriy. */
async function answer(given: 'same' | 'different') {
  const [row] = await queue('proposed');
  if (!row) throw new Error('nothing was proposed');
  const { id: matchId, version } = row.match;
  const daria = await world.as('Daria', 'tracing');
  const command = { matchId, commandId: newCommand() };
  const judged = await judgeMatch(daria, { ...command, version, answer: given });
  const andriy = await world.as('Andriy', 'tracing');
  const second = { matchId, version: judged.version, commandId: newCommand() };
  return confirmMatch(andriy, second);
}

describe('a correction', () => {
  it('is refused to whoever may not, and to whoever has another office', async () => {
    const recordId = await world.listed(held('Тихолан Роман Петрович'));
    const wanted = { recordId, description: held('Тихолан Роман'), reason };
    const iryna = await world.as('Iryna', 'quality');
    await expect(
      correctRecord(iryna, { ...wanted, commandId: newCommand() }),
    ).rejects.toMatchObject({ code: 'record.not_found' });
    const purpose = await world.as('Daria', 'notice');
    await expect(
      correctRecord(purpose, { ...wanted, commandId: newCommand() }),
    ).rejects.toMatchObject({ code: 'record.not_found' });
  });

  it('keeps the old words, heads the page with the new ones, and says who and why', async () => {
    const recordId = await world.listed(held('Хмаробор Остап Данилович'));
    world.later(60);
    await correct(recordId, held('Хмаробір Остап Данилович'));
    const page = await pageOf(recordId);
    expect(page.names.map(({ full }) => full)).toEqual(['Хмаробір Остап Данилович']);
    expect(page.records.map((record) => record.superseded)).toEqual([true, false]);
    expect(page.records[1]?.supersedes).toBe(recordId);
    expect(page.records[1]?.correction).toEqual({ reason, by: 'Daria' });
    expect(page.records[0]?.description.names[0]?.full).toBe('Хмаробор Остап Данилович');
  });

  it('answers a stale one with both records, and changes nothing', async () => {
    const recordId = await world.listed(held('Світлогай Ілля Петрович'));
    const first = await correct(recordId, held('Світлогай Ілля Павлович'));
    const second = await correct(first.recordId, held('Світлогай Ілля Панасович'));
    await expect(correct(recordId, held('Світлогай Іван'))).rejects.toMatchObject({
      code: 'record.stale',
      httpStatus: 409,
      detail: { yours: recordId, current: second.recordId },
    });
    const page = await pageOf(recordId);
    expect(page.records).toHaveLength(3);
  });

  it('shows a day as it stood on that day', async () => {
    const recordId = await world.listed(held('Громогай Лев Юрійович'));
    const before = world.now;
    world.later(24 * 60);
    await correct(recordId, held('Громогай Левко Юрійович'));
    const then = await pageOf(recordId, before);
    expect(then.names.map(({ full }) => full)).toEqual(['Громогай Лев Юрійович']);
    expect(then.records).toHaveLength(1);
    expect(then.records[0]?.superseded).toBe(false);
  });

  it('puts the event of capture right, and leaves the old one in sight', async () => {
    const recordId = await world.listed(held('Ранкогай Павло Ігорович'));
    await test.db
      .insertInto('events')
      .values({
        id: crypto.randomUUID(),
        officeId: world.officeId,
        recordId,
        kind: 'captured',
        occurredFrom: '2024-02-01',
        occurredTo: '2024-02-29',
        knownAt: world.now,
        grade: 'B2',
        recordedAt: world.now,
      })
      .execute();
    world.later(1);
    const captured = readDate('11.05.2024');
    await correct(recordId, { ...held('Ранкогай Павло Ігорович'), captured });
    const page = await pageOf(recordId);
    expect(page.events.map(({ occurredFrom, occurredTo }) => [occurredFrom, occurredTo])).toEqual([
      ['2024-02-01', '2024-02-29'],
      ['2024-05-01', '2024-05-31'],
    ]);
    expect(page.events[0]?.corrected).toBe(true);
  });
});

describe('a record that was corrected', () => {
  it('is matched again; a proposal that waited falls and the desk is alerted', async () => {
    await world.listed(held('Вітролист Кирило Олегович'));
    const recordId = await world.listed(held('Вітролист Кирило Олегович'));
    await world.round();
    const [row] = await queue('proposed');
    if (!row) throw new Error('nothing was proposed');
    const { id: matchId, version } = row.match;
    const daria = await world.as('Daria', 'tracing');
    await judgeMatch(daria, { matchId, version, answer: 'unsure', commandId: newCommand() });
    await correct(recordId, held('Вітролист Кирило Олегівич'));
    await world.round();
    expect((await queue('lapsed')).map(({ match }) => match.id)).toContain(matchId);
    const again = await queue('proposed');
    expect(again).toHaveLength(1);
    expect(again[0]?.match.id).not.toBe(matchId);
    expect((await alerts('record_changed')).map(({ objectId }) => objectId)).toEqual([
      await personOf(recordId),
    ]);
    await answer('different');
  });

  it('does not bring a rejected pair back, in this run or after a restart', async () => {
    const other = await world.listed(held('Кленогай Борис Маркович'));
    const recordId = await world.listed(held('Кленогай Борис Маркович'));
    await world.round();
    await answer('different');
    const newer = await correct(recordId, held('Кленогай Борис Марковіч'));
    await world.round();
    expect(await queue('proposed')).toHaveLength(0);
    await world.restart();
    await correct(other, held('Кленогай Борис Маркович', '14.03.1994'));
    await world.round();
    expect(await queue('proposed')).toHaveLength(0);
    expect(await personOf(newer.recordId)).not.toBe(await personOf(other));
  });

  it('shows "different" inside a chain of "same" at once, through corrections too', async () => {
    const first = await world.listed(held('Яворист Зіновій Якович'));
    const second = await world.listed(held('Яворист Зіновій Якович'));
    await world.round();
    await answer('different');
    await correct(second, held('Яворист Зиновій Якович'));
    await world.listed(held('Яворист Зіновій Якович'));
    await world.round();
    expect(await queue('proposed')).toHaveLength(2);
    await answer('same');
    const [last] = await queue('proposed');
    if (!last) throw new Error('the second pair waits');
    const comparison = await openMatch(await world.as('Daria', 'tracing'), {
      matchId: last.match.id,
    });
    expect(comparison.conflict).toBe(false);
    expect(comparison.wouldConflict).toBe(true);
    await answer('same');
    const page = await pageOf(first);
    expect(page.conflicts).toHaveLength(1);
    expect(page.conflicts[0]?.same).toHaveLength(2);
    expect((await alerts('conflict')).map(({ objectId }) => objectId)).toEqual([
      await personOf(first),
    ]);
  });

  it('splits with what it corrects, alerts, and opens the question again', async () => {
    await world.listed(held('Липогай Клим Денисович'));
    const recordId = await world.listed(held('Липогай Клим Денисович'));
    await world.round();
    const { matchId } = await answer('same');
    const newer = await correct(recordId, held('Липогай Климент Денисович'));
    await world.round();
    const page = await pageOf(recordId);
    expect(page.records).toHaveLength(3);
    const [judgement] = page.judgements;
    if (!judgement) throw new Error('the judgement is there');
    const split = await withdrawJudgement(await world.as('Daria', 'quality'), {
      judgementId: judgement.judgementId,
      reason: 'two_people',
      version: judgement.version,
      commandId: newCommand(),
    });
    expect(split.personIds).toHaveLength(2);
    expect(await personOf(newer.recordId)).toBe(await personOf(recordId));
    expect(await alerts('person_split')).toHaveLength(2);
    expect((await queue('proposed')).map(({ match }) => match.id)).toEqual([matchId]);
  });
});
