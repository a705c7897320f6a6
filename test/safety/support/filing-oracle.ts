import { performance } from 'node:perf_hooks';
import { inventedPerson } from '../../../src/demo/people.ts';
import { type Boxes, hidden, little, masked, sealOf } from '../../family-site.ts';
import { seeded } from './seeded.ts';

/**
 * What a person who files can observe: the answer, its time, and the times of requests right after
 * it.
 */
export interface Filing {
  readonly ms: number;
  /** Another client's next request. */
  readonly nextMs: number;
  /** The mean of some more requests of that client. */
  readonly afterMs: number;
  readonly seen: string;
}

/** A visitor who opens pages and sends forms, over HTTP or in process. */
export interface Browser {
  get(path: string): Promise<Page>;
  post(path: string, boxes: Boxes): Promise<Page>;
}

type Page = Pick<Response, 'status' | 'headers'> & { readonly text: string };

export interface Observed {
  readonly known: readonly Filing[];
  readonly unknown: readonly Filing[];
  /**
   * Answers that differ from the first in the same language, except for values that are new each
   * time.
   */
  readonly differing: number;
}

/** People from here on are on no list. */
const unknownFrom = 500_000;
const languages = ['uk', 'ru', 'en'] as const;
const othersAfter = 4;

/** Files for known people and for as many unknown ones, in random order, one after another. */
export async function observe(
  browserFor: (turn: number) => Browser,
  each: number,
): Promise<Observed> {
  const dice = seeded(1);
  const known: Filing[] = [];
  const unknown: Filing[] = [];
  for (let warm = 0; warm < 20; warm += 1) {
    await file(browserFor(unknownFrom + warm), { number: 2 * unknownFrom + warm, locale: 'uk' });
  }
  for (let turn = 0; turn < 2 * each; turn += 1) {
    const left = [each - known.length, each - unknown.length] as const;
    const isKnown = dice.below(left[0] + left[1]) < left[0];
    const [into, number] = isKnown
      ? [known, known.length]
      : [unknown, unknownFrom + unknown.length];
    const locale = languages[into.length % languages.length] ?? 'uk';
    into.push(await file(browserFor(turn), { number, locale }));
  }
  const all = [...known, ...unknown].map(({ seen }) => seen);
  const first = new Map<string, string>();
  let differing = 0;
  for (const seen of all) {
    const language = seen.slice(0, 2);
    if ((first.get(language) ?? seen) !== seen) differing += 1;
    first.set(language, first.get(language) ?? seen);
  }
  return { known, unknown, differing };
}

async function file(
  browser: Browser,
  { number, locale }: { number: number; locale: (typeof languages)[number] },
): Promise<Filing> {
  const { surname, given, patronymic } = inventedPerson(number).uk;
  const { text } = await browser.get(`/${locale}/ask`);
  const named = { ...little, looked: 'yes', surname, given, patronymic };
  const boxes = { ...sealOf(text), seed: hidden(text, 'seed'), ...named };
  const before = performance.now();
  const answer = await browser.post(`/${locale}/ask`, boxes);
  const ms = performance.now() - before;
  const nextMs = await timed(browser);
  let afterMs = 0;
  for (let other = 0; other < othersAfter; other += 1) afterMs += await timed(browser);
  return { ms, nextMs, afterMs: afterMs / othersAfter, seen: `${locale} ${seenOf(answer)}` };
}

/** A page that is made for each visitor, requested by another client. */
async function timed(browser: Browser): Promise<number> {
  const before = performance.now();
  await browser.get('/en/enter');
  return performance.now() - before;
}

/** Status, headers, size and words, without the values that are new in every answer. */
function seenOf({ status, headers, text }: Page): string {
  const said = [...headers]
    .filter(([name]) => name !== 'date')
    .map(([name, value]) => `${name}: ${value.replace(/nonce-[A-Za-z0-9_-]+/g, 'nonce')}`);
  return JSON.stringify([status, said, Buffer.byteLength(text), masked(text).replace(/\s+/g, ' ')]);
}
