import { afterAll, beforeAll, expect, it } from 'vitest';
import { deskApp } from '../../../src/http/desk.ts';
import { declared } from '../../../src/registry/modules.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { World } from '../../world.ts';
import { type Furnished, furnish } from '../support/furnished.ts';
import { patienceMs } from '../support/length.ts';

/**
 * a polling screen says so, which keeps no session alive but makes nothing free. The desk's
 * own screens spend nothing on live events since they do not reload by themselves
 * (`desk/api/live.test.ts`).
 */
const origin = 'http://localhost:8081';
let test: TestDatabase;
let own: Furnished;

beforeAll(async () => {
  test = await cloneDatabase();
  own = await furnish(await World.open(test));
}, patienceMs(60_000));
afterAll(() => test.drop());

it.each([
  ['a page of matches', 'pages', () => '/api/matches?state=proposed', 1],
  ['an open match', 'person', () => `/api/matches/${own.matchId}`, 2],
])('pays for %s also when it is asked quietly', async (_, scope, path, cost) => {
  const { officeId, broker } = own.world;
  const clock = () => own.world.now;
  const db = test.as('homeward_desk');
  const desk = deskApp({
    db,
    broker,
    officeId,
    clock,
    origin,
    declared,
    trial: null,
    filesFolder: null,
  });
  const cookie = `desk=${(await own.world.as('Vera', 'tracing')).sessionToken}`;
  const headers = { cookie, 'x-purpose': 'tracing', 'x-quiet': '1' };
  for (let time = 1; time <= 3; time += 1) {
    const answer = await desk.request(path(), { headers });
    expect(answer.status).toBe(200);
    expect(await spent(scope)).toBe(time * cost);
  }
});

async function spent(scope: string): Promise<number> {
  const row = await test.db
    .selectFrom('budgetSpends')
    .select('spent')
    .where('scope', '=', scope)
    .where('scopeId', '=', own.world.idOf('Vera').staffId)
    .executeTakeFirstOrThrow();
  return row.spent;
}
