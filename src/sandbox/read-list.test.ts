import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workbook } from '../../test/files/workbook.ts';
import { inspectList, readList } from './read-list.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'homeward-lists-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function texts(path: string): Promise<string[][]> {
  const rows: string[][] = [];
  for await (const row of readList(path)) rows.push(row.cells.map((cell) => cell.text));
  return rows;
}

const rows = [
  ['ПІБ', 'Дата народження', 'Місто'],
  ['Ґалаґан Їжак Юрійович', '12.03.1991', 'Київ'],
  ['Щербак Єва', '1986', 'Одеса'],
];

describe('reading lists', () => {
  it.each([
    ['utf-8', ';', (text: string) => Buffer.from(text, 'utf8')],
    [
      'utf-8',
      ',',
      (text: string) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]),
    ],
    [
      'utf-16le',
      '\t',
      (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]),
    ],
    ['utf-16le', ';', (text: string) => Buffer.from(text, 'utf16le')],
    ['utf-16be', ',', (text: string) => Buffer.from(text, 'utf16le').swap16()],
    ['windows-1251', ';', toWindows1251],
  ] as const)('reads %s with %j exactly', async (encoding, mark, encode) => {
    const path = await file(
      `list-${encoding}-${mark.charCodeAt(0)}.csv`,
      encode(rows.map((row) => row.join(mark)).join('\r\n')),
    );
    const shape = await inspectList(path);
    expect(shape.encoding).toBe(encoding);
    expect(shape.delimiter).toBe(mark);
    expect(await texts(path)).toEqual(rows);
  });

  it('reads a workbook with dates, numbers and formulas, and marks the formulas', async () => {
    const path = await file(
      'good.xlsx',
      workbook([
        ['ПІБ', 'Дата', 'Номер'],
        ['Іваненко Олесь', { serial: 33_309 }, 7],
        [{ formula: 'A2', cached: 'Іваненко Олесь' }, { serial: 1 }, 8],
      ]),
    );
    const found = [];
    for await (const row of readList(path)) found.push(row);
    expect(found[1]?.cells.map((cell) => [cell.text, cell.kind])).toEqual([
      ['Іваненко Олесь', 'text'],
      ['1991-03-12', 'date'],
      ['7', 'number'],
    ]);
    expect(found[2]?.cells[0]).toEqual({ text: 'Іваненко Олесь', kind: 'formula' });
    expect(found[2]?.line).toBe(3);
  });

  it('keeps the good rows beside a broken one and names its line', async () => {
    const path = await file(
      'broken.ndjson',
      '{"name":"Іван"}\nnot json\n{"name":"Петро","__proto__":{"x":1}}\n{"name":"Олег"}\n',
    );
    const found = [];
    for await (const row of readList(path))
      found.push([row.line, row.problem ?? row.cells[0]?.text]);
    expect(found).toEqual([
      [0, 'name'],
      [1, 'Іван'],
      [2, 'list.broken_row'],
      [3, 'list.broken_row'],
      [4, 'Олег'],
    ]);
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });

  it.each([
    ['csv', 59, 60],
    ['csv', 1_999, 2_000],
    ['ndjson', 59, 60],
    ['xlsx', 59, 60],
  ])('counts the rows of a list that is read to its end: %s, %i', async (form, people, counted) => {
    const shape = await inspectList(await longList(form, people));
    expect(shape).toMatchObject({ rowsEstimate: counted, isCounted: true });
    expect(shape.rows).toHaveLength(21);
  });

  it('says of a long list about how many rows it has', async () => {
    const { rowsEstimate, isCounted } = await inspectList(await longList('csv', 20_000));
    expect(isCounted).toBe(false);
    expect(rowsEstimate).toBeGreaterThan(18_000);
    expect(rowsEstimate).toBeLessThan(22_000);
  });

  /** A heading and this many rows of unequal length. */
  function longList(form: string, people: number): Promise<string> {
    const cells = Array.from({ length: people }, (_, at) => [
      `Хмаролан ${'а'.repeat(at % 9)}`,
      'Л',
    ]);
    const table = [['ПІБ', 'Місто'], ...cells];
    const content =
      form === 'xlsx'
        ? workbook(table)
        : form === 'csv'
          ? table.map((row) => row.join(';')).join('\n')
          : cells.map(([name, town]) => JSON.stringify({ name, town })).join('\n');
    return file(`long-${people}.${form}`, content);
  }

  const bomb = () => zipSync({ 'xl/worksheets/sheet1.xml': new Uint8Array(50_000_000) });
  it.each([
    ['an empty file', 'empty.csv', '', 'list.empty'],
    ['blank lines only', 'blank.csv', '\n\n  \n', 'list.empty'],
    ['headings only', 'header.csv', 'ПІБ;Дата\n', 'list.header_only'],
    ['a picture', 'photo.csv', Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'), 'list.not_a_list'],
    ['a web page', 'page.csv', '<!doctype html><p>', 'list.not_a_list'],
    ['a program', 'program.csv', Buffer.from('MZ\u0090\u0000', 'latin1'), 'list.not_a_list'],
    ['nothing but zeros', 'zeros.csv', Buffer.alloc(20_000), 'list.not_a_list'],
    ['an archive', 'some.xlsx', zipSync({ 'a.txt': strToU8('x') }), 'list.not_a_list'],
    [
      'an encrypted workbook',
      'locked.xlsx',
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      'list.encrypted',
    ],
    ['zeros that unpack to gigabytes', 'bomb.xlsx', bomb(), 'list.zip_bomb'],
    ['a damaged workbook', 'cut.xlsx', workbook([['a'], ['b']]).slice(0, 300), 'list.unreadable'],
    [
      'a macro workbook',
      'macro.xlsx',
      workbook([['a'], ['b']], { 'xl/vbaProject.bin': strToU8('x') }),
      'list.macros',
    ],
    [
      'a workbook that declares entities',
      'entities.xlsx',
      workbook([['a']], {
        'xl/worksheets/sheet1.xml': strToU8(
          '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>',
        ),
      }),
      'list.not_a_list',
    ],
    [
      'two encodings in one file',
      'mixed.csv',
      Buffer.concat([
        Buffer.from('Іваненко Олександр Сергійович;Київ\n'),
        toWindows1251('Петренко Олег;Одеса\n'),
      ]),
      'list.mixed_encoding',
    ],
  ] as const)('answers %s with its own code', async (_what, name, content, code) => {
    await expect(inspectList(await file(name, content))).rejects.toMatchObject({ code });
  });
});

function toWindows1251(text: string): Buffer {
  const decoder = new TextDecoder('windows-1251');
  const table = new Map(
    Array.from({ length: 256 }, (_, byte) => [decoder.decode(Buffer.of(byte)), byte]),
  );
  return Buffer.from([...text].map((letter) => table.get(letter) ?? 63));
}
