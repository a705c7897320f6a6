import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bureau, now } from '../../test/bureau.ts';
import { cloneDatabase, type TestDatabase } from '../../test/database.ts';
import type { Context } from '../audit/context.ts';
import { rowContextOf } from '../audit/context.ts';
import { entryWriter, fetchSalts } from '../audit/entry.ts';
import { Sequencer } from '../audit/sequencer.ts';
import { makeNodeKeys, signingKeys } from '../broker/node-keys.ts';
import type { Db } from '../db/connect.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Purpose, StaffActor } from '../kernel/actor.ts';
import { newId } from '../vault/random.ts';
import { readLog, verifyLog } from './log.ts';

let test: TestDatabase;
let bureau: Bureau;
let desk: Db;
let sequencer: Sequencer;
const recordId: string = newId<'record'>();

beforeAll(async () => {
  test = await cloneDatabase();
  bureau = new Bureau(test, await makeNodeKeys(test.keystore, now));
  await bureau.open();
  desk = test.as('homeward_desk');
  const keys = await signingKeys(test.keystore, bureau.kek);
  const rows = { actorKind: 'system', actorId: 'broker', officeId: bureau.officeId, subjectId: '' };
  const db = test.as('homeward_broker');
  sequencer = new Sequencer({ db, rows, origin: 'homeward.invalid/log', keys });
  const daria = contextOf(bureau.daria, { kind: 'tracing' }, 0);
  const salts = await fetchSalts(daria, [recordId]);
  await inTransaction(desk, rowContextOf(daria.actor), async (tx) => {
    for (let minute = 0; minute < 70; minute += 1) {
      const action = minute % 7 === 0 ? 'queue.read' : 'record.read';
      const ctx = { ...daria, now: at(minute) };
      await entryWriter(ctx, salts)(tx, { action, objectId: recordId, outcome: 'done' });
    }
  });
  await sequencer.place();
  await sequencer.sign(now);
});
afterAll(() => test.drop());

const at = (minute: number) => new Date(now.getTime() + minute * 60_000);

function contextOf(actor: StaffActor, purpose: Purpose, minute: number): Context {
  return { actor, purpose, now: at(minute), db: desk, broker: bureau.broker() };
}

/** The auditor, after all actions of the others. */
const auditor = () => contextOf(bureau.auditor, { kind: 'audit' }, 100);
const first = { action: null, after: null };

describe('the log at the desk', () => {
  it('is refused to a caseworker, and to an auditor with another purpose; both are entered', async () => {
    const daria = contextOf(bureau.daria, { kind: 'audit' }, 90);
    const curious = contextOf(bureau.auditor, { kind: 'tracing' }, 90);
    for (const ctx of [daria, curious]) {
      await expect(readLog(ctx, first)).rejects.toMatchObject({ code: 'log.not_found' });
      await expect(verifyLog(ctx)).rejects.toMatchObject({ code: 'log.not_found' });
    }
    const refused = (await bureau.entries()).filter(({ outcome }) => outcome === 'refused');
    expect(refused.map(({ action }) => action)).toEqual(Array(4).fill('audit.read'));
  });

  it('says who by work name, what, why and where it was placed, and never upon whom', async () => {
    const page = await readLog(auditor(), { action: 'queue.read', after: null });
    expect(page.rows).toHaveLength(10);
    expect(page.rows[0]).toEqual({
      at: at(63).toISOString(),
      actor: 'Daria',
      action: 'queue.read',
      purpose: 'tracing',
      outcome: 'done',
      placedIndex: 63,
    });
    expect(page.checkpoint?.size).toBe(70);
    expect(JSON.stringify(page)).not.toContain(recordId);
  });

  it('knows an actor whose salt was erased by a pseudonym only', async () => {
    const { staffId } = bureau.daria;
    const kept = await test.keystore.selectFrom('objectSalts').selectAll().execute();
    await test.keystore.deleteFrom('objectSalts').where('objectId', '=', staffId).execute();
    const { rows } = await readLog(auditor(), { action: 'queue.read', after: null });
    expect(new Set(rows.map(({ actor }) => actor)).size).toBe(1);
    expect(rows[0]?.actor).toMatch(/^[0-9a-f]{12}$/);
    await test.keystore.deleteFrom('objectSalts').execute();
    await test.keystore.insertInto('objectSalts').values(kept).execute();
  });

  it('comes page by page without gaps or repeats, newest first', async () => {
    const places: (number | null)[] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof readLog>> = await readLog(auditor(), {
        action: 'record.read',
        after,
      });
      expect(page.rows.length).toBeLessThanOrEqual(50);
      places.push(...page.rows.map(({ placedIndex }) => placedIndex));
      after = page.nextAfter;
    } while (after !== null);
    const wanted = Array.from({ length: 70 }, (_, place) => 69 - place).filter((each) => each % 7);
    expect(places).toEqual(wanted);
  });

  it('enters every reading of itself', async () => {
    const before = (await bureau.entries()).length;
    await readLog(auditor(), first);
    expect((await bureau.entries()).length).toBe(before + 1);
  });

  it('verifies, whole and signed, and says where it does not', async () => {
    await sequencer.place();
    await sequencer.sign(at(101));
    const good = await verifyLog(auditor());
    expect(good).toMatchObject({ ok: true, firstBad: null });
    expect(good.size).toBeGreaterThan(70);
    await test.db.transaction().execute(async (tx) => {
      await sql`set local session_replication_role = replica`.execute(tx);
      await sql`update audit_entries set content = replace(content, 'tracing', 'notice')
        where id = (select entry_id from audit_leaves where leaf_index = 12)`.execute(tx);
    });
    expect(await verifyLog(auditor())).toEqual({ ok: false, size: 12, firstBad: 12 });
  });
});
