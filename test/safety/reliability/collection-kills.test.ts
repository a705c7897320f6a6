import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type CollectionWorld,
  collectionWorld,
  contentOf,
  inventedRow,
} from '../../collections.ts';
import { isGone } from '../../e2e/installation.ts';
import { figure, long, patienceMs } from '../support/length.ts';

/**
 * A load killed at any moment resumes when it is started again, and ends with exactly the same
 * content as an undisturbed one.
 */
const rows = long(12_000, 200_000);
const batchRows = long(1_000, 5_000);
const kills = long(2, 25);
const root = join(import.meta.dirname, '../../..');
let world: CollectionWorld;
let folder: string;
let path: string;

beforeAll(async () => {
  world = await collectionWorld();
  folder = await mkdtemp(join(tmpdir(), 'homeward-cards-'));
  path = join(folder, 'cards.ndjson');
  const lines = Array.from({ length: rows }, (_, number) =>
    JSON.stringify({ id: `C${number}`, ...inventedRow(number) }),
  );
  lines[77] = 'no card at all';
  await writeFile(path, `${lines.join('\n')}\n`);
});
afterAll(async () => {
  await world.drop();
  await rm(folder, { recursive: true, force: true });
});

function start(name: string): ChildProcess {
  const script = join(root, 'test', 'collection-loader.ts');
  const args = ['--import', 'tsx', script, world.url, name, path, String(batchRows)];
  return spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}

const ended = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));

async function rowsTaken(name: string): Promise<number> {
  const found = await world.bulk.query<{ rows: number }>(
    'select rows from homeward_collections.loaded_files where collection = $1',
    [name],
  );
  return found[0]?.rows ?? 0;
}

it(
  'is killed while it loads, and loses nothing and doubles nothing',
  async () => {
    expect(await ended(start('whole'))).toBe(0);
    let killed = 0;
    let round = 0;
    const name = () => `killed${round}`;
    while (killed < kills) {
      const before = await rowsTaken(name());
      const loader = start(name());
      const gone = ended(loader);
      // It completes at least one batch, and then continues to a random moment.
      while (!isGone(loader) && (await rowsTaken(name())) <= before) await pause(3);
      await pause(Math.random() * 60);
      loader.kill('SIGKILL');
      await gone;
      if (loader.signalCode === 'SIGKILL') killed += 1;
      // If the process was too slow, the load is complete: with an earlier kill that counts,
      // otherwise it is started again.
      else if (killed > 0) break;
      else round += 1;
      expect(round).toBeLessThan(20);
      // A server notices a lost client when it next writes to it.
      await world.bulk.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
      );
    }
    expect(await ended(start(name()))).toBe(0);
    const [whole, again] = [
      await contentOf(world.bulk, 'whole'),
      await contentOf(world.bulk, name()),
    ];
    expect(again).toEqual(whole);
    expect(whole[0]).toMatchObject({ table: 'card', rows: rows - 1 });
    figure('collection load killed', `${killed} times in ${rows} rows, the same content after`);
  },
  patienceMs(120_000),
);

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
