import { execFile } from 'node:child_process';
import { type FileHandle, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BrokerLine } from './broker-line.ts';
import { type Door, pause } from './door.ts';
import { isSandbox, listRunning, pick, type Running, signal, type Target } from './machine.ts';
import type { Installation } from './node.ts';
import type { Fault } from './plan.ts';

export interface Machine {
  readonly node: Installation;
  readonly line: BrokerLine;
  readonly doors: readonly Door[];
}

const sandboxWithinMs = 20_000;
const lookEveryMs = 15;
const chunkBytes = 4 * 1024 * 1024;
const leftToWriteBytes = 16 * 1024 * 1024;
const run = promisify(execFile);

/** Injects one fault and removes it; returns what was hit, or why nothing was. */
export async function inject(machine: Machine, fault: Fault): Promise<string> {
  switch (fault.kind) {
    case 'kill': {
      const hit = await find(machine, fault);
      for (const { pid } of hit) signal(pid, 'SIGKILL');
      return named(hit);
    }
    case 'freeze': {
      const hit = await find(machine, fault);
      for (const { pid } of hit) signal(pid, 'SIGSTOP');
      if (hit.length > 0) await pause(fault.seconds * 1_000);
      for (const { pid } of hit) signal(pid, 'SIGCONT');
      return named(hit);
    }
    case 'disk':
      return fillDisk(machine.node, fault);
    case 'connections': {
      const which = fault.role === 'keystore' ? 'keystore' : 'main';
      const role = fault.role === 'keystore' ? 'homeward_broker' : fault.role;
      const ended = await machine.node.inspect(
        'select pg_terminate_backend(pid) from pg_stat_activity where usename = $1',
        [role],
        which,
      );
      return `${ended.length} connections`;
    }
    case 'broker line':
      if (fault.seconds === 0) return `${machine.line.cut()} connections`;
      machine.line.hold(true);
      await pause(fault.seconds * 1_000);
      machine.line.hold(false);
      return `${machine.line.connections} connections`;
    case 'visitors cut off':
      return `${machine.doors.reduce((sum, door) => sum + door.cutOff(), 0)} requests`;
  }
}

function named(hit: readonly Running[]): string {
  if (hit.length === 0) return 'nothing to hit';
  if (hit.length > 1) return `${hit.length} processes`;
  const [only] = hit;
  const words = (only?.line ?? '').trim();
  return `pid ${only?.pid}${words.startsWith('postgres:') ? ` ${words}` : ''}`;
}

/** A sandbox exists only for a moment, so this waits for one. */
async function find(
  { node }: Machine,
  { target, draw }: { readonly target: Target; readonly draw: number },
): Promise<readonly Running[]> {
  const supervisor = node.supervisor.pid ?? 0;
  const until = Date.now() + (target === 'sandbox' ? sandboxWithinMs : 2_000);
  for (;;) {
    const running = await listRunning(supervisor);
    const hit = pick(running, { target, draw, supervisor });
    if (target === 'sandbox' && hit.some(isSandbox)) {
      await pause(draw * 300); // At any moment of its life, not always at its start.
      return hit;
    }
    if (hit.length > 0 || Date.now() > until) return hit;
    await pause(lookEveryMs);
  }
}

/** Writes until the disk is full, waits, and releases the space. */
async function fillDisk(
  node: Installation,
  fault: { readonly seconds: number; readonly keptFull: boolean },
): Promise<string> {
  if (!node.hasOwnDisk) return 'left out: only root can make a disk of limited size';
  const path = join(node.dataFolder, '..', 'filler');
  const { bavail, bsize } = await statfs(node.dataFolder);
  // Most of it at once, if the machine has the tool for it; the rest by writing.
  const bulk = Math.max(bavail * bsize - leftToWriteBytes, bsize);
  const given = await run('fallocate', ['-l', String(bulk), path]).then(
    () => bulk,
    () => 0,
  );
  const file = await open(path, given > 0 ? 'r+' : 'w');
  try {
    let bytes = given + (await fill(file, given));
    const until = Date.now() + fault.seconds * 1_000;
    while (Date.now() < until) {
      await pause(100);
      if (fault.keptFull) bytes += await fill(file, bytes);
    }
    return `${Math.round(bytes / 1024 / 1024)} MiB written`;
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
}

async function fill(file: FileHandle, from: number): Promise<number> {
  let written = 0;
  for (let size = chunkBytes; size >= 4096; ) {
    try {
      written += (await file.write(Buffer.alloc(size), 0, size, from + written)).bytesWritten;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      size /= 8; // The last bytes are taken in smaller pieces.
    }
  }
  return written;
}
