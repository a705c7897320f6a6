import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { walkWithinMs } from './browser.ts';
import { freePort, isGone } from './installation.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');
const isRoot = process.getuid?.() === 0;
/** The user `nobody`, which exists on every system. */
const ordinary = { uid: 65_534, gid: 65_534 };

let home = '';
const started: ChildProcess[] = [];
const elsewhere: string[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) await stop(child);
  for (const folder of elsewhere.splice(0)) await rm(dirname(folder), { recursive: true });
  await rm(home, { recursive: true, force: true });
}, walkWithinMs);

describe('the first command of the README', () => {
  it(
    'works in a closed home folder, prints where the databases are and finds them again',
    async () => {
      home = await closedFolder();
      // A whole checkout with its packages, since a closed home folder also closes the programs in
      // it.
      const clone = join(home, 'a checkout'.repeat(9));
      await mkdir(clone);
      for (const part of parts) await run('cp', ['-a', '--reflink=auto', join(root, part), clone]);
      const dataFolder = join(clone, 'data');
      const first = await start(clone, { HOME: home });
      const second = await stop(first.child).then(() => start(clone, { HOME: home }));
      const note = await readFile(join(dataFolder, 'databases-at'), 'utf8').catch(() => null);
      if (isRoot) {
        const folder = note?.trim() ?? '';
        elsewhere.push(folder);
        expect(first.printed()).toContain(folder);
        expect(second.printed()).toContain(folder);
        // Other users may not list it, and the data of each database is closed to all but
        // PostgreSQL.
        expect((await stat(dirname(folder))).mode & 0o777).toBe(0o711);
        expect((await stat(join(folder, 'main', 'data'))).mode & 0o777).toBe(0o700);
        await stop(second.child);
        await rm(folder, { recursive: true });
        await expect(start(clone, { HOME: home })).rejects.toThrow(`${folder}, which is gone`);
      } else {
        expect(note).toBeNull();
      }
    },
    walkWithinMs,
  );

  it(
    'works for an ordinary user with a data folder that is closed to others',
    async () => {
      home = await closedFolder();
      if (isRoot) await chown(home, ordinary.uid, ordinary.gid);
      const settings = { HOME: home, HOMEWARD_DATA: join(home, 'data') };
      const { child, printed } = await start(root, settings, isRoot ? ordinary : {});
      expect(printed()).not.toContain('Databases');
      await stop(child);
      expect((await stat(join(home, 'data', 'main', 'data', 'PG_VERSION'))).isFile()).toBe(true);
    },
    walkWithinMs,
  );
});

/** What `npm ci` and a first build leave in a checkout, without what only developers need. */
const parts = [
  ...['bin', 'dist', 'scripts', 'src', 'desk', 'texts', 'migrations'],
  ...['node_modules', 'package.json', 'package-lock.json'],
];

async function closedFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'closed-home-'));
  await chmod(folder, 0o700);
  return folder;
}

async function start(
  folder: string,
  settings: Readonly<Record<string, string>>,
  as: { readonly uid?: number; readonly gid?: number } = {},
) {
  const child = spawn(process.execPath, ['bin/homeward.mjs', 'start', '--empty'], {
    cwd: folder,
    ...as,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOMEWARD_BUILT: 'yes',
      HOMEWARD_FAMILY_PORT: String(await freePort()),
      HOMEWARD_DESK_PORT: String(await freePort()),
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => {
      text += part.toString();
    });
  }
  while (!text.includes('Ctrl-C stops it')) {
    if (isGone(child)) throw new Error(`it did not start:\n${text}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { child, printed: () => text };
}

async function stop(child: ChildProcess): Promise<void> {
  if (isGone(child)) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  await gone;
}
