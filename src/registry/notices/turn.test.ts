import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../test/database.ts';
import { newCommand, World } from '../../../test/world.ts';
import type { Context } from '../../audit/context.ts';
import { auditedWrite } from '../../audit/write.ts';
import type { EnquiryId, JudgementId, NoticeId, RecordId } from '../../kernel/ids.ts';
import { newId } from '../../vault/random.ts';
import { recordEvent } from '../events/actions.ts';
import type { Grade } from '../events/event.ts';
import { choosePrimary, readKin } from '../kin/actions.ts';
import { matchPermissions } from '../matches/permissions.ts';
import { applyJudgement } from '../persons/actions.ts';
import {
  approveNotice,
  composeNotice,
  readNotice,
  submitNotice,
  tellNotice,
  toldToFamily,
} from './actions.ts';
import type { ClearedFact } from './notice.ts';
import { isOutOfTurn } from './turn.ts';

const [mother, wife] = ['mother' as EnquiryId, 'wife' as EnquiryId]; // Ids that belong to no row.

describe('whose turn it is', () => {
  it.each([
    ['nobody is told first', wife, ['custody_listed'], [], false],
    ['the primary contact herself', mother, ['custody_listed'], [[mother, []]], false],
    ['she knows nothing yet', wife, ['custody_listed'], [[mother, []]], true],
    ['she knows', wife, ['custody_listed'], [[mother, ['custody_listed']]], false],
    ['she knows less', wife, ['released'], [[mother, ['custody_listed']]], true],
    ['no news', wife, ['search_goes_on', 'needs_papers'], [[mother, []]], false],
    ['news beside none', wife, ['search_goes_on', 'grave_news'], [[mother, []]], true],
  ] as const)('%s', (_, enquiryId, cleared, told, expected) => {
    const known = new Map<EnquiryId, readonly ClearedFact[]>(told);
    expect(isOutOfTurn({ enquiryId, cleared }, known)).toBe(expected);
  });
});

let test: TestDatabase;
let world: World;
beforeAll(async () => {
  test = await cloneDatabase();
  world = await World.open(test);
});
afterAll(() => test.drop());

interface Asking {
  readonly enquiryId: EnquiryId;
  readonly recordId: RecordId;
  readonly olena: Context;
}

/** Two relatives of one person who is on a list. */
async function relatives(name: string): Promise<readonly [Asking, Asking]> {
  const asking: Asking[] = [];
  for (let count = 0; count < 2; count += 1) {
    const { enquiryId, olena } = await world.file(name, '14.03.1994');
    await world.prove(enquiryId);
    const row = await test.db
      .selectFrom('enquiries')
      .select('recordId')
      .where('id', '=', enquiryId)
      .executeTakeFirstOrThrow();
    asking.push({ enquiryId, olena, recordId: row.recordId as RecordId }); // Made with the proof.
  }
  const [one, other] = asking as [Asking, Asking]; // Two were pushed.
  const [leftRecordId, rightRecordId] = [one.recordId, other.recordId].sort() as RecordId[];
  if (!leftRecordId || !rightRecordId) throw new Error('two are two');
  const tracing = await world.as('Andriy', 'tracing');
  const id = newId<'judgement'>() as JudgementId; // The same brand.
  const by = { judgedBy: world.idOf('Daria').staffId, confirmedBy: world.idOf('Andriy').staffId };
  await auditedWrite(tracing, { action: matchPermissions.confirm, objectId: id }, (tx) =>
    applyJudgement(tracing, tx, {
      ...{ id, officeId: world.officeId, leftRecordId, rightRecordId, answer: 'same' },
      ...{ matchId: null, ...by, judgedAt: world.now, confirmedAt: world.now },
    }),
  );
  await recordEvent(tracing, {
    recordId: one.recordId,
    kind: 'listed',
    occurredFrom: '2026-02-01',
    occurredTo: '2026-02-01',
    grade: 'B2' as Grade, // Its shape is that of a grade.
    commandId: newCommand(),
  });
  return [one, other];
}

async function tellFirst({ enquiryId }: Asking): Promise<void> {
  const daria = await world.as('Daria', 'notice');
  const { version } = await readKin(daria, { enquiryId });
  const command = { enquiryId, version, commandId: newCommand() };
  await choosePrimary(daria, { ...command, reason: 'named_by_person' });
}

async function compose(
  { enquiryId }: Asking,
  given: Partial<Parameters<typeof composeNotice>[1]> = {},
): Promise<NoticeId> {
  const { noticeId } = await composeNotice(await world.as('Daria', 'notice', enquiryId), {
    enquiryId,
    cleared: ['custody_listed'],
    text: 'Він у списку.',
    grave: false,
    commandId: newCommand(),
    ...given,
  });
  return noticeId;
}

async function approve(noticeId: NoticeId): Promise<number> {
  const command = (version: number) => ({ noticeId, version, commandId: newCommand() });
  const submitted = await submitNotice(await world.as('Daria', 'notice'), command(1));
  const andriy = await world.as('Andriy', 'notice');
  return (await approveNotice(andriy, command(submitted.version))).version;
}

async function tell(noticeId: NoticeId, version: number): Promise<void> {
  const command = { noticeId, version, commandId: newCommand() };
  const daria = await world.as('Daria', 'notice');
  await tellNotice(daria, { ...command, how: 'telephone', at: world.now });
}

describe('a notice to a relative who is not told first', () => {
  it('waits for the primary contact, or says why it does not', async () => {
    const [first, other] = await relatives('Верболіс Олег Іванович');
    await tellFirst(first);
    await expect(compose(other)).rejects.toMatchObject({ code: 'notice.primary_first' });
    const early = await compose(other, { outOfTurn: 'primary_not_reached' });
    expect(
      (await readNotice(await world.as('Andriy', 'notice'), { noticeId: early })).outOfTurn,
    ).toBe('primary_not_reached');
    await tell(early, await approve(early));
    // The family reads what was told, and nothing about the person it was told before.
    const told = await toldToFamily(other.olena, other.enquiryId);
    expect(told).toEqual([{ on: '2026-03-02', how: 'telephone', text: 'Він у списку.' }]);
  });

  it('goes its way once the primary contact was told the same, and keeps no reason', async () => {
    const [first, other] = await relatives('Степоліс Олег Іванович');
    await tellFirst(first);
    const hers = await compose(first);
    await tell(hers, await approve(hers));
    const his = await compose(other, { outOfTurn: 'primary_agreed' });
    expect(
      (await readNotice(await world.as('Andriy', 'notice'), { noticeId: his })).outOfTurn,
    ).toBe(null);
  });

  it('is not approved when somebody was marked as told first meanwhile', async () => {
    const [first, other] = await relatives('Криволіс Олег Іванович');
    const noticeId = await compose(other);
    await tellFirst(first);
    await expect(approve(noticeId)).rejects.toMatchObject({ code: 'notice.primary_first' });
  });

  it('is written down when it was told, whoever was marked after the approval', async () => {
    const [first, other] = await relatives('Хмароліс Олег Іванович');
    const noticeId = await compose(other);
    const version = await approve(noticeId);
    await tellFirst(first);
    await tell(noticeId, version);
    expect(await toldToFamily(other.olena, other.enquiryId)).toHaveLength(1);
  });
});
