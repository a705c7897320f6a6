import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChildLimits, SupervisedChild, usualLimits } from './supervised-child.ts';

/**
 * A process as the supervisor sees it: it sends heartbeats, reports that it is ready, and exits as
 * told.
 */
const beats = `
  setInterval(() => process.send({ heartbeat: { problem: null } }), 50);
  process.on('disconnect', () => process.exit(0));`;
const ready = `${beats} process.send({ ready: true });`;
const limits: ChildLimits = { ...usualLimits, firstWaitMs: 20, longestWaitMs: 100 };

let folder: string;
let supervised: SupervisedChild | null;
let events: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supervised-'));
  supervised = null;
  events = [];
});
afterEach(async () => {
  await supervised?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function supervise(script: string, changed: Partial<ChildLimits> = {}) {
  const file = join(folder, 'process.cjs');
  await writeFile(file, script);
  supervised = new SupervisedChild({
    name: 'one',
    fork: () => fork(file, { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }),
    limits: { ...limits, ...changed },
    onEvent: (event, { code, state }) => events.push(`${event} ${code ?? state}`),
  });
  return supervised;
}

const state = () => supervised?.measure().state;
const restarts = () => supervised?.measure().restarts ?? 0;
const patience = { timeout: 30_000 };

describe('a supervised process', () => {
  it('is restarted when it is killed, and only its restarts are counted', async () => {
    const one = await supervise(ready);
    await one.start();
    const { pid } = one;
    process.kill(pid ?? 0, 'SIGKILL');
    await expect.poll(() => restarts() === 1 && state() === 'answering', patience).toBe(true);
    expect(one.pid).not.toBe(pid);
    expect(events).toEqual(['process.ended SIGKILL']);
  });

  it('shows as silent while it is frozen, and as answering when it goes on', async () => {
    const one = await supervise(ready, { silentAfterMs: 500 });
    await one.start();
    process.kill(one.pid ?? 0, 'SIGSTOP');
    await expect.poll(state, patience).toBe('silent');
    process.kill(one.pid ?? 0, 'SIGCONT');
    await expect.poll(state, patience).toBe('answering');
    expect(restarts()).toBe(0);
  });

  it('is killed and restarted when it hangs', async () => {
    const one = await supervise(ready, { hungAfterMs: 4_000 });
    await one.start();
    process.kill(one.pid ?? 0, 'SIGSTOP');
    await expect.poll(() => restarts() > 0 && state() === 'answering', patience).toBe(true);
    expect(events.slice(0, 2)).toEqual(['process.killed hung', 'process.ended SIGKILL']);
  });

  it('is killed and restarted when it does not become ready', async () => {
    const one = await supervise(beats, { readyWithinMs: 300 });
    await expect(one.start()).rejects.toThrow('does not start');
    expect(events.slice(0, 2)).toEqual(['process.killed not ready', 'process.ended SIGKILL']);
  });

  it('is tried again with growing waits for as long as it fails, and comes up when it can', async () => {
    const flag = join(folder, 'may-start');
    const one = await supervise(
      `if (!require('fs').existsSync(${JSON.stringify(flag)})) process.exit(70); ${ready}`,
    );
    await expect(one.start()).rejects.toThrow('does not start');
    await expect.poll(restarts, patience).toBeGreaterThan(6);
    expect(new Set(events)).toEqual(new Set(['process.ended 70']));
    await writeFile(flag, '');
    await expect.poll(state, patience).toBe('answering');
  });

  it('is tried again at short waits while it only finds something away, however often', async () => {
    const flag = join(folder, 'is-back');
    const one = await supervise(
      `if (!require('fs').existsSync(${JSON.stringify(flag)})) process.exit(75); ${ready}`,
      { longestWaitMs: 60_000, firstWaitMs: 20 },
    );
    const begun = one.start();
    // Waits that doubled from 20 ms would reach a minute by then.
    await expect.poll(restarts, patience).toBeGreaterThan(12);
    await writeFile(flag, '');
    await begun;
    expect(state()).toBe('answering');
  });

  it('that cannot even be launched is tried again as well', async () => {
    supervised = new SupervisedChild({
      name: 'one',
      fork: () => fork('nothing.cjs', { execPath: '/nowhere/node' }),
      limits,
      onEvent: (event, { code }) => events.push(`${event} ${code}`),
    });
    await expect(supervised.start()).rejects.toThrow('does not start');
    expect(events[0]).toBe('process.ended not launched');
  });

  it('stays away when it is told to stop, also while it is frozen', async () => {
    const one = await supervise(ready, { drainWithinMs: 200 });
    await one.start();
    const pid = one.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    await one.stop();
    expect(() => process.kill(pid, 0)).toThrow();
    expect(state()).toBe('stopped');
  });
});
