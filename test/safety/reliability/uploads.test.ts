import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokerClient } from '../../../src/broker/client.ts';
import { type Installation, startInstallation } from '../../e2e/installation.ts';
import { hidden, sealOf } from '../../family-site.ts';
import { DeskClient, FamilyClient } from '../support/clients.ts';
import { figure, long, patienceMs } from '../support/length.ts';
import { superuserOf, withSuperuser } from '../support/superuser.ts';

/**
 * Uploads against the real processes: at the limits, many at once, slow, and interrupted. No
 * request ends a process or locks the broker, and a few slow lines block no other upload.
 */
const mebibyte = 1024 * 1024;
const paperMax = 25 * mebibyte;
const listMax = 100 * mebibyte;
const floodMs = 10_000;
const rssMaxMiB = 600;

let node: Installation;
let daria: DeskClient;
let families: FamilyClient[];

beforeAll(async () => {
  node = await startInstallation(['--empty']);
  daria = await DeskClient.signIn(node.deskUrl, node.trialCode, 'Daria');
  families = [];
  for (let at = 0; at < 6; at += 1) families.push(await newFamily(at));
}, patienceMs(120_000));
afterAll(() => node?.stop(), patienceMs(30_000));

async function newFamily(at: number): Promise<FamilyClient> {
  const family = new FamilyClient(node.familyUrl, node.familyUrl, `10.9.${at}.7`);
  await family.ask({
    surname: `Вигаданенко${at}`,
    enquirerName: 'Олена Вигаданенко',
    relationship: 'mother',
  });
  return family;
}

const pdf = (bytes: number) => new Uint8Array(Buffer.alloc(bytes, '%PDF-1.4 words '));

async function sendList(desk: DeskClient, bytes: number, start = 'ПІБ;Дата\n'): Promise<number> {
  const form = new FormData();
  const fields = {
    kind: 'official_list',
    reliability: 'B2',
    senderLabel: 'Bureau B',
    side: 'held',
  };
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const list = Buffer.alloc(bytes, 'x');
  list.write(start);
  form.set('file', new Blob([list]), 'list.csv');
  const init = { method: 'POST', body: form, headers: { 'x-purpose': 'import' } };
  return (await desk.send('/imports', init)).status;
}

/**
 * The installation's own processes by their program, identified by the data folder in their
 * environment.
 */
async function processes(): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const environment = await readFile(`/proc/${entry}/environ`, 'utf8').catch(() => '');
    if (!environment.includes(node.dataFolder)) continue;
    const command = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
    const name = /run-(broker|web-family|web-desk|worker)|web-family|web-desk|broker|worker/.exec(
      command.split('\0').slice(1).join(' '),
    )?.[0];
    if (name) found.set(name.replace('run-', ''), Number(entry));
  }
  return found;
}

async function rssMiB(pid: number | undefined): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024);
}

async function isUnlocked(): Promise<boolean> {
  const broker = brokerClient(join(node.dataFolder, 'run', 'broker.sock'));
  try {
    return await broker.unlocked();
  } finally {
    broker.close();
  }
}

/** Runs an attack; afterwards every process must be the same as before, and the broker open. */
async function unharmed(run: () => Promise<void>): Promise<void> {
  const before = await processes();
  expect([...before.keys()].sort()).toEqual(['broker', 'web-desk', 'web-family', 'worker']);
  await run();
  expect(await processes()).toEqual(before);
  expect(await isUnlocked()).toBe(true);
}

const theFamily = (at: number): FamilyClient => families[at % families.length] as FamilyClient; // There are six.

describe('a file at the limit', () => {
  it(
    'is taken from a family, one byte less as well, and one more is refused politely',
    () =>
      unharmed(async () => {
        for (const [bytes, answered] of [
          [paperMax - 1, 303],
          [paperMax, 303],
          [paperMax + 1, 422],
        ] as const) {
          const answer = await theFamily(0).sendPaper(pdf(bytes), 'scan.pdf');
          expect([bytes, answer.status]).toEqual([bytes, answered]);
        }
      }),
    patienceMs(60_000),
  );

  it(
    'is read back whole at the desk',
    () =>
      unharmed(async () => {
        const listed = JSON.parse((await daria.get('/enquiries', 'tracing')).text) as {
          rows: { enquiryId: string }[];
        };
        const digests: string[] = [];
        for (const { enquiryId } of listed.rows) {
          const opened = await daria.get(`/enquiries/${enquiryId}`, 'verification');
          const { papers } = JSON.parse(opened.text) as { papers: { paperId: string }[] };
          for (const { paperId } of papers) {
            const path = `/enquiries/${enquiryId}/papers/${paperId}`;
            const answer = await daria.get(path, 'verification');
            expect(answer.status).toBe(200);
            digests.push(createHash('sha256').update(answer.text).digest('hex'));
          }
        }
        const sent = [pdf(paperMax - 1), pdf(paperMax)].map((bytes) =>
          createHash('sha256').update(bytes).digest('hex'),
        );
        expect(digests.sort()).toEqual(sent.sort());
      }),
    patienceMs(60_000),
  );

  it(
    'is taken at the desk, and one byte more is refused',
    () =>
      unharmed(async () => {
        // The sandbox rejects an invalid list at once: here only its upload is tested.
        const sizes = long([listMax], [listMax - 1, listMax]);
        for (const bytes of sizes) expect(await sendList(daria, bytes, '%PDF')).toBe(200);
        expect(await sendList(daria, listMax + 1)).toBe(413);
      }),
    patienceMs(120_000),
  );
});

describe('many of the largest at once', () => {
  it(
    'for ten seconds leave every process as it was, and memory bounded',
    async () => {
      let taken = 0;
      const answers = new Map<number, number>();
      await unharmed(async () => {
        const until = Date.now() + floodMs;
        const flood = families.flatMap((family) => [family, family, family]);
        await Promise.all(
          flood.map(async (family) => {
            while (Date.now() < until) {
              // A refusal may arrive while we still send; then our connection is closed.
              const sent = family.sendPaper(pdf(paperMax), 'scan.pdf');
              const code = await sent.then(
                (answer) => answer.status,
                () => 0,
              );
              answers.set(code, (answers.get(code) ?? 0) + 1);
              if (code === 303) taken += 1;
            }
          }),
        );
      });
      const pids = await processes();
      const [web, broker] = [
        await rssMiB(pids.get('web-family')),
        await rssMiB(pids.get('broker')),
      ];
      figure(
        'uploads',
        `${taken} documents of 25 MiB by 18 senders; answers ${JSON.stringify([...answers])}; ` +
          `peak memory of web-family ${web} MiB, of the broker ${broker} MiB`,
      );
      expect([...answers.keys()].every((code) => [0, 303, 503].includes(code))).toBe(true);
      expect(taken).toBeGreaterThan(0);
      expect(web).toBeLessThan(rssMaxMiB);
      expect(broker).toBeLessThan(rssMaxMiB);
    },
    patienceMs(120_000),
  );
});

/**
 * An upload that sends its head and then a byte from time to time, for as long as it is permitted.
 */
async function slowUpload(url: string, headers: Record<string, string>, head: string) {
  const asked = httpRequest(url, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'multipart/form-data; boundary=b',
      'content-length': 1e6,
    },
  });
  const answered = new Promise<number>((resolve) => {
    asked.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.on('error', () => resolve(0));
  });
  asked.write(head);
  const dripping = setInterval(() => asked.write('x'), 1_000);
  return {
    answered,
    end: () => {
      clearInterval(dripping);
      asked.destroy();
    },
  };
}

async function slowPaper(family: FamilyClient) {
  const { text } = await family.get('/uk/own/paper');
  const boxes = { ...sealOf(text), kind: 'birth', token: hidden(text, 'token') };
  const head = Object.entries(boxes)
    .map(
      ([name, value]) =>
        `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    )
    .join('');
  const file = '--b\r\ncontent-disposition: form-data; name="paper"; filename="a.pdf"\r\n\r\n%PDF-';
  const headers = { origin: node.familyUrl, cookie: family.cookie };
  return slowUpload(`${node.familyUrl}/uk/own/paper`, headers, head + file);
}

describe('slow uploads', () => {
  it(
    'of one family block no other, take its own share only, and are ended',
    () =>
      unharmed(async () => {
        const slow = [await slowPaper(theFamily(0)), await slowPaper(theFamily(0))];
        await new Promise((resolve) => setTimeout(resolve, 500));
        expect((await theFamily(0).sendPaper(pdf(1_000), 'a.pdf')).status).toBe(503);
        const small = await theFamily(1).sendPaper(pdf(1_000), 'a.pdf');
        // The flood may have left twenty documents already: refused, but not for lack of a slot.
        expect([303, 422]).toContain(small.status);
        expect(await Promise.all(slow.map(({ answered }) => answered))).toEqual([422, 422]);
        for (const each of slow) each.end();
      }),
    patienceMs(60_000),
  );

  it(
    'of the auditor are refused before their body, however many there are',
    () =>
      unharmed(async () => {
        const auditor = await DeskClient.signIn(node.deskUrl, node.trialCode, 'Iryna');
        const headers = auditor.headersFor('import');
        const file =
          '--b\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\nx';
        const url = `${node.deskUrl}/api/imports`;
        const slow = await Promise.all(
          Array.from({ length: 10 }, () => slowUpload(url, headers, file)),
        );
        const answers = await Promise.all(slow.map(({ answered }) => answered));
        for (const each of slow) each.end();
        expect(answers).toEqual(answers.map(() => 404));
        expect(await sendList(daria, 2_000)).toBe(200);
      }),
    patienceMs(60_000),
  );
});

describe('an upload that breaks off', () => {
  it(
    'is dropped, for the next sweep to erase',
    () =>
      unharmed(async () => {
        const url = await superuserOf(node.dataFolder, 'main', 'homeward_main');
        const states = () =>
          withSuperuser(url, async (client) => {
            const found = await client.query<{ state: string; count: string }>(
              'select state, count(*) from uploads group by state',
            );
            return Object.fromEntries(found.rows.map((row) => [row.state, Number(row.count)]));
          });
        await expect.poll(async () => (await states())['arriving'] ?? 0).toBe(0);
        const slow = await slowPaper(theFamily(5));
        await expect.poll(async () => (await states())['arriving'] ?? 0).toBe(1);
        slow.end();
        await expect.poll(async () => (await states())['arriving'] ?? 0).toBe(0);
        expect(await isUnlocked()).toBe(true);
      }),
    patienceMs(60_000),
  );
});

describe('garbage on the broker’s socket', () => {
  it(
    'changes nothing',
    () =>
      unharmed(async () => {
        for (let round = 0; round < 50; round += 1) {
          const socket = connect(join(node.dataFolder, 'run', 'broker.sock'));
          socket.on('error', () => undefined); // It is hung up on.
          socket.write(Buffer.from(Array.from({ length: 500 }, () => Math.random() * 256)));
          socket.end();
          await new Promise((resolve) => socket.once('close', resolve));
        }
      }),
    patienceMs(30_000),
  );
});
