import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../test/database.ts';
import { newCommand, World } from '../../../test/world.ts';
import type { MatchId, PersonId } from '../../kernel/ids.ts';
import { readDate } from '../../matching/reading/dates.ts';
import { readPerson } from '../events/actions.ts';
import { withdrawJudgement } from '../persons/actions.ts';
import {
  confirmMatch,
  judgeMatch,
  openMatch,
  readMatches,
  returnMatch,
  undoMatch,
} from './actions.ts';

let test: TestDatabase;
let world: World;
beforeAll(async () => {
  test = await cloneDatabase();
  world = await World.open(test);
});
afterAll(() => test.drop());

const birth = readDate('14.03.1994');
const held = (full: string) => ({ names: [{ full }], birth, birthplace: 'г. Ясностав' });

/** Olena's proven enquiry and a listed man of the same name; returns their match. */
async function proposed(name: string, listedAs = name): Promise<MatchId> {
  const before = new Set((await waiting()).map(({ match }) => match.id));
  const { enquiryId } = await world.file(name, '14.03.1994');
  await world.prove(enquiryId);
  await world.round();
  await world.listed(held(listedAs));
  await world.round();
  const found = (await waiting()).find(({ match }) => !before.has(match.id));
  if (!found) throw new Error('nothing was proposed');
  return found.match.id;
}

async function waiting() {
  const ctx = await world.as('Daria', 'tracing');
  return (await readMatches(ctx, { state: 'proposed', offset: 0 })).rows;
}

describe('a match', () => {
  it('is proposed when staff bring a list, and for an enquiry at its fixed hour only', async () => {
    await world.listed(held('Яснострій Павел Иванович'));
    await world.round();
    const { enquiryId } = await world.file('Яснострій Павло Іванович', '14.03.1994');
    await world.prove(enquiryId);
    await world.round();
    const ctx = await world.as('Daria', 'tracing');
    const before = await readMatches(ctx, { state: 'proposed', offset: 0 });
    expect(before.rows).toHaveLength(0);
    world.now = new Date('2026-03-02T12:00:10Z');
    await world.round();
    const after = await readMatches(await world.as('Daria', 'tracing'), {
      state: 'proposed',
      offset: 0,
    });
    expect(after.rows).toHaveLength(1);
    expect(after.rows[0]?.pair?.left.initials).toBe('Я. П.');
    world.now = new Date('2026-03-02T13:00:00Z');
  });

  it('tells nobody of an unproven enquiry: it is neither record nor matched', async () => {
    await world.file('Тихолан Роман Петрович', '14.03.1994');
    await world.reseal();
    await world.listed(held('Тихолан Роман Петрович'));
    await world.round();
    const found = await test.db
      .selectFrom('records')
      .select('id')
      .where('side', '=', 'sought')
      .execute();
    const ctx = await world.as('Daria', 'tracing');
    const { rows } = await readMatches(ctx, { state: 'proposed', offset: 0 });
    expect(rows.every(({ pair }) => pair?.left.initials !== 'Т. Р.')).toBe(true);
    expect(found).toHaveLength(1); // The one proven above, and no other.
  });

  it('needs two human beings: whoever judged cannot confirm, by any account', async () => {
    const matchId = await proposed('Громолист Артем Юрійович');
    const andriy = await world.as('Andriy', 'tracing');
    const judged = await judgeMatch(andriy, {
      matchId,
      version: 1,
      answer: 'same',
      commandId: newCommand(),
    });
    expect(judged.state).toBe('awaiting_second');
    const again = await world.as('Andriy', 'tracing');
    const { version } = judged;
    await expect(
      confirmMatch(again, { matchId, version, commandId: newCommand() }),
    ).rejects.toMatchObject({
      code: 'match.not_found',
    });
    // Nor a caseworker without the approver's role.
    const vera = await world.as('Vera', 'tracing');
    await expect(
      confirmMatch(vera, { matchId, version, commandId: newCommand() }),
    ).rejects.toMatchObject({
      code: 'match.not_found',
    });
    const persons = await test.db.selectFrom('judgements').select('id').execute();
    expect(persons).toHaveLength(0);
  });

  it('asks the second person for a fresh passkey', async () => {
    const matchId = await proposed('Вітрогай Кирило Олегович');
    const daria = await world.as('Daria', 'tracing');
    const { version } = await judgeMatch(daria, {
      matchId,
      version: 1,
      answer: 'same',
      commandId: newCommand(),
    });
    const andriy = await world.as('Andriy', 'tracing');
    world.later(11);
    const stale = { ...andriy, now: world.now };
    await expect(
      confirmMatch(stale, { matchId, version, commandId: newCommand() }),
    ).rejects.toMatchObject({
      code: 'session.not_fresh',
    });
  });

  it('joins two persons when confirmed, and splits them as cleanly when withdrawn', async () => {
    const matchId = await proposed('Світлобор Ілля Петрович', 'Светлобор Илья Петрович');
    const daria = await world.as('Daria', 'tracing');
    const { opened, left, right } = await openMatch(daria, { matchId });
    expect(left.record.personId).not.toBe(right.record.personId);
    expect(opened.reasons.length).toBeGreaterThan(3);
    const { version } = await judgeMatch(daria, {
      matchId,
      version: 1,
      answer: 'same',
      commandId: newCommand(),
    });
    const andriy = await world.as('Andriy', 'tracing');
    const { personId } = await confirmMatch(andriy, { matchId, version, commandId: newCommand() });
    const person = await readPerson(await world.as('Daria', 'tracing'), { personId });
    expect(person.records.map((record) => record.side).sort()).toEqual(['held', 'sought']);
    expect(person.looks.length).toBeGreaterThan(0);

    const [judgement] = person.judgements;
    if (!judgement) throw new Error('the judgement is there');
    const split = await withdrawJudgement(await world.as('Daria', 'quality'), {
      judgementId: judgement.id,
      reason: 'two_people',
      version: judgement.version,
      commandId: newCommand(),
    });
    expect(split.personIds).toHaveLength(2);
    const reader = await world.as('Daria', 'tracing');
    const sizes = await Promise.all(
      split.personIds.map(async (id: PersonId) => {
        const page = await readPerson(reader, { personId: id });
        return page.records.length;
      }),
    );
    expect(sizes).toEqual([1, 1]);
  });

  it('has one effect however often a command comes, and refuses it with other content (F-08)', async () => {
    const matchId = await proposed('Хмароліс Тарас Дмитрович');
    const ctx = await world.as('Daria', 'tracing');
    const commandId = newCommand();
    const first = await judgeMatch(ctx, { matchId, version: 1, answer: 'same', commandId });
    const second = await judgeMatch(ctx, { matchId, version: 1, answer: 'same', commandId });
    expect(second).toEqual(first);
    await expect(
      judgeMatch(ctx, { matchId, version: 1, answer: 'different', commandId }),
    ).rejects.toMatchObject({ code: 'command.reused' });
    const row = await test.db
      .selectFrom('matches')
      .select('version')
      .where('id', '=', matchId)
      .executeTakeFirst();
    expect(row?.version).toBe(2);
  });

  it("answers a stale edit with both versions, and an undo of one's own only", async () => {
    const matchId = await proposed('Калинокос Юрій Васильович');
    const daria = await world.as('Daria', 'tracing');
    await judgeMatch(daria, { matchId, version: 1, answer: 'unsure', commandId: newCommand() });
    await expect(
      judgeMatch(daria, { matchId, version: 1, answer: 'same', commandId: newCommand() }),
    ).rejects.toMatchObject({ httpStatus: 409, detail: { yours: 1, current: 2 } });
    const vera = await world.as('Vera', 'tracing');
    await expect(
      undoMatch(vera, { matchId, version: 2, commandId: newCommand() }),
    ).rejects.toMatchObject({
      code: 'match.not_yours',
    });
    const undone = await undoMatch(daria, { matchId, version: 2, commandId: newCommand() });
    expect(undone.state).toBe('proposed');
    const judged = await judgeMatch(daria, {
      matchId,
      version: 3,
      answer: 'different',
      commandId: newCommand(),
    });
    const andriy = await world.as('Andriy', 'tracing');
    const back = await returnMatch(andriy, {
      matchId,
      version: judged.version,
      commandId: newCommand(),
    });
    expect(back.state).toBe('proposed');
  });

  it('enters every refusal, and says nothing in it of whom it was about', async () => {
    const matchId = await proposed('Ожинолан Микола Андрійович');
    const iryna = await world.as('Iryna', 'tracing');
    await expect(openMatch(iryna, { matchId })).rejects.toMatchObject({ code: 'match.not_found' });
    const entries = await test.db
      .selectFrom('auditEntries')
      .select(['content', 'outcome', 'action'])
      .where('outcome', '=', 'refused')
      .execute();
    expect(entries.some((entry) => entry.action === 'match.read')).toBe(true);
    expect(entries.every((entry) => !/Ожино|Микол/.test(entry.content))).toBe(true);
  });
});
