import { fork } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

/** The desk's process with this one as its supervisor; it asks no database before somebody asks it. */
function startDesk() {
  const child = fork('src/main.ts', ['run', 'web-desk'], {
    execArgv: ['--import', 'tsx'],
    env: {
      PATH: process.env['PATH'] ?? '',
      HOMEWARD_ROLE_URL: 'postgres://homeward_desk@localhost/nowhere',
      HOMEWARD_OFFICE: '00000000-0000-4000-8000-000000000000',
      HOMEWARD_DESK_PORT: '0',
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const said = child.stderr ? text(child.stderr) : '';
  const ended = Promise.all([once(child, 'exit'), said]);
  return { child, ended };
}

const quietly = [[0, null], ''];

describe('a process whose supervisor was killed', () => {
  it('ends without a word where that happened while it was starting', async () => {
    const { child, ended } = startDesk();
    child.disconnect();
    expect(await ended).toEqual(quietly);
  });

  it('ends without a word where that happened later', async () => {
    const { child, ended } = startDesk();
    await once(child, 'message');
    child.disconnect();
    expect(await ended).toEqual(quietly);
  });
});

describe('a process that is told to stop', () => {
  it('ends in order from the moment that it says it is ready', async () => {
    const { child, ended } = startDesk();
    await once(child, 'message');
    child.kill('SIGTERM');
    child.disconnect();
    expect(await ended).toEqual(quietly);
  });
});
