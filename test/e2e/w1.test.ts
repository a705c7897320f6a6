import { IntlMessageFormat } from 'intl-messageformat';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogueOf } from '../texts.ts';
import {
  findBarriers,
  keepScreen,
  newPerson,
  openBrowser,
  press,
  settled,
  walkWithinMs,
} from './browser.ts';
import { type Installation, startInstallation } from './installation.ts';

/**
 * W1, list to family, as the README describes it to a newcomer. All languages with `npm run
 * test:walks`.
 */
const all = ['uk', 'ru', 'en'] as const;
const languages = process.env['HOMEWARD_WALK_LANGUAGES'] === 'all' ? all : (['uk'] as const);
type Language = (typeof all)[number];

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

describe.each(languages)('W1 from a list to a family, in %s', (language) => {
  let node: Installation;
  beforeAll(async () => {
    node = await startInstallation();
  }, walkWithinMs);
  afterAll(() => node?.stop());

  it(
    'brings the list in, judges, confirms, tells by a person, and the mother sees it',
    async () => {
      const t = await wordsOf(language);
      const before = await motherPage(node, language);
      const daria = await signIn(node, language, 'Daria');
      await bringSample(daria, node, { t, language });
      const personUrl = await judgeTykhobor(daria, node, { t, language });
      const andriy = await signIn(node, language, 'Andriy');
      await confirm(andriy, personUrl, { t, language });
      const enquiryUrl = await composeNotice(daria, andriy, { t, language });
      // Approved but not told: the mother's page is unchanged.
      expect(await motherPage(node, language)).toBe(before);
      await tellByTelephone(daria, enquiryUrl, { t, language });
      const after = await motherPage(node, language, `${language}-9-mother-after`);
      expect(after).not.toBe(before);
      expect(after).toContain(sentence);
      // Terminal output and process logs name no person.
      expect(node.printed()).not.toMatch(/Тихобор|Данил/);
    },
    walkWithinMs,
  );
});

const sentence =
  'W1: Він у списку тих, кого утримують. / Он в списке удерживаемых. / He is listed.';

interface Speaks {
  readonly t: (key: string, values?: Record<string, unknown>) => string;
  readonly language: Language;
}

async function wordsOf(language: Language): Promise<Speaks['t']> {
  const words = catalogueOf(language, 'desk');
  return (key, values = {}) => {
    const message = words[key];
    if (message === undefined) throw new Error(`no text ${key}`);
    return String(new IntlMessageFormat(message, language).format(values));
  };
}

async function signIn(node: Installation, language: Language, name: string): Promise<Page> {
  const t = await wordsOf(language);
  const { page } = await newPerson(browser, { locale: language });
  await page.goto(`${node.deskUrl}/`);
  await page.getByText(t('trial.title')).click();
  await page.getByRole('textbox', { name: t('trial.code') }).fill(node.trialCode);
  await page.getByRole('button', { name: t('trial.show') }).click();
  if (name === 'Daria') await lookAt(page, `${language}-1-sign-in`);
  await page.getByRole('button', { name }).click();
  await page.getByRole('navigation').first().waitFor();
  // The desk uses the colleague's language; the walk needs its own.
  const answer = await page.evaluate(async (chosen) => {
    const sent = await fetch('/api/language', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ language: chosen }),
    });
    return sent.status;
  }, language);
  expect(answer).toBe(204);
  await page.goto(`${node.deskUrl}/`);
  await settled(page);
  if (name === 'Daria') await lookAt(page, `${language}-2-queues`);
  return page;
}

async function bringSample(page: Page, node: Installation, { t, language }: Speaks): Promise<void> {
  await page.goto(`${node.deskUrl}/imports/new`);
  await page.setInputFiles('input[type=file]', 'src/demo/samples/sample-list-windows-1251.csv');
  await page.getByRole('textbox', { name: t('upload.senderLabel') }).fill('A volunteer');
  await page.getByLabel(t('source.kind')).selectOption('unofficial_list');
  await page.getByLabel(t('grade.speaker')).selectOption('C');
  await page.getByLabel(t('grade.content')).selectOption('3');
  await page.getByText(t('listed.held')).click();
  await page.getByRole('button', { name: t('upload.send') }).click();
  const start = page.getByRole('button', { name: t('mapping.start') });
  await start.waitFor();
  await lookAt(page, `${language}-3-columns`);
  await start.click();
  await page.getByText(t('import.finished')).waitFor();
  // Three broken rows and one that names two people are listed beside the good ones, each with its
  // reason.
  const refused = page.getByRole('table', { name: t('import.refusedTitle') });
  await expect.poll(() => refused.getByRole('row').count()).toBe(5);
  await lookAt(page, `${language}-4-refused-rows`);
}

/** Finds the pair behind its mask, opens it, and answers with one key. */
async function judgeTykhobor(
  page: Page,
  node: Installation,
  { t, language }: Speaks,
): Promise<string> {
  let path = '';
  const find = async () => {
    path = await findPair(page, node);
    return path;
  };
  // Each reading of the queue is counted: at most two per second.
  await expect.poll(find, { timeout: 90_000, interval: 500 }).toMatch(/^\/matches\//);
  await page.goto(`${node.deskUrl}${path}`);
  await page.getByText('Тихобор Данила Остапович', { exact: false }).first().waitFor();
  await lookAt(page, `${language}-5-comparison`);
  await page.keyboard.press('s');
  await page.getByText(t('matchState.awaiting_second')).first().waitFor();
  return page.url();
}

function findPair(page: Page, node: Installation): Promise<string> {
  return page.evaluate(async (base) => {
    for (let after = '0'; after !== ''; ) {
      const answer = await fetch(`${base}/api/matches?state=proposed&after=${after}`, {
        headers: { 'x-purpose': 'tracing' },
      });
      const list = (await answer.json()) as {
        rows: { matchId: string; left: { initials: string; birthYear: string | null } | null }[];
        nextAfter: string | null;
      };
      const row = list.rows.find(
        ({ left }) => left?.initials === 'Т. Д.' && left.birthYear === '1994',
      );
      if (row) return `/matches/${row.matchId}`;
      after = list.nextAfter ?? '';
    }
    return '';
  }, node.deskUrl);
}

async function confirm(page: Page, matchUrl: string, { t, language }: Speaks): Promise<void> {
  await page.goto(matchUrl);
  await settled(page);
  await page.getByRole('button', { name: t('match.confirmAnswer', { answer: 'same' }) }).click();
  await page.getByText(t('match.isConfirmed')).waitFor();
  await page
    .getByRole('link', { name: t('match.openPerson') })
    .first()
    .click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByText('Тихобор', { exact: false }).first().waitFor();
  await settled(page);
  await lookAt(page, `${language}-6-person`);
}

/**
 * Daria composes a notice that the standing supports and submits it; Andriy approves. Returns the
 * enquiry's page.
 */
async function composeNotice(daria: Page, andriy: Page, { t, language }: Speaks): Promise<string> {
  const enquiry = andriy.locator('a[href^="/enquiries/"]').last();
  const url = new URL((await enquiry.getAttribute('href')) ?? '', andriy.url()).href;
  await daria.goto(url);
  // The last query to finish moves the buttons: an earlier press would miss them.
  await settled(daria);
  await daria
    .getByRole('button', { name: t('notice.compose') })
    .first()
    .click();
  await daria.getByText(t('cleared.custody_reported'), { exact: true }).click();
  await daria.getByRole('textbox', { name: t('notice.text') }).fill(sentence);
  await lookAt(daria, `${language}-7-notice`);
  await daria.getByRole('button', { name: t('notice.save') }).click();
  await daria.getByRole('button', { name: t('notice.submit') }).click();
  await daria.getByText(t('notice.waitsForOther')).first().waitFor();
  expect(await daria.getByRole('button', { name: t('notice.approve'), exact: true }).count()).toBe(
    0,
  );
  await andriy.goto(url);
  await settled(andriy);
  await andriy.getByRole('button', { name: t('notice.approve'), exact: true }).click();
  await andriy.getByRole('button', { name: t('notice.tell') }).waitFor();
  return url;
}

async function tellByTelephone(page: Page, url: string, { t, language }: Speaks): Promise<void> {
  await page.goto(url);
  await settled(page);
  await page.getByRole('button', { name: t('notice.tell') }).click();
  await page.getByRole('button', { name: t('notice.tellSend') }).click();
  // The dialog's own text says "told" before it is done.
  await page.getByText(t('notice.toldDone')).waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByText(t('noticeState.told'), { exact: true }).first().waitFor();
  await lookAt(page, `${language}-8-told`);
}

/** The mother signs in on a phone without scripts; returns what her page shows. */
async function motherPage(node: Installation, language: Language, screen = ''): Promise<string> {
  const { page, context } = await newPerson(browser, {
    locale: language,
    width: 390,
    scripts: false,
  });
  try {
    await page.goto(`${node.familyUrl}/${language}/enter`);
    await page.locator('input[name=code]').fill(node.motherCode);
    await page.locator('input[name=passphrase]').fill(node.motherPassphrase);
    await press(page, 'form:has(input[name=passphrase]) button >> nth=0');
    expect(new URL(page.url()).pathname).toBe(`/${language}/own`);
    if (screen) await keepScreen(page, screen);
    return await page.locator('main').innerText();
  } finally {
    await context.close();
  }
}

/** Stores a screenshot and checks it against WCAG 2.2 AA. */
async function lookAt(page: Page, name: string): Promise<void> {
  await keepScreen(page, name);
  expect(await findBarriers(page), name).toEqual([]);
}
