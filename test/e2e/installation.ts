import { type ChildProcess, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { scratchFolder } from '../scratch.ts';

/** A started trial, used as a newcomer uses it: by what its terminal printed. */
export interface Installation {
  readonly dataFolder: string;
  /** The process of the supervisor. */
  readonly pid: number;
  readonly familyUrl: string;
  readonly deskUrl: string;
  readonly trialCode: string;
  readonly motherCode: string;
  readonly motherPassphrase: string;
  /** Every line that was printed, for finding leaks. */
  printed(): string;
  /** Stops everything and keeps the folder, for tests that inspect its content. */
  halt(): Promise<void>;
  /** Stops everything and removes the folder. */
  stop(): Promise<void>;
}

const startWithinMs = 300_000;

/** `homeward start` on a folder of its own and free ports; with the demo world by default. */
export async function startInstallation(
  args: readonly string[] = [],
  settings: Readonly<Record<string, string>> = {},
): Promise<Installation> {
  const folder = await scratchFolder('walk');
  const [familyPort, deskPort] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, ['bin/homeward.mjs', 'start', ...args], {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      HOMEWARD_DATA: join(folder, 'data'),
      HOMEWARD_FAMILY_PORT: String(familyPort),
      HOMEWARD_DESK_PORT: String(deskPort),
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout.on('data', (part: Buffer) => {
    text += part.toString();
  });
  child.stderr.on('data', (part: Buffer) => {
    text += part.toString();
  });
  try {
    await waitFor(
      child,
      () => /Ctrl-C stops it/.test(text),
      () => text,
    );
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  const [, motherCode = '', motherPassphrase = ''] =
    /A mother\s+(\S+)\s+passphrase: (.+)/.exec(text) ?? [];
  return {
    dataFolder: join(folder, 'data'),
    pid: child.pid ?? 0,
    familyUrl: `http://localhost:${familyPort}`,
    deskUrl: `http://localhost:${deskPort}`,
    trialCode: /Trial code\s+(\S+)/.exec(text)?.[1] ?? '',
    motherCode,
    motherPassphrase: motherPassphrase.trim(),
    printed: () => text,
    halt: () => stopChild(child),
    stop: async () => {
      await stopChild(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function waitFor(child: ChildProcess, done: () => boolean, text: () => string) {
  for (let waited = 0; waited < startWithinMs; waited += 100) {
    if (done()) return;
    if (isGone(child)) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stopChild(child);
  throw new Error(`The installation did not start:\n${text()}`);
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (isGone(child)) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  await gone;
}

/** A child that was ended by a signal has no exit code, and its end is reported only once. */
export function isGone(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

const firstPort = 20_000;
const portsMax = 12_000;
let asked = 0;

/**
 * A free port for a server that starts in a moment. It is below the system's dynamic ports, so that
 * no connection takes it meanwhile. Each test process searches a range of its own.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < portsMax; tries += 1) {
    const port = firstPort + ((process.pid * 64 + asked) % portsMax);
    asked += 1;
    if (await isFree(port)) return port;
  }
  throw new Error('no port is free');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
