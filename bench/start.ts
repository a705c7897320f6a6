/**
 * Cold start, restart and memory, compared with the bare embedded PostgreSQL, in one run: `npm run
 * bench:start`. A cold start is from an empty folder to the printed addresses, including the
 * invented world; a restart finds that world.
 */
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { startEmbedded } from '../src/db/embedded.ts';

const folder = await mkdtemp(join(tmpdir(), 'homeward-start-'));
await chmod(folder, 0o711);
try {
  const database = await timed(async () => {
    const cluster = await startEmbedded({ folder: join(folder, 'bare'), name: 'bare' });
    return { pid: 0, stop: () => cluster.stop() };
  });
  const cold = await timed(() => startOnce());
  const restart = await timed(() => startOnce(), tellMemory);
  const line = (name: string, ms: number) =>
    `${name}: ${(ms / 1_000).toFixed(1)} s, ratio 1 : ${(ms / database).toFixed(1)}\n`;
  process.stdout.write(line('bare embedded PostgreSQL, first start', database));
  process.stdout.write(line('cold start with the invented world', cold));
  process.stdout.write(line('restart', restart));
} finally {
  await rm(folder, { recursive: true, force: true });
}

interface Started {
  readonly pid: number;
  readonly stop: () => Promise<unknown>;
}

async function timed(
  start: () => Promise<Started>,
  look: (pid: number) => Promise<void> = async () => undefined,
): Promise<number> {
  const before = performance.now();
  const { pid, stop } = await start();
  const ms = performance.now() - before;
  await look(pid);
  await stop();
  return ms;
}

/**
 * The total memory after a restart, each page counted once, against the limit of 1 GiB (O2). Only
 * Linux reports this.
 */
async function tellMemory(supervisor: number): Promise<void> {
  const all = await family(supervisor);
  const sizes = await Promise.all(all.map((pid) => memoryOf(pid)));
  const groups = new Map<string, number>();
  for (const { name, mib } of sizes) groups.set(name, (groups.get(name) ?? 0) + mib);
  for (const [name, mib] of groups) process.stdout.write(`  ${name}: ${mib.toFixed(0)} MiB\n`);
  const sum = sizes.reduce((total, { mib }) => total + mib, 0);
  process.stdout.write(
    `memory of the whole: ${sum.toFixed(0)} MiB, ratio to 1 GiB ${(sum / 1024).toFixed(2)}\n`,
  );
}

async function family(pid: number): Promise<readonly number[]> {
  const told = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const children = told.split(' ').filter(Boolean).map(Number);
  return [pid, ...(await Promise.all(children.map(family))).flat()];
}

async function memoryOf(pid: number): Promise<{ readonly name: string; readonly mib: number }> {
  const told = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
  const role = words[words.indexOf('run') + 1];
  const name = words.includes('run') ? role : /postgres/.test(words[0] ?? '') ? 'PostgreSQL' : '';
  const mib = Number(/^Pss:\s+(\d+) kB$/m.exec(told)?.[1] ?? 0) / 1024;
  return { name: name || 'supervisor', mib };
}

async function startOnce(): Promise<Started> {
  const child = spawn(process.execPath, ['bin/homeward.mjs', 'start'], {
    env: {
      ...process.env,
      HOMEWARD_DATA: join(folder, 'data'),
      HOMEWARD_FAMILY_PORT: '18980',
      HOMEWARD_DESK_PORT: '18981',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (part: Buffer) => {
      text += part.toString();
      if (text.includes('Ctrl-C stops it')) resolve();
    });
    child.once('exit', () => reject(new Error('it did not start')));
  });
  const stop = () => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    return gone;
  };
  return { pid: child.pid ?? 0, stop };
}
