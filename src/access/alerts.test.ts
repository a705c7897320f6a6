import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../test/database.ts';
import { World } from '../../test/world.ts';
import { deskApp } from '../http/desk.ts';
import { Problem } from '../kernel/problem.ts';
import { readOwnFiling } from '../registry/enquiries/actions.ts';
import { declared } from '../registry/modules.ts';
import { newId } from '../vault/random.ts';
import { insertAlert } from './queries.ts';

const origin = 'http://localhost:8081';
let test: TestDatabase;
let world: World;
beforeAll(async () => {
  test = await cloneDatabase();
  world = await World.open(test, { policy: { recordsPerFamilyHour: 2 } });
});
afterAll(() => test.drop());

async function alerts(after = ''): Promise<{ rows: Alert[]; nextAfter: string | null }> {
  const { officeId, broker } = world;
  const clock = () => world.now;
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
  const cookie = `desk=${(await world.as('Maksym', 'quality')).sessionToken}`;
  const answer = await desk.request(`/api/alerts${after === '' ? '' : `?after=${after}`}`, {
    headers: { cookie, 'x-purpose': 'quality' },
  });
  return (await answer.json()) as { rows: Alert[]; nextAfter: string | null };
}

interface Alert {
  readonly alertId: string;
  readonly kind: string;
  readonly times: number;
  readonly raisedAt: string;
  readonly lastRaisedAt: string;
}

describe('alerts', () => {
  it('collapse into one when a family opens its page 320 times', async () => {
    const { enquiryId, olena } = await world.file('Тихобор Данило Остапович', '');
    const first = world.now.toISOString();
    for (let time = 0; time < 320; time += 1) {
      if (time === 319) world.later(1);
      await readOwnFiling(olena, { enquiryId }).catch((error: unknown) => {
        if (!(error instanceof Problem)) throw error;
      });
    }
    const { rows, nextAfter } = await alerts();
    expect(rows).toMatchObject([{ kind: 'budget.family', times: 318, raisedAt: first }]);
    expect(rows[0]?.lastRaisedAt).toBe(world.now.toISOString());
    expect(nextAfter).toBeNull();
  });

  it('are one about nothing in particular, too, and again a new one once it was seen', async () => {
    const alert = { officeId: world.officeId, kind: 'log_broken', objectId: null };
    const raise = () => insertAlert(test.db, { ...alert, id: newId(), raisedAt: world.now });
    await raise();
    await raise();
    const of = async () => (await alerts()).rows.filter(({ kind }) => kind === 'log_broken');
    expect(await of()).toMatchObject([{ times: 2 }]);
    const seen = { seenAt: world.now, seenBy: world.idOf('Maksym').staffId };
    await test.db.updateTable('alerts').set(seen).where('kind', '=', 'log_broken').execute();
    await raise();
    expect((await of()).map(({ times }) => times)).toEqual([1, 2]);
  });

  it('come in pages, every one of them once', async () => {
    for (let number = 0; number < 45; number += 1) {
      world.later(1);
      const alert = { officeId: world.officeId, kind: 'conflict', objectId: newId() };
      await insertAlert(test.db, { ...alert, id: newId(), raisedAt: world.now });
    }
    const seen: string[] = [];
    const sizes: number[] = [];
    let after: string | null = '';
    for (let page = 0; page < 5 && after !== null; page += 1) {
      const answer: Awaited<ReturnType<typeof alerts>> = await alerts(after);
      seen.push(...answer.rows.map(({ alertId }) => alertId));
      sizes.push(answer.rows.length);
      after = answer.nextAfter;
    }
    expect(sizes).toEqual([20, 20, 8]);
    expect(new Set(seen).size).toBe(48);
  });
});
