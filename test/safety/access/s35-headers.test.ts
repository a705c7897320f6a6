import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deskApp } from '../../../src/http/desk.ts';
import { familyApp } from '../../../src/http/family.ts';
import { declared } from '../../../src/registry/modules.ts';
import { toldToFamily } from '../../../src/registry/notices/actions.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { World } from '../../world.ts';
import { figure, patienceMs } from '../support/length.ts';

/**
 * S-35: every answer of every route of both sites has a strict policy and is never stored. Routes
 * come from the route tables; answers are successful, refused and failing.
 */
const deskOrigin = 'http://localhost:8081';
const familyOrigin = 'https://families.invalid';

interface Route {
  readonly method: string;
  readonly path: string;
}

/** The part of an assembled site that is needed to request all its routes. */
interface SiteUnderTest {
  readonly routes: readonly Route[];
  request(path: string, init: RequestInit): Response | Promise<Response>;
}

interface Cookies {
  readonly held: string;
  readonly origin: string;
}

let test: TestDatabase;
let world: World;
let desk: SiteUnderTest;
let family: SiteUnderTest;
let deskCookies: Cookies;
let familyCookies: Cookies;

/** Sessions of a colleague and of a family; each sweep ends them. */
async function signIn(): Promise<void> {
  const { olena } = await world.file('Вербогай Андрій Петрович', '1.2.1990');
  const andriy = await world.as('Andriy', 'tracing');
  deskCookies = { held: `desk=${andriy.sessionToken}`, origin: deskOrigin };
  familyCookies = { held: `__Host-family=${olena.sessionToken}`, origin: familyOrigin };
}

beforeAll(async () => {
  test = await cloneDatabase();
  world = await World.open(test);
  [desk, family] = sites();
}, patienceMs(60_000));
beforeEach(signIn);
afterAll(() => test?.drop());

function sites(): readonly [SiteUnderTest, SiteUnderTest] {
  const { broker, officeId } = world;
  const common = { broker, officeId, clock: () => world.now };
  return [
    deskApp({
      ...common,
      db: test.as('homeward_desk'),
      origin: deskOrigin,
      declared,
      trial: null,
      filesFolder: 'desk/public',
      triesPerMinute: 100_000,
    }),
    familyApp({
      ...common,
      db: test.as('homeward_family'),
      origin: familyOrigin,
      trial: true,
      withRtl: true,
      passkeyScript: '/* keys */',
      toldNotices: toldToFamily,
      filingsPerHour: 100_000,
      triesPerMinute: 100_000,
    }),
  ];
}

/** Every address of the route table with invented ids, and some that are in no table. */
function addressesOf(site: SiteUnderTest): readonly Route[] {
  const known = site.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => ({
      method,
      path: path
        .replace(':locale', 'uk')
        .replace(/:\w+/g, () => randomUUID())
        .replace('*', 'roof.svg'),
    }));
  const odd = ['/', '/nowhere', '/uk/nowhere', '/api/nowhere', '/%00', '/uk/../own', '/healthz'];
  const all = [...known, ...odd.map((path) => ({ method: 'GET', path }))];
  // Sign-out is requested last, so that everything else has a session.
  const ends = ({ path }: Route) => /sign-out$|\/leave$/.test(path);
  return [...all.filter((each) => !ends(each)), ...all.filter(ends)];
}

const forms: readonly (readonly [string, string])[] = [
  ['application/json', '{}'],
  ['application/json', '{'],
  ['application/x-www-form-urlencoded', 'text=x'],
  ['multipart/form-data; boundary=x', '--x--'],
  ['text/plain', 'x'],
];

/** Kinds of requests: signed in or not, same-site or cross-site, with each kind of body. */
async function* answersOf(site: SiteUnderTest, cookies: Cookies) {
  for (const { method, path } of addressesOf(site)) {
    for (const cookie of ['', cookies.held]) {
      for (const origin of [cookies.origin, 'https://elsewhere.invalid']) {
        for (const [type, body] of method === 'GET' ? [['', '']] : forms) {
          const headers = {
            cookie,
            origin,
            'x-purpose': 'tracing',
            ...(type ? { 'content-type': type } : {}),
          };
          const answer = await site.request(path, { method, headers, ...(body ? { body } : {}) });
          await answer.body?.cancel();
          yield { asked: `${method} ${path} ${cookie ? 'held' : 'nobody'} ${type}`, answer };
        }
      }
    }
  }
}

const always = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
} as const;
const directives = ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"];

/** The faults of one answer; none for a strict one. */
function faultsOf({ headers }: Response, secure: boolean): readonly string[] {
  const faults: string[] = [];
  for (const [name, value] of Object.entries(always)) {
    if (headers.get(name) !== value) faults.push(name);
  }
  const policy = headers.get('content-security-policy') ?? '';
  // A document shown to the desk is fully sandboxed and needs nothing else.
  const boxed = policy === "sandbox; default-src 'none'";
  for (const each of directives) if (!boxed && !policy.includes(each)) faults.push(each);
  if (/unsafe-|\*|https?:|data:(?!.*img-src)/.test(policy.replace(/img-src [^;]*/, ''))) {
    faults.push(policy);
  }
  if (!boxed && !policy.includes("trusted-types 'none'")) faults.push('trusted types');
  if (headers.get('cache-control') !== 'no-store')
    faults.push(`kept: ${headers.get('cache-control')}`);
  if (secure && !headers.get('strict-transport-security')) faults.push('no HSTS');
  return faults;
}

async function sweep(site: SiteUnderTest, cookies: Cookies) {
  const faulty: string[] = [];
  const codes = new Map<number, number>();
  let answers = 0;
  for await (const { asked, answer } of answersOf(site, cookies)) {
    answers += 1;
    codes.set(answer.status, (codes.get(answer.status) ?? 0) + 1);
    const faults = faultsOf(answer, cookies.origin.startsWith('https:'));
    // Only files of the built app may be stored; they are the same for all users.
    const isFile = asked.startsWith('GET /roof.svg');
    const counted = faults.filter((fault) => !(isFile && fault.startsWith('kept')));
    if (counted.length > 0) faulty.push(`${asked} ${answer.status}: ${counted.join(', ')}`);
  }
  return { answers, codes, faulty };
}

describe('S-35 headers on every answer', () => {
  it(
    'are strict at the desk and on the family site, whatever is asked',
    async () => {
      for (const [name, site, cookies] of [
        ['desk', desk, deskCookies],
        ['family', family, familyCookies],
      ] as const) {
        const routes = site.routes.filter(({ method }) => method !== 'ALL').length;
        const { answers, codes, faulty } = await sweep(site, cookies);
        const kinds = [...codes].sort(([one], [other]) => one - other);
        figure(
          'S-35',
          `${name}: ${routes} routes, ${answers} answers (${kinds.map(([code, count]) => `${code}: ${count}`).join(', ')}), ${faulty.length} not strict`,
        );
        expect(routes).toBeGreaterThan(20);
        expect([...codes.keys()]).toContain(200);
        expect(faulty).toEqual([]);
      }
    },
    patienceMs(120_000),
  );

  it(
    'are strict on failures of ours as well',
    async () => {
      // Missing tables: an unforeseen failure.
      await sql`alter table sources rename to away`.execute(test.db);
      await sql`alter table contacts rename to away_too`.execute(test.db);
      const failing = [await sweep(desk, deskCookies), await sweep(family, familyCookies)];
      const failures = failing.map(({ codes }) => codes.get(500) ?? 0);
      figure('S-35', `failing on purpose: ${failures.join(' and ')} answers of 500`);
      expect(Math.min(...failures)).toBeGreaterThan(0);
      expect(failing.flatMap(({ faulty }) => faulty)).toEqual([]);
    },
    patienceMs(120_000),
  );

  it('would be missed on a route that stands before them (negative control)', async () => {
    const early = new Hono();
    early.get('/early', (c) => c.text('ok'));
    const { routes } = early;
    const { faulty } = await sweep(
      { routes, request: (path, init) => early.request(path, init) },
      deskCookies,
    );
    expect(faulty.some((each) => each.startsWith('GET /early'))).toBe(true);
  });
});
