import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, FamilyWorld, masked } from '../../test/family-site.ts';
import { Admission } from './admission.ts';

describe('a lane', () => {
  const lanes = { work: { most: 1, waitingMax: 1, waitMs: 60_000 } };
  const busy = { code: 'server.busy', httpStatus: 503 };

  it('works on so many, lets so many wait, and refuses the next', async () => {
    const admission = new Admission(lanes);
    const leave = await admission.enter('work');
    const second = admission.enter('work');
    expect(admission.isFull('work')).toBe(true);
    await expect(admission.enter('work')).rejects.toMatchObject(busy);
    leave();
    const leaveToo = await second;
    expect(admission.isFull('work')).toBe(false);
    leaveToo();
    (await admission.enter('work'))();
  });

  it('refuses who has waited too long, and gives the place to the next', async () => {
    const admission = new Admission({ work: { ...lanes.work, waitMs: 20 } });
    const leave = await admission.enter('work');
    await expect(admission.enter('work')).rejects.toMatchObject(busy);
    leave();
    (await admission.enter('work'))();
  });

  it('refuses while the loop is late, however much room there is', async () => {
    const admission = new Admission({ work: { most: 1_000, waitingMax: 0, waitMs: 0 } });
    const late = () => Array.from({ length: 40 }, () => admission.isLate());
    expect(late()).toEqual(Array(40).fill(false));
    const until = performance.now() + 450;
    while (performance.now() < until);
    expect(admission.isLate()).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(admission.isLate()).toBe(false);
  });
});

describe('a family site whose database is held up', () => {
  let world: FamilyWorld;
  let signedIn: { get(path: string): Promise<Answer> };
  beforeAll(async () => {
    world = await FamilyWorld.open();
    signedIn = (await world.filed()).visitor;
  });
  afterAll(() => world.test.drop());

  it('refuses what it cannot answer, in one form, and serves what needs no database', async () => {
    const pages = await world.test.db.transaction().execute(async (tx) => {
      await sql`lock table sessions in access exclusive mode`.execute(tx);
      const asked = Array.from({ length: 100 }, () => signedIn.get('/own'));
      const publicPage = await world.visitor().get('/');
      expect(publicPage.status).toBe(200);
      const first = await Promise.race(asked);
      expect(first.status).toBe(503);
      return asked;
    });
    const answers = await Promise.all(pages);
    const refused = answers.filter(({ status }) => status === 503);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]));
    expect(refused.length).toBeGreaterThan(20);
    expect(new Set(refused.map(({ text }) => masked(text))).size).toBe(1);
    expect(new Set(refused.map(({ bytes }) => bytes))).toEqual(new Set([16_384]));
    const headers = refused.map((answer) => {
      const { 'content-security-policy': _, ...others } = Object.fromEntries(answer.headers);
      return JSON.stringify(others);
    });
    expect(new Set(headers).size).toBe(1);
    expect(refused[0]?.headers.get('retry-after')).toBe('10');
    // Served as before, and no place is leaked.
    expect((await signedIn.get('/own')).status).toBe(200);
    expect(world.failures).toEqual([]);
  });

  it('refuses in the language of the page', async () => {
    const texts = await world.test.db.transaction().execute(async (tx) => {
      await sql`lock table sessions in access exclusive mode`.execute(tx);
      const filling = Array.from({ length: 69 }, () => signedIn.get('/own'));
      const said: string[] = [];
      for (const locale of ['uk', 'ru', 'en']) {
        said.push((await world.visitor(locale).post('/leave', {})).text);
      }
      void Promise.all(filling);
      return said;
    });
    for (const [at, lang] of ['uk', 'ru', 'en'].entries()) {
      expect(texts[at]).toContain(`lang="${lang}"`);
    }
  });
});
