import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../test/database.ts';
import { type Colleague, newCommand, World } from '../../../test/world.ts';
import { type Context, rowContextOf } from '../../audit/context.ts';
import { auditedWrite } from '../../audit/write.ts';
import { inTransaction } from '../../db/transaction.ts';
import type { EnquiryId, JudgementId, RecordId } from '../../kernel/ids.ts';
import { newId } from '../../vault/random.ts';
import { closeEnquiry } from '../enquiries/desk-actions.ts';
import { matchPermissions } from '../matches/permissions.ts';
import { applyJudgement, withdrawJudgement } from '../persons/actions.ts';
import { choosePrimary, closeDispute, openDispute, readKin, withdrawPrimary } from './actions.ts';
import { presentKinForDesk } from './present.ts';

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

async function proven(name: string): Promise<Asking> {
  const { enquiryId, olena } = await world.file(name, '14.03.1994');
  await world.prove(enquiryId);
  const { recordId } = await test.db
    .selectFrom('enquiries')
    .select('recordId')
    .where('id', '=', enquiryId)
    .executeTakeFirstOrThrow();
  return { enquiryId, olena, recordId: recordId as RecordId }; // Made when kinship was proven.
}

/** Two people at the desk found that both files are about one person. */
async function join(one: Asking, other: Asking): Promise<JudgementId> {
  const [left, right] = [one.recordId, other.recordId].sort() as [RecordId, RecordId]; // Two are two.
  const judgementId = newId<'judgement'>() as JudgementId; // The same brand.
  const tracing = await world.as('Andriy', 'tracing');
  const by = { judgedBy: world.idOf('Daria').staffId, judgedAt: world.now };
  const confirmed = { confirmedBy: world.idOf('Andriy').staffId, confirmedAt: world.now };
  await auditedWrite(tracing, { action: matchPermissions.confirm, objectId: judgementId }, (tx) =>
    applyJudgement(tracing, tx, {
      id: judgementId,
      officeId: world.officeId,
      leftRecordId: left,
      rightRecordId: right,
      answer: 'same',
      matchId: null,
      ...by,
      ...confirmed,
    }),
  );
  return judgementId;
}

async function pair(name: string): Promise<readonly [mother: Asking, wife: Asking]> {
  const both = [await proven(name), await proven(name)] as const;
  await join(...both);
  return both;
}

const desk = (by: Colleague = 'Daria') => world.as(by, 'notice');
const seen = async (enquiryId: EnquiryId) =>
  presentKinForDesk(await readKin(await desk(), { enquiryId }));

async function choose(enquiryId: EnquiryId, given: { by?: Colleague; version?: number } = {}) {
  const version = given.version ?? (await seen(enquiryId)).version;
  const ctx = await desk(given.by);
  const input = { enquiryId, version, reason: 'next_of_kin', commandId: newCommand() } as const;
  return choosePrimary(ctx, input);
}

async function quarrel(enquiryId: EnquiryId, withEnquiryId: EnquiryId | null, note = '') {
  const { version } = await seen(enquiryId);
  const command = { enquiryId, version, withEnquiryId, note, commandId: newCommand() };
  return openDispute(await desk(), { ...command, reason: 'estranged_spouses' });
}

describe('the primary contact', () => {
  it('is marked by nobody but the desk, of nobody whose kinship is not proven', async () => {
    const { enquiryId } = await world.file('Верболист Олег Іванович', '14.03.1994');
    const input = {
      enquiryId,
      version: 0,
      reason: 'next_of_kin',
      commandId: newCommand(),
    } as const;
    await expect(choosePrimary(await desk(), input)).rejects.toMatchObject({
      code: 'kin.not_proven',
    });
    const [mother] = await pair('Верболан Олег Іванович');
    const { version } = await seen(mother.enquiryId);
    const hers = { ...input, enquiryId: mother.enquiryId, version };
    for (const ctx of [await desk('Iryna'), await world.as('Daria', 'tracing')]) {
      const refusedAs = choosePrimary(ctx, { ...hers, commandId: newCommand() });
      await expect(refusedAs).rejects.toMatchObject({ code: 'enquiry.not_found' });
    }
    const family = choosePrimary(mother.olena, { ...hers, commandId: newCommand() });
    await expect(family).rejects.toMatchObject({ code: 'enquiry.not_found' });
    await expect(readKin(mother.olena, mother)).rejects.toMatchObject({
      code: 'enquiry.not_found',
    });
    await expect(choose(mother.enquiryId, { version: version + 1 })).rejects.toMatchObject({
      code: 'person.stale',
    });
  });

  it('is one of a person at a time; who was so before stays in the history', async () => {
    const [mother, wife] = await pair('Степоліс Олег Іванович');
    await choose(mother.enquiryId);
    await expect(choose(mother.enquiryId)).rejects.toMatchObject({ code: 'kin.primary_already' });
    world.later(1);
    await choose(wife.enquiryId, { by: 'Vera' });
    const { primaries, relatives } = await seen(mother.enquiryId);
    expect(relatives.map((each) => each.kinship)).toEqual(['mother', 'mother']);
    expect(primaries).toMatchObject([
      { enquiryId: wife.enquiryId, by: 'Vera', standing: true, ending: null },
      { enquiryId: mother.enquiryId, standing: false, ending: 'replaced', endedBy: 'Vera' },
    ]);
    const { version } = await seen(wife.enquiryId);
    const command = { enquiryId: wife.enquiryId, version, ending: 'own_wish' } as const;
    await withdrawPrimary(await desk(), { ...command, commandId: newCommand() });
    expect((await seen(mother.enquiryId)).primaries.filter((each) => each.standing)).toEqual([]);
    const again = { ...command, version: version + 1, commandId: newCommand() };
    await expect(withdrawPrimary(await desk(), again)).rejects.toMatchObject({
      code: 'kin.no_primary',
    });
  });

  it('is one even where two colleagues choose at the same moment', async () => {
    const [mother, wife] = await pair('Криволис Олег Іванович');
    const { version } = await seen(mother.enquiryId);
    const chosen = await Promise.allSettled([
      choose(mother.enquiryId, { version }),
      choose(wife.enquiryId, { version, by: 'Vera' }),
    ]);
    expect(chosen.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is shown twice where two persons were found to be one, until people choose; and parts again', async () => {
    const [mother, wife] = [
      await proven('Хмаролан Олег Іванович'),
      await proven('Хмаролан Олег Іванович'),
    ];
    await choose(mother.enquiryId);
    await choose(wife.enquiryId);
    const judgementId = await join(mother, wife);
    const both = await seen(mother.enquiryId);
    expect(both.primaries.filter((each) => each.standing)).toHaveLength(2);
    const quality = await world.as('Daria', 'quality');
    const command = { judgementId, version: 1, commandId: newCommand() };
    await withdrawJudgement(quality, { ...command, reason: 'two_people' });
    for (const { enquiryId } of [mother, wife]) {
      const alone = await seen(enquiryId);
      expect(alone.primaries).toMatchObject([{ enquiryId, standing: true }]);
      expect(alone.relatives).toHaveLength(1);
    }
    await join(mother, wife);
    await choose(wife.enquiryId);
    const { primaries } = await seen(mother.enquiryId);
    expect(primaries.filter((each) => each.standing)).toMatchObject([
      { enquiryId: wife.enquiryId },
    ]);
  });

  it('is found however long the history has grown', async () => {
    const [mother, wife] = await pair('Ожиноліс Олег Іванович');
    await choose(mother.enquiryId);
    const staff = world.idOf('Daria').staffId;
    const past = Array.from({ length: 60 }, () => ({
      id: newId(),
      officeId: world.officeId,
      enquiryId: wife.enquiryId,
      reason: 'next_of_kin',
      chosenBy: staff,
      chosenAt: new Date(world.now.getTime() + 1_000),
      endedBy: staff,
      endedAt: new Date(world.now.getTime() + 2_000),
      ending: 'mistake',
    }));
    await sql`alter table primary_contacts disable trigger primary_contacts_one`.execute(test.db);
    await test.db.insertInto('primaryContacts').values(past).execute();
    await sql`alter table primary_contacts enable trigger primary_contacts_one`.execute(test.db);
    const { primaries } = await seen(wife.enquiryId);
    expect(primaries[0]).toMatchObject({ enquiryId: mother.enquiryId, standing: true });
  });

  it('counts no longer once the enquiry is closed', async () => {
    const [mother, wife] = await pair('Гайовій Олег Іванович');
    await choose(mother.enquiryId);
    const { version } = await test.db
      .selectFrom('enquiries')
      .select('version')
      .where('id', '=', mother.enquiryId)
      .executeTakeFirstOrThrow();
    await closeEnquiry(await world.as('Daria', 'verification'), {
      enquiryId: mother.enquiryId,
      version,
      reason: 'agreement',
      commandId: newCommand(),
    });
    expect((await seen(wife.enquiryId)).primaries).toMatchObject([{ standing: false }]);
    await choose(wife.enquiryId);
    expect((await seen(wife.enquiryId)).primaries.filter((each) => each.standing)).toHaveLength(1);
  });
});

describe('a dispute', () => {
  it('names relatives of this person only', async () => {
    const [mother] = await pair('Громовій Олег Іванович');
    const [stranger] = await pair('Світлолан Олег Іванович');
    for (const other of [stranger.enquiryId, mother.enquiryId]) {
      await expect(quarrel(mother.enquiryId, other)).rejects.toMatchObject({
        code: 'enquiry.not_found',
      });
    }
  });

  it('is seen from every relative’s file at the desk, with its note, until it is closed', async () => {
    const [mother, wife] = await pair('Срібномост Олег Іванович');
    const { disputeId } = await quarrel(mother.enquiryId, wife.enquiryId, 'суперечка-нотатка');
    const { disputes, version } = await seen(wife.enquiryId);
    expect(disputes).toMatchObject([
      { disputeId, reason: 'estranged_spouses', note: 'суперечка-нотатка', by: 'Daria' },
    ]);
    expect(disputes[0]?.between.map((each) => each.enquiryId)).toEqual([
      mother.enquiryId,
      wife.enquiryId,
    ]);
    const command = { disputeId, version, outcome: 'agreed' } as const;
    const iryna = closeDispute(await desk('Iryna'), { ...command, commandId: newCommand() });
    await expect(iryna).rejects.toMatchObject({ code: 'dispute.not_found' });
    await closeDispute(await desk('Vera'), { ...command, commandId: newCommand() });
    expect((await seen(mother.enquiryId)).disputes).toMatchObject([
      { outcome: 'agreed', closedBy: 'Vera' },
    ]);
    const again = { ...command, version: version + 1, commandId: newCommand() };
    await expect(closeDispute(await desk(), again)).rejects.toMatchObject({
      code: 'kin.dispute_closed',
    });
  });

  it('leaves its note sealed, and closed to the families by name too', async () => {
    const [mother, wife] = await pair('Тихолан Олег Іванович');
    const { disputeId } = await quarrel(mother.enquiryId, wife.enquiryId, 'суперечка-нотатка');
    const sealed = await test.db
      .selectFrom('sealedFields')
      .select(['enquiryId', 'sealed'])
      .where('rowId', '=', disputeId)
      .executeTakeFirstOrThrow();
    expect(sealed.enquiryId).toBeNull();
    expect(sealed.sealed.toString('utf8')).not.toContain('нотатка');
    for (const { olena } of [mother, wife]) {
      for (const action of ['enquiry.read', 'kin.read']) {
        const asked = world.broker.open({
          sessionToken: olena.sessionToken,
          actor: olena.actor,
          purpose: olena.purpose,
          action,
          objectId: disputeId,
          fields: [{ rowId: disputeId, columnName: 'note' }],
        });
        await expect(asked).rejects.toMatchObject({ httpStatus: 404 });
      }
    }
  });

  it('is entered in the log with primary contacts, each act and each look', async () => {
    const [mother, wife] = await pair('Льонозір Олег Іванович');
    await choose(mother.enquiryId);
    const { disputeId } = await quarrel(mother.enquiryId, wife.enquiryId);
    const entries = await test.db
      .selectFrom('auditEntries')
      .select(['action', 'outcome'])
      .where('action', 'like', 'kin.%')
      .execute();
    const said = new Set(entries.map(({ action, outcome }) => `${action} ${outcome}`));
    expect(said).toContain('kin.choose_primary done');
    expect(said).toContain('kin.choose_primary refused');
    expect(said).toContain('kin.open_dispute done');
    expect(said).toContain('kin.read done');
    expect(said).toContain('kin.read refused');
    expect(JSON.stringify(entries)).not.toContain(disputeId);
  });
});

describe('row security of what relatives are to each other', () => {
  const tables = ['primary_contacts', 'disputes', 'out_of_turn_notices'];

  it('lets no process but the desk come near, and the desk end a row once and take nothing back', async () => {
    const [mother, wife] = await pair('Тихобор Олег Іванович');
    await choose(mother.enquiryId);
    await choose(wife.enquiryId);
    const tries = (ctx: Context, query: string) =>
      inTransaction(ctx.db, rowContextOf(ctx.actor), (tx) => sql.raw<object>(query).execute(tx));
    const worker = {
      ...world.atDoor(),
      actor: { kind: 'system', name: 'worker', officeId: world.officeId } as const,
    };
    for (const table of tables) {
      for (const ctx of [
        mother.olena,
        { ...worker, db: test.as('homeward_worker') },
        { ...worker, db: test.as('homeward_broker') },
      ]) {
        await expect(tries(ctx, `select 1 from ${table}`)).rejects.toMatchObject({ code: '42501' });
      }
      await expect(tries(await desk(), `delete from ${table}`)).rejects.toMatchObject({
        code: '42501',
      });
    }
    const reason = "update primary_contacts set reason = 'court_order'";
    await expect(tries(await desk(), reason)).rejects.toMatchObject({ code: '42501' });
    const ended = "update primary_contacts set ending = 'mistake' where ended_at is not null";
    expect((await tries(await desk(), ended)).numAffectedRows).toBe(0n);
    // One per person, whatever the desk's process is made to write.
    const staff = world.idOf('Daria').staffId;
    const second = `insert into primary_contacts (id, office_id, enquiry_id, reason, chosen_by, chosen_at)
      values (gen_random_uuid(), '${world.officeId}', '${mother.enquiryId}', 'next_of_kin', '${staff}', now())`;
    await expect(tries(await desk(), second)).rejects.toMatchObject({ code: '23505' });
  });
});
