import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { model } from '../matching/weighing/model.ts';
import { runLink } from './link.ts';

const run = promisify(execFile);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'homeward-link-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Line {
  readonly cluster: number;
  readonly judged: boolean;
  readonly members: readonly { readonly list: number; readonly id: string }[];
  readonly links: readonly { a: string; b: string; probability: number; reasons?: unknown[] }[];
  readonly conflicts: readonly {
    readonly a: string;
    readonly b: string;
    readonly with: number;
    readonly between: readonly { readonly id: string }[];
    readonly because: readonly { readonly feature: string; readonly text: string }[];
  }[];
  readonly lost?: readonly { readonly a: string; readonly b: string }[];
}

function collecting() {
  const stream = new PassThrough();
  let text = '';
  stream.on('data', (part) => {
    text += String(part);
  });
  return { stream, text: () => text };
}

async function link(...args: readonly string[]) {
  const [stdout, stderr] = [collecting(), collecting()];
  const code = await runLink(args, { stdout: stdout.stream, stderr: stderr.stream });
  const lines = stdout.text().split('\n').filter(Boolean);
  return { code, said: stderr.text(), lines: lines.map((line) => JSON.parse(line) as Line) };
}

async function list(name: string, rows: readonly unknown[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(
    path,
    rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`),
  );
  return path;
}

const danylo = { name: 'Тихобор Данило Остапович', dob: '1994-03-14', unit: '112 ОМБр' };
const roman = { name: 'Вербогай Роман Панасович', dob: '1988-11-02', birthplace: 'Полтава' };
const ids = ({ members }: Line) => members.map(({ id }) => id);

describe('homeward link, a registry with itself', () => {
  it('proposes the rows of one person as one cluster, with reasons, and judges nothing', async () => {
    const path = await list('registry.ndjson', [
      { id: 'a', ...danylo },
      { id: 'b', ...roman },
      { id: 'c', name: 'TYKHOBOR Danylo Ostapovych', dob: '1994-03-14' },
    ]);
    const { code, lines, said } = await link(path, '--explain');
    expect(code).toBe(0);
    expect(lines.map(ids)).toEqual([['a', 'c']]);
    expect(lines[0]).toMatchObject({ cluster: 1, judged: false, conflicts: [] });
    expect(lines[0]?.links[0]).toMatchObject({ a: 'a', b: 'c' });
    expect(JSON.stringify(lines[0]?.links[0]?.reasons)).toContain('"feature":"birth"');
    expect(lines[0]?.links[0]?.probability).toBeLessThan(1);
    expect(said).toContain('Only people judge');
  });

  it('shows a chain whose ends contradict as a conflict on both sides (B8)', async () => {
    // The middle row has no given name and half a birth date: it fits both brothers.
    const path = await list('chain.ndjson', [
      { id: 'elder', name: 'Тихобор Данило Остапович', dob: '1994-03-14', unit: '112 ОМБр' },
      { id: 'middle', name: 'Тихобор Д. О.', dob: '1994', unit: '112 ОМБр' },
      { id: 'other', name: 'Тихобор Дмитро Олегович', dob: '1994-12-28', unit: '112 ОМБр' },
    ]);
    const { lines, said } = await link(path, '--at', '0.2');
    expect(lines.map(({ members }) => members.length)).toEqual([2, 1]);
    const [pair, alone] = lines;
    expect(pair?.conflicts[0]?.with).toBe(2);
    expect(alone?.conflicts[0]?.with).toBe(1);
    const between = pair?.conflicts[0]?.between.map(({ id }) => id);
    expect(between).toEqual(expect.arrayContaining(['elder', 'other']));
    expect(pair?.conflicts[0]?.because.map(({ feature }) => feature)).toContain('birth');
    expect(said).toContain('1 conflicts');
  });

  it('names broken lines and ids that stand twice, and links the rest', async () => {
    const path = await list('broken.ndjson', [
      { id: 'a', ...danylo },
      'not json',
      '[1]',
      { id: 'a', ...roman },
      { id: 'c', name: 'Тихобор Данило', dob: '1994-03-14' },
      { id: 'd', name: 'ж'.repeat(5_000) },
      { id: 'e', name: '' },
      { id: 'f', name: '123 456', dob: '9999-99-99' },
    ]);
    const { lines, said } = await link(path);
    expect(lines.map(ids)).toEqual([['a', 'c']]);
    expect(said).toContain('line 2: not JSON');
    expect(said).toContain('line 3: not a JSON object');
    expect(said).toContain('line 4: the id a stands twice');
    expect(said).toContain('5 rows, 3 left out');
  });

  it('says that a list has no rows', async () => {
    const path = await list('empty.ndjson', []);
    const { code, said, lines } = await link(path);
    expect({ code, lines }).toEqual({ code: 1, lines: [] });
    expect(said).toContain('no rows that could be linked');
    await writeFile(join(folder, 'empty.csv'), '');
    await expect(link(join(folder, 'empty.csv'))).rejects.toThrow('empty');
  });

  it('refuses a call that means nothing', async () => {
    const path = await list('one.ndjson', [{ id: 'a', ...danylo }]);
    expect((await link()).code).toBe(2);
    expect((await link(path, '--at', '1')).code).toBe(2);
    expect((await link(path, '--at', 'much')).code).toBe(2);
    expect((await link(path, '--one-to-one')).code).toBe(2);
    expect((await link(path, '--model', 'model.json', '--unlabelled')).code).toBe(2);
    await expect(link(path, '--model', path)).rejects.toThrow();
  });

  it('goes by the weights that it is given', async () => {
    const path = await list('weighed.ndjson', [
      { id: 'a', ...danylo },
      { id: 'b', ...danylo, rank: 'капітан' },
    ]);
    const given = join(folder, 'model.json');
    const { weights, rarityWeights, version } = model;
    await writeFile(given, JSON.stringify({ version, prior: -30, weights, rarityWeights }));
    expect((await link(path)).lines).toHaveLength(1);
    expect((await link(path, '--model', given)).lines).toEqual([]);
  });
});

describe('homeward link, list against list', () => {
  it('finds every row of a list in the list itself', async () => {
    const path = 'src/demo/samples/sample-list.csv';
    const { lines } = await link(path, path, '--one-to-one');
    const same = lines.flatMap(({ links }) => links).filter(({ a, b }) => a === b);
    expect(same.length).toBeGreaterThan(50);
    expect(lines.every(({ members }) => members.length === 2)).toBe(true);
  });

  it('links across lists only, and each row once where that is asked, telling what lost', async () => {
    const first = await list('first.ndjson', [
      { id: 'a1', ...danylo },
      { id: 'a2', name: 'Тихобор Данило', dob: '1994-03-14' },
    ]);
    const second = await list('second.ndjson', [
      { id: 'b1', ...danylo },
      { id: 'b2', ...roman },
    ]);
    const both = await link(first, second);
    expect(both.lines.map(ids)).toEqual([['a1', 'a2', 'b1']]);
    expect(both.lines[0]?.links.map(({ a, b }) => [a, b])).toEqual([
      ['a1', 'b1'],
      ['a2', 'b1'],
    ]);
    const once = await link(first, second, '--one-to-one');
    expect(once.lines.map(ids)).toEqual([['a1', 'b1']]);
    expect(once.lines[0]?.lost?.map(({ a, b }) => [a, b])).toEqual([['a2', 'b1']]);
  });
});

describe('homeward link --unlabelled', () => {
  it('learns from the lists what agreement on their own columns is worth', async () => {
    const { first, second } = addressed(150);
    const { lines } = await link(
      first,
      second,
      '--unlabelled',
      '--one-to-one',
      '--at',
      '0.5',
      '--explain',
    );
    const found = lines.flatMap(({ links }) => links);
    const right = found.filter(({ a, b }) => a.slice(1) === b.slice(1));
    expect(right.length).toBe(found.length);
    expect(right.length).toBeGreaterThanOrEqual(148);
    const reasons = JSON.stringify(found.flatMap(({ reasons }) => reasons));
    expect(reasons).toContain('"feature":"column street"');
    expect(reasons).toContain('street: the same, ');
    // Without that, names such as these give too little evidence.
    expect((await link(first, second, '--one-to-one', '--at', '0.5')).lines.length).toBeLessThan(
      100,
    );
  });

  it('refuses to learn from lists that hardly share anybody', async () => {
    const { first } = addressed(150);
    const { second } = addressed(150, 40_000);
    const { code, lines, said } = await link(first, second, '--unlabelled');
    expect({ code, lines }).toEqual({ code: 1, lines: [] });
    expect(said).toContain('cannot teach');
    const alone = await list('alone.ndjson', [{ id: 'a', name: 'Тихобор', street: 'Садова 1' }]);
    expect(await link(alone, '--unlabelled')).toMatchObject({ code: 1, lines: [] });
  });
});

/**
 * Two lists of people with common names and an address; the second spells every third one
 * differently.
 */
function addressed(count: number, from = 0): { readonly first: string; readonly second: string } {
  const names = ['Іван Коваленко', 'Олег Бондаренко', 'Юрій Ткаченко', 'Роман Коваленко'];
  const streets = ['Садова', 'Лугова', 'Польова', 'Вишнева', 'Джерельна', 'Тополина', 'Набережна'];
  const rows = Array.from({ length: count }, (_, at) => ({
    name: names[at % 4] ?? '',
    street: `${streets[(at + from) % 7]} ${((at + from) * 37) % 211}`,
    card: String(100_003 + (at + from) * 7_919),
  }));
  const listed = (list: string, rowsOf: typeof rows) => {
    const lines = rowsOf.map(
      ({ name, street, card }, at) => `${list}${at};${name};${street};${card}`,
    );
    const path = join(folder, `${list}-${from}.csv`);
    writeFileSync(path, `id;name;street;card\n${lines.join('\n')}\n`);
    return path;
  };
  const others = rows.map((row, at) => {
    if (at % 3 === 0) return { ...row, card: row.card.replace(/(.)(.)$/, '$2$1') };
    return at % 3 === 1
      ? { ...row, street: `вул. ${row.street}` }
      : { ...row, name: row.name.toUpperCase() };
  });
  return { first: listed('a', rows), second: listed('b', others) };
}

/** Invented rows of which every ninth occurs again with another spelling. */
function manyRows(count: number): readonly unknown[] {
  const stems = ['Тихо', 'Верб', 'Косо', 'Яро', 'Люб', 'Горо', 'Сухо', 'Добро', 'Мало', 'Криво'];
  const ends = ['бор', 'огай', 'лап', 'слав', 'одід', 'дан', 'ніг', 'вій', 'мост', 'шия', 'хата'];
  const givens = ['Данило', 'Роман', 'Остап', 'Панас', 'Юрій', 'Олег', 'Іван'];
  return Array.from({ length: count }, (_, at) => {
    const who = at % 9 === 8 ? at - 5 : at;
    const name = `${stems[who % 10]}${ends[who % 11]}ко ${givens[who % 7]}`;
    const dob = `${1970 + (who % 31)}-${String(1 + (who % 12)).padStart(2, '0')}-${String(1 + (who % 28)).padStart(2, '0')}`;
    return { id: `r${at}`, name: at % 2 ? name : name.toUpperCase(), dob };
  });
}

/** A run in a process of its own, part of which has results and part of which does not. */
async function startLink(path: string, out: string) {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'src/main.ts', 'link', path, '--out', out, '--explain'],
    { stdio: 'ignore' },
  );
  const ended = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  // On a busy machine the watcher runs first, or there is nothing left to kill.
  if (child.pid !== undefined) setPriority(child.pid, 15);
  const work = `${out}.work`;
  while (!existsSync(work) || readFileSync(work, 'utf8').split('\n').length < 4) {
    if (child.exitCode !== null) break;
    await setTimeout(5);
  }
  return { child, ended };
}

describe('a second run with the same --out', () => {
  it('is refused in one line and spoils nothing of the first', async () => {
    const path = await list('held.ndjson', manyRows(3_000));
    const [whole, held] = [join(folder, 'unheld.out'), join(folder, 'held.out')];
    await link(path, '--out', whole, '--explain');
    const { child, ended } = await startLink(path, held);
    child.kill('SIGSTOP'); // It stays in the middle as long as the test needs it.
    const found = await readFile(`${held}.work`, 'utf8');
    // The same folder under another name, with another list: it would have used the wrong
    // intermediate results.
    await symlink(folder, join(folder, 'alias'));
    const other = await list('held-other.ndjson', manyRows(40));
    const second = join(folder, 'alias', 'held.out');
    const refused = await run(process.execPath, [
      ...['--import', 'tsx', 'src/main.ts', 'link', other, '--out', second],
    ]).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `Another homeward link is writing ${second}. Wait for its end or choose another --out.\n`,
    });
    expect(await readFile(`${held}.work`, 'utf8')).toBe(found);
    child.kill('SIGCONT');
    expect(await ended).toEqual([0, null]);
    expect(await readFile(held, 'utf8')).toBe(await readFile(whole, 'utf8'));
    // After it ends, the next one may run.
    expect((await link(other, '--out', held)).code).toBe(0);
  });

  it('is let in where the first one ended for want of rows', async () => {
    const out = join(folder, 'none.out');
    expect((await link(await list('none.ndjson', []), '--out', out)).code).toBe(1);
    const path = await list('some.ndjson', manyRows(40));
    expect((await link(path, '--out', out)).code).toBe(0);
  });

  it('says what cannot be held, before anything is read', async () => {
    const path = await list('unread.ndjson', manyRows(40));
    const nowhere = join(folder, 'nowhere', 'result');
    await expect(link(path, '--out', nowhere)).rejects.toMatchObject({ code: 'ENOENT' });
    const long = join(folder, 'x'.repeat(90));
    await expect(link(path, '--out', long)).rejects.toThrow('too long a path');
  });
});

describe('a run that was killed', () => {
  it('goes on where it stopped and ends with the same bytes', async () => {
    const path = await list('many.ndjson', manyRows(3_000));
    const [whole, killed] = [join(folder, 'whole.ndjson'), join(folder, 'killed.ndjson')];
    await link(path, '--out', whole, '--explain');
    const work = `${killed}.work`;
    const { child, ended } = await startLink(path, killed);
    child.kill('SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect([killed, `${killed}.hold`].map((path) => existsSync(path))).toEqual([false, true]);
    expect((await stat(work)).mode & 0o077).toBe(0);
    // The same file, with the last batch scored differently, as by another matcher.
    const other = join(folder, 'other.ndjson');
    const asOther = (await readFile(work, 'utf8')).trimEnd().replace(/[\d.]+(?=\]\]\}$)/, '1.25');
    await writeFile(`${other}.work`, `${asOther}\n`);
    // The file that a machine leaves when it loses power in the middle of a line.
    await appendFile(work, '{"upTo":5000,"links":[[49');
    await writeFile(`${killed}.part`, '{"cluster":1,"judged":fal');

    const { said } = await link(path, '--out', killed, '--explain');
    expect(said).toMatch(/going on after \d+ rows/);
    expect(await readFile(killed, 'utf8')).toBe(await readFile(whole, 'utf8'));
    expect((await readFile(whole, 'utf8')).length).toBeGreaterThan(10_000);
    const beside = [work, `${killed}.part`, `${killed}.hold`];
    expect(beside.filter((path) => existsSync(path))).toEqual([]);

    expect(asOther).toContain('1.25]]}');
    expect((await link(path, '--out', other, '--explain')).said).not.toContain('going on');
    expect(await readFile(other, 'utf8')).toBe(await readFile(whole, 'utf8'));
  });

  it('starts over where a list has changed', async () => {
    const path = await list('changed.ndjson', manyRows(40));
    const out = join(folder, 'changed.out');
    await writeFile(
      `${out}.work`,
      '{"homewardLink":1,"lists":["others"]}\n{"upTo":40,"links":[]}\n',
    );
    expect((await link(path, '--out', out)).said).not.toContain('going on');
    const right = await readFile(out, 'utf8');
    expect(right).toContain('"cluster":1');
  });
});
