import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FamilyWorld } from '../../test/family-site.ts';
import { brokerClient } from '../broker/client.ts';
import { connect } from '../db/connect.ts';
import { Problem } from '../kernel/problem.ts';
import { declared } from '../registry/modules.ts';
import { deskApp } from './desk.ts';
import { bodyBytesMax, receiveBodies } from './receive.ts';

const deskOrigin = 'http://localhost:8081';
// Neither service exists: a refusal that identified the sender first would be a 503.
const nowhere = connect('postgres://one@127.0.0.1:1/none', { max: 2 });
const nobody = brokerClient('/nowhere/broker.sock');
let world: FamilyWorld;
let family: FamilyWorld;

beforeAll(async () => {
  world = await FamilyWorld.open();
  family = await FamilyWorld.open({ db: nowhere.db });
});
afterAll(async () => {
  await nowhere.close();
  await world.test.drop();
  await family.test.drop();
});

const openDesk = () =>
  deskApp({
    db: nowhere.db,
    broker: nobody,
    officeId: world.options.officeId,
    clock: () => new Date(),
    origin: deskOrigin,
    declared,
    trial: null,
    filesFolder: null,
  });

/** Every address that accepts a body, of existing and of future routes. */
function postsOf(app: { routes: readonly { method: string; path: string }[] }): readonly string[] {
  const paths = app.routes.filter(({ method }) => method === 'POST').map(({ path }) => path);
  const id = '00000000-0000-4000-8000-000000000000';
  return [...new Set(paths)].map((path) => path.replace(':locale', 'en').replace(/:\w+/g, id));
}

function stream(chunks: Iterable<string>): ReadableStream<Uint8Array> {
  const parts = chunks[Symbol.iterator]();
  return new ReadableStream({
    pull: (controller) => {
      const next = parts.next();
      if (next.done) controller.close();
      else controller.enqueue(Buffer.from(next.value));
    },
  });
}

function* endless(): Generator<string> {
  for (;;) yield 'x'.repeat(16_384);
}

const json = { 'content-type': 'application/json', cookie: `desk=${'x'.repeat(43)}` };

describe('a body is bounded before anybody is asked who sends it', () => {
  it('by what it announces, on every route of the desk', async () => {
    const app = openDesk();
    const paths = postsOf(app);
    expect(paths.length).toBeGreaterThan(30);
    const headers = { ...json, origin: deskOrigin, 'content-length': String(2.4 * 2 ** 30) };
    for (const path of paths) {
      const answer = await app.request(path, { method: 'POST', headers });
      expect([path, answer.status]).toEqual([path, 413]);
    }
  });

  it('by what arrives, on every route of the desk but the one for lists', async () => {
    const app = openDesk();
    for (const path of postsOf(app).filter((each) => each !== '/api/imports')) {
      const body = stream(endless());
      const init = { method: 'POST', headers: { ...json, origin: deskOrigin }, body };
      const answer = await app.request(path, { ...init, duplex: 'half' } as RequestInit); // Newer than the type.
      expect([path, answer.status]).toEqual([path, 413]);
    }
  });

  it('on every route of the family site', async () => {
    const paths = postsOf(family.app);
    expect(paths.length).toBeGreaterThan(8);
    for (const path of paths) {
      const headers = { origin: family.options.origin, 'content-length': String(2.4 * 2 ** 30) };
      const answer = await family.app.request(path, { method: 'POST', headers });
      expect([path, answer.status]).toEqual([path, 413]);
      if (path.endsWith('/paper')) continue;
      const init = { method: 'POST', headers: { origin: family.options.origin } };
      const sent = { ...init, body: stream(endless()), duplex: 'half' } as RequestInit; // As above.
      expect([path, (await family.app.request(path, sent)).status]).toEqual([path, 413]);
    }
  });

  it('by its structure, where it is JSON', async () => {
    const app = openDesk();
    for (const body of ['['.repeat(17), '{"a":1,"a":2}', '{"__proto__":{}}']) {
      const init = { method: 'POST', headers: { ...json, origin: deskOrigin }, body };
      expect((await app.request('/api/sign-in', init)).status).toBe(400);
    }
  });
});

describe('receiveBodies', () => {
  const app = new Hono()
    .use('*', receiveBodies([{ path: /^\/file$/u, bytesMax: 1_000_000 }], 100))
    .post('*', async (c) => c.text(String((await c.req.text()).length)))
    .onError((error) =>
      error instanceof Problem
        ? new Response(error.code, { status: error.httpStatus })
        : new Response('failed', { status: 500 }),
    );
  const send = (path: string, body: string | ReadableStream<Uint8Array>) =>
    app.request(path, { method: 'POST', body, duplex: 'half' } as RequestInit); // As above.

  it('hands on a body of exactly the limit and refuses one byte more', async () => {
    for (const [bytes, code] of [
      [bodyBytesMax - 1, 200],
      [bodyBytesMax, 200],
      [bodyBytesMax + 1, 413],
    ] as const) {
      const body = 'x'.repeat(bytes);
      expect((await send('/any', body)).status).toBe(code);
      expect((await send('/any', stream([body.slice(0, 9), body.slice(9)]))).status).toBe(code);
    }
    expect(await (await send('/any', stream(['ab', 'c']))).text()).toBe('3');
  });

  it('leaves an upload to its route', async () => {
    expect(await (await send('/file', 'x'.repeat(bodyBytesMax + 1))).text()).toBe(
      String(bodyBytesMax + 1),
    );
  });

  it('refuses a body that does not arrive in time', async () => {
    const never = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.from('a')),
    });
    const answer = await send('/any', never);
    expect([answer.status, await answer.text()]).toEqual([408, 'body.too_slow']);
  });

  it('answers a sender that goes away without a failure of ours', async () => {
    const cut = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error('gone')),
    });
    expect((await send('/any', cut)).status).toBe(400);
  });
});
