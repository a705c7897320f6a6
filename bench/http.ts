/**
 * A page of the family site and an audited read at the desk against a bare `select 1` handler, in
 * one run on one machine: `npm run bench:http [-- --short]`. The bare handler is a separate server
 * with the same framework, driver and database, and does nothing else.
 */
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { sql } from 'kysely';
import { connect } from '../src/db/connect.ts';
import { type Installation, startInstallation } from '../test/e2e/installation.ts';

const seconds = process.argv.includes('--short') ? 2 : 10;
const atOnce = 8;
const agent = new Agent({ keepAlive: true, maxSockets: atOnce });

const node = await startInstallation();
try {
  await measure(node);
} finally {
  await node.stop();
}

async function measure(installation: Installation): Promise<void> {
  const bare = await bareServer(installation);
  const cookie = await signIn(installation);
  const family = `${installation.familyUrl}/uk/`;
  const desk = `${installation.deskUrl}/api/queues`;
  const rates = {
    'bare select 1': await rate(bare.url, {}),
    'a public page of the family site': await rate(family, {}),
    'an audited read at the desk': await rate(desk, { cookie, 'x-purpose': 'tracing' }),
  };
  bare.close();
  const alternative = rates['bare select 1'];
  for (const [name, { perSecond, p50, p99 }] of Object.entries(rates)) {
    const share = (alternative.perSecond / perSecond).toFixed(1);
    process.stdout.write(
      `${name}: ${Math.round(perSecond)}/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ` +
        `ratio 1 : ${share}\n`,
    );
  }
}

async function bareServer(installation: Installation) {
  const secrets = JSON.parse(
    await readFile(join(installation.dataFolder, 'secrets.json'), 'utf8'),
  ) as { passwords: Record<string, string> };
  const host = encodeURIComponent(join(installation.dataFolder, 'main', 'socket'));
  const word = encodeURIComponent(secrets.passwords['homeward_desk'] ?? '');
  const url = `postgres://homeward_desk:${word}@localhost/homeward_main?host=${host}`;
  const connection = connect(url, { max: 12 });
  const app = new Hono();
  app.get('/', async (c) => c.json((await sql`select 1 as one`.execute(connection.db)).rows));
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const close = () => {
    server.close();
    void connection.close();
  };
  return { url: `http://127.0.0.1:${port}/`, close };
}

async function signIn(installation: Installation): Promise<string> {
  const post = (path: string, body: object) =>
    fetch(`${installation.deskUrl}/api/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: installation.deskUrl },
      body: JSON.stringify(body),
    });
  const code = installation.trialCode;
  const { people } = (await (await post('trial-people', { code })).json()) as {
    people: { staffId: string; name: string }[];
  };
  const staffId = people.find((person) => person.name === 'Daria')?.staffId;
  const answer = await post('trial-sign-in', { code, staffId });
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

async function rate(url: string, headers: Readonly<Record<string, string>>) {
  for (let warm = 0; warm < 50; warm += 1) await get(url, headers);
  const until = performance.now() + seconds * 1_000;
  const times: number[] = [];
  const started = performance.now();
  const run = async () => {
    while (performance.now() < until) {
      const before = performance.now();
      await get(url, headers);
      times.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, run));
  const sorted = times.sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
  return {
    perSecond: times.length / ((performance.now() - started) / 1_000),
    p50: at(0.5),
    p99: at(0.99),
  };
}

function get(url: string, headers: Readonly<Record<string, string>>): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, headers }, (answer) => {
      answer.resume();
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve() : reject(new Error(`answered ${answer.statusCode}`)),
      );
    });
    asked.on('error', reject);
    asked.end();
  });
}
