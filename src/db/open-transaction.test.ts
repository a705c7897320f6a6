import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bureau } from '../../test/bureau.ts';
import { cloneDatabase, type TestDatabase } from '../../test/database.ts';
import { type Context, rowContextOf } from '../audit/context.ts';
import { brokerClient } from '../broker/client.ts';
import { getSalts } from '../broker/keystore.ts';
import { makeNodeKeys } from '../broker/node-keys.ts';
import { randomBytes } from '../vault/random.ts';
import type { Db } from './connect.ts';
import { inTransaction } from './transaction.ts';

let test: TestDatabase;
let bureau: Bureau;
let ctx: Context;
beforeAll(async () => {
  test = await cloneDatabase();
  bureau = new Bureau(test, await makeNodeKeys(test.keystore, new Date()));
  await bureau.open();
  ctx = {
    actor: bureau.daria,
    purpose: { kind: 'tracing' },
    now: new Date(),
    db: test.as('homeward_desk'),
    broker: bureau.broker(),
  };
});
afterAll(() => test.drop());

const inside = <Answer>(run: (tx: Db) => Promise<Answer>) =>
  inTransaction(ctx.db, rowContextOf(ctx.actor), run);

describe('inside an open transaction', () => {
  it('no call of the broker is made, in process or over its socket', async () => {
    const client = brokerClient('/tmp/homeward-no-such-socket');
    for (const broker of [ctx.broker, client]) {
      const calls: readonly (() => Promise<unknown>)[] = [
        () => broker.salts([bureau.nobodysId]),
        () => broker.sealMany([bureau.description(bureau.nobodysId, 'Громогай Лев')]),
        () => broker.open(bureau.asDaria([bureau.nobodysId])),
        () => broker.unlocked(),
      ];
      for (const call of calls) {
        await expect(inside(call)).rejects.toThrow('inside an open transaction');
      }
    }
    client.close();
  });

  it('not in a savepoint or in what a transaction awaits either', async () => {
    const nested = inside((tx) =>
      inTransaction(tx, rowContextOf(ctx.actor), async () => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        return ctx.broker.unlocked();
      }),
    );
    await expect(nested).rejects.toThrow('inside an open transaction');
  });

  it('the keystore is not asked', async () => {
    const asked = inside(() => getSalts(test.keystore, [bureau.nobodysId], [randomBytes(16)]));
    await expect(asked).rejects.toThrow('inside an open transaction');
  });

  it('and after it every call is made again, also by work that was started inside', async () => {
    let late: Promise<boolean> | undefined;
    await inside(async () => {
      late = new Promise<void>((resolve) => setTimeout(resolve, 50)).then(() =>
        ctx.broker.unlocked(),
      );
    });
    expect(await late).toBe(true);
    expect(await ctx.broker.unlocked()).toBe(true);
  });
});
