import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../test/database.ts';
import {
  directLists,
  type ImportWorld,
  importWorld,
  newCommand,
} from '../../../test/import-world.ts';
import type { DeskEnv } from '../../access/desk-route.ts';
import { mountRoutes } from '../../access/desk-route.ts';
import type { Context } from '../../audit/context.ts';
import { installQueue } from '../../jobs/queue.ts';
import type { ImportId } from '../../kernel/ids.ts';
import { Problem } from '../../kernel/problem.ts';
import { carryOutImport } from '../events/import-jobs.ts';
import { declared } from '../modules.ts';
import { inspectImport } from './jobs.ts';
import { sourceRoutes } from './routes.ts';

let test: TestDatabase;
let world: ImportWorld;
beforeAll(async () => {
  test = await cloneDatabase();
  const owner = new URL(test.urlOf('homeward_worker'));
  owner.username = 'homeward_owner';
  await installQueue(owner.href, declared.jobs);
  world = await importWorld(test);
});
afterAll(() => test.drop());

function desk(ctx: Context): Hono<DeskEnv> {
  const app = new Hono<DeskEnv>();
  app.use('*', async (c, next) => {
    c.set('ctx', ctx);
    await next();
  });
  mountRoutes(app, sourceRoutes, declared.purposes);
  app.onError((error, c) => {
    if (!(error instanceof Problem)) throw error;
    return c.json({ code: error.code }, error.httpStatus as 400);
  });
  return app;
}

const list = [
  'ПІБ;Дата народження;Підрозділ',
  'Тихобор Данило Остапович;14.03.1994;901 ОМБр',
  'Хмаролан Сергій;31.02.1990;901 ОМБр',
].join('\n');

function form(change: Readonly<Record<string, string>> = {}, text: string | null = list): FormData {
  const sent = new FormData();
  const fields = {
    kind: 'official_list',
    reliability: 'B2',
    side: 'held',
    senderLabel: 'Bureau B',
    asOf: '',
    language: 'uk',
    commandId: newCommand(),
    ...change,
  };
  for (const [name, value] of Object.entries(fields)) sent.append(name, value);
  if (text !== null) sent.append('file', new File([text], 'list.csv'));
  return sent;
}

async function send(
  ctx: Context,
  body: FormData,
): Promise<[number, { importId?: string; code?: string }]> {
  const answer = await desk(ctx).request('/imports', {
    method: 'POST',
    body,
    headers: { 'x-purpose': 'import' },
  });
  return [answer.status, (await answer.json()) as { importId?: string; code?: string }];
}

async function get(path: string) {
  const answer = await desk(world.daria).request(path, { headers: { 'x-purpose': 'import' } });
  return (await answer.json()) as {
    version: number;
    mapping: object;
    rows: { importId: string }[];
  };
}

describe('the routes of lists', () => {
  it('refuses who is not signed in, who may not, and a form that cannot be', async () => {
    const door = { kind: 'door', officeId: world.officeId, held: '' } as const;
    expect(await send({ ...world.daria, actor: door }, form())).toEqual([
      401,
      { code: 'session.ended' },
    ]);
    const { actor } = world.daria;
    if (actor.kind !== 'staff') throw new Error('Daria is staff');
    const auditor = { ...world.daria, actor: { ...actor, roles: ['auditor'] as const } };
    expect(await send(auditor, form())).toEqual([404, { code: 'source.not_found' }]);
    expect(await send(world.daria, form({ reliability: 'Z9' }))).toEqual([
      422,
      { code: 'input.invalid' },
    ]);
    expect(await send(world.daria, form({ kind: 'rumour' }))).toEqual([
      422,
      { code: 'input.invalid' },
    ]);
    expect(await send(world.daria, form({ asOf: '2024-02-31' }))).toEqual([
      422,
      { code: 'input.invalid' },
    ]);
    expect(await send(world.daria, form({}, ''))).toEqual([422, { code: 'list.empty' }]);
    expect(await send(world.daria, form({}, null))).toEqual([422, { code: 'import.no_file' }]);
    const answer = await desk(world.daria).request('/imports', {
      method: 'POST',
      body: 'x',
      headers: { 'x-purpose': 'import', 'content-type': 'multipart/form-data; boundary=a' },
    });
    expect(answer.status).toBe(400);
  });

  it('takes a list from the form to its refused rows', async () => {
    const body = form();
    const [status, brought] = await send(world.daria, body);
    expect(status).toBe(200);
    const importId = (brought.importId ?? '') as ImportId; // Answered as such.
    await inspectImport(world.worker, { importId }, directLists);
    const looked = await get(`/imports/${importId}`);
    expect(looked).toMatchObject({
      state: 'inspected',
      format: 'csv',
      rowsEstimate: 2,
      isCounted: true,
      sender: 'Bureau B',
      shape: {
        encoding: 'utf-8',
        delimiter: ';',
        headings: ['ПІБ', 'Дата народження', 'Підрозділ'],
        sampleRows: [['Тихобор Данило Остапович', '14.03.1994', '901 ОМБр'], expect.anything()],
      },
      mapping: { columns: [{ index: 0, field: 'name' }, { field: 'birth' }, { field: 'unit' }] },
    });
    const start = (headers: Readonly<Record<string, string>>) =>
      desk(world.daria).request(`/imports/${importId}/start`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-purpose': 'import', ...headers },
        body: JSON.stringify({
          mapping: looked.mapping,
          saveForSender: true,
          commandId: newCommand(),
        }),
      });
    expect((await start({})).status).toBe(428);
    expect((await start({ 'if-match': '"7"' })).status).toBe(409);
    expect((await start({ 'if-match': `"${looked.version}"` })).status).toBe(200);
    await carryOutImport(world.worker, { importId }, directLists);
    expect(await get('/imports')).toMatchObject({
      rows: [{ importId, state: 'done', rowsRead: 2, rowsRecorded: 1, rowsRefused: 1 }],
      nextAfter: null,
    });
    expect(await get(`/imports/${importId}/rows?outcome=refused`)).toEqual({
      rows: [
        {
          line: 3,
          outcome: 'refused',
          recordId: null,
          notes: [{ column: '1', code: 'row.no_such_day', raw: '31.02.1990' }],
          cells: ['Хмаролан Сергій', '31.02.1990', '901 ОМБр'],
        },
      ],
      nextAfter: null,
    });
    expect(await get('/senders')).toEqual([{ senderId: expect.any(String), label: 'Bureau B' }]);
  });

  it('gives the refused rows as a file that carries no name in its own', async () => {
    const { rows } = await get('/imports');
    const importId = rows[0]?.importId ?? '';
    const answer = await desk(world.daria).request(`/imports/${importId}/refused.csv`, {
      headers: { 'x-purpose': 'import' },
    });
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="refused-${importId}.csv"`,
    );
    expect(await answer.text()).toContain('3;row.no_such_day;Хмаролан Сергій;31.02.1990;901 ОМБр');
  });

  it('enters every step in the log', async () => {
    const entries = await test.db
      .selectFrom('auditEntries')
      .select(['action', 'outcome'])
      .where('outcome', '=', 'done')
      .execute();
    const actions = new Set(entries.map((entry) => entry.action));
    for (const action of [
      'source.bring',
      'import.inspect',
      'import.decide',
      'import.carry_out',
      'import.rejected_rows',
    ]) {
      expect(actions).toContain(action);
    }
  });
});
