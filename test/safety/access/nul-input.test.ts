import { Hono } from 'hono';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeskEnv } from '../../../src/access/desk-route.ts';
import { deskApp } from '../../../src/http/desk.ts';
import { declared } from '../../../src/registry/modules.ts';
import { newId } from '../../../src/vault/random.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { FamilyWorld, sealOf, type Visitor } from '../../family-site.ts';
import { newCommand, World } from '../../world.ts';
import { probes } from '../support/desk-probes.ts';
import { type Furnished, furnish } from '../support/furnished.ts';
import { figure, patienceMs } from '../support/length.ts';

/**
 * NUL in any address, query or body is refused as input and never an internal error: PostgreSQL
 * cannot store it in text. Routes come from the tables of both sites.
 */
const origin = 'http://localhost:8081';

let test: TestDatabase;
let own: Furnished;
const cookies: string[] = [];

beforeAll(async () => {
  test = await cloneDatabase();
  const wide = { recordsPerNodeHour: 1_000_000, pagesPerPersonHour: 1_000_000 };
  own = await furnish(await World.open(test, { policy: wide }));
  for (const name of ['Daria', 'Iryna'] as const) {
    cookies.push(`desk=${(await own.world.as(name, 'tracing')).sessionToken}`);
  }
}, patienceMs(60_000));
afterAll(() => test.drop());

function desk(): Hono<DeskEnv> {
  const { officeId, broker } = own.world;
  const clock = () => own.world.now;
  const db = test.as('homeward_desk');
  const options = { db, broker, officeId, clock, origin, declared, trial: null, filesFolder: null };
  return deskApp({ ...options, triesPerMinute: 1_000_000 });
}

/** A stream that does not end, and the sign-out that ends the session of everything else. */
const skipped = /live$|sign-out$/;

function routesOf(app: Hono<DeskEnv>): readonly string[] {
  const all = app.routes.filter(({ method, path }) => method !== 'ALL' && !skipped.test(path));
  return [...new Set(all.map(({ method, path }) => `${method} ${path}`))];
}

/** Every text of a body, one after the other, with NUL in it. */
function poisoned(body: unknown): readonly unknown[] {
  if (typeof body === 'string') return [`${body}\0`, '\0'];
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([name, value]) =>
    poisoned(value).map((each) =>
      Array.isArray(body)
        ? body.map((item, at) => (String(at) === name ? each : item))
        : { ...body, [name]: each },
    ),
  );
}

const queries = ['x', 'state', 'after', 'asOf', 'outcome', 'action'].map((name) => `${name}=%00`);

/** Addresses of a route with NUL in its query or in one of its ids. */
function addresses(route: string): readonly string[] {
  const path = route.split(' ')[1] ?? '';
  const whole = probes[route]?.path(own) ?? path.replace(/:\w+/g, () => newId());
  return [
    ...queries.map((query) => `${whole}?${query}`),
    ...(path.includes(':') ? [path.replace(/:\w+/g, '%00')] : []),
  ];
}

function bodies(route: string): readonly unknown[] {
  const about = { ...probes[route]?.body?.(own), commandId: newCommand() };
  const at = { name: 'a name', code: 'a code', challengeId: newId(), response: { id: 'x' } };
  const all = { ...at, staffId: newId(), language: 'uk', texts: { surname: 'a' }, ...about };
  return [...poisoned(about), ...poisoned(all)];
}

interface Swept {
  readonly failed: readonly string[];
  readonly done: readonly string[];
  readonly sent: number;
}

async function sweep(app: Hono<DeskEnv>): Promise<Swept> {
  const failed: string[] = [];
  const done: string[] = [];
  let sent = 0;
  for (const route of routesOf(app)) {
    const [method = ''] = route.split(' ');
    const purposes = probes[route] ? [probes[route].purpose] : declared.purposes;
    const requests =
      method === 'GET'
        ? addresses(route).map((path) => ({ path, body: null }))
        : bodies(route).map((body) => ({ path: (addresses(route)[0] ?? '').split('?')[0], body }));
    for (const { path = '', body } of requests) {
      for (const purpose of purposes) {
        for (const cookie of cookies) {
          sent += 1;
          const answer = await ask(app, { method, path, body, purpose, cookie });
          if (answer.status >= 500) failed.push(`${route}: ${answer.status}`);
          if (answer.ok && body !== null) done.push(`${route}: ${answer.status}`);
        }
      }
    }
  }
  return { failed: [...new Set(failed)], done: [...new Set(done)], sent };
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly purpose: string;
  readonly cookie: string;
}

function ask(app: Hono<DeskEnv>, { method, path, body, purpose, cookie }: Sent) {
  const json = body === null ? {} : { 'content-type': 'application/json' };
  const headers = { origin, cookie, 'x-purpose': purpose, 'if-match': '1', ...json };
  const sent = body === null ? {} : { body: JSON.stringify(body) };
  return app.request(path, { method, headers, ...sent });
}

/** Routes of the desk that read no body: a body that is sent changes nothing. */
const bodiless = /options|audit\/verify/;

describe('NUL at the desk', () => {
  it(
    'is refused on every route, in address, query and body',
    async () => {
      const { failed, done, sent } = await sweep(desk());
      figure('NUL', `desk: ${routesOf(desk()).length} routes, ${sent} requests`);
      expect(failed).toEqual([]);
      expect(done.filter((route) => !bodiless.test(route))).toEqual([]);
    },
    patienceMs(180_000),
  );

  it('is refused in a filter with 422', async () => {
    const asked = { method: 'GET', body: null, purpose: 'audit', cookie: cookies[1] ?? '' };
    expect((await ask(desk(), { ...asked, path: '/api/audit?action=%00' })).status).toBe(422);
    expect((await ask(desk(), { ...asked, path: '/api/audit?after=a%00' })).status).toBe(422);
  });

  it('fails where a route reads it by itself (negative control)', async () => {
    const loose = new Hono<DeskEnv>();
    loose.get('/api/loose', async (c) => {
      await sql`select ${c.req.query('x') ?? ''}::text`.execute(test.db);
      return c.json({});
    });
    expect((await sweep(loose)).failed).toEqual(['GET /api/loose: 500']);
  });

  it('refuses an event that ends before it begins', async () => {
    const path = `/api/records/${own.recordId}/events`;
    const asked = { method: 'POST', path, purpose: 'tracing', cookie: cookies[0] ?? '' };
    const body = { kind: 'seen', grade: 'C3', commandId: newCommand() };
    const days = { occurredFrom: '2026-03-02', occurredTo: '2026-03-01' };
    const answer = await ask(desk(), { ...asked, body: { ...body, ...days } });
    expect([answer.status, await answer.json()]).toMatchObject([
      422,
      { code: 'event.dates_reversed', detail: { field: 'occurredTo' } },
    ]);
  });
});

describe('NUL on the family site', () => {
  it('never fails a page or a form', async () => {
    const world = await FamilyWorld.open();
    try {
      const { visitor } = await world.filed();
      const failed: string[] = [];
      // Withdrawing ends the forms of the page, so it comes last.
      const isLast = ({ path }: { path: string }) => Number(/withdraw$/.test(path));
      for (const { method, path } of world.app.routes.toSorted((a, b) => isLast(a) - isLast(b))) {
        if (method === 'ALL' || /leave$/.test(path)) continue;
        const at = path.replace('/:locale', '');
        for (const code of await tryAll(visitor, { method, path: at })) {
          if (code >= 500) failed.push(`${method} ${path}: ${code}`);
        }
      }
      expect(failed).toEqual([]);
      expect(world.failures).toEqual([]);
    } finally {
      await world.test.drop();
    }
  });
});

const boxes = ['text', 'kind', 'language', 'code', 'passphrase', 'passphraseAgain', 'surname'];

async function tryAll(
  visitor: Visitor,
  route: { readonly method: string; readonly path: string },
): Promise<readonly number[]> {
  const { method, path } = route;
  if (method === 'GET') {
    const asked = queries.map((query) => visitor.get(`${path}?${query}`));
    return (await Promise.all([...asked, visitor.get(`${path}/%00`)])).map((each) => each.status);
  }
  const { text } = await visitor.get('/own');
  const seal = sealOf(text);
  const filled = Object.fromEntries(boxes.map((name) => [name, '\0']));
  const form = await visitor.post(path, { ...seal, seed: 'a'.repeat(30), ...filled });
  const broken = await visitor.post(path, { ...seal, commandId: '\0', token: '\0' });
  const headers = { 'content-type': 'application/json' };
  const sent = { ...seal, challengeId: newId(), response: { id: '\0', rawId: '\0', type: '\0' } };
  const json = await visitor.send(path, {
    method,
    headers: { ...headers, origin: 'http://localhost:8080' },
    body: JSON.stringify(sent),
  });
  return [form.status, broken.status, json.status];
}
