import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FamilyWorld, hidden, little, masked, passphrase, sealOf } from '../../test/family-site.ts';
import { hashToken } from '../vault/random.ts';
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

  it('a twenty-first wrong code within a minute; a right one opens all the while', async () => {
    const strict = await FamilyWorld.open({ triesPerMinute: 20 });
    const { code } = await strict.filed();
    const wrong = { code: 'AAAA', passphrase: 'xx' };
    const statuses: number[] = [];
    for (let at = 0; at < 22; at += 1) {
      statuses.push((await strict.visitor().fill('/enter', wrong)).status);
    }
    expect(statuses).toEqual([...Array(20).fill(403), 429, 429]);
    // A wrong passphrase for a known code is limited with the same words (S-02).
    const braked = await strict.visitor().fill('/enter', wrong);
    const known = await strict.visitor().fill('/enter', { code, passphrase: 'x' });
    expect(masked(known.text)).toBe(masked(braked.text));
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
    const answer = await visitor.post('/own/thread', {
      ...seal,
      text: 'Words that must not be lost',
    });
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

  it.each(['uk', 'ru', 'en'])(
    'a filing about a known and an unknown person: 0 bytes differ, in %s (S-01)',
    async (locale) => {
      await world.bureau.record('Відомий Тарас');
      const pages: string[] = [];
      for (const surname of ['Відомий', 'Невідома', 'Відомий', 'Невідома']) {
        const visitor = world.visitor(locale);
        const receipt = await visitor.fill('/ask', { ...little, surname, given: 'Тарас' });
        expect(receipt.status).toBe(200);
        pages.push(masked(receipt.text));
      }
      expect(new Set(pages).size).toBe(1);
    },
  );

  it('before kinship is proven the page is one, whatever the desk has done with the file', async () => {
    const pages: string[] = [];
    for (const state of ['submitted', 'identity_proven', 'suspended', 'rejected', 'closed']) {
      const { visitor } = await world.filed();
      const change = { state, ladderStep: 4, version: 7 };
      await world.test.db
        .updateTable('enquiries')
        .set(change)
        .where('id', '=', await enquiryOf(visitor.cookie))
        .execute();
      const answer = await visitor.get('/own');
      expect(answer.status).toBe(200);
      pages.push(`${answer.bytes} ${masked(answer.text)}`);
    }
    expect(new Set(pages).size).toBe(1);
  });

  it('the same page differs once kinship is proven (negative control)', async () => {
    const { visitor } = await world.filed();
    const before = masked((await visitor.get('/own')).text);
    const proven = { state: 'open', kinshipProvenAt: world.now, identityProvenAt: world.now };
    await world.test.db
      .updateTable('enquiries')
      .set({ ...proven, ladderStep: 4 })
      .where('id', '=', await enquiryOf(visitor.cookie))
      .execute();
    const after = masked((await visitor.get('/own')).text);
    expect(before).not.toContain('aria-current="step"');
    expect(after).toContain('aria-current="step"');
  });
});

async function enquiryOf(cookie: string): Promise<string> {
  const token = cookie.slice('family='.length);
  const row = await world.test.db
    .selectFrom('sessions')
    .select('enquiryId')
    .where('tokenHash', '=', hashToken(token))
    .executeTakeFirstOrThrow();
  return row.enquiryId ?? '';
}

describe('every page', () => {
  it('is padded to steps of 16 KiB where it is personal, and never compressed (S-39)', async () => {
    const { visitor } = await world.filed();
    for (const path of ['/ask', '/enter', ...ownPaths]) {
      const { bytes, headers } = await visitor.get(path, { 'accept-encoding': 'br, gzip' });
      expect(bytes % paddingStep).toBe(0);
      expect(headers.get('content-length')).toBe(String(bytes));
      expect(headers.get('content-encoding')).toBeNull();
    }
  });

  it('forbids scripts, frames, foreign sources and keeping (S-35)', async () => {
    const { visitor } = await world.filed();
    for (const path of ['/', '/never', '/ask', '/enter', '/calendar', '/nope', ...ownPaths]) {
      const { headers, text } = await visitor.get(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(text.match(/(?:src|action)="(?!\/)[^"]*"/g)).toBeNull();
      expect(text.match(/ on[a-z]+="|javascript:/g)).toBeNull();
    }
  });

  it('costs at most 30 KB at first, compressed, and sets no cookie', async () => {
    for (const coding of ['br', 'gzip']) {
      const answer = await world.visitor('uk').get('/', { 'accept-encoding': coding });
      expect(answer.headers.get('content-encoding')).toBe(coding);
      expect(answer.bytes).toBeLessThanOrEqual(30_000);
      expect(answer.headers.get('set-cookie')).toBeNull();
    }
  });

  it('holds no box whose label, hint or error is missing, right to left as well', async () => {
    for (const locale of ['uk', 'ru', 'en', 'rtl']) {
      const { text } = await world.visitor(locale).fill('/ask', { email: 'x' });
      const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
      const named = [...text.matchAll(/ (?:for|aria-describedby)="([^"]+)"/g)];
      for (const id of named.flatMap(([, all]) => (all ?? '').split(' ')))
        expect(ids).toContain(id);
    }
  });

  it('leaves nothing behind after a quick exit (S-44)', async () => {
    const { visitor } = await world.filed();
    const held = visitor.cookie;
    const answer = await visitor.post('/leave', {});
    expect(answer.headers.get('clear-site-data')).toBe('"cache", "cookies", "storage"');
    expect(answer.headers.get('location')).toBe('/en/calendar');
    visitor.cookie = held;
    expect((await visitor.get('/own')).status).toBe(303);
    expect((await visitor.get('/calendar')).text).not.toMatch(/Homeward|enquiry/);
  });
});

describe('what is sent twice or oddly', () => {
  it('a filing sent twice gives one enquiry and one code', async () => {
    const visitor = world.visitor();
    const { text } = await visitor.get('/ask');
    const boxes = { ...sealOf(text), seed: hidden(text, 'seed'), ...little };
    const codes = [await visitor.post('/ask', boxes), await visitor.post('/ask', boxes)];
    expect(new Set(codes.map((answer) => hidden(answer.text, 'code'))).size).toBe(1);
  });

  it('a form with something wrong comes back with every word that was typed', async () => {
    const boxes = { ...little, birth: '31.02.1990', circumstances: '<script>"&\'' };
    const answer = await world.visitor().fill('/ask', boxes);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('31.02.1990');
    expect(answer.text).toContain('Вигаданенко');
    expect(answer.text).toContain('&lt;script&gt;');
    expect(answer.text).not.toContain('<script>"');
  });

  it('hostile forms, 400 of them, never bring a failure of ours', async () => {
    const { visitor } = await world.filed();
    const { text } = await visitor.get('/own');
    const ask = (await visitor.get('/ask')).text;
    const seals = [sealOf(text), { ...sealOf(ask), seed: hidden(ask, 'seed') }, {}];
    const word = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.constantFrom('\u0000', "' or 1=1 --", '\ud800', '\u202e', '9'.repeat(400), '../../etc'),
    );
    const names = [...Object.keys(little), 'code', 'passphrase', 'passphraseAgain', 'text', 'kind'];
    const box = fc.constantFrom(...names, 'version', 'seed', 'language', '__proto__', 'birth');
    const paths = [
      '/ask',
      '/ask/passphrase',
      '/enter',
      '/own/thread',
      '/own/language',
      '/own/withdraw',
      '/own/paper',
      '/leave/x',
    ];
    const request = fc.record({
      path: fc.constantFrom(...paths),
      seal: fc.constantFrom(...seals),
      boxes: fc.dictionary(box, word, { maxKeys: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ path, seal, boxes }) => {
        const sent = Object.fromEntries(Object.entries(boxes));
        const answer = await visitor.post(path, { ...seal, ...sent });
        expect(answer.status).toBeLessThan(500);
      }),
      { numRuns: 400 },
    );
    expect(world.failures).toEqual([]);
  });
});
