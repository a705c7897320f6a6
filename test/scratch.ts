import { chmod, mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../src/db/embedded.ts';

/** As much as a run of all tests needs at its peak, and as much again. */
const roomyBytes = 4 * 1024 ** 3;
const inMemory = '/dev/shm';

/**
 * A folder for a temporary cluster. It is in memory if the system has space for it, since a clone
 * of the databases has about six hundred files and nothing in them must outlast the machine.
 * PostgreSQL's own user may pass when the tests run as root.
 */
export async function scratchFolder(use: 'test' | 'walk'): Promise<string> {
  const place = await placeFor();
  if (place === inMemory) await sweep(`homeward-${use}-`);
  const folder = await mkdtemp(join(place, `homeward-${use}-${process.pid}-`));
  await chmod(folder, 0o711);
  return folder;
}

async function placeFor(): Promise<string> {
  const free = process.platform === 'linux' ? await statfs(inMemory).catch(() => null) : null;
  return free && free.bavail * free.bsize > roomyBytes ? inMemory : tmpdir();
}

/**
 * A killed run leaves its folder, and memory is scarce: folders whose process is gone are removed.
 */
async function sweep(prefix: string): Promise<void> {
  for (const name of await readdir(inMemory)) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length).split('-')[0]) : 0;
    if (pid > 0 && !isAlive(pid)) await rm(join(inMemory, name), { recursive: true, force: true });
  }
}
