import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFamilyServer } from '../../src/http/family.ts';
import type { Listening } from '../../src/http/listen.ts';
import { FamilyWorld, passphrase } from '../family-site.ts';
import {
  findBarriers,
  giveDevice,
  goBack,
  keepScreen,
  newPerson,
  openBrowser,
  press,
  walkWithinMs,
} from './browser.ts';
import { freePort } from './installation.ts';

/** A family on its phone, on the site alone: real database, broker and browser. */
let world: FamilyWorld;
let server: Listening;
let browser: Browser;
let origin: string;

beforeAll(async () => {
  browser = await openBrowser();
  const port = await freePort();
  origin = `http://localhost:${port}`;
  const passkeyScript = await readFile('dist/family/passkey.js', 'utf8');
  world = await FamilyWorld.open({ origin, passkeyScript });
  server = await startFamilyServer(world.options, { host: '127.0.0.1', port });
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  await world?.test.drop();
});

const boxes = '#surname, #given, #birth, #circumstances, #enquirerName';
const send = 'main form button';

describe('a family on its telephone, without scripts', () => {
  it(
    'asks, keeps its code, comes back, writes, sends a paper and withdraws',
    async () => {
      const { page, context } = await newPerson(browser, {
        locale: 'uk',
        width: 390,
        scripts: false,
      });
      const asked = strangersAsked(context);
      await page.goto(`${origin}/uk/`);
      await keepScreen(page, 'family-1-home');
      await page.goto(`${origin}/uk/ask`);
      expect(await page.locator(boxes).count()).toBe(5);
      await page.fill('#surname', 'Ш'.repeat(4000));
      await page.fill('#birth', '31.02.1990');
      await press(page, send);
      await keepScreen(page, 'family-2-asked-again');
      expect(await page.inputValue('#birth')).toBe('31.02.1990');
      await page.fill('#surname', 'Вигаданенко');
      await page.fill('#birth', '1990');
      await page.fill('#enquirerName', 'Олена Вигаданенко');
      await page.selectOption('#relationship', 'mother');
      await press(page, send);
      const code = await page.inputValue('input[name=code]');
      await keepScreen(page, 'family-3-receipt');
      await page.emulateMedia({ media: 'print' });
      expect(await page.locator('.sheet .code').innerText()).toContain(code.slice(0, 4));
      expect(
        await page.locator('header, .leave, #passphrase').filter({ visible: true }).count(),
      ).toBe(0);
      await keepScreen(page, 'family-4-sheet');
      await page.emulateMedia({ media: 'screen' });
      await page.fill('#passphrase', passphrase);
      await page.fill('#passphraseAgain', passphrase);
      await press(page, send);
      await page.fill('#text', 'Чи потрібен ще якийсь документ?');
      await press(page, 'form[action$="/thread"] button');
      await sendPaper(page);
      await keepScreen(page, 'family-5-own');
      await context.clearCookies();
      await page.goto(`${origin}/uk/own`);
      await comeBack(page, code);
      expect(await page.locator('.steps > li').count()).toBe(5);
      await page.goto(`${origin}/uk/own/withdraw`);
      await press(page, 'button.grave');
      expect(await page.locator('.steps, #text').count()).toBe(0);
      await press(page, '.leave button');
      expect(new URL(page.url()).pathname).toBe('/uk/calendar');
      expect(await goBack(page)).toBe(true);
      expect(await page.locator('.talk').count()).toBe(0);
      expect(asked).toEqual([]);
      expect(world.failures).toEqual([]);
      await context.close();
    },
    walkWithinMs,
  );
});

async function sendPaper(page: Page) {
  await page.goto(`${origin}/uk/own/paper`);
  const buffer = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n');
  await page.setInputFiles('#paper', { name: 'p.pdf', mimeType: 'application/pdf', buffer });
  await press(page, send);
  expect(new URL(page.url()).search).toBe('?saved=paper');
}

async function comeBack(page: Page, code: string) {
  await page.fill('#code', code.toLowerCase());
  await page.fill('#passphrase', 'not this one');
  await press(page, send);
  // A wrong passphrase does not lose the typed code.
  expect(await page.inputValue('#code')).toBe(code.toLowerCase());
  await page.fill('#passphrase', passphrase);
  await press(page, send);
  expect(new URL(page.url()).pathname).toBe('/uk/own');
}

/** Requests to third parties, as they occur. */
function strangersAsked(context: BrowserContext): string[] {
  const asked: string[] = [];
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith('data:')) asked.push(url);
  });
  return asked;
}

describe('every page of the family site', () => {
  it.each([
    { locale: 'uk', width: 390, colorScheme: 'light' },
    { locale: 'rtl', width: 390, colorScheme: 'light' },
    { locale: 'en', width: 1280, colorScheme: 'dark' },
  ] as const)(
    'has no barrier and no sideways scrolling: $locale, $width px, $colorScheme',
    async (screen) => {
      const { visitor } = await world.filed();
      const { page, context } = await newPerson(browser, { locale: 'en', width: screen.width });
      await page.emulateMedia({ colorScheme: screen.colorScheme });
      await signIn(context, visitor.cookie);
      const found: string[] = [];
      const look = async (path: string) => {
        const barriers = await findBarriers(page);
        const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
        found.push(...barriers.map((barrier) => `${path} ${barrier}`), ...(wide ? [path] : []));
      };
      for (const path of pagePaths) {
        await page.goto(`${origin}/${screen.locale}/${path}`);
        expect(page.url()).toBe(`${origin}/${screen.locale}/${path}`);
        await look(path);
      }
      for (const [path, button] of refusing) {
        await page.goto(`${origin}/${screen.locale}/${path}`);
        await press(page, button);
        await page.locator('.error, .bad').first().waitFor();
        await look(`${path} refused`);
      }
      expect(found).toEqual([]);
      await context.close();
    },
    walkWithinMs,
  );
});

const publicPaths = ['', 'never', 'limits', 'who', 'ask', 'enter', 'calendar', 'nope'];
const pagePaths = [...publicPaths, 'own', 'own/held', 'own/paper', 'own/withdraw'];
/** Pages whose form is refused when it is sent empty, and the button that sends it. */
const refusing = [
  ['ask', send],
  ['enter', send],
  ['own/paper', send],
  ['own', 'form[action$="/thread"] button'],
] as const;

async function signIn(context: BrowserContext, cookie: string) {
  const [name = '', value = ''] = cookie.split('=');
  await context.addCookies([{ name, value, url: origin }]);
}

describe('a key of the device', () => {
  it(
    'is added and opens the file without code and passphrase',
    async () => {
      const { visitor } = await world.filed();
      const { page, context } = await newPerson(browser, { locale: 'en', width: 390 });
      await signIn(context, visitor.cookie);
      await giveDevice(page);
      await page.goto(`${origin}/en/own`);
      await page.click('#passkey-add button');
      await page.locator('#passkey-add [role=status]').waitFor();
      await context.clearCookies();
      await page.goto(`${origin}/en/enter`);
      await page.click('#passkey-enter button');
      await page.waitForURL(`${origin}/en/own`);
      expect(await page.locator('.steps > li').count()).toBe(5);
      await context.close();
    },
    walkWithinMs,
  );
});
