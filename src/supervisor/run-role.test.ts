import { type ChildProcess, fork } from 'node:child_process';
import { on, once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

/**
 * A process with this one as its supervisor. The desk queries no database before a request arrives.
 */
function startRole(role = 'web-desk') {
  const child = fork('src/main.ts', ['run', role], {
    execArgv: ['--import', 'tsx'],
    env: {
      PATH: process.env['PATH'] ?? '',
      HOMEWARD_ROLE_URL: 'postgres://homeward_desk@localhost/nowhere?host=/nowhere',
      HOMEWARD_ROLE_KEYSTORE_URL: 'postgres://homeward_broker@localhost/nowhere?host=/nowhere',
      HOMEWARD_SOCKET: join(tmpdir(), `homeward-run-${process.pid}.sock`),
      HOMEWARD_OFFICE: '00000000-0000-4000-8000-000000000000',
      HOMEWARD_DESK_PORT: '0',
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const said = child.stderr ? text(child.stderr) : '';
  const ended = Promise.all([once(child, 'exit'), said]);
  return { child, ended };
}

async function untilReady(child: ChildProcess): Promise<void> {
  for await (const [message] of on(child, 'message')) if ('ready' in message) return;
}

const quietly = [[0, null], ''];

describe('a process whose supervisor was killed', () => {
  it('ends without a word where that happened while it was starting', async () => {
    const { child, ended } = startRole();
    child.disconnect();
    expect(await ended).toEqual(quietly);
  });

  it('ends without a word where that happened later', async () => {
    const { child, ended } = startRole();
    await untilReady(child);
    child.disconnect();
    expect(await ended).toEqual(quietly);
  });
});

describe('a process that fails while it starts', () => {
  it.each(['worker', 'broker'])('ends: %s without its database', async (role) => {
    const { ended } = startRole(role);
    const [[code], said] = await ended;
    expect(code).toBe(75);
    expect(said).toContain('process.not_started');
  });
});

describe('a process that is told to stop', () => {
  it('ends in order from the moment that it says it is ready', async () => {
    const { child, ended } = startRole();
    await untilReady(child);
    child.kill('SIGTERM');
    child.disconnect();
    expect(await ended).toEqual(quietly);
  });
});
