import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../test/database.ts';
import { World } from '../../test/world.ts';
import { eraseUnproven } from '../registry/enquiries/jobs.ts';
import { newId } from '../vault/random.ts';
import { intakeKeyDays } from './intake-keys.ts';
import { listIntakeKeys } from './keystore.ts';

const dayMinutes = 24 * 60;

let test: TestDatabase;
let world: World;

beforeEach(async () => {
  test = await cloneDatabase();
  world = await World.open(test);
});
afterEach(() => test.drop());

const keyIds = async () => (await listIntakeKeys(test.keystore)).map((key) => key.id);
const file = (number: number) => world.file(`Дяків Петро Іванович${number}`, '1990-01-01');

async function unseenAlerts(): Promise<readonly string[]> {
  const rows = await test.db
    .selectFrom('alerts')
    .select('kind')
    .where('seenAt', 'is', null)
    .execute();
  return rows.map((row) => row.kind);
}

function eraseFilings() {
  const actor = { kind: 'system', name: 'worker', officeId: world.officeId } as const;
  const purpose = { kind: 'upkeep' } as const;
  return eraseUnproven({ ...world.atDoor(), actor, purpose, db: test.as('homeward_worker') });
}

describe('intake keys and the clock', () => {
  it('takes filings after 95 days without anybody having looked after the keys', async () => {
    world.later(95 * dayMinutes);
    await expect(file(1)).resolves.toBeDefined();
  });

  it('takes filings when the clock of a fresh installation goes back an hour, a day, two years', async () => {
    for (const minutes of [60, dayMinutes, 730 * dayMinutes]) {
      world.later(-minutes);
      await expect(file(minutes)).resolves.toBeDefined();
    }
  });

  it('renews after a week, and again after a jump of 95 days', async () => {
    const [first] = await keyIds();
    world.later((intakeKeyDays.renewAfter - 1) * dayMinutes);
    expect(await world.keepKeys()).toMatchObject({ renewed: false, deleted: 0 });
    world.later(dayMinutes);
    expect(await world.keepKeys()).toMatchObject({ renewed: true, ageDays: 0, alarms: [] });
    expect(await keyIds()).toHaveLength(2);
    expect((await world.broker.intakeKey()).id).not.toBe(first);
    world.later(95 * dayMinutes);
    expect(await world.keepKeys()).toMatchObject({ renewed: true, alarms: [] });
    expect(await world.keepKeys()).toMatchObject({ renewed: false });
  });

  it('renews a key that was made while the clock was two years ahead, and drops that key', async () => {
    world.later(730 * dayMinutes);
    await world.keepKeys();
    const [future] = await keyIds();
    world.later(-730 * dayMinutes);
    await expect(file(1)).resolves.toBeDefined();
    expect(await world.keepKeys()).toMatchObject({ renewed: true, ageDays: 0 });
    expect(await keyIds()).toContain(future); // Olena's filing is sealed to it.
    await world.reseal();
    await world.keepKeys();
    expect(await keyIds()).not.toContain(future);
  });

  it('bears an hour of error without a new key', async () => {
    world.later(-59);
    expect(await world.keepKeys()).toMatchObject({ renewed: false });
  });

  it('keeps a private half while a filing needs it, and deletes it after, with an entry', async () => {
    const [first] = await keyIds();
    const { enquiryId } = await file(1);
    world.later(95 * dayMinutes);
    expect(await world.keepKeys()).toMatchObject({ renewed: true, deleted: 0 });
    expect(await keyIds()).toContain(first);
    expect(await world.reseal()).toBe(1);
    const ctx = await world.as('Daria', 'verification', enquiryId);
    const opened = await world.broker.open({
      ...ctx,
      sessionToken: ctx.sessionToken,
      action: 'enquiry.check',
      objectId: enquiryId,
      fields: [{ rowId: enquiryId, columnName: 'intake' }],
    });
    expect(JSON.stringify(opened)).toContain('Петро');
    expect(await world.keepKeys()).toMatchObject({ renewed: false, deleted: 1 });
    expect(await keyIds()).not.toContain(first);
    const entries = await test.db
      .selectFrom('auditEntries')
      .select('action')
      .where('action', '=', 'intake.erase_key')
      .execute();
    expect(entries).toHaveLength(1);
  });

  it('lets a filing retry under the newer key when its key was deleted on the way', async () => {
    const stale = await world.broker.intakeKey();
    world.later(95 * dayMinutes);
    await world.keepKeys();
    await world.keepKeys();
    expect(await keyIds()).not.toContain(stale.id);
    const { broker } = world;
    let asked = 0;
    world.broker = {
      ...broker,
      intakeKey: async () => {
        asked += 1;
        return asked === 1 ? stale : broker.intakeKey();
      },
    };
    const { enquiryId } = await file(1);
    const box = await test.db
      .selectFrom('intakes')
      .select('intakeKeyId')
      .where('enquiryId', '=', enquiryId)
      .executeTakeFirstOrThrow();
    expect(box.intakeKeyId).toBe((await broker.intakeKey()).id);
  });

  it('does not let a filing that cannot be opened hold up the others', async () => {
    const lost = newId<'intakeKey'>();
    const { enquiryId } = await file(1);
    await test.db.insertInto('intakeKeys').values({ id: lost, registeredAt: world.now }).execute();
    await test.db
      .updateTable('intakes')
      .set({ intakeKeyId: lost, eraseAfter: new Date(0) })
      .where('enquiryId', '=', enquiryId)
      .execute();
    await file(2);
    expect(await world.reseal()).toBe(1);
    expect(await world.keepKeys()).toMatchObject({ alarms: ['intake_key.missing'] });
    expect(await unseenAlerts()).toEqual(['intake_key.missing']);
  });
});

describe('a locked broker', () => {
  it('takes filings under its last key however old, and warns before its month ends', async () => {
    world.later(20 * dayMinutes);
    expect(await world.keepKeys({ locked: true })).toMatchObject({ renewed: false, alarms: [] });
    world.later(2 * dayMinutes);
    for (const _ of [1, 2]) {
      const kept = await world.keepKeys({ locked: true });
      expect(kept).toMatchObject({ renewed: false, ageDays: 22, alarms: ['intake_key.ageing'] });
    }
    expect(await unseenAlerts()).toEqual(['intake_key.ageing']);
    world.later(700 * dayMinutes);
    await file(1);
    expect(await world.keepKeys({ locked: true })).toMatchObject({ deleted: 0 });
    // Unlocked at last: the filing opens, and there is a new key.
    expect(await world.keepKeys()).toMatchObject({ renewed: true, alarms: [] });
    expect(await world.reseal()).toBe(1);
  });

  it('deletes expired keys that no filing needs, also once the filing was erased', async () => {
    const [first] = await keyIds();
    await file(1);
    world.later(8 * dayMinutes);
    await world.keepKeys();
    world.later(intakeKeyDays.keptFor * dayMinutes);
    expect(await world.keepKeys({ locked: true })).toMatchObject({ deleted: 0 });
    expect(await eraseFilings()).toEqual({ erased: 1 });
    expect(await world.keepKeys({ locked: true })).toMatchObject({ deleted: 1 });
    expect(await keyIds()).not.toContain(first);
  });
});
