import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Embedded, isAlive, startEmbedded } from './embedded.ts';

let folder: string;
let cluster: Embedded;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedded-'));
  await chmod(folder, 0o711); // PostgreSQL's own user must pass through it when the tests run as root.
  cluster = await startEmbedded({ folder: join(folder, 'own'), name: 'own' });
});
afterAll(async () => {
  await cluster?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function ask(query: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: cluster.superuserUrl });
  await client.connect();
  try {
    return (await client.query<{ value: unknown }>(query)).rows[0]?.value;
  } finally {
    await client.end();
  }
}

const serverOf = async () =>
  Number((await readFile(join(folder, 'own', 'data', 'postmaster.pid'), 'utf8')).split('\n')[0]);

/** The server that replaces the one with this pid; it may still be recovering. */
async function nextServer(after: number): Promise<number> {
  for (let waited = 0; waited < 60_000; waited += 10) {
    const found = await serverOf().catch(() => 0);
    if (found && found !== after && isAlive(found)) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('no server came');
}

describe('the embedded server', () => {
  it('comes back by itself when it is killed, with everything it acknowledged', async () => {
    await ask('create table kept as select 41 + 1 as value');
    const killed = await serverOf();
    process.kill(killed, 'SIGKILL');
    let value: unknown = null;
    for (let waited = 0; waited < 60_000 && value === null; waited += 100) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      value = await ask('select value from kept').catch(() => null);
    }
    expect(value).toBe(42);
    expect(await serverOf()).not.toBe(killed);
  });

  it('comes back when it is killed again and again while it recovers', async () => {
    await ask('create table again as select generate_series(1, 200000) as value');
    let killed = 0;
    for (let times = 0; times < 5; times += 1) {
      const next = await nextServer(killed);
      killed = next;
      process.kill(next, 'SIGKILL');
    }
    await expect
      .poll(() => ask('select count(*)::int as value from again').catch(() => 0), {
        timeout: 60_000,
      })
      .toBe(200_000);
    expect(cluster.restarts()).toBeGreaterThanOrEqual(5);
  }, 90_000);

  it('stays away when it is told to stop', async () => {
    const server = await serverOf();
    await cluster.stop();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(() => process.kill(server, 0)).toThrow();
    await expect(ask('select 1 as value')).rejects.toThrow();
  });
});
