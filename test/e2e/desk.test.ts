import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answerOf,
  type Language,
  languages,
  overflowOf,
  problemOf,
  rowsOf,
  sitDown,
  walkByTab,
  wordsOf,
} from './at-desk.ts';
import { findBarriers, keepScreen, openBrowser, settled, walkWithinMs } from './browser.ts';
import { type Installation, startInstallation } from './installation.ts';

/**
 * The desk's own screens besides W1, in the demo's world. In every language and width with `npm run
 * test:walks`; run by itself, the first screens in one language and one width.
 */
const isWhole = process.env['HOMEWARD_WALK_LANGUAGES'] === 'all';

interface Ids {
  readonly recordId: string;
  readonly personId: string;
}

const spoken = isWhole ? languages : (['uk'] as const);

describe('the desk', () => {
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

  async function formOf(page: Page, { personId, recordId }: Ids): Promise<void> {
    await page.goto(`${node.deskUrl}/persons/${personId}/records/${recordId}/correct`);
    await settled(page);
    await page.locator('form').first().waitFor();
  }

  async function lookAt(page: Page, name: string): Promise<void> {
    await keepScreen(page, name);
    expect(await findBarriers(page), name).toEqual([]);
    expect(await overflowOf(page), name).toBeLessThanOrEqual(0);
  }

  it.each(spoken)(
    'corrects a record, and two corrections at once meet, in %s',
    async (language) => {
      const t = await wordsOf(language);
      const daria = await sitDown(browser, node, { name: 'Daria', language });
      const vera = await sitDown(browser, node, { name: 'Vera', language, width: 390 });
      const rows = await rowsOf<Ids>(daria, '/api/unmatched');
      const held = rows[languages.indexOf(language)];
      if (!held) throw new Error('the demo has people nobody asks for');
      await formOf(daria, held);
      await formOf(vera, held);
      const send = (page: Page) => page.getByRole('button', { name: t('correct.send') });
      // Nothing is changed, no reason is given: there is nothing to send.
      expect(await send(daria).isDisabled()).toBe(true);
      await correct(vera, t('field.rank'), 'серж.', t('correct.reason'));
      await vera.getByRole('textbox', { name: t('field.unit') }).fill('902 ОМБр');
      await lookAt(vera, `desk-${language}-correct-390`);
      await send(vera).click();
      await vera.getByText(t('correct.done')).waitFor();
      await vera.getByText(t('records.corrected', { reason: 'a slip' })).waitFor();

      await correct(daria, t('field.birthplace'), 'м. Ясностав', t('correct.reason'));
      await daria.getByRole('textbox', { name: t('field.unit') }).fill('903 ОМБр');
      await lookAt(daria, `desk-${language}-correct`);
      await send(daria).click();
      await daria.getByText(t('settle.title')).waitFor();
      await lookAt(daria, `desk-${language}-settle`);
      const take = daria.getByRole('button', { name: t('settle.take') });
      expect(await take.isDisabled()).toBe(true); // Both changed the unit: a person chooses.
      await daria
        .getByRole('group', { name: t('field.unit') })
        .getByText('903 ОМБр')
        .click();
      await take.click();
      const rank = daria.getByRole('textbox', { name: t('field.rank') });
      expect(await rank.inputValue()).toBe('серж.');
      await daria.getByRole('textbox', { name: t('correct.reason') }).fill('a slip');
      await send(daria).click();
      await daria.getByText(t('correct.done')).waitFor();
      await daria.getByText('903 ОМБр').first().waitFor();
      await lookAt(daria, `desk-${language}-corrected`);
      await daria.emulateMedia({ media: 'print' });
      expect(await daria.getByRole('navigation').first().isVisible()).toBe(false);
      await keepScreen(daria, `desk-${language}-corrected-print`);
    },
    walkWithinMs,
  );

  async function correct(page: Page, field: string, text: string, reason: string): Promise<void> {
    await page.getByRole('textbox', { name: field }).fill(text);
    await page.getByRole('textbox', { name: reason }).fill('a slip');
  }

  it(
    'shows what a colleague does without being asked, and takes an answer back by one key',
    async () => {
      const t = await wordsOf('uk');
      const daria = await sitDown(browser, node, { name: 'Daria', language: 'uk' });
      const andriy = await sitDown(browser, node, { name: 'Andriy', language: 'uk' });
      const waiting = andriy.getByRole('link', { name: t('way.second') });
      // The demo has one pair there: its number is on the screen once it was counted.
      await expect.poll(() => waiting.first().innerText()).toMatch(/\d/);
      const before = await waiting.first().innerText();
      await daria.goto(`${node.deskUrl}/matches?queue=proposed`);
      await settled(daria);
      await daria.getByRole('table').getByRole('link').first().click();
      await daria.getByRole('toolbar').waitFor();
      await daria.keyboard.press('d');
      await daria.getByText(t('matchState.awaiting_second')).first().waitFor();
      await expect.poll(() => waiting.first().innerText()).not.toBe(before);
      await lookAt(daria, 'desk-uk-judged');
      await daria.keyboard.press('z');
      await daria.getByText(t('match.undone')).waitFor();
      await expect.poll(() => waiting.first().innerText()).toBe(before);
    },
    walkWithinMs,
  );

  it.each(spoken)(
    'warns whoever writes to a relative that another hears it first, in %s',
    async (language) => {
      const t = await wordsOf(language);
      const daria = await sitDown(browser, node, { name: 'Daria', language, width: 390 });
      const [waiting] = await rowsOf<{ noticeId: string; enquiryId: string }>(
        daria,
        '/api/notices?state=awaiting_approval',
      );
      const kin = await relativesOf(daria, waiting?.enquiryId ?? '');
      await daria.goto(`${node.deskUrl}/enquiries/${kin.other}`);
      await daria.getByText(t('enquiry.others', { count: 1 })).waitFor();
      await daria.getByRole('button', { name: t('primary.choose') }).click();
      const form = daria.getByRole('dialog');
      await form.getByText(t('primaryReason.relatives_agreed')).click();
      await lookAt(daria, `desk-${language}-primary-390`);
      await form.getByRole('button', { name: t('primary.choose') }).click();
      await daria.getByText(t('kin.isPrimary')).waitFor();
      await daria.getByRole('button', { name: t('dispute.open') }).click();
      await form.getByText(t('disputeReason.contested_custody')).click();
      await form.getByRole('textbox', { name: t('dispute.note') }).fill('Хто забере дітей.');
      await lookAt(daria, `desk-${language}-dispute-390`);
      await form.getByRole('button', { name: t('dispute.send'), exact: true }).click();
      await daria.getByText(t('dispute.opened')).waitFor();

      // The answer about other enquirers is late: the buttons do not move.
      await daria.route('**/kin', async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 500));
        await route.continue();
      });
      await daria.goto(`${node.deskUrl}/enquiries/${kin.first}`);
      const acts = daria.getByRole('toolbar', { name: t('enquiry.acts') });
      const before = await acts.boundingBox();
      await settled(daria);
      expect(await acts.boundingBox()).toEqual(before);
      await daria.unroute('**/kin');
      await daria.getByRole('button', { name: t('notice.compose') }).click();
      const reason = t('disputeReason.contested_custody');
      await form.getByText(t('kin.warnDispute', { reason })).first().waitFor();
      await form.getByText('Хто забере дітей.').first().waitFor();
      await form.getByText(t('cleared.custody_listed'), { exact: true }).click();
      await form.getByRole('textbox', { name: t('notice.text') }).fill('Він у списку.');
      const save = form.getByRole('button', { name: t('notice.save') });
      await save.click();
      await form.getByText(await problemOf(language, 'notice.primary_first')).waitFor();
      await form.getByLabel(t('turn.label')).selectOption('danger_in_waiting');
      await lookAt(daria, `desk-${language}-early-390`);
      await save.click();
      await daria.getByText(t('notice.composed')).waitFor();
      // The second person sees what the first one saw, and the reason for not waiting.
      const andriy = await sitDown(browser, node, { name: 'Andriy', language });
      await andriy.goto(`${node.deskUrl}/enquiries/${kin.first}`);
      const why = t('outOfTurn.danger_in_waiting');
      await andriy
        .getByText(t('turn.line', { reason: why }))
        .first()
        .waitFor();
      await andriy.getByText(t('kin.warnDispute', { reason })).first().waitFor();
      await lookAt(andriy, `desk-${language}-relatives`);
      await giveReason(daria, `/enquiries/${kin.other}`, {
        button: t('dispute.close'),
        reason: t('disputeOutcome.agreed'),
      });
      await daria.getByText(t('dispute.closed')).waitFor();
    },
    walkWithinMs,
  );

  /** Two relatives of one person: who is told first now, and the other. */
  async function relativesOf(page: Page, enquiryId: string) {
    const kin = await answerOf<{
      relatives: { enquiryId: string }[];
      primaries: { enquiryId: string; standing: boolean }[];
    }>(page, `/api/enquiries/${enquiryId}/kin`, 'notice');
    const first = kin.primaries.find(({ standing }) => standing)?.enquiryId ?? '';
    const other = kin.relatives.find((each) => each.enquiryId !== first)?.enquiryId ?? '';
    return { first, other };
  }

  const addresses = async (page: Page) => {
    const [match] = await rowsOf<{ matchId: string }>(page, '/api/matches?state=proposed');
    const [held] = await rowsOf<Ids>(page, '/api/unmatched');
    const [open] = await rowsOf<{ enquiryId: string }>(page, '/api/enquiries?state=open');
    const [filed] = await rowsOf<{ enquiryId: string }>(page, '/api/enquiries?state=submitted');
    const [notice] = await rowsOf<{ noticeId: string; enquiryId: string }>(
      page,
      '/api/notices?state=awaiting_approval',
    );
    const [list] = await rowsOf<{ importId: string }>(page, '/api/imports', 'import');
    const all = [
      '/',
      '/matches?queue=proposed',
      '/matches?queue=unsure',
      `/matches/${match?.matchId}`,
      '/unmatched',
      `/persons/${held?.personId}`,
      `/persons/${held?.personId}/records/${held?.recordId}/correct`,
      `/search?enquiry=${open?.enquiryId}`,
      '/enquiries?view=all',
      '/enquiries/new',
      `/enquiries/${open?.enquiryId}`,
      `/enquiries/${filed?.enquiryId}`,
      `/enquiries/${notice?.enquiryId}`,
      '/notices?view=awaiting_approval',
      `/notices/${notice?.noticeId}`,
      '/imports',
      '/imports/new',
      `/imports/${list?.importId}`,
      '/audit',
      '/alerts',
      '/nowhere',
    ];
    return isWhole ? all : all.slice(0, 8);
  };

  const widths = [1280, 390] as const;
  const sittings = widths.flatMap((width) => [
    ...languages.map((language) => ({ width, language, mirrored: false })),
    { width, language: 'en' as Language, mirrored: true },
  ]);
  const daily = sittings.filter(({ width, language }) => width === 390 && language === 'uk');
  it.each(isWhole ? sittings : daily)(
    'keeps every screen whole and open to all: $width px, $language, mirrored $mirrored',
    async ({ width, language, mirrored }) => {
      const page = await sitDown(browser, node, { name: 'Andriy', language, width });
      for (const [at, path] of (await addresses(page)).entries()) {
        expect(path).not.toContain('undefined');
        const mark = mirrored ? `${path.includes('?') ? '&' : '?'}locale=ar-XB` : '';
        await page.goto(`${node.deskUrl}${path}${mark}`);
        await settled(page);
        if (mirrored) expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
        await lookAt(page, `desk-${mirrored ? 'mirrored' : language}-${width}-${at}`);
      }
    },
    walkWithinMs,
  );

  it.each(spoken)(
    'leaves a small screen to the two records: what can be answered takes one row, in %s',
    async (language) => {
      const sittings = [
        { name: 'Andriy', state: 'proposed' },
        { name: 'Andriy', state: 'awaiting_second' }, // He may confirm what Daria answered.
        { name: 'Daria', state: 'awaiting_second' },
      ];
      for (const width of [390, 320]) {
        for (const { name, state } of sittings) {
          const page = await sitDown(browser, node, { name, language, width });
          const [match] = await rowsOf<{ matchId: string }>(page, `/api/matches?state=${state}`);
          await page.goto(`${node.deskUrl}/matches/${match?.matchId}`);
          await settled(page);
          const buttons = await page.getByRole('toolbar').getByRole('button').all();
          expect(buttons.length).toBeGreaterThan(1);
          const boxes = await Promise.all(buttons.map((button) => button.boundingBox()));
          expect(new Set(boxes.map((box) => box?.y)).size, `${name}, ${state}, ${width}`).toBe(1);
          const sizes = boxes.flatMap((box) => [box?.width ?? 0, box?.height ?? 0]);
          expect(Math.min(...sizes)).toBeGreaterThanOrEqual(44);
          const screen = `desk-${language}-answers-${name}-${state}-${width}`;
          await lookAt(page, screen);
          // The longest surname wraps; it does not widen the page.
          await page.evaluate(`for (const each of document.querySelectorAll('.reasons .raw'))
            each.textContent = 'Срібнозіренко-Світлогороденко'`);
          expect(await overflowOf(page), screen).toBeLessThanOrEqual(0);
          await page.context().close();
        }
      }
    },
    walkWithinMs,
  );

  it.each(spoken)(
    'says what was done beside what can be answered, never over it, in %s',
    async (language) => {
      const t = await wordsOf(language);
      const page = await sitDown(browser, node, { name: 'Vera', language, width: 390 });
      const [match] = await rowsOf<{ matchId: string }>(page, '/api/matches?state=proposed');
      await page.goto(`${node.deskUrl}/matches/${match?.matchId}`);
      await settled(page);
      await page.getByRole('button', { name: t('answer.unsure') }).click();
      const said = page.getByRole('status').filter({ hasText: t('answer.unsure') });
      await said.waitFor();
      const buttons = await page.getByRole('toolbar').getByRole('button').all();
      const boxes = await Promise.all(buttons.map((button) => button.boundingBox()));
      expect(new Set(boxes.map((box) => box?.y)).size).toBe(1);
      for (const letters of [16, 26]) {
        // With very large text the buttons take more than one row.
        await page.evaluate(`document.documentElement.style.fontSize = '${letters}px'`);
        for (const at of [0, 700, 100_000]) {
          await page.evaluate(`scrollTo(0, ${at})`);
          const distance = Math.round(letters * 0.75);
          const message = `${letters}, ${at}`;
          await expect.poll(() => distanceOf(page), { message }).toBe(distance);
        }
        await lookAt(page, `desk-${language}-said-390-${letters}`);
      }
      await said.getByRole('button', { name: t('undo') }).click();
      await page.getByText(t('match.undone')).waitFor();
    },
    walkWithinMs,
  );

  /** Pixels between the buttons and the message; negative if either leaves the screen. */
  function distanceOf(page: Page): Promise<number> {
    return page.evaluate(`(() => {
      const [bar, said] = ['[role=toolbar]', '.said']
        .map((each) => document.querySelector(each).getBoundingClientRect());
      if (Math.min(bar.top, said.top) < 0 || Math.max(bar.bottom, said.bottom) > innerHeight) return -1;
      return Math.round(Math.max(bar.top - said.bottom, said.top - bar.bottom));
    })()`);
  }

  it.each([
    ['Iryna', ['way.alerts', 'way.audit']],
    ['Maksym', ['way.alerts']],
  ])(
    'shows %s, who works on no file, what is open to that role',
    async (name, open) => {
      const t = await wordsOf('en');
      const page = await sitDown(browser, node, { name, language: 'en' });
      for (const place of ['navigation', 'main'] as const) {
        const links = page.getByRole(place).getByRole('link');
        expect(await links.allInnerTexts()).toEqual(open.map((key) => t(key)));
      }
      await page.getByRole('main').getByRole('link').first().click();
      await page.getByText(t('alert.conflict')).waitFor();
      // A person's page is not for them.
      expect(await page.getByRole('main').getByRole('link').count()).toBe(0);
    },
    walkWithinMs,
  );

  it.each(spoken)(
    'says nothing of a family that nobody chose, in %s',
    async (language) => {
      const t = await wordsOf(language);
      const page = await sitDown(browser, node, { name: 'Vera', language, width: 390 });
      await page.goto(`${node.deskUrl}/enquiries/new`);
      await settled(page);
      const file = page.getByRole('button', { name: t('take.send') });
      await page
        .getByRole('textbox', { name: t('enquirer.name') })
        .last()
        .fill('Тарас Тихобор');
      expect(await file.isDisabled()).toBe(true);
      await page.getByLabel(t('enquirer.kinship')).selectOption('sibling');
      expect(await file.isDisabled()).toBe(false);
      await page.goto(`${node.deskUrl}/enquiries?view=to_verify`);
      await settled(page);
      await page.getByRole('table').getByRole('link').first().click();
      await page.getByRole('button', { name: t('check.identity') }).click();
      const form = page.getByRole('dialog');
      const prove = form.getByRole('button', { name: t('check.send') });
      expect(await prove.isDisabled()).toBe(true);
      await form.getByLabel(t('check.means')).selectOption('video_call');
      expect(await prove.isDisabled()).toBe(true);
      await form.getByText(t('outcome.proven'), { exact: true }).click();
      expect(await prove.isDisabled()).toBe(false);
    },
    walkWithinMs,
  );

  it.each(spoken)(
    'ends nothing but for a reason that people gave, in %s',
    async (language) => {
      const t = await wordsOf(language);
      const daria = await sitDown(browser, node, { name: 'Daria', language, width: 390 });
      const at = languages.indexOf(language);
      const open = await rowsOf<{ enquiryId: string }>(daria, '/api/enquiries?state=open');
      await giveReason(daria, `/enquiries/${open.at(-1 - at)?.enquiryId}`, {
        button: t('enquiry.close'),
        reason: t('closeReason.returned'),
        screen: `desk-${language}-close-390`,
      });
      await daria.getByText(t('enquiry.closed')).waitFor();
      const joined = await rowsOf<{ matchId: string }>(daria, '/api/matches?state=confirmed');
      const { left } = await answerOf<{ left: Ids }>(daria, `/api/matches/${joined[at]?.matchId}`);
      await giveReason(daria, `/persons/${left.personId}`, {
        button: t('judgements.withdraw'),
        reason: t('withdrawReason.mistake'),
        screen: `desk-${language}-withdraw-390`,
      });
      await daria.getByText(t('judgements.withdrawn', { count: 2 })).waitFor();
    },
    walkWithinMs,
  );

  /** The one form of a reason: nothing can be sent before one is chosen. */
  async function giveReason(
    page: Page,
    path: string,
    asked: { readonly button: string; readonly reason: string; readonly screen?: string },
  ): Promise<void> {
    await page.goto(`${node.deskUrl}${path}`);
    await settled(page);
    await page.getByRole('button', { name: asked.button }).first().click();
    const form = page.getByRole('dialog');
    const send = form.getByRole('button', { name: asked.button });
    expect(await send.isDisabled()).toBe(true);
    await form.getByText(asked.reason, { exact: true }).click();
    if (asked.screen) await lookAt(page, asked.screen);
    await send.click();
  }

  it(
    'is reached by keyboard alone, and always shows where one is',
    async () => {
      const page = await sitDown(browser, node, { name: 'Andriy', language: 'uk' });
      for (const path of await addresses(page)) {
        await page.goto(`${node.deskUrl}${path}`);
        await settled(page);
        expect(await walkByTab(page), path).toEqual([]);
      }
    },
    walkWithinMs,
  );
});
