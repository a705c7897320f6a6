import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../../test/database.ts';
import { workbook } from '../../../test/files/workbook.ts';
import {
  directLists,
  type ImportWorld,
  importWorld,
  newCommand,
} from '../../../test/import-world.ts';
import { installQueue } from '../../jobs/queue.ts';
import type { ImportId } from '../../kernel/ids.ts';
import { declared } from '../modules.ts';
import {
  type BringList,
  bringList,
  cancelImport,
  type ListReader,
  readImport,
  readImportRows,
  refusedCsv,
  startImport,
} from '../sources/actions.ts';
import { inspectImport, resumeImports } from '../sources/jobs.ts';
import { chunkRows, Lines } from './import-chunk.ts';
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

const about = {
  kind: 'official_list',
  reliability: 'B2',
  asOf: '2026-02-01',
  side: 'held',
  language: 'uk',
} as const;

async function bring(text: string, change: Partial<BringList> = {}): Promise<ImportId> {
  const bytes = Buffer.from(text, 'utf8');
  const { importId } = await bringList(world.daria, { ...about, sender: null, ...change, bytes });
  await inspectImport(world.worker, { importId }, directLists);
  return importId;
}

async function begin(importId: ImportId): Promise<void> {
  const { list } = await readImport(world.daria, { importId });
  expect(list.state).toBe('inspected');
  await startImport(world.daria, {
    importId,
    version: list.version,
    columns: list.mapping?.columns ?? [],
    saveForSender: true,
    commandId: newCommand(),
  });
}

async function run(text: string, change: Partial<BringList> = {}): Promise<ImportId> {
  const importId = await bring(text, change);
  await begin(importId);
  await carryOutImport(world.worker, { importId }, directLists);
  return importId;
}

async function counts(importId: ImportId) {
  const { list } = await readImport(world.daria, { importId });
  const { state, rowsRead, rowsRecorded, rowsUnchanged, rowsChanged, rowsGone, rowsRefused } = list;
  return [state, rowsRead, rowsRecorded, rowsUnchanged, rowsChanged, rowsGone, rowsRefused];
}

async function countRecords(importId: ImportId): Promise<number> {
  const rows = await test.db
    .selectFrom('records')
    .select('id')
    .where('importId', '=', importId)
    .execute();
  return rows.length;
}

const heading = 'ПІБ;Дата народження;Військова частина;Статус;Дата полону';

function person(number: number, status = 'у полоні'): string {
  const day = String((number % 28) + 1).padStart(2, '0');
  const year = 1970 + (number % 30);
  return `Тихобор${'абвгдежзик'.charAt(number % 10)}${number} Данило Остапович;${day}.03.${year};901 ОМБр;${status};05.04.2024`;
}

function listOf(from: number, to: number): string {
  const rows = Array.from({ length: to - from }, (_, at) => person(from + at));
  return [heading, ...rows].join('\n');
}

describe('carrying a list out', () => {
  it('makes a record, a person and events of every row and refuses the others with their reason', async () => {
    const importId = await run(
      [
        heading,
        person(1),
        'Вербогай Андрій Петрович, Ясностан Ілля Юрійович;01.02.1990;901 ОМБр;у полоні;',
        'Хмаролан Сергій;31.02.1990;901 ОМБр;у полоні;',
        person(2, 'обміняно'),
      ].join('\n'),
    );
    expect(await counts(importId)).toEqual(['done', 4, 2, 0, 0, 0, 2]);
    const page = await readImportRows(world.daria, {
      importId,
      outcome: 'refused',
      after: -1,
      limit: 20,
    });
    expect(page.rows.map((row) => [row.line, row.notes, row.cells?.[0]])).toEqual([
      [
        3,
        [{ column: 0, code: 'row.two_people' }],
        'Вербогай Андрій Петрович, Ясностан Ілля Юрійович',
      ],
      [4, [{ column: 1, code: 'row.no_such_day' }], 'Хмаролан Сергій'],
    ]);
    const events = await test.db
      .selectFrom('events')
      .innerJoin('records', 'records.id', 'events.recordId')
      .select(['events.kind', 'events.occurredFrom', 'events.occurredTo', 'records.line'])
      .where('records.importId', '=', importId)
      .orderBy('records.line')
      .orderBy('events.kind')
      .execute();
    expect(
      events.map((each) => [each.line, each.kind, each.occurredFrom, each.occurredTo]),
    ).toEqual([
      [2, 'captured', '2024-04-01', '2024-04-30'],
      [2, 'reported_held', '2026-02-01', '2026-02-01'],
      [5, 'captured', '2024-04-01', '2024-04-30'],
      [5, 'exchanged', '2026-02-01', '2026-02-01'],
    ]);
  });

  it('leaves neither names nor the list itself in clear, and forgets the list when it is done', async () => {
    const importId = await run(listOf(10, 13), { sender: { label: 'Canary bureau' } });
    const tables = await Promise.all(
      (
        ['imports', 'importRows', 'records', 'persons', 'events', 'senders', 'changes'] as const
      ).map((table) => test.db.selectFrom(table).selectAll().execute()),
    );
    expect(JSON.stringify(tables)).not.toMatch(/Тихобор|901 ОМБр/u);
    const left = await test.db
      .selectFrom('sealedFields')
      .select('columnName')
      .where('rowId', '=', importId)
      .orderBy('columnName')
      .execute();
    expect(left.map((each) => each.columnName)).toEqual(['marks.0', 'sample']);
  });

  it('goes on where it was stopped between two chunks and doubles nothing', async () => {
    const importId = await bring(listOf(0, chunkRows * 2 + 30));
    await begin(importId);
    await expect(
      carryOutImport(world.worker, { importId }, stoppingAfter(chunkRows + 10)),
    ).rejects.toThrow('stopped');
    const [state, read] = await counts(importId);
    expect([state, read]).toEqual(['running', chunkRows]);
    await carryOutImport(world.worker, { importId }, directLists);
    const total = chunkRows * 2 + 30;
    expect(await counts(importId)).toEqual(['done', total, total, 0, 0, 0, 0]);
    expect(await countRecords(importId)).toBe(total);
  });

  it('gives rows that name no line, or one twice, a line of their own', () => {
    const given = [2, 2, 0, 7, -1, 1e12, Number.NaN, 9].map((line) => ({ line, cells: [] }));
    expect(new Lines(1).number(given).map((row) => row.line)).toEqual([2, 3, 4, 7, 8, 9, 10, 11]);
  });

  it('puts lists that a worker left behind on the queue again, by id alone', async () => {
    const importId = await bring(listOf(8_000, 8_003));
    await begin(importId);
    expect(await resumeImports(world.worker)).toBeGreaterThan(0);
    const jobs = await sql<{ content: unknown }>`select data as content from pgboss.job
      where name = 'import.carry_out'`.execute(test.db);
    // Enqueued when it was started, and once more now.
    expect(jobs.rows.filter((job) => JSON.stringify(job.content).includes(importId))).toEqual([
      { content: { importId } },
      { content: { importId } },
    ]);
    await carryOutImport(world.worker, { importId }, directLists);
    await carryOutImport(world.worker, { importId }, directLists);
    expect(await countRecords(importId)).toBe(3);
  });

  it('lets two runs at once store every row once', async () => {
    const importId = await bring(listOf(5_000, 5_000 + chunkRows * 2));
    await begin(importId);
    await Promise.all([
      carryOutImport(world.worker, { importId }, directLists),
      carryOutImport(world.worker, { importId }, directLists),
    ]);
    expect((await counts(importId))[0]).toBe('done');
    expect(await countRecords(importId)).toBe(chunkRows * 2);
  });

  it('answers the same file of the same sender with its first import and changes nothing', async () => {
    const sender = { label: 'Bureau B' };
    const text = listOf(20, 25);
    const first = await run(text, { sender });
    const again = await bringList(world.daria, {
      ...about,
      sender,
      bytes: Buffer.from(text, 'utf8'),
    });
    expect(again).toEqual({ importId: first, known: true });
    const reordered = await run(
      `${heading}\n${[24, 23, 22, 21, 20].map((n) => person(n)).join('\n')}`,
      {
        sender,
      },
    );
    expect(await counts(reordered)).toEqual(['done', 5, 0, 5, 0, 0, 0]);
    expect(await countRecords(reordered)).toBe(0);
  });

  it('shows what a newer list of the sender adds, changes and no longer has', async () => {
    const sender = { label: 'Bureau C' };
    const first = await run([heading, person(31), person(32), person(33)].join('\n'), { sender });
    const newer = await run([heading, person(31), person(32, 'обміняно'), person(34)].join('\n'), {
      sender,
    });
    expect(await counts(newer)).toEqual(['done', 3, 1, 1, 1, 1, 0]);
    const records = await test.db
      .selectFrom('records')
      .select(['id', 'personId', 'line', 'supersededAt', 'supersedesId', 'importId'])
      .where('importId', 'in', [first, newer])
      .orderBy('sequence')
      .execute();
    const old = records.find((each) => each.importId === first && each.line === 3);
    const fresh = records.find((each) => each.importId === newer && each.line === 3);
    expect(old?.supersededAt).not.toBeNull();
    expect(fresh).toMatchObject({ supersedesId: old?.id, personId: old?.personId });
    const { list } = await readImport(world.daria, { importId: newer });
    const gone = records.find((each) => each.importId === first && each.line === 4);
    expect(list.shape.gone).toEqual([gone?.id]);
  });

  it('takes corrected rows again without thinking that everybody else is gone', async () => {
    const sender = { label: 'Bureau D' };
    const first = await run(
      [heading, person(41), '=Тихобор Данило;31.02.1990;901 ОМБр;у полоні;'].join('\n'),
      { sender },
    );
    const csv = await refusedCsv(world.daria, { importId: first });
    expect(csv).toContain("'=Тихобор");
    expect(csv).toContain('row.no_such_day');
    const corrected = await run(csv.replace('31.02.1990', '28.02.1990'), { sender });
    expect(await counts(corrected)).toEqual(['done', 1, 1, 0, 0, 0, 0]);
    const whole = await run(
      [heading, person(41), '=Тихобор Данило;28.02.1990;901 ОМБр;у полоні;'].join('\n'),
      { sender },
    );
    expect(await counts(whole)).toEqual(['done', 2, 0, 2, 0, 0, 0]);
  });

  it('uses the columns that were corrected and saved for the sender before', async () => {
    const sender = { label: 'Bureau E' };
    const text = (day: string) => `Хто;Коли прийшов;${heading}\nа;б;${person(50)};${day}`;
    const importId = await bring(text('x'), { sender });
    const { list } = await readImport(world.daria, { importId });
    const columns = (list.mapping?.columns ?? []).map((column) =>
      column.index === 1 ? { index: 1, field: 'callsign' as const } : column,
    );
    await startImport(world.daria, {
      importId,
      version: list.version,
      columns,
      saveForSender: true,
      commandId: newCommand(),
    });
    await carryOutImport(world.worker, { importId }, directLists);
    const next = await readImport(world.daria, {
      importId: await bring(text('y'), { sender }),
    });
    expect(next.list.mapping?.columns[1]).toMatchObject({ field: 'callsign', rule: 'saved' });
  });

  it('reads a workbook and names the cell that holds a formula', async () => {
    const bytes = workbook([
      ['Full name', 'Date of birth', 'Unit'],
      ['Tykhobor Danylo', { serial: 34_407 }, '901 brigade'],
      [{ formula: 'A2', cached: 'Tykhobor Danylo' }, { serial: 34_407 }, '901 brigade'],
    ]);
    const { importId } = await bringList(world.daria, { ...about, sender: null, bytes });
    await inspectImport(world.worker, { importId }, directLists);
    await begin(importId);
    await carryOutImport(world.worker, { importId }, directLists);
    expect(await counts(importId)).toEqual(['done', 2, 1, 0, 0, 0, 1]);
    const asked = { importId, outcome: 'refused', after: -1, limit: 20 } as const;
    const { rows } = await readImportRows(world.daria, asked);
    expect(rows.map((row) => [row.line, row.notes])).toEqual([
      [3, [{ column: 0, code: 'row.formula' }]],
    ]);
  });

  it('does not compare a list of people held with one of people sought', async () => {
    const sender = { label: 'Bureau F' };
    await run(listOf(90, 93), { sender });
    const sought = await run(listOf(95, 97), { sender, side: 'sought' });
    expect(await counts(sought)).toEqual(['done', 2, 2, 0, 0, 0, 0]);
    const events = await test.db
      .selectFrom('events')
      .innerJoin('records', 'records.id', 'events.recordId')
      .select('events.id')
      .where('records.importId', '=', sought)
      .execute();
    expect(events).toEqual([]);
  });

  it('stops when somebody gives the list up, and forgets it', async () => {
    const importId = await bring(listOf(60, 63));
    await begin(importId);
    await cancelImport(world.daria, { importId, commandId: newCommand() });
    await carryOutImport(world.worker, { importId }, directLists);
    expect((await counts(importId))[0]).toBe('cancelled');
    expect(await countRecords(importId)).toBe(0);
    const files = await test.db
      .selectFrom('sealedFields')
      .select('columnName')
      .where('rowId', '=', importId)
      .where('columnName', 'like', 'file.%')
      .execute();
    expect(files).toEqual([]);
  });

  it('does not record twice what a list that ended half-way recorded', async () => {
    const sender = { label: 'Bureau G' };
    const text = listOf(7_000, 7_000 + chunkRows + 50);
    const halfway = await bring(text, { sender });
    await begin(halfway);
    await carryOutImport(world.worker, { importId: halfway }, stoppingAfter(chunkRows + 10)).catch(
      () => undefined, // Stopped on purpose.
    );
    await cancelImport(world.daria, { importId: halfway, commandId: newCommand() });
    await carryOutImport(world.worker, { importId: halfway }, directLists);
    const again = await run(text, { sender });
    expect(again).not.toBe(halfway);
    expect(await counts(again)).toEqual(['done', chunkRows + 50, 50, chunkRows, 0, 0, 0]);
  });

  it.each([
    ['headings only', 'ПІБ;Дата народження\n', 'list.header_only'],
    ['a web page', '<!doctype html><p>Іван</p>', 'list.not_a_list'],
  ])('refuses %s with its code', async (_what, text, code) => {
    const importId = await bring(text);
    const { list } = await readImport(world.daria, { importId });
    expect([list.state, list.refusalCode]).toEqual(['refused', code]);
  });

  it('does not start without a column of names, nor on a stale version', async () => {
    const importId = await bring(listOf(70, 72));
    const { list } = await readImport(world.daria, { importId });
    const columns = (list.mapping?.columns ?? []).map(({ index }) => ({ index, field: null }));
    const start = { importId, saveForSender: false, columns };
    await expect(
      startImport(world.daria, { ...start, version: list.version, commandId: newCommand() }),
    ).rejects.toMatchObject({ code: 'import.no_name_column' });
    await expect(
      startImport(world.daria, { ...start, version: 1, commandId: newCommand() }),
    ).rejects.toMatchObject({ code: 'import.stale' });
  });

  it('gives an auditor and a family the answer that nothing is there', async () => {
    const importId = await bring(listOf(80, 82));
    const { actor } = world.daria;
    if (actor.kind !== 'staff') throw new Error('Daria is staff');
    const auditor = { ...world.daria, actor: { ...actor, roles: ['auditor'] as const } };
    await expect(readImport(auditor, { importId })).rejects.toMatchObject({
      code: 'import.not_found',
      httpStatus: 404,
    });
    await expect(
      bringList(auditor, { ...about, sender: null, bytes: Buffer.from('x') }),
    ).rejects.toMatchObject({ httpStatus: 404 });
  });
});

/** The sandbox, with a simulated power failure after this many rows. */
function stoppingAfter(rows: number): ListReader {
  return {
    inspect: (content) => directLists.inspect(content),
    async *rows(content, options) {
      let seen = 0;
      for await (const pack of directLists.rows(content, options)) {
        for (const row of pack) {
          seen += 1;
          if (seen > rows) throw new Error('stopped');
          yield [row];
        }
      }
    },
  };
}
