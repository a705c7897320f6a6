import { IntlMessageFormat } from 'intl-messageformat';
import type { Browser, Page } from 'playwright-core';
import { catalogueOf } from '../texts.ts';
import { newPerson, settled } from './browser.ts';
import type { Installation } from './installation.ts';

export const languages = ['uk', 'ru', 'en'] as const;
export type Language = (typeof languages)[number];
export type Words = (key: string, values?: Record<string, unknown>) => string;

/** The desk's text under a key, for finding it as a person would. */
export async function wordsOf(language: Language): Promise<Words> {
  const words = catalogueOf(language, 'desk');
  return (key, values = {}) => {
    const message = words[key];
    if (message === undefined) throw new Error(`no text ${key}`);
    return String(new IntlMessageFormat(message, language).format(values));
  };
}

/** A colleague at a screen of their own, signed in by the trial code, in the given language. */
export async function sitDown(
  browser: Browser,
  node: Installation,
  who: { readonly name: string; readonly language: Language; readonly width?: number },
): Promise<Page> {
  const { page } = await newPerson(browser, { locale: who.language, width: who.width ?? 1280 });
  await page.goto(`${node.deskUrl}/sign-in`);
  const post = (path: string, body: object) =>
    page.evaluate(
      async ([to, content]) => {
        const headers = { 'content-type': 'application/json' };
        const sent = await fetch(to, { method: 'POST', headers, body: content });
        return sent.status === 204 ? null : sent.json();
      },
      [path, JSON.stringify(body)] as const,
    );
  const code = node.trialCode;
  const shown = (await post('/api/trial-people', { code })) as {
    people: { staffId: string; name: string }[];
  };
  const person = shown.people.find(({ name }) => name === who.name);
  if (!person) throw new Error(`nobody is called ${who.name}`);
  await post('/api/trial-sign-in', { code, staffId: person.staffId });
  await post('/api/language', { language: who.language });
  await page.goto(`${node.deskUrl}/`);
  await settled(page);
  return page;
}

/** The desk's words for a refusal. */
export async function problemOf(language: Language, code: string): Promise<string> {
  const words = catalogueOf(language, 'desk')[`problem.${code}`];
  if (words === undefined) throw new Error(`no words for ${code}`);
  return words;
}

/** The API's answer to the person at this screen. */
export function answerOf<Answer>(page: Page, path: string, purpose = 'tracing'): Promise<Answer> {
  return page.evaluate(
    async ([from, why]) => {
      const answer = await fetch(from, { headers: { 'x-purpose': why } });
      return (await answer.json()) as Answer;
    },
    [path, purpose] as const,
  );
}

/** Rows of a list as the API gives them to the person at this screen. */
export async function rowsOf<Row>(
  page: Page,
  path: string,
  purpose = 'tracing',
): Promise<readonly Row[]> {
  return (await answerOf<{ rows: Row[] }>(page, path, purpose)).rows;
}

/** How many pixels the page is wider than its window: nothing may need horizontal scrolling. */
export function overflowOf(page: Page): Promise<number> {
  // As text, here and below: the page's own types are not ours.
  return page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
}

/**
 * Moves through the usable elements of the page by Tab alone; returns what was focused invisibly
 * and what was never reached. Radio buttons of one group are one stop: arrows move within it.
 */
export async function walkByTab(page: Page): Promise<readonly string[]> {
  const count: number = await page.evaluate(`(() => {
    const wanted = 'main :is(a[href], button, input, select, textarea):not([disabled])';
    const visible = [...document.querySelectorAll(wanted)]
      .filter((each) => each.checkVisibility() && each.tabIndex >= 0);
    visible.forEach((each, at) => { each.dataset.walk = String(at); });
    return visible.length;
  })()`);
  const reached = new Set<string>();
  const unseen: string[] = [];
  for (let presses = 0; presses < count + 60 && reached.size < count; presses += 1) {
    await page.keyboard.press('Tab');
    const at: { walk: string; isShown: boolean; name: string } = await page.evaluate(`(() => {
      const held = document.activeElement;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(held);
      const own = (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
      const isShown = own || held.closest('[data-focus-visible]') !== null;
      return { walk: held.dataset.walk ?? '', isShown, name: held.outerHTML.slice(0, 80) };
    })()`);
    if (at.walk === '') continue;
    reached.add(at.walk);
    if (!at.isShown) unseen.push(`focus not shown: ${at.name}`);
  }
  const missed: string[] = await page.evaluate(`(() => {
    const seen = ${JSON.stringify([...reached])};
    return [...document.querySelectorAll('[data-walk]')]
      .filter((each) => !seen.includes(each.dataset.walk) && each.type !== 'radio')
      .map((each) => 'not reached: ' + each.outerHTML.slice(0, 80));
  })()`);
  return [...unseen, ...missed];
}
