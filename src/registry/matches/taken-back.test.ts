import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../test/database.ts';
import { newCommand, World } from '../../../test/world.ts';
import type { EnquiryId, PersonId, RecordId } from '../../kernel/ids.ts';
import { readDate } from '../../matching/reading/dates.ts';
import { withdrawEnquiry } from '../enquiries/actions.ts';
import { closeEnquiry } from '../enquiries/desk-actions.ts';
import { correctRecord, readPerson, recordEvent } from '../events/actions.ts';
import { parseGrade } from '../events/event.ts';
import { presentPersonForDesk } from '../events/present.ts';
import { searchRecords, withdrawJudgement } from '../persons/actions.ts';
import { confirmMatch, judgeMatch, readMatches } from './actions.ts';

let test: TestDatabase;
let world: World;
beforeEach(async () => {
  test = await cloneDatabase();
  world = await World.open(test);
});
afterEach(() => test.drop());

const birth = readDate('14.03.1994');
const held = (full: string) => ({ names: [{ full }], birth, birthplace: 'г. Ясностав' });

const queue = async (state: 'proposed' | 'awaiting_second' | 'lapsed') =>
  (await readMatches(await world.as('Daria', 'tracing'), { state, offset: 0 })).rows;

/** Olena's proven enquiry, already in the index. */
async function sought(name: string) {
  const filed = await world.file(name, '14.03.1994');
  await world.prove(filed.enquiryId);
  await world.round();
  const found = test.db
    .selectFrom('enquiries')
    .select('recordId')
    .where('id', '=', filed.enquiryId);
  const { recordId } = await found.executeTakeFirstOrThrow();
  return { ...filed, recordId: recordId as RecordId }; // Proven, so that it is a record.
}

async function versionOf(enquiryId: EnquiryId): Promise<number> {
  const found = test.db.selectFrom('enquiries').select('version').where('id', '=', enquiryId);
  return (await found.executeTakeFirstOrThrow()).version;
}

async function takeBack({ enquiryId, olena }: Awaited<ReturnType<typeof sought>>) {
  const command = { enquiryId, commandId: newCommand() };
  await withdrawEnquiry(olena, { ...command, version: 1 });
}

async function pageOf(personId: PersonId, asOf?: Date) {
  const ctx = await world.as('Daria', 'tracing');
  return presentPersonForDesk(await readPerson(ctx, { personId, ...(asOf ? { asOf } : {}) }));
}

async function personOf(recordId: RecordId): Promise<PersonId> {
  const found = test.db.selectFrom('records').select('personId').where('id', '=', recordId);
  return (await found.executeTakeFirstOrThrow()).personId as PersonId; // The same brand.
}

/** The only proposal, answered by Daria and confirmed by Andriy. */
async function join() {
  const [row] = await queue('proposed');
  if (!row) throw new Error('nothing was proposed');
  const { id: matchId, version } = row.match;
  const daria = await world.as('Daria', 'tracing');
  const command = { matchId, commandId: newCommand() };
  const judged = await judgeMatch(daria, { ...command, version, answer: 'same' });
  const andriy = await world.as('Andriy', 'tracing');
  return confirmMatch(andriy, { matchId, version: judged.version, commandId: newCommand() });
}

/** Withdraws the one judgement that joins the person's records. */
async function part(personId: PersonId): Promise<void> {
  const [judgement] = (await pageOf(personId)).judgements;
  if (!judgement) throw new Error('the judgement is there');
  await withdrawJudgement(await world.as('Daria', 'quality'), {
    judgementId: judgement.judgementId,
    reason: 'two_people',
    version: judgement.version,
    commandId: newCommand(),
  });
}

describe('an enquiry that its family took back', () => {
  it('is proposed for nothing that comes later, even after a restart or a correction', async () => {
    const filed = await sought('Ведмедогай Тарас Юрійович');
    await takeBack(filed);
    await world.round();
    await world.listed(held('Ведмедогай Тарас Юрійович'));
    await world.round();
    expect(await queue('proposed')).toHaveLength(0);
    await world.restart();
    const ctx = await world.as('Daria', 'quality');
    const { recordId } = filed;
    const description = held('Ведмедогай Тарас Юрьевич');
    const reason = 'a slip of the pen';
    await correctRecord(ctx, { recordId, description, reason, commandId: newCommand() });
    await world.listed(held('Ведмедогай Тарас Юрьевич'));
    await world.round();
    // The two lists describe one man; the family's statements are not compared.
    const rows = await queue('proposed');
    expect(rows.map(({ match }) => match.facet)).toEqual(['list_list']);
  });

  it('is found by no search', async () => {
    const stands = await sought('Липосвіт Роман Андрійович');
    const filed = await sought('Калиногай Марко Ілліч');
    const search = async () => {
      const ctx = await world.as('Daria', 'tracing', stands.enquiryId);
      return searchRecords(ctx, { name: 'Калиногай Марко' });
    };
    expect((await search()).map(({ recordId }) => recordId)).toContain(filed.recordId);
    await takeBack(filed);
    await world.round();
    expect((await search()).map(({ recordId }) => recordId)).not.toContain(filed.recordId);
  });

  it('lets what was proposed fall, and alerts where somebody had answered', async () => {
    const filed = await sought('Громосвіт Денис Олегович');
    await world.listed(held('Громосвіт Денис Олегович'));
    await world.round();
    const { personId } = await join();
    await takeBack(filed);
    await world.round();
    await world.round();
    const alerts = test.db.selectFrom('alerts').select(['kind', 'objectId']);
    const raised = await alerts.where('objectId', '=', personId).execute();
    expect(raised).toEqual([{ kind: 'enquiry_taken_back', objectId: personId }]);
    const page = await pageOf(personId);
    expect(page.records.map(({ takenBack }) => takenBack).sort()).toEqual([false, true]);
    expect(page.names).toHaveLength(1);
  });

  it('is treated as an impostor’s is', async () => {
    const filed = await sought('Вербосвіт Назар Тарасович');
    await world.listed(held('Вербосвіт Назар Тарасович'));
    await world.round();
    expect(await queue('proposed')).toHaveLength(1);
    const ctx = await world.as('Daria', 'verification', filed.enquiryId);
    const { enquiryId } = filed;
    const version = await versionOf(enquiryId);
    await closeEnquiry(ctx, { enquiryId, version, reason: 'impostor', commandId: newCommand() });
    await world.round();
    expect(await queue('proposed')).toHaveLength(0);
    expect(await queue('lapsed')).toHaveLength(1);
  });
});

describe('a day that has passed', () => {
  it('counts what hung together then: not what was joined later, and still what parted', async () => {
    const first = await world.listed(held('Ясногай Богдан Львович'));
    await world.round();
    world.later(24 * 60);
    const second = await world.listed(held('Ясногай Богдан Львович'));
    await world.round();
    const early = world.now;
    await tell(second);
    const apart = world.now;
    world.later(24 * 60);
    const { personId } = await join();
    const joined = world.now;
    expect(await personOf(second)).toBe(personId);
    expect((await pageOf(personId)).standing.custody.step).toBe('visited');

    const before = await pageOf(personId, apart);
    expect(before.standing.custody.step).toBe('unknown');
    expect(before).toMatchObject({ joinedSince: 1, partedSince: 0, events: [] });
    expect(before.records.map(({ recordId }) => recordId)).toEqual([first]);
    expect((await pageOf(personId, early)).records).toHaveLength(1);

    world.later(24 * 60);
    await part(personId);
    const kept = await personOf(first);
    expect((await pageOf(kept)).standing.custody.step).toBe('unknown');
    const then = await pageOf(kept, joined);
    expect(then.standing.custody.step).toBe('visited');
    expect(then).toMatchObject({ joinedSince: 0, partedSince: 1 });
    expect(then.records.map(({ recordId }) => recordId)).toEqual([first]);
  });

  it('is entered for everybody whose records it shows', async () => {
    const first = await world.listed(held('Ясногай Богдан Львович'));
    const second = await world.listed(held('Ясногай Богдан Львович'));
    await world.round();
    await join();
    const joined = world.now;
    world.later(24 * 60);
    await part(await personOf(first));
    const [kept, parted] = [await personOf(first), await personOf(second)];
    expect(kept).not.toBe(parted);
    const seen = async () => (await pageOf(parted)).looks.length;
    const before = await seen();
    await pageOf(kept);
    expect(await seen()).toBe(before + 1);
    await pageOf(kept, joined);
    // One for the page of the past day, and one for each read of the test itself.
    expect(await seen()).toBe(before + 3);
  });
});

/** A visit to the person of the record, stated by a source of the best grade. */
async function tell(recordId: RecordId): Promise<void> {
  const ctx = await world.as('Daria', 'tracing');
  const grade = parseGrade('A1');
  if (!grade) throw new Error('a grade');
  const day = { occurredFrom: '2026-03-01', occurredTo: '2026-03-01' };
  const told = { recordId, kind: 'visited', ...day, grade } as const;
  await recordEvent(ctx, { ...told, commandId: newCommand() });
}
