import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, startInstallation } from '../../e2e/installation.ts';
import { figure, long, patienceMs } from '../support/length.ts';
import { superuserOf, withSuperuser } from '../support/superuser.ts';

/**
 * A broker that is frozen for longer than PostgreSQL lets a transaction idle (10 s): no process
 * holds a transaction meanwhile, none dies, and every answer is 503 or served.
 */
const frozenSeconds = long(13, 40);
const visitors = 12;

let node: Installation;
beforeAll(async () => {
  node = await startInstallation();
}, patienceMs(300_000));
afterAll(() => node?.stop());

/** Processes of this installation by their program; each has the data folder in its environment. */
function listOwn(): readonly { readonly pid: number; readonly command: string }[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      if (!readFileSync(`/proc/${entry}/environ`, 'utf8').includes(node.dataFolder)) return [];
      const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8').split('\0').join(' ');
      return /run (web-|broker|worker)/.test(command) ? [{ pid: Number(entry), command }] : [];
    } catch {
      return []; // It ended between the look and the reading.
    }
  });
}

async function signIn(): Promise<string> {
  const post = (path: string, body: object) =>
    fetch(`${node.deskUrl}/api/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: node.deskUrl },
      body: JSON.stringify(body),
    });
  const code = node.trialCode;
  const { people } = (await (await post('trial-people', { code })).json()) as {
    people: { staffId: string; name: string }[];
  };
  const staffId = people.find((person) => person.name === 'Daria')?.staffId;
  const answer = await post('trial-sign-in', { code, staffId });
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a broker that is frozen under traffic', () => {
  it(
    'leaves no transaction open, ends no process and is answered with 503',
    async () => {
      const headers = { cookie: await signIn(), 'x-purpose': 'tracing' };
      const before = listOwn();
      const broker = before.find(({ command }) => command.includes('run broker'));
      expect(before).toHaveLength(4);
      if (!broker) throw new Error('the broker is among them');
      const statuses: number[] = [];
      const ends = Date.now() + frozenSeconds * 1_000;
      const visit = async () => {
        while (Date.now() < ends) {
          const answer = await fetch(`${node.deskUrl}/api/queues`, { headers });
          statuses.push(answer.status);
          await answer.arrayBuffer();
          await pause(50);
        }
      };
      let idle = 0;
      const traffic = Array.from({ length: visitors }, visit);
      await pause(300);
      process.kill(broker.pid, 'SIGSTOP');
      try {
        const url = await superuserOf(node.dataFolder, 'main', 'homeward_main');
        await withSuperuser(url, async (client) => {
          while (Date.now() < ends) {
            // Not the broker's own: a frozen process cannot end its transaction.
            const found = await client.query<{ count: string }>(`
              select count(*) from pg_stat_activity where state like 'idle in transaction%'
                and usename <> 'homeward_broker' and state_change < now() - interval '1 second'`);
            idle = Math.max(idle, Number(found.rows[0]?.count ?? 0));
            await pause(250);
          }
        });
      } finally {
        process.kill(broker.pid, 'SIGCONT');
      }
      await Promise.all(traffic);
      const odd = statuses.filter((each) => each !== 200 && each !== 503);
      figure(
        'A2',
        `${frozenSeconds} s frozen: ${idle} idle in transaction, ${statuses.length} answers`,
      );
      expect({ idle, odd }).toEqual({ idle: 0, odd: [] });
      expect(listOwn().map(({ pid }) => pid)).toEqual(before.map(({ pid }) => pid));
      const after = await fetch(`${node.deskUrl}/api/queues`, { headers });
      expect(after.status).toBe(200);
    },
    patienceMs(150_000),
  );
});
