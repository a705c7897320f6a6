import type { Hono } from 'hono';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeskEnv } from '../../../src/access/desk-route.ts';
import type { Context } from '../../../src/audit/context.ts';
import type { SiteEnv } from '../../../src/family/site.ts';
import { deskApp } from '../../../src/http/desk.ts';
import { familyApp } from '../../../src/http/family.ts';
import type { EnquiryId } from '../../../src/kernel/ids.ts';
import { addPaper, writeToThread } from '../../../src/registry/enquiries/actions.ts';
import { closingReasons } from '../../../src/registry/enquiries/enquiry.ts';
import { eraseUnproven, makeDueContacts } from '../../../src/registry/enquiries/jobs.ts';
import { declared } from '../../../src/registry/modules.ts';
import { toldToFamily } from '../../../src/registry/notices/actions.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { masked, Visitor } from '../../family-site.ts';
import { newCommand, World } from '../../world.ts';
import { type Probe, probes } from '../support/desk-probes.ts';
import { type Furnished, furnish } from '../support/furnished.ts';
import { figure, patienceMs } from '../support/length.ts';

/**
 * before kinship is proven, a family's pages and the answers to its actions depend only on
 * time and on its own actions. Every command in the desk's route table is tried on an unverified
 * enquiry; no byte of the family's pages may change.
 */
const deskOrigin = 'http://localhost:8081';
const familyOrigin = 'http://localhost:8080';
const pages = [
  '/own',
  '/own?stale=1',
  '/own?saved=paper',
  '/own/held',
  '/own/paper',
  '/own/withdraw',
];

let test: TestDatabase;
let own: Furnished;
let desk: Hono<DeskEnv>;
let site: Hono<SiteEnv>;
const cookies: string[] = [];

beforeAll(async () => {
  test = await cloneDatabase();
  const wide = { recordsPerNodeHour: 1_000_000, pagesPerPersonHour: 1_000_000 };
  const policy = { ...wide, recordsPerFamilyHour: 1_000_000 };
  own = await furnish(await World.open(test, { policy }));
  const { officeId, broker } = own.world;
  const clock = () => own.world.now;
  const common = { broker, officeId, clock, declared, trial: null };
  const options = { ...common, db: test.as('homeward_desk'), origin: deskOrigin };
  desk = deskApp({ ...options, filesFolder: null });
  site = familyApp({
    ...common,
    trial: false,
    db: test.as('homeward_family'),
    origin: familyOrigin,
    withRtl: true,
    passkeyScript: '/* keys */',
    toldNotices: toldToFamily,
  });
  for (const name of ['Daria', 'Andriy'] as const) {
    cookies.push(`desk=${(await own.world.as(name, 'tracing')).sessionToken}`);
  }
}, patienceMs(60_000));
afterAll(() => test.drop());

interface Unverified {
  readonly enquiryId: EnquiryId;
  readonly paperId: string;
  readonly family: Context;
  readonly visitor: Visitor;
}

/**
 * Files an enquiry with a message in its thread and one document; `proven` proves identity as well.
 */
async function file({ proven = false } = {}): Promise<Unverified> {
  const { enquiryId, olena: family } = await own.world.file('Верболан Роман Іванович', '');
  await writeToThread(family, { enquiryId, text: 'Скажіть', commandId: newCommand() });
  const bytes = Buffer.from('%PDF-1.7 invented');
  const paper = { enquiryId, kind: 'birth', bytes, commandId: newCommand() } as const;
  const { paperId } = await addPaper(family, paper);
  const visitor = new Visitor(site, 'en', familyOrigin);
  visitor.cookie = `family=${family.sessionToken}`;
  const filed = { enquiryId, paperId, family, visitor };
  if (proven) await command(filed, identity('proven'));
  return filed;
}

async function pagesOf({ visitor }: Unverified): Promise<readonly string[]> {
  const shown: string[] = [];
  for (const path of pages) {
    const answer = await visitor.get(path);
    shown.push(`${path} ${answer.status} ${answer.bytes} ${masked(answer.text)}`);
  }
  return shown;
}

/** Pages that differ before and after. */
function changed(before: readonly string[], after: readonly string[]): readonly string[] {
  return pages.filter((_, at) => before[at] !== after[at]);
}

interface Command {
  readonly route: string;
  readonly probe: Probe;
}

/**
 * Sends a command of the desk about this enquiry by each staff member; returns how many had an
 * effect.
 */
async function command(about: Unverified, { route, probe }: Command): Promise<number> {
  let effects = 0;
  for (const cookie of cookies) {
    const path = probe.path({ ...own, ...about });
    const { version } = await test.db
      .selectFrom('enquiries')
      .select('version')
      .where('id', '=', about.enquiryId)
      .executeTakeFirstOrThrow();
    const body = probe.body?.({ ...own, ...about });
    const [method = ''] = route.split(' ');
    const answer = await desk.request(path, {
      method,
      headers: {
        ...{ origin: deskOrigin, cookie, 'x-purpose': probe.purpose, 'if-match': `${version}` },
        ...{ 'x-enquiry': about.enquiryId, 'content-type': 'application/json' },
      },
      ...(method === 'GET' ? {} : { body: JSON.stringify({ ...body, commandId: newCommand() }) }),
    });
    if (answer.ok) effects += 1;
  }
  return effects;
}

const withBody = (route: string, body: Readonly<Record<string, unknown>>): Command => {
  const probe = probes[route];
  if (!probe) throw new Error(`no probe for ${route}`);
  return { route, probe: { ...probe, body: () => body } };
};
const identity = (outcome: string) =>
  withBody('POST /api/enquiries/:id/check', { kind: 'identity', outcome, means: 'passport_seen' });
const close = (reason: string) => withBody('POST /api/enquiries/:id/close', { reason });
const proveKinship = { kind: 'kinship', outcome: 'proven', means: 'witnesses', kinship: 'mother' };

/**
 * A family's request by telephone or letter is its own action: these two change its pages as its
 * own form would, and are tested for that below.
 */
const familysWishes = [
  'POST /api/enquiries/:id/withdraw',
  'POST /api/enquiries/:id/consents',
] as const;

/** Routes without an id, with the enquiry in a header. */
const withoutId: Readonly<Record<string, Probe>> = {
  'POST /api/search': {
    purpose: 'tracing',
    path: () => '/api/search',
    body: () => ({ name: 'Верболан Роман' }),
  },
};
/** Sign-in and streams: they know no enquiry. */
const unrelated = /\/(sign-in|sign-out|enrol|trial|step-up|session|language|live|imports)/;

/** Every command that the route table knows, with each kind of check and closing. */
function commands(): readonly Command[] {
  const routes = desk.routes.filter(({ method, path }) => method !== 'ALL' && /^\/api/.test(path));
  const names = [...new Set(routes.map(({ method, path }) => `${method} ${path}`))];
  const known = names.flatMap((route): readonly Command[] => {
    if (familysWishes.some((wish) => wish === route)) return [];
    const probe = probes[route] ?? withoutId[route];
    if (probe) return [{ route, probe }];
    if (unrelated.test(route) && !route.includes(':')) return [];
    // A route without a description here: sent with only its purpose; with an id it fails here.
    expect(route).not.toContain(':');
    const path = () => route.split(' ')[1] ?? '';
    return [{ route, probe: { purpose: 'tracing', path } }];
  });
  const variants = [
    identity('not_proven'),
    identity('proven'),
    withBody('POST /api/enquiries/:id/check', { ...proveKinship, outcome: 'not_proven' }),
    ...closingReasons.map(close),
    ...['letter', 'visit'].map((kind) =>
      withBody('POST /api/enquiries/:id/contact', {
        ...{ kind, outcome: 'not_reached', note: 'нотатка', occurredAt: '2026-03-01T09:00:00Z' },
      }),
    ),
  ];
  return [...known, ...variants];
}

describe('R-32 a family’s pages before verification', () => {
  it(
    'are the same after every command of the desk, byte for byte',
    async () => {
      const different: string[] = [];
      let [sent, effects] = [0, 0];
      for (const proven of [false, true]) {
        // With identity proven, only routes that name the enquiry itself are tried once more.
        const all = commands().filter(({ route }) => !proven || /enquiries\/:id/.test(route));
        for (const each of all) {
          const filed = await file({ proven });
          const before = await pagesOf(filed);
          effects += await command(filed, each);
          sent += 1;
          const found = changed(before, await pagesOf(filed));
          if (found.length > 0) different.push(`${each.route} ${proven}: ${found.join()}`);
        }
      }
      figure('R-32', `${sent} commands of the desk, ${effects} with effect, 0 pages changed`);
      expect(different).toEqual([]);
      expect(effects).toBeGreaterThan(40);
    },
    patienceMs(240_000),
  );

  it('would change with every check, did a form carry the desk’s version (negative control)', async () => {
    for (const each of [identity('not_proven'), close('returned'), close('impostor')]) {
      const filed = await file();
      const before = await pagesOf(filed);
      await command(filed, each);
      await sql`update enquiries set own_version = version where id = ${filed.enquiryId}`.execute(
        test.db,
      );
      expect(changed(before, await pagesOf(filed))).toContain('/own');
    }
  });

  it('change with verification itself (the other control)', async () => {
    const filed = await file({ proven: true });
    const before = await pagesOf(filed);
    await own.world.reseal();
    expect(
      await command(filed, withBody('POST /api/enquiries/:id/check', proveKinship)),
    ).toBeGreaterThan(0);
    expect(changed(before, await pagesOf(filed))).toContain('/own');
  });

  it('say after a withdrawal by telephone what they say after one of the family’s own', async () => {
    const [byTelephone, byItself] = [await file(), await file()];
    const [wish] = familysWishes;
    expect(await command(byTelephone, withBody(wish, {}))).toBeGreaterThan(0);
    await byItself.visitor.fill('/own/withdraw', {});
    const [one, other] = [await pagesOf(byTelephone), await pagesOf(byItself)];
    // The form to withdraw, which is no longer linked, carries the family's own version.
    expect(changed(one, other)).toEqual(['/own/withdraw']);
  });
});

/** What the desk may have done to an unverified enquiry before the family acts. */
const histories: Readonly<Record<string, { proven?: boolean; commands: readonly Command[] }>> = {
  nothing: { commands: [] },
  'a check that proved nothing': { commands: [identity('not_proven'), identity('not_proven')] },
  'identity proven': { proven: true, commands: [] },
  ...Object.fromEntries(
    closingReasons.flatMap((reason) => [
      [`closed: ${reason}`, { commands: [close(reason)] }],
      [`closed with identity proven: ${reason}`, { proven: true, commands: [close(reason)] }],
    ]),
  ),
  'a message of the desk': {
    commands: Array.from({ length: 25 }, () =>
      withBody('POST /api/enquiries/:id/thread', { text: 'Доброго дня' }),
    ),
  },
};

/** Everything that a family can do, in a fixed order, with each answer and the page after it. */
async function familyActs(filed: Unverified): Promise<readonly string[]> {
  const { visitor } = filed;
  const { world } = own;
  const start = world.now;
  const said: string[] = [];
  const note = async (what: string, answer: Awaited<ReturnType<Visitor['get']>>) => {
    said.push(`${what} ${answer.status} ${answer.headers.get('location')} ${masked(answer.text)}`);
    said.push(...(await pagesOf(filed)));
    // Two messages at the same time have no order.
    world.later(1);
  };
  world.later(1);
  await note('paper', await sendPaper(visitor, '%PDF-1.7 one more'));
  await note('wrong paper', await sendPaper(visitor, 'MZ no paper'));
  await note('thread', await visitor.fill('/own', { text: 'Чекаю' }, '/own/thread'));
  await note('language', await visitor.fill('/own', { language: 'ru' }, '/own/language'));
  const stale = { ...(await sealAt(visitor, '/own')), version: '1' };
  await note('stale', await visitor.post('/own/language', { ...stale, language: 'uk' }));
  await note('withdraw', await visitor.fill('/own/withdraw', {}));
  await note('twice', await visitor.fill('/own/withdraw', {}));
  await note('late paper', await sendPaper(visitor, '%PDF-1.7 late'));
  world.now = start;
  return said;
}

async function sealAt(visitor: Visitor, path: string): Promise<Readonly<Record<string, string>>> {
  const { text } = await visitor.get(path);
  return Object.fromEntries(
    ['commandId', 'token', 'version'].map((name) => [
      name,
      new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? '',
    ]),
  );
}

async function sendPaper(visitor: Visitor, text: string) {
  const form = new FormData();
  for (const [name, value] of Object.entries(await sealAt(visitor, '/own/paper'))) {
    form.append(name, value);
  }
  form.append('kind', 'birth');
  form.append('paper', new File([text], 'paper.pdf'));
  return visitor.send('/own/paper', {
    method: 'POST',
    body: form,
    headers: { origin: familyOrigin },
  });
}

async function afterHistory(name: keyof typeof histories): Promise<Unverified> {
  const { proven = false, commands: done } = histories[name] ?? { commands: [] };
  const filed = await file({ proven });
  for (const each of done) expect(await command(filed, each)).toBeGreaterThan(0);
  return filed;
}

describe('R-32 what a family does before verification', () => {
  it(
    'has the same outcome whatever the desk did',
    async () => {
      const expected = await familyActs(await afterHistory('nothing'));
      expect(expected.filter((each) => /^(paper|thread|withdraw) 303/.test(each))).toHaveLength(3);
      for (const name of Object.keys(histories)) {
        const acts = await familyActs(await afterHistory(name));
        expect([name, acts.filter((each, at) => each !== expected[at])]).toEqual([name, []]);
      }
    },
    patienceMs(120_000),
  );

  it('would tell a closed enquiry, did it end for the family too (negative control)', async () => {
    const expected = await familyActs(await afterHistory('nothing'));
    const filed = await afterHistory('closed: returned');
    // As if kinship had been proven: then a closing is told.
    await sql`update enquiries set identity_proven_at = ${own.world.now},
      kinship_proven_at = ${own.world.now} where id = ${filed.enquiryId}`.execute(test.db);
    const { headers } = await sendPaper(filed.visitor, '%PDF-1.7 one more');
    expect(expected[0]).not.toContain(String(headers.get('location')));
  });

  it(
    'and what time does: contacts, erasure and the words of a budget that is spent',
    async () => {
      const { world } = own;
      const names = Object.keys(histories).filter((name) => !/identity proven|message/.test(name));
      const start = world.now;
      const filed = new Map<string, EnquiryId>();
      for (const name of names) {
        const { enquiryId, olena: family } = await world.file('Верболан Роман Іванович', '');
        const visitor = new Visitor(site, 'en', familyOrigin);
        const about = { enquiryId, family, visitor, paperId: own.paperId };
        for (const each of histories[name]?.commands ?? []) await command(about, each);
        filed.set(name, enquiryId);
      }
      const actor = { kind: 'system', name: 'worker', officeId: world.officeId } as const;
      const worker = { ...world.atDoor(), actor, db: test.as('homeward_worker') };
      const traces = new Map<string, string[]>(names.map((name) => [name, []]));
      for (const day of [1, 2, 14, 15, 30, 31, 61]) {
        world.now = new Date(start.getTime() + day * 86_400_000);
        await makeDueContacts({ ...worker, now: world.now });
        await eraseUnproven({ ...worker, now: world.now });
        for (const [name, enquiryId] of filed) {
          const { rows } = await sql<{ trace: string }>`select (state = 'erased')::text || ' ' ||
            (select count(*) from contacts c where c.enquiry_id = e.id and c.kind = 'timetable')
            || ' ' || next_contact_on as trace from enquiries e where id = ${enquiryId}`.execute(
            test.db,
          );
          traces.get(name)?.push(`${day}: ${rows[0]?.trace}`);
        }
      }
      world.now = start;
      const [expected] = traces.values();
      expect(expected?.at(-1)).toContain('true');
      for (const [name, trace] of traces) expect([name, trace]).toEqual([name, expected]);
    },
    patienceMs(60_000),
  );

  it('spends nothing of its budget on words that it cannot read yet', async () => {
    const [quiet, written] = [await file(), await file()];
    for (const { enquiryId } of [quiet, written]) {
      await sql`delete from thread_entries where enquiry_id = ${enquiryId}`.execute(test.db);
    }
    await command(written, withBody('POST /api/enquiries/:id/thread', { text: 'Доброго дня' }));
    for (const each of [quiet, written]) await each.visitor.get('/own');
    const spent = await test.db
      .selectFrom('budgetSpends')
      .select('spent')
      .where('scopeId', 'in', [quiet.enquiryId, written.enquiryId])
      .execute();
    expect(spent).toEqual([]);
  });
});
