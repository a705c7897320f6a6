import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { languages, overflowOf, problemOf, rowsOf, sitDown, wordsOf } from './at-desk.ts';
import { findBarriers, keepScreen, openBrowser, settled, walkWithinMs } from './browser.ts';
import { type Installation, startInstallation } from './installation.ts';

/** What the desk's forms ask, store and show: in every language with `npm run test:walks`. */
const isWhole = process.env['HOMEWARD_WALK_LANGUAGES'] === 'all';
const spoken = isWhole ? languages : (['uk'] as const);

describe('forms of the desk', () => {
  let browser: Browser;
  let node: Installation;
  beforeAll(async () => {
    browser = await openBrowser();
    node = await startInstallation();
  }, walkWithinMs);
  afterAll(async () => {
    await browser?.close();
    await node?.stop();
  });

  async function lookAt(page: Page, name: string): Promise<void> {
    await keepScreen(page, name);
    expect(await findBarriers(page), name).toEqual([]);
    expect(await overflowOf(page), name).toBeLessThanOrEqual(0);
  }

  it.each(spoken)(
    'leaves it to people to judge a source, an event and a contact, in %s',
    async (language) => {
      const t = await wordsOf(language);
      const page = await sitDown(browser, node, { name: 'Vera', language, width: 390 });
      await page.goto(`${node.deskUrl}/imports/new`);
      await settled(page);
      const samples = 'src/demo/samples';
      await page.setInputFiles('input[type=file]', `${samples}/sample-list-windows-1251.csv`);
      await page.getByRole('textbox', { name: t('upload.senderLabel') }).fill('A volunteer');
      await page.getByRole('radio', { name: t('listed.held') }).press('Space');
      await lookAt(page, `desk-${language}-new-list-390`);
      const graded = [t('grade.speaker'), t('grade.content')];
      await chooseEach(page, t('upload.send'), [t('source.kind'), ...graded]);
      const [held] = await rowsOf<{ personId: string }>(page, '/api/unmatched');
      await page.goto(`${node.deskUrl}/persons/${held?.personId}`);
      await settled(page);
      const [speaker, content] = [t('speaker.B'), t('content.2')];
      const grade = t('grade.words', { grade: 'B2', speaker, content });
      await page.getByText(t('basis', { kind: t('event.listed'), grade })).waitFor();
      await lookAt(page, `desk-${language}-grades-390`);
      await page.getByRole('button', { name: t('event.add') }).click();
      await lookAt(page, `desk-${language}-event-390`);
      await chooseEach(page, t('event.send'), [t('event.kind'), ...graded]);
      const [open] = await rowsOf<{ enquiryId: string }>(page, '/api/enquiries?state=open');
      await page.goto(`${node.deskUrl}/enquiries/${open?.enquiryId}`);
      await settled(page);
      await page.getByRole('button', { name: t('contact.add') }).click();
      await chooseEach(page, t('contact.send'), [t('contact.outcome')]);
    },
    walkWithinMs,
  );

  /** Nothing can be sent before each was chosen. */
  async function chooseEach(page: Page, button: string, labels: readonly string[]): Promise<void> {
    const send = page.getByRole('button', { name: button, exact: true });
    for (const label of labels) {
      expect(await send.isDisabled(), label).toBe(true);
      await page.getByRole('combobox', { name: label }).selectOption({ index: 1 });
    }
    expect(await send.isDisabled()).toBe(false);
  }

  it.each(spoken)(
    'says beside its box which date was not understood, in %s',
    async (language) => {
      const t = await wordsOf(language);
      const page = await sitDown(browser, node, { name: 'Vera', language, width: 390 });
      await page.goto(`${node.deskUrl}/enquiries/new`);
      await settled(page);
      const box = (key: string) => page.getByRole('textbox', { name: t(key) });
      await box('take.surname').first().fill('Тихобор');
      await box('enquirer.name').last().fill('Тарас Тихобор');
      await page.getByLabel(t('enquirer.kinship')).selectOption('sibling');
      await box('field.lastContact').fill('навесні');
      await page.getByRole('button', { name: t('take.send') }).click();
      const wrong = page.locator('[aria-invalid=true]');
      await wrong.waitFor();
      expect(await wrong.inputValue()).toBe('навесні');
      const held = await page.evaluate('document.activeElement.ariaInvalid');
      expect(held).toBe('true');
      const words = await problemOf(language, 'filing.not_a_date');
      const field = page.locator('.field', { has: box('field.lastContact') });
      expect(await field.innerText()).toContain(words);
      await lookAt(page, `desk-${language}-wrong-date-390`);
      await box('field.lastContact').fill('березень 2023');
      expect(await wrong.count()).toBe(0);
      await page.getByRole('button', { name: t('take.send') }).click();
      await page.getByText(t('take.code')).waitFor();
    },
    walkWithinMs,
  );

  it.each(spoken)(
    'brings the name along to a search, and leaves it in no address, in %s',
    async (language) => {
      const t = await wordsOf(language);
      const page = await sitDown(browser, node, { name: 'Vera', language });
      const ways = page.getByRole('navigation').first();
      await ways.getByRole('link', { name: t('way.enquiries') }).click();
      await settled(page);
      // The count in the navigation is the count of the list that it opens.
      expect(await page.locator('.views [aria-current=page]').innerText()).toContain(
        t('enquiries.toVerify'),
      );
      await lookAt(page, `desk-${language}-to-verify`);
      const [open] = await rowsOf<{ enquiryId: string }>(page, '/api/enquiries?state=open');
      await page.goto(`${node.deskUrl}/enquiries/${open?.enquiryId}`);
      await settled(page);
      const name = await page.locator('.described dd .raw').first().innerText();
      const asked: string[] = [];
      page.on('request', (request) => void asked.push(new URL(request.url()).pathname));
      await page.getByRole('link', { name: t('enquiry.search') }).click();
      const box = page.getByRole('textbox', { name: t('search.name') });
      expect(await box.inputValue()).toBe(name);
      await lookAt(page, `desk-${language}-search`);
      expect(asked).not.toContain('/api/search'); // It is brought, not sent.
      const kept = await page.evaluate('location.href + JSON.stringify(history.state)');
      expect(decodeURIComponent(String(kept))).not.toContain(name.split(' ')[0]);
      await page.getByRole('combobox', { name: t('search.enquiry') }).selectOption({ index: 0 });
      expect(await box.inputValue()).toBe(''); // Another enquiry would be logged for it.
      // Nothing that outlives the page stores it, and no file is opened for a name.
      await page.reload();
      await settled(page);
      expect(await box.inputValue()).toBe('');
      expect(asked).not.toContain(`/api/enquiries/${open?.enquiryId}`);
    },
    walkWithinMs,
  );
});
