import type { Context } from '../../../src/audit/context.ts';
import { insertSealed } from '../../../src/db/sealed-rows.ts';
import type {
  DisputeId,
  EnquiryId,
  MatchId,
  NoticeId,
  PersonId,
  RecordId,
} from '../../../src/kernel/ids.ts';
import { readDate } from '../../../src/matching/reading/dates.ts';
import { addPaper, writeToThread } from '../../../src/registry/enquiries/actions.ts';
import { recordContact } from '../../../src/registry/enquiries/desk-actions.ts';
import { recordEvent } from '../../../src/registry/events/actions.ts';
import type { Grade } from '../../../src/registry/events/event.ts';
import { choosePrimary, openDispute, readKin } from '../../../src/registry/kin/actions.ts';
import { confirmMatch, judgeMatch, readMatches } from '../../../src/registry/matches/actions.ts';
import {
  approveNotice,
  composeNotice,
  submitNotice,
  tellNotice,
} from '../../../src/registry/notices/actions.ts';
import {
  sealedList,
  sealedMarks,
  sealedRow,
  sealedSample,
} from '../../../src/registry/sources/sealed.ts';
import { newId } from '../../../src/vault/random.ts';
import { newCommand, type World } from '../../world.ts';

/** One of everything that a bureau stores, made through commands; returns ids for tests. */
export interface Furnished {
  readonly world: World;
  readonly olena: Context;
  readonly enquiryId: EnquiryId;
  /** Filed and not proven. */
  readonly taras: Context;
  readonly unprovenId: EnquiryId;
  readonly paperId: string;
  readonly draftId: NoticeId;
  readonly toldId: NoticeId;
  readonly matchId: MatchId;
  readonly personId: PersonId;
  readonly recordId: RecordId;
  readonly judgementId: string;
  readonly eventId: string;
  readonly importId: string;
  readonly alertId: string;
  readonly disputeId: DisputeId;
}

export async function furnish(world: World): Promise<Furnished> {
  const { enquiryId, olena } = await world.file('Тихобор Данило Остапович', '14.03.1994');
  const { enquiryId: unprovenId, olena: taras } = await world.file('Верболан Роман Іванович', '');
  await world.prove(enquiryId);
  await writeToThread(olena, { enquiryId, text: 'Скажіть', commandId: newCommand() });
  const bytes = Buffer.from('%PDF-1.7 invented');
  const paper = { enquiryId, kind: 'birth', bytes, commandId: newCommand() } as const;
  const { paperId } = await addPaper(olena, paper);
  const daria = await world.as('Daria', 'notice', enquiryId);
  await recordContact(daria, {
    enquiryId,
    kind: 'telephone',
    outcome: 'reached',
    note: 'нотатка',
    occurredAt: world.now,
    commandId: newCommand(),
  });
  const draftId = await compose(daria, enquiryId);
  const toldId = await tell(world, daria, enquiryId);
  const held = await listAndConfirm(world);
  return {
    world,
    olena,
    enquiryId,
    taras,
    unprovenId,
    paperId,
    draftId,
    toldId,
    ...held,
    ...(await bring(world)),
    disputeId: await quarrel(world, enquiryId),
  };
}

async function compose(daria: Context, enquiryId: EnquiryId): Promise<NoticeId> {
  const said = { cleared: ['search_goes_on'], text: 'Шукаємо далі.', grave: false } as const;
  const { noticeId } = await composeNotice(daria, { enquiryId, ...said, commandId: newCommand() });
  return noticeId;
}

async function tell(world: World, daria: Context, enquiryId: EnquiryId): Promise<NoticeId> {
  const noticeId = await compose(daria, enquiryId);
  const step = (version: number) => ({ noticeId, version, commandId: newCommand() });
  const sent = await submitNotice(daria, step(1));
  const andriy = await world.as('Andriy', 'notice', enquiryId);
  const agreed = await approveNotice(andriy, step(sent.version));
  const told = { ...step(agreed.version), how: 'telephone', at: world.now } as const;
  await tellNotice(daria, told);
  return noticeId;
}

/** Olena is told first, and another person puts pressure on her. */
async function quarrel(world: World, enquiryId: EnquiryId): Promise<DisputeId> {
  const daria = await world.as('Daria', 'notice', enquiryId);
  const { version } = await readKin(daria, { enquiryId });
  const command = { enquiryId, version, commandId: newCommand() };
  const chosen = await choosePrimary(daria, { ...command, reason: 'next_of_kin' });
  const { disputeId } = await openDispute(daria, {
    ...command,
    version: chosen.version,
    commandId: newCommand(),
    reason: 'third_party_pressure',
    withEnquiryId: null,
    note: 'суперечка',
  });
  return disputeId;
}

/** Three people on lists: two are one person and confirmed; one waits beside Olena's enquiry. */
async function listAndConfirm(world: World) {
  const name = 'Громозір Павло Юрійович';
  const twice = { names: [{ full: name }], birth: readDate('03.03.1980') };
  const recordId = await world.listed(twice);
  await world.listed(twice);
  await world.listed({
    names: [{ full: 'Тихобор Данила Остапович' }],
    birth: readDate('14.03.1994'),
    unit: '901 ОМБр',
  });
  const before = world.now;
  world.now = new Date('2026-03-02T12:00:10Z');
  await world.round();
  const daria = await world.as('Daria', 'tracing');
  const { rows } = await readMatches(daria, { state: 'proposed', offset: 0 });
  const [twin, other] = ['list_list', 'enquiry_list'].map((facet) =>
    rows.find(({ match }) => match.facet === facet),
  );
  if (!twin || !other) throw new Error('the matcher proposes both');
  const matchId = twin.match.id;
  const answer = { matchId, version: 1, answer: 'same', commandId: newCommand() } as const;
  const { version } = await judgeMatch(daria, answer);
  const andriy = await world.as('Andriy', 'tracing');
  const yes = { matchId, version, commandId: newCommand() };
  const { personId } = await confirmMatch(andriy, yes);
  const { eventId } = await recordEvent(daria, {
    recordId,
    kind: 'listed',
    occurredFrom: '2026-02-01',
    occurredTo: '2026-02-01',
    grade: 'B2' as Grade, // Its shape is that of a grade.
    commandId: newCommand(),
  });
  world.now = before;
  const judgement = await world.test.db
    .selectFrom('judgements')
    .select('id')
    .where('officeId', '=', world.officeId)
    .executeTakeFirstOrThrow();
  return { recordId, personId, eventId, judgementId: judgement.id, matchId: other.match.id };
}

/** An import in progress, with its sealed content, and an alert; inserted as rows. */
async function bring(world: World) {
  const { officeId, now } = world;
  const { db } = world.test;
  const [sourceId, importId, alertId]: string[] = [newId(), newId(), newId()];
  if (!sourceId || !importId || !alertId) throw new Error('three ids were made');
  const source = { id: sourceId, kind: 'official_list', reliability: 'B2', officeId };
  await db
    .insertInto('sources')
    .values({ ...source, recordedAt: now })
    .execute();
  await db
    .insertInto('imports')
    .values({
      id: importId,
      officeId,
      sourceId,
      state: 'inspected',
      fileHash: Buffer.alloc(32),
      shape: JSON.stringify({ side: 'held' }),
      mapping: JSON.stringify({ columns: [] }),
      fileSize: 1,
      broughtBy: world.idOf('Daria').staffId,
      recordedAt: now,
    })
    .execute();
  const at = { rowId: importId, subjectId: importId };
  const sealed = await world.broker.sealMany([
    sealedSample.item(at, { headings: [], rows: [] }),
    sealedList.item({ ...at, piece: 0 }, { base64: '' }),
    sealedMarks.item({ ...at, piece: 0 }, []),
    sealedRow.item({ rowId: newId(), subjectId: importId }, { cells: [] }),
  ]);
  await insertSealed(db, sealed, { officeId, now });
  const alert = { id: alertId, officeId, kind: 'budget.person', raisedAt: now };
  await db.insertInto('alerts').values(alert).execute();
  return { importId, alertId };
}
