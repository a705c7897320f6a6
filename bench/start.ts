/**
 * Cold start and restart against the bare embedded PostgreSQL alone, in one run: `npm run bench:start`.
 * Cold is an empty folder to the printed addresses with the invented world built; a restart finds it.
 */
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { startEmbedded } from '../src/db/embedded.ts';

const folder = await mkdtemp(join(tmpdir(), 'homeward-start-'));
await chmod(folder, 0o711);
try {
  const database = await timed(async () => {
    const cluster = await startEmbedded({ folder: join(folder, 'bare'), name: 'bare' });
    return () => cluster.stop();
  });
  const cold = await timed(() => startOnce());
  const restart = await timed(() => startOnce());
  const line = (name: string, ms: number) =>
    `${name}: ${(ms / 1_000).toFixed(1)} s, ratio 1 : ${(ms / database).toFixed(1)}\n`;
  process.stdout.write(line('bare embedded PostgreSQL, first start', database));
  process.stdout.write(line('cold start with the invented world', cold));
  process.stdout.write(line('restart', restart));
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function timed(start: () => Promise<() => Promise<unknown>>): Promise<number> {
  const before = performance.now();
  const stop = await start();
  const ms = performance.now() - before;
  await stop();
  return ms;
}

async function startOnce(): Promise<() => Promise<unknown>> {
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
  return () => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    return gone;
  };
}
