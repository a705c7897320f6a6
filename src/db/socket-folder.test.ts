import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from './engine.ts';
import { makeSocketFolder } from './socket-folder.ts';

const engine: Engine = { initdb: '', postgres: '', runAs: null };
let folder: string;
const made: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'socket-'));
});
afterEach(async () => {
  for (const each of [folder, ...made.splice(0)]) await rm(each, { recursive: true, force: true });
});

async function make(place: string): Promise<string> {
  await mkdir(place, { recursive: true });
  const path = await makeSocketFolder(engine, place);
  made.push(path);
  return path;
}

describe('the folder of a server socket', () => {
  it('lies beside the data where its path is short', async () => {
    expect(await make(folder)).toBe(join(folder, 'socket'));
  });

  it('has a name that cannot be known before, and replaces that of a killed start', async () => {
    const place = join(folder, 'deep'.repeat(25));
    // Another user could take a name derived from the path, as a link to a folder of root.
    const digest = createHash('sha256').update(place).digest('hex').slice(0, 12);
    const known = join(tmpdir(), `homeward-${digest}-main`);
    const target = join(folder, 'target');
    await mkdir(target, { mode: 0o755 });
    await symlink(target, known);
    made.push(known);
    const first = await make(place);
    expect(first).not.toBe(known);
    expect((await stat(first)).mode & 0o777).toBe(0o700);
    expect((await stat(target)).mode & 0o777).toBe(0o755);
    const second = await make(place);
    expect(second).not.toBe(first);
    await expect(stat(first)).rejects.toThrow();
    expect((await readFile(join(place, 'socket-at'), 'utf8')).trim()).toBe(second);
  });

  it('leaves alone a folder that took the name of an earlier one', async () => {
    const place = join(folder, 'deep'.repeat(25));
    const first = await make(place);
    const target = join(folder, 'others');
    await mkdir(target);
    await rm(first, { recursive: true });
    await symlink(target, first);
    await make(place);
    expect((await stat(target)).isDirectory()).toBe(true);
  });
});
