import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium as driver, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDeskServer } from '../../../src/http/desk.ts';
import { startFamilyServer } from '../../../src/http/family.ts';
import type { Listening } from '../../../src/http/listen.ts';
import { printCode, writeToThread } from '../../../src/registry/enquiries/actions.ts';
import { declared } from '../../../src/registry/modules.ts';
import { toldToFamily } from '../../../src/registry/notices/actions.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { browserPath, goBack } from '../../e2e/browser.ts';
import { freePort } from '../../e2e/installation.ts';
import { newCommand, World } from '../../world.ts';
import { filesUnder, nameCanary, searchFolders, stems } from '../support/canaries.ts';
import { figure, patienceMs } from '../support/length.ts';

/**
 * S-44 and the browser's part of S-35: the next user of the machine finds nothing, by the back
 * button, in storage, in caches or on its disk. No page contacted a third party.
 */
const passphrase = 'a long passphrase'; // The passphrase that the world's families choose.

let test: TestDatabase;
let world: World;
let familyUrl: string;
let deskUrl: string;
let fileCode: string;
let personId: string;
const servers: Listening[] = [];

beforeAll(async () => {
  test = await cloneDatabase();
  world = await World.open(test);
  const [familyPort, deskPort] = [await freePort(), await freePort()];
  familyUrl = `http://localhost:${familyPort}`;
  deskUrl = `http://localhost:${deskPort}`;
  const { broker, officeId } = world;
  const common = { broker, officeId, clock: () => world.now };
  const passkeyScript = await readFile('dist/family/passkey.js', 'utf8');
  servers.push(
    await startFamilyServer(
      {
        ...common,
        db: test.as('homeward_family'),
        origin: familyUrl,
        trial: false,
        withRtl: false,
        passkeyScript,
        toldNotices: toldToFamily,
      },
      { host: '127.0.0.1', port: familyPort },
    ),
    await startDeskServer(
      {
        ...common,
        db: test.as('homeward_desk'),
        origin: deskUrl,
        declared,
        trial: null,
        filesFolder: 'dist/desk',
      },
      { host: '127.0.0.1', port: deskPort },
    ),
  );
  const names = [0, 1, 2].map((field) => nameCanary(1, field)).join(' ');
  const filed = await world.file(names, '02.03.1944');
  fileCode = printCode(filed.fileCode);
  const { enquiryId, olena } = filed;
  await writeToThread(olena, { enquiryId, text: nameCanary(1, 3), commandId: newCommand() });
  const recordId = await world.listed({ names: [{ full: names }], note: nameCanary(1, 4) });
  ({ personId } = await test.db
    .selectFrom('records')
    .select('personId')
    .where('id', '=', recordId)
    .executeTakeFirstOrThrow());
}, patienceMs(90_000));
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await test?.drop();
});

interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly folder: string;
  /** Requests to third parties. */
  readonly strangers: string[];
  readonly asked: string[];
}

async function visit(origins: readonly string[]): Promise<Visit> {
  const folder = await mkdtemp(join(tmpdir(), 'homeward-browser-'));
  const context = await driver.launchPersistentContext(folder, {
    executablePath: await browserPath(),
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
    headless: true,
  });
  context.setDefaultTimeout(45_000);
  const strangers: string[] = [];
  const asked: string[] = [];
  context.on('request', (each) => {
    const url = each.url();
    asked.push(url);
    const own = origins.some((origin) => url.startsWith(`${origin}/`));
    if (!own && !url.startsWith('data:') && !url.startsWith('about:')) strangers.push(url);
  });
  return {
    context,
    page: context.pages()[0] ?? (await context.newPage()),
    folder,
    strangers,
    asked,
  };
}

/** Signs in with the code, reads everything, and leaves in a hurry. */
async function familyVisit({ page }: Visit, url: string): Promise<void> {
  await page.goto(`${url}/uk/enter`);
  await page.fill('#code', fileCode);
  await page.fill('#passphrase', passphrase);
  await page.locator('form:has(#passphrase) button').first().click();
  await page.waitForURL(/\/uk\/own/);
  expect(await page.content()).toContain(nameCanary(1, 3));
  await page.goto(`${url}/uk/own/held`);
  expect(await page.content()).toContain(nameCanary(1, 0));
  await page.locator('.leave button').click();
  await page.waitForURL(/\/uk\/calendar/);
}

/** Opens a person's page and signs out by the button. */
async function deskVisit({ page, context }: Visit): Promise<void> {
  const daria = await world.as('Daria', 'tracing');
  await context.addCookies([{ name: 'desk', value: daria.sessionToken ?? '', url: deskUrl }]);
  await page.goto(`${deskUrl}/persons/${personId}`);
  await page.getByText(nameCanary(1, 0), { exact: false }).first().waitFor();
  await page.getByRole('button', { name: 'Вийти' }).click();
  await page.waitForURL(/\/sign-in/);
}

interface Storage {
  readonly local: string;
  readonly session: string;
  readonly caches: number;
  readonly databases: number;
  readonly workers: number;
}

/** What the next person at the machine finds with the browser's own means. */
async function found({ page, context }: Visit): Promise<readonly string[]> {
  const left: string[] = [];
  // As text: the page's own types are not ours.
  const storage = await page.evaluate<Storage>(`(async () => ({
    local: JSON.stringify({ ...localStorage }),
    session: JSON.stringify({ ...sessionStorage }),
    caches: (await caches.keys()).length,
    databases: (await indexedDB.databases()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
  }))()`);
  if (/[^{}]/.test(storage.session) || storage.local.includes(stems.name)) left.push('storage');
  if (storage.caches + storage.databases + storage.workers > 0) left.push('caches or workers');
  if ((await context.cookies()).length > 0) left.push('cookies');
  for (let step = 0; step < 6; step += 1) {
    // Every step is tried: a page that changes without loading answers as if it had no history.
    await goBack(page);
    await comesToRest(page);
    if (personal(await page.content())) left.push(`back: ${new URL(page.url()).pathname}`);
    if (personal(page.url())) left.push(`address: ${page.url()}`);
  }
  return left;
}

/** Two readings in a row are the same: the page has finished loading. */
async function comesToRest(page: Page): Promise<void> {
  let before: string | null = null;
  const look = async () => {
    const now = await page.content();
    const isSame = now === before;
    before = now;
    return isSame;
  };
  await expect.poll(look, { interval: 300 }).toBe(true);
}

function personal(text: string): boolean {
  return text.includes(stems.name) || text.includes(fileCode);
}

/** Closes the browser and searches its files on disk. */
async function onDisk({ context, folder }: Visit) {
  await context.close();
  const search = await searchFolders([folder]);
  const secrets = [fileCode, fileCode.replaceAll('-', ''), passphrase];
  const typed: string[] = [];
  for (const path of await filesUnder(folder)) {
    const bytes = await readFile(path);
    const wide = (text: string) => bytes.includes(Buffer.from(text, 'utf16le'));
    if (secrets.some((text) => bytes.includes(text) || wide(text))) typed.push(path);
  }
  await rm(folder, { recursive: true, force: true });
  return { ...search, typed };
}

describe('S-44 what a browser keeps after somebody left', () => {
  it(
    'is nothing of a family: not by the back button, in storage, or on the disk',
    async () => {
      const visiting = await visit([familyUrl]);
      await familyVisit(visiting, familyUrl);
      const left = await found(visiting);
      const { files, bytes, hits, typed } = await onDisk(visiting);
      figure(
        'S-44',
        `family: ${left.length} left in the browser, ${hits.length} on its disk (${files} files, ${Math.round(bytes / 1024)} KiB)`,
      );
      figure(
        'S-35',
        `family: ${visiting.asked.length} requests, ${visiting.strangers.length} to others`,
      );
      expect(left).toEqual([]);
      // Neither what was read nor what was typed.
      expect(typed).toEqual([]);
      expect(hits).toEqual([]);
      expect(visiting.strangers).toEqual([]);
      expect(visiting.asked.length).toBeGreaterThan(5);
    },
    patienceMs(90_000),
  );

  it(
    'is nothing of the desk',
    async () => {
      const visiting = await visit([deskUrl]);
      await deskVisit(visiting);
      const left = await found(visiting);
      const { files, hits } = await onDisk(visiting);
      figure(
        'S-44',
        `desk: ${left.length} left in the browser, ${hits.length} on its disk (${files} files)`,
      );
      figure(
        'S-35',
        `desk: ${visiting.asked.length} requests, ${visiting.strangers.length} to others`,
      );
      expect(left).toEqual([]);
      expect(hits).toEqual([]);
      expect(visiting.strangers).toEqual([]);
      expect(visiting.asked.length).toBeGreaterThan(5);
    },
    patienceMs(90_000),
  );

  it(
    'would be found were pages kept and nothing cleared (negative control)',
    async () => {
      const careless = await startCareless();
      const visiting = await visit([familyUrl]);
      await familyVisit(visiting, careless.url);
      const left = await found(visiting);
      const { hits } = await onDisk(visiting);
      careless.server.close();
      figure('S-44', `control: ${left.length} left in the browser, ${hits.length} on its disk`);
      figure('S-35', `control: ${visiting.strangers.length} requests to others seen`);
      expect(left.length + hits.length).toBeGreaterThan(0);
      // Requests to third parties would be detected.
      expect(visiting.strangers.length).toBeGreaterThan(0);
    },
    patienceMs(90_000),
  );
});

/** The same site behind a proxy that allows pages to be stored and removes the clearing header. */
async function startCareless(): Promise<{ readonly server: Server; readonly url: string }> {
  const port = await freePort();
  const target = new URL(familyUrl);
  const server = createServer((asked, answer) => {
    const { host, ...headers } = asked.headers;
    const onward = request(
      {
        host: '127.0.0.1',
        port: target.port,
        path: asked.url,
        method: asked.method,
        headers: { ...headers, host: target.host },
      },
      (given) => {
        const { 'cache-control': kept, 'clear-site-data': cleared, ...rest } = given.headers;
        answer.writeHead(given.statusCode ?? 500, {
          ...rest,
          'cache-control': 'private, max-age=3600',
        });
        given.pipe(answer);
      },
    );
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { server, url: `http://localhost:${port}` };
}
