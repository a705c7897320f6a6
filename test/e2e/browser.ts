import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import chromium from '@sparticuz/chromium';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium as driver, type Page } from 'playwright-core';

/** Starts the browser that came with the packages; `HOMEWARD_CHROME` names another. */
export async function openBrowser(): Promise<Browser> {
  const own = process.env['HOMEWARD_CHROME'];
  const executablePath = own ?? (await chromium.executablePath());
  return driver.launch({
    executablePath,
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
  context.setDefaultTimeout(15_000);
  return { context, page: await context.newPage() };
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
