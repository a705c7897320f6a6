import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../test/database.ts';
import {
  directLists,
  type ImportWorld,
  importWorld,
  newCommand,
} from '../../../test/import-world.ts';
import { installQueue } from '../../jobs/queue.ts';
import type { ImportId } from '../../kernel/ids.ts';
import { bringList, readImport, startImport } from '../sources/actions.ts';
import { inspectImport } from '../sources/jobs.ts';

const root = join(import.meta.dirname, '../../..');
const rowCount = 6_000;
const kills = 4;

let test: TestDatabase;
let world: ImportWorld;
beforeAll(async () => {
  test = await cloneDatabase();
  const owner = new URL(test.urlOf('homeward_worker'));
  owner.username = 'homeward_owner';
  await installQueue(owner.href);
  world = await importWorld(test);
});
afterAll(() => test.drop());

it('stores every row once however often the worker is killed (F-01)', async () => {
  const importId = await beginLargeList();
  let killed = 0;
  for (let at = 0; at < kills; at += 1) {
    const before = await rowsRead(importId);
    const worker = startWorker(importId);
    const gone = new Promise((resolve) => worker.once('exit', resolve));
    // As soon as it has stored something new, in the middle of whatever it does then.
    while (worker.exitCode === null && (await rowsRead(importId)) <= before) await breath();
    if (worker.kill('SIGKILL')) killed += 1;
    await gone;
  }
  expect(killed).toBe(kills);
  expect(await rowsRead(importId)).toBeLessThan(rowCount);
  const last = startWorker(importId);
  expect(await new Promise((resolve) => last.once('exit', resolve))).toBe(0);

  const { list } = await readImport(world.daria, importId);
  expect([list.state, list.rowsRead, list.rowsRecorded]).toEqual(['done', rowCount, rowCount]);
  expect(await figures(importId)).toEqual({
    records: rowCount,
    lines: rowCount,
    persons: rowCount,
    sealed: rowCount,
    events: rowCount,
    outcomes: rowCount,
    entries: Math.ceil(rowCount / 500) + 1,
  });
}, 60_000);

async function beginLargeList(): Promise<ImportId> {
  const rows = Array.from(
    { length: rowCount },
    (_, at) => `Вербогай${at} Андрій Петрович;0${(at % 9) + 1}.07.${1960 + (at % 40)};901 ОМБр`,
  );
  const bytes = Buffer.from(['ПІБ;Дата народження;Підрозділ', ...rows].join('\n'), 'utf8');
  const { importId } = await bringList(world.daria, {
    bytes,
    kind: 'official_list',
    reliability: 'B2',
    sender: { label: 'Bureau B' },
    asOf: null,
    side: 'held',
    language: 'uk',
  });
  await inspectImport(world.worker, { importId }, directLists);
  const { list } = await readImport(world.daria, importId);
  await startImport(world.daria, {
    importId,
    version: list.version,
    columns: list.mapping?.columns ?? [],
    saveForSender: false,
    commandId: newCommand(),
  });
  return importId;
}

function startWorker(importId: ImportId) {
  const keystoreUrl = test.urlOf('homeward_broker', 'keystore');
  const urls = [test.urlOf('homeward_broker'), test.urlOf('homeward_worker'), keystoreUrl];
  const script = join(root, 'test', 'import-worker.ts');
  const args = ['--import', 'tsx', script, ...urls, world.key, world.officeId, importId];
  return spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}

async function rowsRead(importId: ImportId): Promise<number> {
  const row = await test.db
    .selectFrom('imports')
    .select('rowsRead')
    .where('id', '=', importId)
    .executeTakeFirstOrThrow();
  return row.rowsRead;
}

async function figures(importId: ImportId) {
  const found = await sql<Record<string, number>>`
    select count(*) as records, count(distinct r.line) as lines,
      count(distinct r.person_id) as persons,
      (select count(*) from sealed_fields f join records s on s.id = f.row_id
        where s.import_id = ${importId} and f.column_name = 'description') as sealed,
      (select count(*) from events e join records s on s.id = e.record_id
        where s.import_id = ${importId}) as events,
      (select count(*) from import_rows where import_id = ${importId}) as outcomes,
      (select count(*) from audit_entries where action = 'import.carry_out'
        and outcome = 'done' and content::json ->> 'asked' is null
        and content::json ->> 'answered' is not null) as entries
    from records r where r.import_id = ${importId}`.execute(test.db);
  return found.rows[0];
}

function breath(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
