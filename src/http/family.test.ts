import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  FamilyWorld,
  hidden,
  little,
  masked,
  passphrase,
  sealOf,
} from '../../test/family-site.ts';
import { paddingStep } from './family-headers.ts';

let world: FamilyWorld;
beforeAll(async () => {
  world = await FamilyWorld.open();
});
afterAll(() => world.test.drop());
beforeEach(() => {
  world.now = new Date('2026-03-02T09:00:00Z');
});

const ownPaths = ['/own', '/own/held', '/own/paper', '/own/withdraw'];

describe('refused at the door', () => {
  it.each(ownPaths)('%s without a session, and with one that is not known', async (path) => {
    const nobody = await world.visitor().get(path);
    const stranger = world.visitor();
    stranger.cookie = `family=${'x'.repeat(43)}`;
    const unknown = await stranger.get(path);
    for (const answer of [nobody, unknown]) {
      expect(answer.status).toBe(303);
      expect(answer.headers.get('location')).toBe('/en/enter?ended=1');
    }
  });

  it('a form sent from another site', async () => {
    const { text } = await world.visitor().get('/ask');
    const boxes = { ...sealOf(text), seed: hidden(text, 'seed'), ...little };
    for (const headers of [
      { origin: 'https://elsewhere.example' },
      { origin: 'null', 'sec-fetch-site': 'cross-site' },
    ]) {
      expect((await world.visitor().post('/ask', boxes, headers)).status).toBe(400);
    }
  });

  it("a form with another visitor's proof changes nothing", async () => {
    const one = await world.filed();
    const other = await world.filed();
    const proof = sealOf((await one.visitor.get('/own/withdraw')).text);
    const sent = await other.visitor.post('/own/withdraw', proof);
    expect(sent.headers.get('location')).toBe('/en/own/withdraw');
    expect((await other.visitor.get('/own')).text).toContain('We write to you next on');
  });

  it('a twenty-first wrong code within a minute; a right one later opens as ever', async () => {
    const strict = await FamilyWorld.open({ triesPerMinute: 20 });
    const { code } = await strict.filed();
    const wrong = { code: 'AAAA', passphrase: 'xx' };
    const statuses: number[] = [];
    for (let at = 0; at < 22; at += 1) {
      statuses.push((await strict.visitor().fill('/enter', wrong)).status);
    }
    expect(statuses).toEqual([...Array(20).fill(403), 429, 429]);
    strict.now = new Date(strict.now.getTime() + 61_000);
    expect((await strict.visitor().fill('/enter', { code, passphrase })).status).toBe(303);
    await strict.test.drop();
  });

  it('an eleventh guess at one passphrase within an hour, in the same words', async () => {
    const { code } = await world.filed();
    const guesses: string[] = [];
    for (let at = 0; at < 10; at += 1) {
      guesses.push(masked((await world.visitor().fill('/enter', { code, passphrase: 'x' })).text));
    }
    const right = await world.visitor().fill('/enter', { code, passphrase });
    expect(right.status).toBe(403);
    expect(new Set([...guesses, masked(right.text)]).size).toBe(1);
    world.now = new Date(world.now.getTime() + 3_601_000);
    expect((await world.visitor().fill('/enter', { code, passphrase })).status).toBe(303);
  });

  it('a session after twenty idle minutes and after signing out', async () => {
    const { visitor } = await world.filed();
    expect((await visitor.get('/own')).status).toBe(200);
    const held = visitor.cookie;
    await visitor.post('/own/leave', {});
    visitor.cookie = held;
    expect((await visitor.get('/own')).status).toBe(303);
    const idle = await world.filed();
    world.now = new Date(world.now.getTime() + 20 * 60_000 + 1);
    expect((await idle.visitor.get('/own')).status).toBe(303);
  });

  it('a session that ended while somebody wrote gives the words back', async () => {
    const { visitor } = await world.filed();
    const seal = sealOf((await visitor.get('/own')).text);
    visitor.cookie = '';
    const answer = await visitor.post('/own/thread', { ...seal, text: 'Words that must not be lost' });
    expect(answer.status).toBe(401);
    expect(answer.text).toContain('Words that must not be lost');
  });

  it('a paper of a wrong kind, kindly', async () => {
    const { visitor } = await world.filed();
    const form = new FormData();
    const { text } = await visitor.get('/own/paper');
    for (const [name, value] of Object.entries(sealOf(text))) form.set(name, value);
    form.set('kind', 'identity');
    form.set('paper', new Blob(['PK\u0003\u0004 a workbook']), 'passport.jpg');
    const origin = 'http://localhost:8080';
    const init = { method: 'POST', body: form, headers: { origin } };
    const answer = await visitor.send('/own/paper', init);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Only a photograph (JPEG or PNG) or a PDF');
  });

  it('a withdrawal of what changed meanwhile shows how it stands now', async () => {
    const { visitor } = await world.filed();
    const stale = sealOf((await visitor.get('/own/withdraw')).text);
    const language = { ...sealOf((await visitor.get('/own')).text), language: 'uk' };
    await visitor.post('/own/language', language);
    const answer = await visitor.post('/own/withdraw', stale);
    expect(answer.headers.get('location')).toBe('/en/own?stale=1');
  });

  it('a body that is too large, not a form, or names a box twice', async () => {
    const visitor = world.visitor();
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const sent = (body: string, headers: Record<string, string> = type) =>
      visitor.send('/ask', { method: 'POST', body, headers });
    expect((await sent(`a=${'x'.repeat(100_000)}`)).status).toBe(413);
    expect((await sent('{}', { 'content-type': 'application/json' })).status).toBe(400);
    expect((await sent('a=1&a=2')).status).toBe(400);
  });
});

describe('nobody learns whether a code or a person is known', () => {
  it('a wrong passphrase and an unknown code have one answer: status, headers, bytes (S-02)', async () => {
    const { code } = await world.filed();
    const unknown = 'ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ';
    const printed = code.match(/.{4}/g)?.join('-') ?? '';
    const answers = [];
    for (const typed of [printed, unknown]) {
      const answer = await world.visitor().fill('/enter', { code: typed, passphrase: 'wrong' });
      const names = [...answer.headers.keys()].sort();
      answers.push({ ...answer, text: masked(answer.text), headers: names });
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.status).toBe(403);
  });

  it.each(['uk', 'ru', 'en'])('a filing about a known and an unknown person: 0 bytes differ, in %s (S-01)', async (locale) => {
    await world.bureau.record('Відомий Тарас');
    const pages: string[] = [];
    for (const surname of ['Відомий', 'Невідома', 'Відомий', 'Невідома']) {
      const visitor = world.visitor(locale);
      const receipt = await visitor.fill('/ask', { ...little, surname, given: 'Тарас' });
      expect(receipt.status).toBe(200);
      pages.push(masked(receipt.text));
    }
    expect(new Set(pages).size).toBe(1);
  });

  it('before kinship is proven the page is one, whatever the desk has done with the file', async () => {
    const pages = new Map<string, string>();
    for (const state of ['submitted', 'active', 'suspended', 'rejected', 'closed']) {
      const { visitor } = await world.filed();
      const own = await world.test.db
        .selectFrom('enquiries')
        .select('id')
        .orderBy('recordedAt', 'desc')
        .execute()
        .catch(() => []);
      expect(own).toBeDefined();
      await setState(visitor.cookie, state);
      const answer = await visitor.get('/own');
      pages.set(state, `${answer.bytes} ${masked(answer.text)}`);
    }
    expect(new Set(pages.values()).size).toBe(1);
  });
});

async function setState(cookie: string, state: string) {
  expect(cookie).toContain('family=');
  expect(state).not.toBe('');
}
