import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../test/database.ts';
import { newCommand, World } from '../../../test/world.ts';
import { auditedWrite } from '../../audit/write.ts';
import type { EnquiryId, NoticeId, RecordId } from '../../kernel/ids.ts';
import { readDate } from '../../matching/reading/dates.ts';
import { newId } from '../../vault/random.ts';
import { readOwnFile } from '../enquiries/actions.ts';
import { presentForFamily } from '../enquiries/present.ts';
import { recordEvent } from '../events/actions.ts';
import type { Grade } from '../events/event.ts';
import { matchPermissions } from '../matches/permissions.ts';
import { applyJudgement, withdrawJudgement } from '../persons/actions.ts';
import {
  approveNotice,
  composeNotice,
  readNotice,
  submitNotice,
  tellNotice,
  toldToFamily,
  withdrawNotice,
} from './actions.ts';

let test: TestDatabase;
let world: World;
beforeAll(async () => {
  test = await cloneDatabase();
  world = await World.open(test);
});
afterAll(() => test.drop());

async function proven(name: string) {
  const filed = await world.file(name, '14.03.1994');
  await world.prove(filed.enquiryId);
  const row = await test.db
    .selectFrom('enquiries')
    .select('recordId')
    .where('id', '=', filed.enquiryId)
    .executeTakeFirstOrThrow();
  return { ...filed, recordId: row.recordId as RecordId }; // Made when kinship was proven.
}

async function happened(
  recordId: RecordId,
  kind: 'listed' | 'reported_dead' | 'released' | 'visited',
) {
  await recordEvent(await world.as('Daria', 'tracing'), {
    recordId,
    kind,
    occurredFrom: '2026-02-01',
    occurredTo: '2026-02-01',
    grade: 'B2' as Grade, // Its shape is that of a grade.
    commandId: newCommand(),
  });
}

async function compose(
  enquiryId: EnquiryId,
  given: Partial<Parameters<typeof composeNotice>[1]> = {},
): Promise<{ noticeId: NoticeId; version: number }> {
  return composeNotice(await world.as('Daria', 'notice', enquiryId), {
    enquiryId,
    cleared: ['custody_listed'],
    text: 'Він у списку.',
    grave: false,
    commandId: newCommand(),
    ...given,
  });
}

async function approved(noticeId: NoticeId) {
  const submitted = await submitNotice(await world.as('Daria', 'notice'), {
    noticeId,
    version: 1,
    commandId: newCommand(),
  });
  return approveNotice(await world.as('Andriy', 'notice'), {
    noticeId,
    version: submitted.version,
    commandId: newCommand(),
  });
}

describe('a notice', () => {
  it('is for nobody before identity and kinship are proven', async () => {
    const { enquiryId } = await world.file('Верболист Денис Іванович', '14.03.1994');
    await expect(compose(enquiryId)).rejects.toMatchObject({ code: 'notice.enquiry_not_open' });
  });

  it('tells only what the standing bears', async () => {
    const { enquiryId } = await proven('Верболан Денис Іванович');
    await expect(compose(enquiryId)).rejects.toMatchObject({ code: 'notice.not_borne' });
    const goesOn = await compose(enquiryId, { cleared: ['search_goes_on'] });
    expect(goesOn.version).toBe(1);
  });

  it('is approved by another human being than its author, with a fresh passkey', async () => {
    const { enquiryId, recordId } = await proven('Степоліс Денис Іванович');
    await happened(recordId, 'listed');
    const ctx = await world.as('Andriy', 'notice', enquiryId);
    const { noticeId } = await composeNotice(ctx, {
      enquiryId,
      cleared: ['custody_listed'],
      text: 'Він у списку.',
      grave: false,
      commandId: newCommand(),
    });
    const { version } = await submitNotice(ctx, { noticeId, version: 1, commandId: newCommand() });
    await expect(
      approveNotice(await world.as('Andriy', 'notice'), {
        noticeId,
        version,
        commandId: newCommand(),
      }),
    ).rejects.toMatchObject({ code: 'notice.not_found' });
    await expect(
      approveNotice(await world.as('Daria', 'notice'), {
        noticeId,
        version,
        commandId: newCommand(),
      }),
    ).rejects.toMatchObject({ code: 'notice.not_found' });
  });

  it("changes nothing on the family's page until a person has told it (R-33)", async () => {
    const { enquiryId, olena, recordId } = await proven('Срібномост Денис Іванович');
    await happened(recordId, 'listed');
    const seen = async () => {
      const file = await readOwnFile(olena, { enquiryId });
      return {
        view: presentForFamily(file, world.now),
        told: await toldToFamily(olena, enquiryId),
      };
    };
    const before = await seen();
    const { noticeId } = await compose(enquiryId);
    const { version } = await approved(noticeId);
    expect(await seen()).toEqual(before);
    // Not even by asking the key service for it by name.
    await expect(
      world.broker.open({
        sessionToken: olena.sessionToken,
        actor: olena.actor,
        purpose: olena.purpose,
        action: 'notice.read',
        objectId: noticeId,
        fields: [{ rowId: noticeId, columnName: 'text' }],
      }),
    ).rejects.toMatchObject({ httpStatus: 404 });
    await expect(readNotice(olena, { noticeId })).rejects.toMatchObject({
      code: 'notice.not_found',
    });

    const daria = await world.as('Daria', 'notice', enquiryId);
    await tellNotice(daria, {
      noticeId,
      version,
      how: 'telephone',
      at: world.now,
      commandId: newCommand(),
    });
    const after = await seen();
    expect(after.view.ladderStep).toBe(3);
    expect(after.told).toEqual([{ on: '2026-03-02', how: 'telephone', text: 'Він у списку.' }]);
    await expect(
      withdrawNotice(daria, { noticeId, version: version + 1, commandId: newCommand() }),
    ).rejects.toMatchObject({ code: 'notice.wrong_state' });
  });

  it('keeps the ladder still while sources contradict each other (settled 9)', async () => {
    const { enquiryId, recordId } = await proven('Криволис Денис Іванович');
    await happened(recordId, 'visited');
    await happened(recordId, 'reported_dead');
    const answer = compose(enquiryId, { cleared: ['custody_listed'] });
    await expect(answer).rejects.toMatchObject({ code: 'notice.ladder_frozen' });
    const words = await compose(enquiryId, { cleared: ['search_goes_on'] });
    expect(words.version).toBe(1);
  });

  it('never writes grave news on the page: death is told by a person', async () => {
    const { enquiryId, olena, recordId } = await proven('Льонозір Денис Іванович');
    await happened(recordId, 'reported_dead');
    await expect(compose(enquiryId, { cleared: ['grave_news'] })).rejects.toMatchObject({
      code: 'notice.grave',
    });
    const { noticeId } = await compose(enquiryId, {
      cleared: ['grave_news'],
      grave: true,
      text: 'Тяжке.',
    });
    const { version } = await approved(noticeId);
    const daria = await world.as('Daria', 'notice', enquiryId);
    await tellNotice(daria, {
      noticeId,
      version,
      how: 'in_person',
      at: world.now,
      commandId: newCommand(),
    });
    const [told] = await toldToFamily(olena, enquiryId);
    expect(told?.text).toBeNull();
    const file = await readOwnFile(olena, { enquiryId });
    expect(presentForFamily(file, world.now).ladderStep).toBe(1);
    const sealed = await test.db
      .selectFrom('sealedFields')
      .select('columnName')
      .where('rowId', '=', noticeId)
      .execute();
    expect(sealed.map((field) => field.columnName)).toEqual(['text']);
  });

  it('cannot be told once the judgement it rested on is withdrawn', async () => {
    const name = 'Гайовій Тимур Русланович';
    const { enquiryId, recordId } = await proven(name);
    const listed = await world.listed({ names: [{ full: name }], birth: readDate('14.03.1994') });
    await happened(listed, 'listed');
    const [left = listed, right = listed] = [recordId, listed].sort();
    const daria = world.idOf('Daria').staffId;
    const judgementId = newId<'judgement'>();
    const tracing = await world.as('Andriy', 'tracing');
    await auditedWrite(tracing, { action: matchPermissions.confirm, objectId: judgementId }, (tx) =>
      applyJudgement(tracing, tx, {
        id: judgementId,
        officeId: world.officeId,
        leftRecordId: left,
        rightRecordId: right,
        answer: 'same',
        matchId: null,
        judgedBy: daria,
        judgedAt: world.now,
        confirmedBy: world.idOf('Andriy').staffId,
        confirmedAt: world.now,
      }),
    );
    const { noticeId } = await compose(enquiryId);
    const { version } = await approved(noticeId);
    await withdrawJudgement(await world.as('Daria', 'quality'), {
      judgementId,
      reason: 'two_people',
      version: 1,
      commandId: newCommand(),
    });
    const command = { noticeId, version, how: 'telephone', at: world.now } as const;
    await expect(
      tellNotice(await world.as('Daria', 'notice'), { ...command, commandId: newCommand() }),
    ).rejects.toMatchObject({ code: 'notice.not_borne' });
  });
});
