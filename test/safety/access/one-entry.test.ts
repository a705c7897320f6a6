import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAlerts } from '../../../src/access/alerts.ts';
import { type DeskEnv, type DeskRoute, deskRoute } from '../../../src/access/desk-route.ts';
import { alertPermissions } from '../../../src/access/permissions.ts';
import { objectHash } from '../../../src/audit/entry.ts';
import { deskApp } from '../../../src/http/desk.ts';
import { declared } from '../../../src/registry/modules.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { World } from '../../world.ts';
import { probes } from '../support/desk-probes.ts';
import { type Furnished, furnish } from '../support/furnished.ts';
import { figure, patienceMs } from '../support/length.ts';

/** Ruling 14: one protected read leaves exactly one entry, which names every object it opened. */
const origin = 'http://localhost:8081';
let test: TestDatabase;
let own: Furnished;

beforeAll(async () => {
  test = await cloneDatabase();
  const policy = { pagesPerPersonHour: 10_000, recordsPerNodeHour: 50_000 };
  own = await furnish(await World.open(test, { policy }));
}, patienceMs(60_000));
afterAll(() => test.drop());

function deskWith(routes: readonly DeskRoute[]): Hono<DeskEnv> {
  const { officeId, broker } = own.world;
  const clock = () => own.world.now;
  const db = test.as('homeward_desk');
  return deskApp({
    ...{ db, broker, officeId, clock, origin, trial: null, filesFolder: null },
    declared: { ...declared, routes },
  });
}

const reads = declared.routes.filter(({ method }) => method === 'get');

/** A purpose and a colleague that the permission admits. */
async function cookieFor({ permission }: DeskRoute): Promise<{ cookie: string; purpose: string }> {
  const name = permission.staff?.includes('caseworker') ? 'Daria' : 'Iryna';
  const [purpose = 'tracing'] = permission.purposes;
  const { sessionToken } = await own.world.as(name, purpose);
  return { cookie: `desk=${sessionToken}`, purpose };
}

/** Requests one address; returns its status and the number of new entries. */
async function entriesOf(app: Hono<DeskEnv>, route: DeskRoute) {
  const name = `GET /api${route.path}`;
  const path = probes[name]?.path(own) ?? `/api${route.path}`;
  const { cookie, purpose } = await cookieFor(route);
  const read = () => test.db.selectFrom('auditEntries').select(['id', 'openedHashes']).execute();
  const before = new Set((await read()).map(({ id }) => id));
  const headers = { cookie, origin, 'x-purpose': purpose };
  const answer = await app.request(path, { headers });
  await answer.arrayBuffer();
  return {
    name,
    status: answer.status,
    entries: (await read()).filter(({ id }) => !before.has(id)),
  };
}

describe('one protected read', () => {
  it(
    'leaves one entry, at every address of the desk',
    async () => {
      const app = deskWith(declared.routes);
      const found: string[] = [];
      for (const route of reads) {
        const { name, status, entries } = await entriesOf(app, route);
        found.push(`${name} ${status}: ${entries.length}`);
      }
      figure('ruling 14', `${reads.length} reads of the desk, one entry each`);
      expect(found).toEqual(reads.map(({ path }) => `GET /api${path} 200: 1`));
    },
    patienceMs(60_000),
  );

  it('is found out where a page reads twice (negative control)', async () => {
    const twice = deskRoute({
      method: 'get',
      path: '/twice',
      permission: alertPermissions.read,
      run: async ({ ctx }) => {
        await readAlerts(ctx, { offset: 0 });
        return readAlerts(ctx, { offset: 0 });
      },
    });
    const { entries } = await entriesOf(deskWith([...declared.routes, twice]), twice);
    expect(entries).toHaveLength(2);
  });

  it('names every record of a comparison by its own salted hash', async () => {
    const route = reads.find(({ path }) => path === '/matches/:id');
    if (!route) throw new Error('the comparison has an address');
    const { entries } = await entriesOf(deskWith(declared.routes), route);
    const hashes = entries.flatMap(({ openedHashes }) => openedHashes);
    expect(hashes).toHaveLength(2);
    const records = await test.db.selectFrom('records').select('id').execute();
    const ids = records.map(({ id }) => id);
    const salts = await own.world.broker.salts(ids);
    const known = new Set(ids.map((id, at) => objectHash(salts[at] ?? '', id)));
    expect(hashes.every((hash) => known.has(hash))).toBe(true);
  });

  it('names the match and the enquiry themselves, whatever object the caller names', async () => {
    const { sessionToken, actor, purpose, broker } = await own.world.as('Daria', 'tracing');
    const asking = { sessionToken, actor, objectId: own.recordId };
    const { enquiryId, matchId } = own;
    await broker.openMatch({ ...asking, purpose, action: 'match.read', matchId });
    const serving = { ...purpose, enquiryId };
    const query = { name: 'Тихобор Данило' };
    const search = { ...asking, purpose: serving, action: 'person.search', query, limit: 20 };
    const found = await broker.search(search);
    const salts = await broker.salts([matchId, enquiryId]);
    const [match = '', enquiry = ''] = [matchId, enquiryId].map((id, at) =>
      objectHash(salts[at] ?? '', id),
    );
    const entries = await test.db
      .selectFrom('auditEntries')
      .select(['action', 'objectHash', 'openedHashes'])
      .where('objectHash', 'in', [match, enquiry])
      .execute();
    expect(entries.map(({ action }) => action)).toContain('match.read');
    const searched = entries.find(({ action }) => action === 'person.search');
    expect(found.length).toBeGreaterThan(0);
    expect(searched?.openedHashes.length).toBeGreaterThanOrEqual(found.length);
  });

  it('searches in the office of the enquiry, whatever office the caller claims', async () => {
    const other = await World.open(test, { beside: own.world });
    const { sessionToken, actor, purpose, broker } = await own.world.as('Daria', 'tracing');
    const claimed = { ...actor, officeId: other.officeId };
    const asking = { sessionToken, actor: claimed, action: 'person.search', objectId: '' };
    const serving = { ...purpose, enquiryId: own.enquiryId };
    const query = { name: 'Тихобор Данило' };
    const rows = await broker.search({ ...asking, purpose: serving, query, limit: 20 });
    const ids = rows.map(({ recordId }) => recordId);
    const offices = await test.db.selectFrom('records').select(['id', 'officeId']).execute();
    expect(ids.length).toBeGreaterThan(0);
    const theirs = offices.filter(({ officeId }) => officeId !== own.world.officeId);
    expect(theirs.filter(({ id }) => ids.includes(id))).toEqual([]);
  });
});
