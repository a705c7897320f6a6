import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../test/database.ts';
import { type Colleague, newCommand, World } from '../../../test/world.ts';
import type { DeskEnv } from '../../access/desk-route.ts';
import { mountRoutes } from '../../access/desk-route.ts';
import type { PurposeKind } from '../../kernel/actor.ts';
import type { EnquiryId } from '../../kernel/ids.ts';
import { Problem } from '../../kernel/problem.ts';
import { readEnquiryPage } from '../../screens/enquiry-page.ts';
import { declared } from '../modules.ts';
import { readOwnFiling } from './actions.ts';
import { presentForDesk } from './present.ts';
import { enquiryRoutes } from './routes.ts';

let test: TestDatabase;
let world: World;
beforeAll(async () => {
  test = await cloneDatabase();
  world = await World.open(test);
});
afterAll(() => test.drop());

interface Asked {
  readonly by?: Colleague;
  readonly purpose?: PurposeKind;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly version?: number;
}

/** One request at the desk: its answer, as a code or as content. */
async function ask(path: string, { by = 'Daria', purpose = 'verification', ...rest }: Asked = {}) {
  const ctx = await world.as(by, purpose);
  const app = new Hono<DeskEnv>();
  app.use('*', async (c, next) => {
    c.set('ctx', ctx);
    await next();
  });
  mountRoutes(app, enquiryRoutes, declared.purposes);
  app.onError((error, c) => {
    if (!(error instanceof Problem)) throw error;
    return c.json({ code: error.code }, error.httpStatus as 400);
  });
  const answer = await app.request(path, {
    headers: {
      'x-purpose': purpose,
      'content-type': 'application/json',
      ...(rest.version === undefined ? {} : { 'if-match': `"${rest.version}"` }),
    },
    ...(rest.body ? { method: 'POST', body: JSON.stringify(rest.body) } : {}),
  });
  const content = (await answer.json()) as { code?: string; rows?: readonly object[] };
  return { status: answer.status, ...content };
}

const agreed = { centralAgency: true, otherBureau: false, contact: true };
const wish = (consents: object = agreed) => ({
  consents,
  how: 'telephone',
  commandId: newCommand(),
});
const opened = async (enquiryId: EnquiryId) =>
  presentForDesk(
    (await readEnquiryPage(await world.as('Daria', 'verification'), { enquiryId })).opened,
  );

describe('what a family permits', () => {
  it('is refused to whoever may not, and in any other shape', async () => {
    const { enquiryId } = await world.file('Тихолан Роман Петрович', '14.03.1994');
    const path = `/enquiries/${enquiryId}/consents`;
    expect(await ask(path, { by: 'Iryna', body: wish() })).toMatchObject({
      status: 404,
      code: 'enquiry.not_found',
    });
    expect(await ask(`/enquiries/${newCommand()}/consents`, { body: wish() })).toMatchObject({
      status: 404,
      code: 'enquiry.not_found',
    });
    expect(await ask(path, { body: wish({ ...agreed, everybody: true }) })).toMatchObject({
      status: 422,
    });
    expect((await opened(enquiryId)).consents).toMatchObject({ centralAgency: false });
  });

  it('is asked for each body, changes at any time, and the family reads its latest answer', async () => {
    const { enquiryId, olena } = await world.file('Хмаролан Остап Ігорович', '14.03.1994');
    const path = `/enquiries/${enquiryId}/consents`;
    expect((await ask(path, { body: wish() })).status).toBe(200);
    expect((await opened(enquiryId)).consents).toEqual(agreed);
    await world.prove(enquiryId);
    expect((await opened(enquiryId)).consents).toEqual(agreed);
    world.later(5);
    const nothing = { centralAgency: false, otherBureau: false, contact: false };
    expect((await ask(path, { body: wish(nothing) })).status).toBe(200);
    const { consents, contacts } = await opened(enquiryId);
    expect(consents).toEqual(nothing);
    expect(contacts.map(({ outcome, by }) => [outcome, by])).toEqual([
      ['consent_changed', 'Daria'],
      ['consent_changed', 'Daria'],
    ]);
    const { written } = await readOwnFiling({ ...olena, now: world.now }, { enquiryId });
    expect(written?.consents).toEqual(nothing);
  });
});

describe('a family that takes its enquiry back by telephone', () => {
  it('is answered with both versions when somebody changed it meanwhile', async () => {
    const { enquiryId } = await world.file('Світлолан Ілля Маркович', '14.03.1994');
    const path = `/enquiries/${enquiryId}/withdraw`;
    const body = { commandId: newCommand() };
    expect(await ask(path, { purpose: 'tracing', body })).toMatchObject({ status: 428 });
    expect(await ask(path, { purpose: 'tracing', version: 7, body })).toMatchObject({
      code: 'enquiry.stale',
    });
    expect(await ask(path, { purpose: 'notice', version: 1, body })).toMatchObject({ status: 404 });
    expect((await ask(path, { purpose: 'tracing', version: 1, body })).status).toBe(200);
    expect((await opened(enquiryId)).state).toBe('withdrawn');
  });
});

describe('a second enquiry after the same person', () => {
  const name = 'Громовій Лука Юхимович';

  it('is not looked for by whoever may not search', async () => {
    const { enquiryId } = await world.file(name, '02.05.1990');
    expect(await ask(`/enquiries/${enquiryId}/duplicates`, { by: 'Iryna' })).toMatchObject({
      status: 404,
    });
    expect(await ask(`/enquiries/${enquiryId}/duplicates`, { purpose: 'notice' })).toMatchObject({
      status: 404,
    });
  });

  it('is said at the desk, of proven enquiries only, masked, and to no family', async () => {
    const first = await world.file(name, '02.05.1990');
    const second = await world.file(name, '02.05.1990');
    await world.reseal();
    const path = `/enquiries/${second.enquiryId}/duplicates`;
    expect((await ask(path)).rows).toEqual([]);
    await world.prove(first.enquiryId);
    await world.round();
    const { rows } = await ask(path);
    expect(rows).toMatchObject([
      { enquiryId: first.enquiryId, initials: 'Г. Л.', birthYear: '1990', kinship: 'mother' },
    ]);
    expect(JSON.stringify(rows)).not.toMatch(/Громов|Лука/);
    const own = await readOwnFiling({ ...second.olena, now: world.now }, second);
    expect(JSON.stringify(own)).not.toContain(first.enquiryId);
  });
});
