import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  recogniseStaff,
  signInOnTrial,
  signOutStaff,
  type Trial,
} from '../../src/access/sign-in.ts';
import { hashToken } from '../../src/vault/random.ts';
import { cloneDatabase, type TestDatabase } from '../database.ts';
import { World } from '../world.ts';

let test: TestDatabase;
let world: World;
beforeAll(async () => {
  test = await cloneDatabase();
  world = await World.open(test);
});
afterAll(() => test.drop());

const recognised = async (token: string | undefined, minutes = 0) =>
  recogniseStaff(test.as('homeward_desk'), {
    officeId: world.officeId,
    token: token ?? '',
    now: new Date(world.now.getTime() + minutes * 60_000),
    quiet: true,
  });

describe('S-17 signing in', () => {
  it('gives a new token each time, and stores only its digest', async () => {
    const one = await world.as('Daria', 'tracing');
    const two = await world.as('Daria', 'tracing');
    expect(one.sessionToken).not.toBe(two.sessionToken);
    const rows = await test.db.selectFrom('sessions').select('tokenHash').execute();
    const stored = rows.map((row) => row.tokenHash.toString('hex'));
    expect(stored).toContain(hashToken(one.sessionToken ?? '').toString('hex'));
    expect(stored.join()).not.toContain(Buffer.from(one.sessionToken ?? '').toString('hex'));
  });

  it("lets a trial's code in and no other, and no code where there is no trial", async () => {
    const { staffId, accountId } = world.idOf('Daria');
    const person = {
      staffId,
      accountId,
      workName: 'Daria',
      roles: ['caseworker'],
      language: 'uk',
    } as const;
    const trial: Trial = { codeHash: hashToken('ABCD1234'), people: [person] };
    const door = { ...world.atDoor(), db: test.as('homeward_desk') };
    await expect(signInOnTrial(door, trial, { code: 'ABCD-1234', staffId })).resolves.toBeTruthy();
    await expect(signInOnTrial(door, trial, { code: 'ABCD-1235', staffId })).rejects.toMatchObject({
      httpStatus: 403,
    });
    await expect(signInOnTrial(door, null, { code: 'ABCD-1234', staffId })).rejects.toMatchObject({
      httpStatus: 403,
    });
  });
});

describe('S-18 a session', () => {
  it('ends after fifteen idle minutes and after twelve hours', async () => {
    const { sessionToken } = await world.as('Daria', 'tracing');
    expect(await recognised(sessionToken, 14)).not.toBeNull();
    expect(await recognised(sessionToken, 16)).toBeNull();
    await test.db
      .updateTable('sessions')
      .set({ seenAt: new Date(world.now.getTime() + 13 * 3_600_000) })
      .execute();
    expect(await recognised(sessionToken, 12 * 60 + 1)).toBeNull();
    await test.db.updateTable('sessions').set({ seenAt: world.now }).execute();
  });

  it('ends at once when signed out or when its person is disabled, at the desk and at the broker', async () => {
    const record = await world.listed({ names: [{ full: 'Тихобор Данило' }] });
    const open = (ctx: Awaited<ReturnType<World['as']>>) =>
      world.broker.open({
        sessionToken: ctx.sessionToken,
        actor: ctx.actor,
        purpose: ctx.purpose,
        action: 'record.read',
        objectId: record,
        fields: [{ rowId: record, columnName: 'description' }],
      });
    const vera = await world.as('Vera', 'tracing');
    await expect(open(vera)).resolves.toHaveLength(1);
    await signOutStaff(vera, vera.sessionToken ?? '');
    expect(await recognised(vera.sessionToken)).toBeNull();
    await expect(open(vera)).rejects.toMatchObject({ httpStatus: 401 });

    const again = await world.as('Vera', 'tracing');
    await expect(open(again)).resolves.toHaveLength(1);
    await test.db
      .updateTable('staff')
      .set({ disabledAt: world.now })
      .where('id', '=', world.idOf('Vera').staffId)
      .execute();
    expect(await recognised(again.sessionToken)).toBeNull();
    await expect(open(again)).rejects.toMatchObject({ httpStatus: 401 });
    await expect(world.as('Vera', 'tracing')).rejects.toMatchObject({ httpStatus: 403 });
  });
});
