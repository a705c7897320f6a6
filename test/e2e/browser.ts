import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import axe from 'axe-core';
import {
  type Browser,
  type BrowserContext,
  chromium as driver,
  type Page,
  type Request,
} from 'playwright-core';
import { expect } from 'vitest';

/**
 * Time limits for one step and for a whole walk. They end a walk that hangs and are not performance
 * limits: a machine several times slower than ours needs a fraction of them.
 */
const stepWithinMs = 45_000;
export const walkWithinMs = 300_000;

const run = promisify(execFile);

/**
 * The browser that came with the packages; `HOMEWARD_CHROME` names another. The package unpacks it
 * in place and assumes that an existing file is complete, so two tests that start together could
 * start an incomplete browser. Therefore a child process unpacks it in a folder of its own, and the
 * complete one is moved into place at once.
 */
export async function browserPath(): Promise<string> {
  const own = process.env['HOMEWARD_CHROME'];
  if (own) return own;
  const { devDependencies } = JSON.parse(await readFile('package.json', 'utf8')) as {
    devDependencies: Record<string, string>; // Our own file, which names it.
  };
  const folder = join(tmpdir(), `homeward-browser-${devDependencies['@sparticuz/chromium']}`);
  if (!existsSync(folder)) await unpackBrowser(folder);
  return join(folder, 'chromium');
}

async function unpackBrowser(folder: string): Promise<void> {
  const fresh = await mkdtemp(`${folder}-`);
  const code = "(await import('@sparticuz/chromium')).default.executablePath()";
  await run(process.execPath, ['--input-type=module', '-e', `await ${code}`], {
    env: { ...process.env, TMPDIR: fresh },
  });
  try {
    await rename(fresh, folder);
  } catch (cause) {
    // Another process was first: its copy is as complete as ours.
    await rm(fresh, { recursive: true, force: true });
    if (!existsSync(folder)) throw new Error('The browser was not unpacked.', { cause });
  }
}

/** Starts a browser for people to share. */
export async function openBrowser(): Promise<Browser> {
  return driver.launch({
    executablePath: await browserPath(),
    // Not the package's own arguments: they turn off what a test of a site needs.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
    headless: true,
  });
}

/** A person at a screen of their own. */
export async function newPerson(
  browser: Browser,
  options: { readonly locale: string; readonly width?: number; readonly scripts?: boolean },
): Promise<{ readonly page: Page; readonly context: BrowserContext }> {
  const context = await browser.newContext({
    locale: options.locale,
    javaScriptEnabled: options.scripts ?? true,
    viewport: { width: options.width ?? 1280, height: 900 },
  });
  context.setDefaultTimeout(stepWithinMs);
  const page = await context.newPage();
  watchQuestions(page);
  return { context, page };
}

const asking = new WeakMap<Page, Set<Request>>();

/** Tracks the page's pending requests; the live event stream never ends and is ignored. */
function watchQuestions(page: Page): void {
  const open = new Set<Request>();
  asking.set(page, open);
  page.on('request', (request) => {
    if (request.resourceType() !== 'eventsource') open.add(request);
  });
  page.on('requestfinished', (request) => open.delete(request));
  page.on('requestfailed', (request) => open.delete(request));
}

/** Waits until the screen is complete: it has its heading, and nothing is loading. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  const open = asking.get(page);
  if (!open) throw new Error('only a page of `newPerson` is watched');
  // A query starts as soon as its inputs are on the screen; the screen then shows that it is
  // loading.
  await expect.poll(async () => (await page.locator('.loading').count()) + open.size).toBe(0);
}

/**
 * Submits a form, or follows a link, that leads to another page, and waits until that one is
 * complete.
 */
export async function press(page: Page, button: string): Promise<void> {
  await Promise.all([page.waitForEvent('load'), page.click(button)]);
}

/**
 * Presses "back". False if there is nothing to go back to. The address changes a moment before the
 * browser has replaced the page. In that moment it reports that no page is active; then the request
 * is repeated. Every other error is an error.
 */
export async function goBack(page: Page): Promise<boolean> {
  await page.waitForLoadState('load');
  for (let left = 50; ; left -= 1) {
    try {
      return (await page.goBack({ waitUntil: 'load' })) !== null;
    } catch (error) {
      if (left === 0 || !String(error).includes('Not attached to an active page')) throw error;
      await page.waitForTimeout(100);
    }
  }
}

const outputFolder = join(process.cwd(), 'test-output', 'screens');

/** Keeps what the person sees, as output of the test. */
export async function keepScreen(page: Page, name: string): Promise<void> {
  await mkdir(outputFolder, { recursive: true });
  await page.screenshot({ path: join(outputFolder, `${name}.png`), fullPage: true });
}

/** Accessibility errors of this page by WCAG 2.2 AA: rule and place, empty if there are none. */
export async function findBarriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  // As text: the page's own types are not ours.
  return page.evaluate(`axe.run(document, { runOnly: ${JSON.stringify(tags)} }).then((found) =>
    found.violations.map(({ id, nodes }) =>
      id + ': ' + nodes.map((node) => node.target.join(' ')).join(', ')))`);
}

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Gives the person a device that stores passkeys and confirms every request. */
export async function giveDevice(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}
