import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type CollectionWorld, collectionWorld } from '../../test/collections.ts';
import { cloneDatabase } from '../../test/database.ts';
import { readConfig } from '../config.ts';
import { openBulk } from '../db/bulk.ts';
import { runCollection } from './collection.ts';
import { estimateRows, Progress } from './collection-progress.ts';
import { runMatch } from './match.ts';

let world: CollectionWorld;
let folder: string;
beforeAll(async () => {
  world = await collectionWorld();
  folder = await mkdtemp(join(tmpdir(), 'homeward-collection-'));
});
afterAll(async () => {
  await world.drop();
  await rm(folder, { recursive: true, force: true });
});

const list = 'src/demo/samples/sample-list.csv';

async function run(args: readonly string[], typed = '') {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end(typed);
  const all = ['--database', world.url];
  const given = args.includes('--database') ? args : [...args, ...all];
  try {
    const code = await runCollection(given, readConfig({}), { stdin, stdout, stderr });
    stdout.end();
    stderr.end();
    return { code, out: await text(stdout), said: await text(stderr) };
  } finally {
    stdout.end();
    stderr.end();
  }
}

describe('homeward collection', () => {
  it('loads a list and answers about it as `match` does, letter by letter', async () => {
    const loaded = await run(['load', 'sample', list]);
    expect(loaded.out).toMatch(/^sample has \d+ cards on \d+ MiB/);
    // Unreadable rows are reported with line and reason, and the other rows are loaded.
    expect(loaded.said).toMatch(/sample-list\.csv, line \d+: .+; the line is left out/);
    const [mine, own] = [join(folder, 'mine.ndjson'), join(folder, 'own.ndjson')];
    await run(['match', 'sample', list, '--out', mine, '--top', '5']);
    const silent = new PassThrough().resume();
    await runMatch([list, list, '--out', own, '--top', '5'], { stdout: silent, stderr: silent });
    const lines = async (path: string) =>
      (await readFile(path, 'utf8')).replaceAll(/,"ms":[\d.]+\}/g, '}');
    // A card without an id of its own is named by file and line, since there may be many files.
    expect((await lines(mine)).replaceAll('"id":"sample-list.csv:', '"id":"line-')).toBe(
      await lines(own),
    );
    expect((await lines(mine)).split('\n').length).toBeGreaterThan(50);
  });

  it('says that a file was loaded before, and what there is', async () => {
    const again = await run(['load', 'sample', list]);
    expect(again.said).toContain('was loaded before; nothing changed');
    const listed = await run(['list']);
    expect(listed.out).toMatch(/^sample {2}\d+ cards {2}1 files {2}\d+ MiB {2}ready\n$/);
  });

  it('drops only what is named a second time', async () => {
    expect((await run(['drop', 'sample'], 'no\n')).out).toContain('Nothing was dropped.');
    expect((await run(['list'])).out).toContain('sample');
    expect((await run(['drop', 'sample'], 'sample\n')).out).toContain('sample is gone.');
    expect((await run(['list'])).out).toBe('There is no collection yet.\n');
    await expect(run(['drop', 'sample'])).rejects.toThrow('no collection of this name');
    await expect(run(['match', 'sample', list])).rejects.toThrow('no collection of this name');
  });

  it('makes an empty one in partitions, for whoever lays them over several servers', async () => {
    expect((await run(['make', 'wide', '--partitions', '3'])).out).toContain('cards_wide');
    await expect(run(['make', 'wide'])).rejects.toThrow('already');
    await run(['load', 'wide', list]);
    const parts = await world.bulk.query<{ parts: number }>(
      "select count(*)::int as parts from pg_inherits where inhparent = 'cards_wide.card'::regclass",
    );
    expect(parts).toEqual([{ parts: 3 }]);
  });

  it.each([
    [[]],
    [['load', 'sample']],
    [['load', 'Robert; drop', 'file']],
    [['match', 'sample']],
    [['match', 'sample', 'q.csv', '--top', '0']],
    [['make', 'wide', '--partitions', '9999']],
    [['forget', 'sample']],
  ])('shows how it is called: %j', async (args) => {
    const { code, said } = await run(args);
    expect(code).toBe(2);
    expect(said).toContain('historical or public cards');
    expect(said).toContain('kept\nin clear');
  });

  it('has a database of its own on the server that DATABASE_URL names', async () => {
    const config = readConfig({ DATABASE_URL: inject('superuserUrl') });
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const terminal = { stdin, stdout, stderr: stderr.resume() };
    expect(await runCollection(['make', 'kept'], config, terminal)).toBe(0);
    expect(await runCollection(['list'], config, terminal)).toBe(0);
    stdout.end();
    expect(await text(stdout)).toContain('kept  0 cards');
    const server = await openBulk(inject('superuserUrl'));
    await server.query('drop database homeward_collections');
    await server.close();
  });

  it('never lies in the database of an installation', async () => {
    const installation = await cloneDatabase();
    const opened = new URL(world.url);
    opened.pathname = new URL(installation.urlOf('homeward_desk')).pathname;
    const load = run(['load', 'sample', list, '--database', opened.href]);
    await expect(load).rejects.toThrow('a database of their own');
    await installation.drop();
  });

  it('says how far it is, how fast it goes and how long the rest will take', async () => {
    const said = new PassThrough();
    const progress = new Progress(said, 1_000_000, 0);
    progress.logEvent(250_000, 100_000);
    new Progress(said, 10, 60_000).logEvent(5, 0); // Too early for an estimate.
    said.end();
    expect(await text(said)).toMatch(
      /^ {2}250,000 of about 1,000,000 rows, [\d,]+ rows\/s, about \d+ (?:s|min) left\n$/,
    );
  });

  it('guesses how many rows a file has', async () => {
    const path = join(folder, 'many.ndjson');
    await writeFile(path, '{"id":"a","name":"Тихобор Данило"}\n'.repeat(20_000));
    const guessed = await estimateRows(path);
    expect(guessed).toBeGreaterThan(19_000);
    expect(guessed).toBeLessThan(21_000);
  });
});
