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
 * Limits for one step and for a whole walk. They end a walk that hangs and judge no speed: a machine that
 * is several times slower than ours needs a fraction of them.
 */
const stepWithinMs = 45_000;
export const walkWithinMs = 300_000;

const run = promisify(execFile);

/**
 * The browser that came with the packages; `HOMEWARD_CHROME` names another.
 *
 * The package unpacks it in place and takes a file that is there for a whole one: of two tests that begin
 * together on a fresh machine one would start half a browser. So each unpacks in a folder of its own, by a
 * child that is told where, and what is whole is put in its place at once.
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
    // Somebody else was first: theirs is as whole as ours.
    await rm(fresh, { recursive: true, force: true });
    if (!existsSync(folder)) throw new Error('The browser was not unpacked.', { cause });
  }
}

/** Starts a browser for people to share. */
export async function openBrowser(): Promise<Browser> {
  return driver.launch({
    executablePath: await browserPath(),
    // Not the package's own arguments: they turn off what a test of a site must leave on.
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

/** Keeps what a page has asked and not yet heard; the line of live news never ends and is left out. */
function watchQuestions(page: Page): void {
  const open = new Set<Request>();
  asking.set(page, open);
  page.on('request', (request) => {
    if (request.resourceType() !== 'eventsource') open.add(request);
  });
  page.on('requestfinished', (request) => open.delete(request));
  page.on('requestfailed', (request) => open.delete(request));
}

/** Waits until the screen says what it has to say: its heading stands, and nothing is still on its way. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  const open = asking.get(page);
  if (!open) throw new Error('only a page of `newPerson` is watched');
  // A question is asked as soon as what needs it stands on the screen; with it stands that it is loading.
  await expect.poll(async () => (await page.locator('.loading').count()) + open.size).toBe(0);
}

/** Sends a form, or follows a link, that leads to another page, and waits until that one is whole. */
export async function press(page: Page, button: string): Promise<void> {
  await Promise.all([page.waitForEvent('load'), page.click(button)]);
}

/**
 * Presses "back". False when there is nothing to go back to.
 *
 * The address is the new one a moment before the browser has put the new page in the place of the old; asked
 * in that moment it answers that no page is active. Then it is asked again; every other error is an error.
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

/** What stands in the way of somebody on this page, by WCAG 2.2 AA: rule and place, empty when nothing. */
export async function findBarriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  // As text: the page's own types are not ours.
  return page.evaluate(`axe.run(document, { runOnly: ${JSON.stringify(tags)} }).then((found) =>
    found.violations.map(({ id, nodes }) =>
      id + ': ' + nodes.map((node) => node.target.join(' ')).join(', ')))`);
}

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Gives the person a device that keeps passkeys and confirms whatever is asked of it. */
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
