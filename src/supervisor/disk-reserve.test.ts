import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DiskReserve, giveUpReserveIfFull, type Storage } from './disk-reserve.ts';

const mib = 1024 * 1024;
let folder: string;
let isSmall = false;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'disk-'));
  isSmall = mount(folder);
});
afterEach(async () => {
  if (isSmall) execFileSync('umount', ['--lazy', folder]);
  await rm(folder, { recursive: true, force: true });
});

it('warns, refuses, gives up its reserve and keeps it again', async () => {
  if (!isSmall) {
    process.stdout.write('a small disk needs root on Linux: left out here\n');
    return;
  }
  const told: Storage[] = [];
  const reserve = new DiskReserve({
    folders: [folder],
    reserveBytes: 8 * mib,
    onChange: (storage) => told.push(storage),
  });
  await reserve.start();
  const size = () => stat(join(folder, 'disk-reserve')).then((found) => found.size);
  expect([reserve.storage, await size()]).toEqual(['open', 8 * mib]);
  // 64 MiB in all, of which 8 are reserved: 12 free, then 2, then none.
  await fill('a', 44);
  await expect.poll(() => reserve.storage).toBe('low');
  await fill('b', 10);
  await expect.poll(() => reserve.storage).toBe('refusing');
  await fill('c', 1.5);
  await expect.poll(() => size().catch(() => 0)).toBe(0);
  expect(reserve.storage).toBe('refusing');
  for (const name of ['a', 'b', 'c']) await rm(join(folder, name));
  await expect.poll(() => reserve.storage).toBe('open');
  expect(await size()).toBe(8 * mib);
  expect(told).toEqual(['open', 'low', 'refusing', 'open']);
  await reserve.stop();
});

it('gives up the reserve of an earlier run before the databases start on a full disk', async () => {
  if (!isSmall) return; // Reported above.
  const options = { folders: [folder], reserveBytes: 8 * mib, onChange: () => undefined };
  const reserve = new DiskReserve(options);
  await reserve.start();
  await reserve.stop();
  const isKept = () =>
    stat(join(folder, 'disk-reserve')).then(
      () => true,
      () => false,
    );
  await giveUpReserveIfFull(folder);
  expect(await isKept()).toBe(true);
  await fill('a', 55.5);
  await giveUpReserveIfFull(folder);
  expect(await isKept()).toBe(false);
});

it('keeps its state and goes on when the disk cannot be looked at', async () => {
  const told: Storage[] = [];
  const watched = join(folder, 'gone');
  const reserve = new DiskReserve({
    folders: [watched],
    reserveBytes: mib,
    onChange: (storage) => told.push(storage),
  });
  await reserve.start();
  await rm(watched, { recursive: true });
  // An unhandled rejection here fails the run, and would end every process of an installation.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  await reserve.stop();
  expect(told).toEqual(['open']);
});

const fill = (name: string, size: number) =>
  writeFile(join(folder, name), Buffer.alloc(Math.round(size * mib), 1));

/** A disk of 64 MiB mounted at the folder, where that is allowed. */
function mount(at: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', at], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
