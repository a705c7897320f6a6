import { createHash } from 'node:crypto';
import type { Hono } from 'hono';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeskEnv } from '../../../src/access/desk-route.ts';
import { addFamilyPasskey } from '../../../src/access/family-passkeys.ts';
import type { Context } from '../../../src/audit/context.ts';
import { deskApp } from '../../../src/http/desk.ts';
import { familyApp } from '../../../src/http/family.ts';
import { installQueue } from '../../../src/jobs/queue.ts';
import { declared } from '../../../src/registry/modules.ts';
import { newId } from '../../../src/vault/random.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { type Colleague, newCommand, World } from '../../world.ts';
import { type Ids, type Probe, probes } from '../support/desk-probes.ts';
import { type Furnished, furnish } from '../support/furnished.ts';
import { figure, patienceMs } from '../support/length.ts';

/**
 * S-07: a request with another's id, to any address with an id, is answered as if it did not exist,
 * byte for byte. The addresses are read from the sites' own route tables.
 */
const origin = 'http://localhost:8081';

/** Ids that are not in the address: in a body, a query or a header. `own` is the own office. */
const elsewhere: Readonly<Record<string, (own: Ids, of: Ids) => Sent>> = {
  'the event that is corrected': (own, of) => ({
    method: 'POST',
    path: `/api/records/${own.recordId}/events`,
    purpose: 'tracing',
    body: { kind: 'seen', grade: 'C3', correctsId: of.eventId },
  }),
  'the list after which one reads on': (_, of) => ({
    method: 'GET',
    path: `/api/imports?after=${of.importId}`,
    purpose: 'import',
  }),
  'the enquiry that a search serves': (_, of) => ({
    method: 'POST',
    path: '/api/search',
    purpose: 'tracing',
    enquiry: of.enquiryId,
    body: { name: 'Громозір Павло' },
  }),
  'the other relative of a dispute': (own, of) => ({
    method: 'POST',
    path: `/api/enquiries/${own.enquiryId}/disputes`,
    purpose: 'notice',
    body: { reason: 'contested_kinship', withEnquiryId: of.enquiryId },
  }),
  'a paper of another enquiry': (own, of) => ({
    method: 'GET',
    path: `/api/enquiries/${own.enquiryId}/papers/${of.paperId}`,
    purpose: 'verification',
  }),
};

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly purpose: string;
  readonly enquiry?: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

let test: TestDatabase;
let own: Furnished;
let theirs: Furnished;
let desk: Hono<DeskEnv>;
/** Cookie by role; the anonymous role has none, a family presents the token of its own site. */
const cookies = new Map<string, string>();

beforeAll(async () => {
  test = await cloneDatabase();
  const queue = new URL(test.urlOf('homeward_worker'));
  queue.username = 'homeward_owner';
  await installQueue(queue.href, declared.jobs);
  const wide = { recordsPerFamilyHour: 10_000, recordsPerNodeHour: 50_000 };
  own = await furnish(await World.open(test, { policy: wide }));
  theirs = await furnish(await World.open(test, { beside: own.world, policy: wide }));
  desk = deskOver();
  const staff: readonly Colleague[] = ['Daria', 'Andriy', 'Iryna', 'Maksym'];
  for (const name of staff) {
    const { sessionToken } = await own.world.as(name, 'tracing');
    cookies.set(name, sessionToken ?? '');
  }
  cookies.set('a family', own.olena.sessionToken ?? '');
  cookies.set('nobody', '');
}, patienceMs(60_000));
afterAll(() => test.drop());

function deskOver(): Hono<DeskEnv> {
  const { officeId, broker } = own.world;
  const clock = () => own.world.now;
  const db = test.as('homeward_desk');
  return deskApp({ db, broker, officeId, clock, origin, declared, trial: null, filesFolder: null });
}

/** Well-formed ids that belong to no row. */
function nobodys(): Ids {
  const names = Object.keys(theirs).filter((name) => name.endsWith('Id'));
  return Object.fromEntries(names.map((name) => [name, newId()])) as unknown as Ids; // Every id of `Ids` ends so.
}

async function send(app: Hono<DeskEnv>, cookie: string, sent: Sent) {
  const { method, path, purpose, enquiry, body } = sent;
  const answer = await app.request(path, {
    method,
    headers: {
      origin,
      cookie: `desk=${cookie}`,
      'x-purpose': purpose,
      'if-match': '1',
      ...(enquiry ? { 'x-enquiry': enquiry } : {}),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify({ ...body, commandId: newCommand() }) } : {}),
  });
  const text = await answer.text();
  // The request number is new in every answer; nothing else may differ.
  const said = text.replace(/"requestId":"[^"]*"/, '"requestId"');
  return { status: answer.status, all: JSON.stringify([answer.status, [...answer.headers], said]) };
}

interface Sweep {
  readonly uncovered: readonly string[];
  readonly hits: readonly string[];
  readonly sent: number;
}

/** Every address with an id, by every role, with another's id and with one that does not exist. */
async function sweep(app: Hono<DeskEnv>, known: Readonly<Record<string, Probe>>): Promise<Sweep> {
  const routes = idRoutes(app);
  const hits: string[] = [];
  let sent = 0;
  for (const route of routes) {
    const probe = known[route];
    if (!probe) continue;
    for (const [role, cookie] of cookies) {
      const answers = [];
      for (const ids of [theirs, nobodys()]) {
        sent += 1;
        answers.push(await send(app, cookie, sentBy(route, probe, ids)));
      }
      const [one, other] = answers;
      if (!one || one.status < 400 || one.status >= 500 || one.all !== other?.all) {
        hits.push(`${route} by ${role}: ${one?.status} and ${other?.status}`);
      }
    }
  }
  return { uncovered: routes.filter((route) => !known[route]), hits, sent };
}

function idRoutes(app: Hono<DeskEnv>): readonly string[] {
  const all = app.routes.filter(({ path, method }) => path.includes(':') && method !== 'ALL');
  return [...new Set(all.map(({ method, path }) => `${method} ${path}`))];
}

function sentBy(route: string, probe: Probe, ids: Ids): Sent {
  const [method = ''] = route.split(' ');
  const body = probe.body?.(ids);
  return { method, path: probe.path(ids), purpose: probe.purpose, ...(body ? { body } : {}) };
}

/** The rows of an office, except its log: to prove that they did not change. */
async function digestOf(office: string): Promise<string> {
  const hash = createHash('sha256');
  const tables = ['enquiries', 'notices', 'matches', 'records', 'persons', 'judgements', 'events'];
  const more = ['imports', 'alerts', 'contacts', 'thread_entries', 'checks', 'family_papers'];
  for (const table of [...tables, ...more, 'primary_contacts', 'disputes']) {
    const found = await sql<{ all: string }>`
      select coalesce(string_agg(t::text, '|' order by id), '') as all
      from ${sql.table(table)} t where office_id = ${office}`.execute(test.db);
    hash.update(`${table}:${found.rows[0]?.all}`);
  }
  return hash.digest('hex');
}

describe('S-07 an id that is not yours', () => {
  it(
    'is refused at every address of the desk, to every role, as if it were not there',
    async () => {
      const before = await digestOf(theirs.world.officeId);
      const { uncovered, hits, sent } = await sweep(desk, probes);
      figure('S-07', `desk: ${idRoutes(desk).length} addresses with ids, ${sent} requests`);
      expect(uncovered).toEqual([]);
      expect(Object.keys(probes).filter((route) => !idRoutes(desk).includes(route))).toEqual([]);
      expect(hits).toEqual([]);
      expect(await digestOf(theirs.world.officeId)).toBe(before);
    },
    patienceMs(60_000),
  );

  it.each(Object.entries(elsewhere))('is refused as %s', async (_, made) => {
    for (const [role, cookie] of cookies) {
      const answers = [];
      for (const ids of [theirs, nobodys()]) answers.push(await send(desk, cookie, made(own, ids)));
      expect([role, answers[0]?.all]).toEqual([role, answers[1]?.all]);
      expect([role, answers[0]?.status]).not.toEqual([role, 500]);
      // A page after an entry of another's list is the empty last page; everything else is refused.
      if (!made(own, theirs).path.includes('after=')) {
        expect([role, answers[0]?.status]).not.toEqual([role, 200]);
      }
    }
  });

  it('is found out where a route has no guard and no probe (negative control)', async () => {
    const loose = deskOver();
    const path = '/api/loose/:id';
    loose.get(path, async (c) => {
      const found = await test.db.selectFrom('enquiries').selectAll().execute();
      const row = found.find(({ id }) => id === c.req.param('id'));
      return row ? c.json({ state: row.state }) : c.json({}, 404);
    });
    const route = `GET ${path}`;
    expect((await sweep(loose, {})).uncovered).toContain(route);
    const probe: Probe = { purpose: 'notice', path: (ids) => `/api/loose/${ids.enquiryId}` };
    expect((await sweep(loose, { [route]: probe })).hits).toHaveLength(cookies.size);
  });

  it('is a test of requests that do something with one’s own (the other control)', async () => {
    const done: string[] = [];
    for (const [route, probe] of Object.entries(probes)) {
      const { status } = await send(desk, cookies.get('Daria') ?? '', sentBy(route, probe, own));
      // A step that is not open now, or needs the second person, was admitted and then refused for
      // that reason.
      done.push(`${route}: ${status < 300 || status === 409 || status === 422 ? 'in' : status}`);
    }
    const ofTheSecond = /confirm|return|approve|refuse:/;
    expect(done.filter((each) => !each.endsWith('in') && !ofTheSecond.test(each))).toEqual([]);
  });
});

describe('S-07 on the family site', () => {
  const site = () => {
    const { officeId, broker } = own.world;
    return familyApp({
      db: test.as('homeward_family'),
      broker,
      officeId,
      clock: () => own.world.now,
      origin,
      trial: false,
      withRtl: true,
      passkeyScript: '',
      toldNotices: async () => [],
    });
  };

  it('no address bears an id: whose file it is follows from the session alone', () => {
    const params = site().routes.flatMap(({ path }) => path.match(/:[a-zA-Z]+/g) ?? []);
    expect(new Set(params)).toEqual(new Set([':locale']));
    figure('S-07', `family: ${site().routes.length} addresses, 0 with ids`);
  });

  it('no id that is sent along in a form changes whose file is read or written', async () => {
    const before = await digestOf(theirs.world.officeId);
    const app = site();
    const cookie = `family=${own.taras.sessionToken}`;
    const plain = await app.request('/en/own', { headers: { cookie } });
    const length = (await plain.text()).length;
    for (const name of ['id', 'enquiryId', 'enquiry', 'subjectId', 'file']) {
      const asked = `/en/own?${name}=${own.enquiryId}`;
      const answer = await app.request(asked, { headers: { cookie, 'x-enquiry': own.enquiryId } });
      const text = await answer.text();
      expect([name, answer.status, text.length]).toEqual([name, plain.status, length]);
      expect(text).not.toContain(own.enquiryId);
    }
    expect(await digestOf(theirs.world.officeId)).toBe(before);
  });

  it('a challenge that was given to another family is as good as none', async () => {
    const { broker } = own.world;
    const { actor } = own.taras;
    if (actor.kind !== 'family') throw new Error('Taras is signed in to his file');
    const challenge = {
      id: newId(),
      challenge: 'x'.repeat(43),
      intent: 'family_enrol',
      ownerId: own.enquiryId,
      // As if begun in his own session: only the owner differs.
      sessionId: actor.sessionId,
      expiresAt: new Date(own.world.now.getTime() + 60_000),
    };
    await test.db.insertInto('challenges').values(challenge).execute();
    const taras: Context = { ...own.taras, broker };
    const said = [];
    for (const challengeId of [challenge.id, newId()]) {
      const answered = { challengeId, response: { id: 'x'.repeat(24) } };
      const error: unknown = await addFamilyPasskey(taras, { origin }, answered).catch(
        (each: unknown) => each,
      );
      said.push(JSON.stringify(error, ['code', 'httpStatus', 'message', 'detail']));
    }
    expect(said[0]).toBe(said[1]);
    expect(said[0]).toContain('session.not_recognised');
  });
});
