import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { lockFolder, requireFreePorts } from './lock-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'hold-')));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a data folder', () => {
  it('is refused to a second start and free again after the first', async () => {
    const first = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow('already runs');
    first.release();
    (await lockFolder(folder)).release();
  });

  it('is the same folder by any of its names', async () => {
    const place = join(folder, 'data');
    await mkdir(place);
    await symlink(place, join(folder, 'alias'));
    const { dataFolder } = readConfig({ HOMEWARD_DATA: join(folder, 'alias') });
    expect(dataFolder).toBe(place);
  });

  it('is free after a start was killed', async () => {
    const holding = spawn(process.execPath, [
      '-e',
      `require('net').createServer().listen(${JSON.stringify(join(folder, 'lock.sock'))}, () => console.log('held'))`,
    ]);
    await new Promise((resolve) => holding.stdout.once('data', resolve));
    await expect(lockFolder(folder)).rejects.toThrow('already runs');
    const gone = new Promise((resolve) => holding.once('exit', resolve));
    holding.kill('SIGKILL');
    await gone;
    // Several starts find the same stale socket at once: one takes it over.
    const asked = await Promise.allSettled(Array.from({ length: 4 }, () => lockFolder(folder)));
    const held = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(held).toHaveLength(1);
    held[0]?.release();
  });

  it('goes to one of several that start at the same moment', async () => {
    for (let round = 0; round < 20; round += 1) {
      const asked = await Promise.allSettled(Array.from({ length: 4 }, () => lockFolder(folder)));
      const held = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(held).toHaveLength(1);
      held[0]?.release();
    }
  });

  it('with a path too long for a socket has its sockets elsewhere, and is found there again', async () => {
    const long = join(folder, 'x'.repeat(90));
    await mkdir(long);
    const first = await lockFolder(long);
    const { brokerSocket } = readConfig({ HOMEWARD_DATA: long });
    expect(brokerSocket.length).toBeLessThan(100);
    await expect(lockFolder(long)).rejects.toThrow('already runs');
    first.release();
    (await lockFolder(long)).release();
    expect(readConfig({ HOMEWARD_DATA: long }).brokerSocket).toBe(brokerSocket);
    // A reboot of the machine empties the folder for temporary files.
    await rm(dirname(brokerSocket), { recursive: true });
    (await lockFolder(long)).release();
    await rm(dirname(readConfig({ HOMEWARD_DATA: long }).brokerSocket), { recursive: true });
  });

  it.each([
    ['a link', (place: string, other: string) => symlink(other, place)],
    ['a folder that others may enter', (place: string) => mkdir(place, { mode: 0o755 })],
  ])('is not looked for where %s took the place of its sockets', async (_what, take) => {
    const long = join(folder, 'x'.repeat(90));
    await mkdir(long);
    (await lockFolder(long)).release();
    const place = dirname(readConfig({ HOMEWARD_DATA: long }).brokerSocket);
    await rm(place, { recursive: true });
    await take(place, folder);
    // Shares of the key would be sent there.
    expect(dirname(readConfig({ HOMEWARD_DATA: long }).brokerSocket)).not.toBe(place);
    (await lockFolder(long)).release();
    const next = dirname(readConfig({ HOMEWARD_DATA: long }).brokerSocket);
    expect(next).not.toBe(place);
    for (const made of [place, next]) await rm(made, { recursive: true });
  });
});

describe('ports', () => {
  it('that somebody has are named with their setting before anything starts', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const asked = requireFreePorts({ HOMEWARD_DESK_PORT: port });
    await expect(asked).rejects.toThrow(`Port ${port} cannot be used`);
    await expect(asked).rejects.toThrow('HOMEWARD_DESK_PORT');
    await new Promise((resolve) => server.close(resolve));
    await requireFreePorts({ HOMEWARD_DESK_PORT: port });
  });
});
