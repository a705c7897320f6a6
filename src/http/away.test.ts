import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FamilyWorld, hidden, little, sealOf } from '../../test/family-site.ts';
import { brokerClient } from '../broker/client.ts';
import { connect } from '../db/connect.ts';
import { declared } from '../registry/modules.ts';
import { deskApp } from './desk.ts';

let world: FamilyWorld;
const nowhere = connect('postgres://one@127.0.0.1:1/none', { max: 2 });
const nobody = brokerClient('/nowhere/broker.sock');
const token = 'x'.repeat(43);

beforeAll(async () => {
  world = await FamilyWorld.open();
});
afterAll(async () => {
  await nowhere.close();
  await world.test.drop();
});

/** The family's requests that reach a database or the broker. */
async function askFamily(away: FamilyWorld): Promise<readonly Response[]> {
  const ask = await away.visitor().get('/ask');
  const boxes = { ...sealOf(ask.text), seed: hidden(ask.text, 'seed'), ...little };
  const enter = sealOf((await away.visitor().get('/enter')).text);
  const codes = { code: 'BP2H-4DGW-SVGQ-Z0JP-A33T-8AG6', passphrase: 'olena waits at home' };
  const signedIn = away.visitor();
  signedIn.cookie = `family=${token}`;
  const answers = [
    await away.visitor().post('/ask', boxes),
    await away.visitor().post('/enter', { ...enter, ...codes }),
    await signedIn.get('/own'),
    await signedIn.post('/leave', {}),
  ];
  return answers as unknown as readonly Response[]; // Only status and headers are checked.
}

function expectAway(answers: readonly Pick<Response, 'status' | 'headers'>[]): void {
  for (const answer of answers) {
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
}

describe('503 with Retry-After, and never 500', () => {
  it('on the family site without a database', async () => {
    const { app } = world;
    expect((await app.request('/en/')).status).toBe(200);
    const away = await FamilyWorld.open({ db: nowhere.db });
    expectAway(await askFamily(away));
    expect(away.failures).toEqual([]);
    await away.test.drop();
  });

  it('on the family site without a broker', async () => {
    const away = await FamilyWorld.open({ broker: nobody });
    const [filing] = await askFamily(away);
    expectAway(filing ? [filing] : []);
    expect(away.failures).toEqual([]);
    await away.test.drop();
  });

  it('at the desk without a database', async () => {
    const failures: unknown[] = [];
    const app = deskApp({
      db: nowhere.db,
      broker: nobody,
      officeId: world.options.officeId,
      clock: () => new Date(),
      origin: 'http://localhost:8081',
      declared,
      trial: null,
      filesFolder: null,
      onFailure: ({ error }) => failures.push(error),
    });
    const headers = { cookie: `desk=${token}`, origin: 'http://localhost:8081' };
    const post = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' } };
    expectAway([
      await app.request('/api/session', { headers }),
      await app.request('/api/queues', { headers }),
      await app.request('/api/live', { headers }),
      await app.request('/api/sign-in/options', { ...post, body: '{}' }),
    ]);
    expect(failures).toEqual([]);
  });
});
