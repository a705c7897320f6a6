import { readdir, readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../test/database.ts';
import {
  directLists,
  type ImportWorld,
  importWorld,
  newCommand,
} from '../../../test/import-world.ts';
import { installQueue } from '../../jobs/queue.ts';
import type { ImportId } from '../../kernel/ids.ts';
import { sandboxLists } from '../../sandbox/run-list.ts';
import { declared } from '../modules.ts';
import { bringList, type ListReader, readImport, startImport } from '../sources/actions.ts';
import { inspectImport } from '../sources/jobs.ts';
import { carryOutImport } from './import-jobs.ts';

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

const rows = 3_000;

async function begun(name: string): Promise<ImportId> {
  // Long enough that a killed child has not written all of it.
  const filler = 'слова '.repeat(150);
  const lines = Array.from(
    { length: rows },
    (_, at) => `${name}${at} Данило;0${(at % 9) + 1}.07.${1960 + (at % 40)};${filler}`,
  );
  const { importId } = await bringList(world.daria, {
    bytes: Buffer.from(['ПІБ;Дата народження;Примітка', ...lines].join('\n')),
    ...{ kind: 'official_list', reliability: 'B2', sender: { label: name } },
    ...{ asOf: null, side: 'held', language: 'uk' },
  });
  await inspectImport(world.worker, { importId }, directLists);
  const { list } = await readImport(world.daria, { importId });
  await startImport(world.daria, {
    ...{ importId, version: list.version, commandId: newCommand(), saveForSender: false },
    columns: list.mapping?.columns ?? [],
  });
  return importId;
}

/** The sandbox, whose child receives a signal after this many rows of a run, this many times. */
function signalled(signal: NodeJS.Signals, { after, times }: { after: number; times: number }) {
  const sent = { times: 0 };
  const lists: ListReader = {
    inspect: sandboxLists.inspect,
    async *rows(content, options) {
      let read = 0;
      if (after === 0 && sent.times < times) {
        sent.times += 1;
        void signalChildSoon(signal);
      }
      for await (const pack of sandboxLists.rows(content, options)) {
        yield pack;
        read += pack.length;
        if (after === 0 || read < after || sent.times >= times) continue;
        sent.times += 1;
        read = Number.NEGATIVE_INFINITY;
        expect(await signalChild(signal)).toBe(true);
      }
    },
  };
  return { lists, sent };
}

async function signalChildSoon(signal: NodeJS.Signals): Promise<void> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    if (await signalChild(signal)) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** False while no child reads a list for this process. */
async function signalChild(signal: NodeJS.Signals): Promise<boolean> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const command = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    const line = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    const parent = Number(line.slice(line.lastIndexOf(')') + 2).split(' ')[1]);
    if (parent !== process.pid || !command.includes('sandbox/child.ts')) continue;
    process.kill(Number(entry), signal);
    return true;
  }
  return false;
}

async function recorded(importId: ImportId) {
  const found = await sql<{ records: number; lines: number; outcomes: number }>`
    select count(*)::int as records, count(distinct line)::int as lines,
      (select count(*)::int from import_rows where import_id = ${importId}) as outcomes
    from records where import_id = ${importId}`.execute(test.db);
  return found.rows[0];
}

const every = { records: rows, lines: rows, outcomes: rows };

describe('a list whose reading is interrupted', () => {
  it('resumes where it was each time its child is killed, and has every row once', async () => {
    const importId = await begun('Тихобор');
    const { lists, sent } = signalled('SIGKILL', { after: 600, times: 4 });
    await carryOutImport(world.worker, { importId }, lists);
    const { list } = await readImport(world.daria, { importId });
    expect(sent.times).toBe(4);
    expect(list).toMatchObject({ state: 'done', refusalCode: null, rowsRead: rows });
    expect(list.shape.interrupted).toMatchObject({ resumed: true });
    expect(list.shape.interrupted?.times).toBeGreaterThan(0);
    expect(await recorded(importId)).toEqual(every);
  });

  it('is not refused when its child never gets to a row, and resumes later', async () => {
    const importId = await begun('Хмаролан');
    const { lists } = signalled('SIGKILL', { after: 0, times: 100 });
    await expect(carryOutImport(world.worker, { importId }, lists)).rejects.toMatchObject({
      code: 'sandbox.interrupted',
    });
    const { list } = await readImport(world.daria, { importId });
    expect(list).toMatchObject({ state: 'waiting', refusalCode: null });
    expect(list.shape.interrupted).toEqual({ times: 6, row: 0, resumed: false });
    await carryOutImport(world.worker, { importId }, sandboxLists);
    expect(await recorded(importId)).toEqual(every);
  });

  it('is refused when its child ran out of memory: that is a limit of ours', async () => {
    const importId = await begun('Ясностав');
    const { lists } = signalled('SIGABRT', { after: 600, times: 1 });
    await carryOutImport(world.worker, { importId }, lists);
    const { list } = await readImport(world.daria, { importId });
    expect(list).toMatchObject({ state: 'refused', refusalCode: 'list.too_large' });
  });
});
