import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workbook } from '../../test/files/workbook.ts';
import { inspectFile, readRows, sandboxLists } from './run-list.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'homeward-child-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function count(path: string, skip = 0): Promise<{ rows: number; problems: string[] }> {
  let rows = 0;
  const problems: string[] = [];
  for await (const pack of readRows(path, { skip })) {
    rows += pack.length;
    for (const { problem } of pack) if (problem) problems.push(problem);
  }
  return { rows, problems };
}

async function* inPieces(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1_000) yield bytes.subarray(at, at + 1_000);
}

const longList = `ПІБ;Дата\n${Array.from({ length: 5_000 }, (_, at) => `Тихобор${at} Данило;1990`).join('\n')}\n`;

describe('lists read in a process of their own', () => {
  it('gives every row, and the rest when some were read before', async () => {
    const path = await file('long.csv', longList);
    expect((await count(path)).rows).toBe(5_001);
    expect((await count(path, 4_990)).rows).toBe(11);
  });

  it('reads a content that comes in pieces and leaves no file behind', async () => {
    const before = await leftovers();
    // Other readers of lists on this machine have a named file for a moment; ours would keep its
    // name.
    const leavesNone = () =>
      expect
        .poll(async () => (await leftovers()).filter((name) => !before.includes(name)))
        .toEqual([]);
    const content = Buffer.from(longList, 'utf8');
    expect((await sandboxLists.inspect(inPieces(content))).format).toBe('csv');
    let rows = 0;
    for await (const pack of sandboxLists.rows(inPieces(content), { skip: 1 })) {
      rows += pack.length;
      // While it is read it has no name that another process could open on Linux.
      if (process.platform === 'linux') await leavesNone();
    }
    expect(rows).toBe(5_000);
    await leavesNone();
  });

  it('ends the child when nobody wants more rows', async () => {
    const path = await file('more.csv', longList);
    for await (const pack of readRows(path)) {
      expect(pack.length).toBeGreaterThan(0);
      break;
    }
    expect((await count(path)).rows).toBe(5_001);
  });

  it('keeps formulas, dates and broken rows apart on the way out', async () => {
    const path = await file(
      'kinds.xlsx',
      workbook([
        ['ПІБ', 'Дата'],
        [{ formula: 'A1', cached: 'Тихобор' }, { serial: 33_309 }],
      ]),
    );
    const packs = [];
    for await (const pack of readRows(path, { skip: 1 })) packs.push(...pack);
    expect(packs).toEqual([
      {
        line: 2,
        cells: [
          { text: 'Тихобор', kind: 'formula' },
          { text: '1991-03-12', kind: 'date' },
        ],
      },
    ]);
  });

  it.each([
    ['an empty file', 'empty.csv', '', 'list.empty'],
    ['headings only', 'head.csv', 'ПІБ;Дата народження\n', 'list.header_only'],
    ['a picture', 'photo.csv', Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'), 'list.not_a_list'],
    [
      'a macro workbook',
      'macro.xlsx',
      workbook([['a'], ['b']], { 'xl/vbaProject.bin': strToU8('x') }),
      'list.macros',
    ],
    ['zeros that unpack to much', 'bomb.xlsx', zeros(), 'list.zip_bomb'],
    ['zeros that lie about their size', 'liar.xlsx', lying(zeros()), 'list.unreadable'],
  ] as const)('refuses %s with its code', async (_what, name, content, code) => {
    const path = await file(name, content);
    await expect(inspectFile(path)).rejects.toMatchObject({ code, httpStatus: 422 });
  });

  it('refuses a second encoding that begins far behind the sample', async () => {
    const utf8 = Buffer.from(longList.repeat(3), 'utf8');
    const path = await file(
      'late.csv',
      Buffer.concat([utf8, Buffer.from([0xcf, 0xf0, 0xe8, 0x0a])]),
    );
    expect((await inspectFile(path)).encoding).toBe('utf-8');
    await expect(count(path)).rejects.toMatchObject({ code: 'list.mixed_encoding' });
  });

  it('names a line of fifty million letters as broken', async () => {
    const path = await file('line.ndjson', hugeLine());
    expect(await count(path)).toEqual({ rows: 1, problems: ['list.broken_row'] });
  });

  it('names a row without an end and goes on within its memory', async () => {
    const path = await file('quote.csv', `ПІБ;Дата\nТихобор;1990\n"${'а'.repeat(3_000_000)}\n`);
    const { problems } = await count(path);
    expect(problems.length).toBeGreaterThan(0);
  });
});

function zeros(): Uint8Array {
  return zipSync({ 'xl/worksheets/sheet1.xml': new Uint8Array(40_000_000) });
}

/** Fifty million letters without a line break. */
function hugeLine(): Uint8Array {
  const line = Buffer.alloc(95_000_000, 'ш');
  line.write('{"name":"', 0);
  return line;
}

/** Writes a small unpacked size into both headers of the only entry. */
function lying(zip: Uint8Array): Uint8Array {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  for (let at = 0; at + 46 < zip.length; at += 1) {
    const mark = view.getUint32(at, true);
    if (mark === 0x04034b50) view.setUint32(at + 22, 2_000, true);
    if (mark === 0x02014b50) view.setUint32(at + 24, 2_000, true);
  }
  return zip;
}

async function leftovers(): Promise<readonly string[]> {
  const places = [tmpdir(), '/dev/shm'];
  const names = await Promise.all(places.map((place) => readdir(place).catch(() => [])));
  return names.flat().filter((name) => name.startsWith('homeward-list-'));
}
