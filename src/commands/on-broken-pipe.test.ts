import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CollectionWorld, collectionWorld } from '../../test/collections.ts';
import { freePort } from '../../test/e2e/installation.ts';
import { scratchFolder } from '../../test/scratch.ts';

const run = promisify(execFile);
const list = 'src/demo/samples/sample-list.csv';
let world: CollectionWorld;
let folder: string;
beforeAll(async () => {
  world = await collectionWorld();
  folder = await mkdtemp(join(tmpdir(), 'homeward-reader-'));
  const pairs = Array.from({ length: 20_000 }, (_, at) => `${at}\tТихобор\tTykhobor\n`);
  await writeFile(join(folder, 'pairs.tsv'), pairs.join(''));
});
afterAll(async () => {
  await world.drop();
  await rm(folder, { recursive: true, force: true });
});

/**
 * A command as typed before `| READER`: what was read, what was printed to standard error, and the
 * exit code.
 */
async function typed(args: readonly string[], reader: string) {
  const place = { said: join(folder, 'said'), code: join(folder, 'code') };
  // Arguments of a shell: `$SAID` and the others are passed as settings, so that no path needs
  // quoting.
  const line = `{ "$NODE" --import tsx src/main.ts "$@" 2>"$SAID"; echo $? >"$CODE"; } | ${reader}`;
  const { stdout } = await run('sh', ['-c', line, 'sh', ...args], {
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE: process.execPath,
      SAID: place.said,
      CODE: place.code,
    },
  });
  const [said, code] = [await readFile(place.said, 'utf8'), await readFile(place.code, 'utf8')];
  return { read: stdout, said, code: Number(code) };
}

describe('a command whose reader has gone', () => {
  const lists = (): Readonly<Record<string, readonly string[]>> => ({
    match: [list, list],
    link: [list, list],
    compare: [join(folder, 'pairs.tsv')],
    collection: ['list', '--database', world.url],
  });

  it.each(['match', 'link', 'compare', 'collection'])('ends without a word: %s', async (name) => {
    const call = [name, ...(lists()[name] ?? [])];
    const whole = await typed(call, 'cat');
    expect(whole.code).toBe(0);
    expect(whole.read).not.toBe('');
    const cut = await typed(call, 'true');
    expect(cut.code).toBe(141);
    expect(cut.said).not.toMatch(/EPIPE|Error/);
  });
});

describe('an installation whose reader has gone', () => {
  it('goes on answering, and stops when it is told to', async () => {
    const own = await scratchFolder('walk');
    const [family, desk] = [await freePort(), await freePort()];
    const child = spawn(process.execPath, ['bin/homeward.mjs', 'start', '--empty'], {
      env: {
        PATH: process.env['PATH'] ?? '',
        HOMEWARD_DATA: own,
        HOMEWARD_FAMILY_PORT: String(family),
        HOMEWARD_DESK_PORT: String(desk),
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    child.stdout.destroy();
    const ended = once(child, 'exit');
    const isUp = () =>
      fetch(`http://localhost:${family}/uk`).then(
        ({ status }) => status,
        () => 0,
      );
    await expect.poll(isUp).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 1_000)); // Now it prints its addresses.
    expect(await isUp()).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    await rm(own, { recursive: true, force: true });
  });
});
