import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, startInstallation } from '../../e2e/installation.ts';
import { sealOf } from '../../family-site.ts';
import {
  birthCanary,
  digitCanary,
  type Hit,
  latinCanary,
  nameCanary,
  searchBytes,
} from '../support/canaries.ts';
import { type Answer, DeskClient, FamilyClient } from '../support/clients.ts';
import { figure, long, patienceMs } from '../support/length.ts';
import { familyOrigin } from '../support/loading.ts';
import { superuserOf, withSuperuser } from '../support/superuser.ts';

/**
 * S-13: no content of a request is written to a log. Canaries are in bodies, paths, queries,
 * headers and file names, in requests that succeed, are refused or end in an internal error. It
 * runs against the processes of a real installation.
 */
const requests = long(400, 5_000);

let node: Installation;
let desk: DeskClient;
let family: FamilyClient;
const statuses = new Map<number, number>();

beforeAll(async () => {
  node = await startInstallation(['--empty'], { HOMEWARD_FAMILY_ORIGIN: familyOrigin });
  desk = await DeskClient.signIn(node.deskUrl, node.trialCode, 'Daria');
  family = await newFamily(0);
}, patienceMs(90_000));
afterAll(() => node?.stop());

async function newFamily(number: number): Promise<FamilyClient> {
  const visitor = new FamilyClient(
    node.familyUrl,
    familyOrigin,
    `10.9.${number >> 8}.${number & 255}`,
  );
  await visitor.ask({
    surname: nameCanary(number, 0),
    enquirerName: nameCanary(number, 1),
    relationship: 'mother',
    birth: birthCanary(number).written,
    circumstances: nameCanary(number, 2),
  });
  return visitor;
}

/** Everything that the installation wrote: output of its processes, and both servers' logs. */
async function logs(): Promise<readonly Hit[]> {
  const written = [{ where: 'printed', bytes: Buffer.from(node.printed()) }];
  for (const which of ['main', 'keystore']) {
    const where = join(node.dataFolder, which, 'postgres.log');
    written.push({ where, bytes: await readFile(where) });
  }
  return written.flatMap(({ where, bytes }) => searchBytes(where, bytes));
}

type Send = (number: number) => Promise<Pick<Answer, 'status'>>;

const name = nameCanary;
const inPath = (number: number) => encodeURIComponent(name(number, 10));
const asked = { purpose: 'tracing' } as const;
const nobody = () => `/enquiries/${randomUUID()}`;

/** Requests in turn: valid, invalid, and misplaced. */
const sends: readonly Send[] = [
  // Families: filings, messages, documents, sign-ins; valid and invalid.
  (number) => newFamily(number).then(() => ({ status: 200 })),
  (number) => family.fill('/uk/ask', { surname: name(number, 3), birth: '31.02.1931', email: 'x' }),
  (number) => family.fill('/uk/own', { text: name(number, 4) }, '/uk/own/thread'),
  (number) => family.fill('/uk/enter', { code: name(number, 5), passphrase: name(number, 6) }),
  (number) =>
    family.sendPaper(new Uint8Array(Buffer.from(name(number, 7))), `${name(number, 8)}.pdf`),
  (number) => family.get(`/uk/${inPath(number)}?${inPath(number)}=${inPath(number)}`),
  (number) => family.post('/uk/own/thread', { commandId: name(number, 9), text: name(number, 9) }),
  (number) =>
    family.send(`/${inPath(number)}/own`, {
      headers: { 'accept-language': latinCanary(number, 11) },
    }),
  (number) =>
    family.send('/uk/ask', {
      method: 'POST',
      body: JSON.stringify({ surname: name(number, 12) }),
      headers: { 'content-type': 'application/json', 'x-note': latinCanary(number, 13) },
    }),
  // The desk: searches, notes, lists; invalid JSON, forbidden and missing objects.
  (number) =>
    desk.post('/search', { name: name(number, 14), birth: birthCanary(number).written }, asked),
  (number) =>
    desk.post(`${nobody()}/contact`, { kind: 'telephone', note: name(number, 15) }, asked),
  (number) => desk.get(`/persons/${inPath(number)}?asOf=${inPath(number)}`, 'tracing'),
  (number) => desk.get(`/matches?state=${inPath(number)}`, latinCanary(number, 16)),
  (number) => desk.post('/enquiries', filingOf(number), { purpose: 'tracing' }),
  (number) =>
    desk.send('/search', {
      method: 'POST',
      body: `{"name":"${name(number, 17)}`,
      headers: {
        'content-type': 'application/json',
        'x-purpose': 'tracing',
        cookie: latinCanary(number, 18),
      },
    }),
  (number) => bringList(number),
  (number) => desk.post('/trial-sign-in', { code: digitCanary(number, 1), staffId: randomUUID() }),
  (number) => rawRequest(number),
  // An internal error: bytes that the database refuses as text.
  (number) => desk.post('/search', { name: `${name(number, 19)}\u0000`, birth: '\ud800' }, asked),
  (number) =>
    desk.post('/sign-in', {
      challengeId: randomUUID(),
      response: { id: latinCanary(number, 20), response: name(number, 20) },
    }),
];

function filingOf(number: number) {
  const texts = {
    surname: name(number, 21),
    enquirerName: name(number, 22),
    relationship: 'mother',
  };
  return { texts, language: 'uk', channel: 'telephone' };
}

async function bringList(number: number): Promise<Pick<Answer, 'status'>> {
  const form = new FormData();
  form.set('kind', 'official_list');
  form.set('reliability', 'B2');
  form.set('senderLabel', `Bureau ${number}`);
  form.set('side', 'held');
  // Every second one is not a list at all: the sandbox refuses it.
  const text =
    number % 2 === 0
      ? `ПІБ;Дата народження\n${name(number, 23)};01.02.1931`
      : `PK\u0003\u0004${name(number, 23)}`;
  form.set('file', new Blob([text]), `${name(number, 24)}.xlsx`);
  return desk.send('/imports', { method: 'POST', body: form, headers: { 'x-purpose': 'import' } });
}

/** Malformed HTTP, written straight to the socket. */
function rawRequest(number: number): Promise<Pick<Answer, 'status'>> {
  const { hostname, port } = new URL(node.familyUrl);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let said = '';
    socket.on('data', (part: Buffer) => {
      said += part.toString('latin1');
    });
    socket.on('close', () => resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(said)?.[1] ?? 0) }));
    socket.on('error', reject);
    socket.end(
      `GET /uk/${latinCanary(number, 25)} HTTP/1.1\r\n${latinCanary(number, 26)}\r\n\u0000\r\n\r\n`,
    );
  });
}

/** The settings of an operator who investigates slow queries. */
const loose = [
  ['log_min_duration_statement', '0'],
  ['log_parameter_max_length', '-1'],
  ['log_error_verbosity', 'default'],
] as const;

function note(answer: Pick<Answer, 'status'>): void {
  statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
}

describe('S-13 what is written to logs', () => {
  it(
    'holds no canary, whatever was sent and however it ended',
    async () => {
      for (let number = 1; number <= requests; number += 1) {
        const send = sends[number % sends.length];
        note((await send?.(number)) ?? { status: 0 });
      }
      await makeFailures();
      const found = await logs();
      const kinds = [...statuses].sort(([one], [other]) => one - other);
      figure(
        'S-13',
        `${requests} requests (${kinds.map(([code, count]) => `${code}: ${count}`).join(', ')}), ` +
          `${node.printed().length} characters printed: ${found.length} canaries`,
      );
      // Valid, invalid and failing requests all occurred; otherwise nothing was proven.
      expect([...statuses.keys()]).toEqual(
        expect.arrayContaining([200, 303, 400, 403, 404, 422, 500]),
      );
      expect(found).toEqual([]);
    },
    patienceMs(120_000),
  );

  it('would hold them if the database wrote its statements down (negative control)', async () => {
    await withSuperuser(
      await superuserOf(node.dataFolder, 'main', 'homeward_main'),
      async (client) => {
        for (const [setting, value] of loose) {
          await client.query(`alter database homeward_main set ${setting} = '${value}'`);
        }
        await client.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = 'homeward_main' and pid <> pg_backend_pid() and backend_type = 'client backend'`);
      },
    );
    // The name of a sender is stored in clear and names no person; connections recover by
    // themselves.
    await expect
      .poll(async () => (await bringFrom(`Bureau ${latinCanary(1, 99)}`)).status)
      .toBe(200);
    const found = await logs();
    figure('S-13', `control, statements written down: ${found.length} canaries`);
    expect(found.length).toBeGreaterThan(0);
  });
});

/** Removes the tables from under the sites, so that they fail, and restores them. */
async function makeFailures(): Promise<void> {
  const url = await superuserOf(node.dataFolder, 'main', 'homeward_main');
  await withSuperuser(url, async (client) => {
    await client.query('alter table thread_entries rename to away');
    await client.query('alter table sources rename to away_too');
    for (let number = 1; number <= 20; number += 1) {
      const { text } = await family.get('/uk/own');
      const seal = /name="commandId"/.test(text) ? sealOf(text) : {};
      for (const answer of [
        await family.post('/uk/own/thread', { ...seal, text: name(number, 30) }),
        await bringFrom(`Bureau ${number}`, name(number, 31)),
      ]) {
        note(answer);
      }
    }
    await client.query('alter table away rename to thread_entries');
    await client.query('alter table away_too rename to sources');
  });
}

function bringFrom(label: string, content = 'ПІБ\nВигаданенко') {
  const form = new FormData();
  form.set('kind', 'official_list');
  form.set('reliability', 'B2');
  form.set('senderLabel', label);
  form.set('side', 'held');
  form.set('file', new Blob([content]), 'list.csv');
  return desk.send('/imports', { method: 'POST', body: form, headers: { 'x-purpose': 'import' } });
}
