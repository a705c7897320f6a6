import { IntlMessageFormat } from 'intl-messageformat';
import { createContext, useContext } from 'react';
import type { DeskKey } from '../texts/keys.ts';

export const languages = ['uk', 'ru', 'en'] as const;
export type Language = (typeof languages)[number];
export const languageNames: Readonly<Record<Language, string>> = {
  uk: 'Українська',
  ru: 'Русский',
  en: 'English',
};
const locales: Readonly<Record<Language, string>> = { uk: 'uk-UA', ru: 'ru-RU', en: 'en-GB' };

export type TextKey = DeskKey;
export type TextValues = Readonly<Record<string, string | number>>;
type Catalogue = Readonly<Record<string, string>>;

/**
 * English with accents, written from the right: shows what a right-to-left language would break.
 */
export const mirrored = 'ar-XB';

/** Translations and formatters of one language. */
export interface Speech {
  readonly language: Language;
  /** For widgets, which use it for the direction. */
  readonly locale: string;
  readonly direction: 'ltr' | 'rtl';
  t(key: TextKey, values?: TextValues): string;
  /** The words for a code of the server; the code itself if this desk does not know it yet. */
  word(family: string, code: string, values?: TextValues): string;
  /** The matcher's sentence for a feature at a level. */
  reason(feature: string, level: string, values: TextValues): string;
  /** Words for a problem's code, or null. */
  problem(code: string, values?: TextValues): string | null;
  number(value: number): string;
  percent(share: number): string;
  /** A day as far as it is known (`2001`, `2001-03`, `2001-03-09`), in words. */
  day(on: string): string;
  moment(at: string): string;
}

interface Catalogues {
  readonly texts: Catalogue;
  /** The sentences of the matcher's reasons, by feature and level. */
  readonly reasons: Catalogue;
}

/** One chunk per language: each gathers the files of its folder, so a module only adds its own. */
const loaders: Readonly<Record<Language, () => Promise<Catalogues>>> = {
  uk: () => import('./languages/uk.ts'),
  ru: () => import('./languages/ru.ts'),
  en: () => import('./languages/en.ts'),
};

/** Loads one language's catalogues; the others are not loaded. */
export async function loadSpeech(language: Language, isMirrored: boolean): Promise<Speech> {
  return makeSpeech(language, await loaders[language](), isMirrored);
}

function makeSpeech(language: Language, catalogues: Catalogues, isMirrored: boolean): Speech {
  const { texts, reasons } = catalogues;
  const locale = locales[language];
  const plain = formatter(locale);
  const say: typeof plain = isMirrored ? (text, values) => accented(plain(text, values)) : plain;
  const numbers = new Intl.NumberFormat(locale);
  const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const moments = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const of = (catalogue: Catalogue, key: string, values?: TextValues) => {
    const text = catalogue[key];
    return text === undefined ? null : say(text, values);
  };
  return {
    language,
    locale: isMirrored ? mirrored : locale,
    direction: isMirrored ? 'rtl' : 'ltr',
    t: (key, values) => of(texts, key, values) ?? key,
    word: (family, code, values) => of(texts, `${family}.${code}`, values) ?? code,
    problem: (code, values) => of(texts, `problem.${code}`, values),
    reason: (feature, level, values) =>
      of(reasons, `${feature}.${level}`, values) ?? of(reasons, `${feature}.other`, values) ?? '',
    number: (value) => numbers.format(value),
    // Nothing is certain until people have judged: a hundred percent is never shown.
    percent: (share) => (share > 0.99 ? `> ${percents.format(0.99)}` : percents.format(share)),
    day: (on) => writeDay(on, locale),
    moment: (at) => moments.format(new Date(at)),
  };
}

function formatter(locale: string): (text: string, values?: TextValues) => string {
  const formats = new Map<string, IntlMessageFormat>();
  return (text, values) => {
    let format = formats.get(text);
    if (!format) {
      format = new IntlMessageFormat(text, locale);
      formats.set(text, format);
    }
    return String(format.format(values));
  };
}

const accents: Readonly<Record<string, string>> = {
  ...{ a: 'á', c: 'ç', e: 'é', i: 'í', n: 'ñ', o: 'ó', s: 'š', u: 'ü', y: 'ý', z: 'ž' },
  ...{ A: 'Á', C: 'Ç', E: 'É', I: 'Í', N: 'Ñ', O: 'Ó', S: 'Š', U: 'Ü', Y: 'Ý', Z: 'Ž' },
};

function accented(text: string): string {
  return `⟦${text.replace(/[a-z]/gi, (letter) => accents[letter] ?? letter)}⟧`;
}

function writeDay(on: string, locale: string): string {
  const parts = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?/.exec(on);
  if (!parts) return on;
  const [, year, month, day] = parts;
  if (!month) return year ?? on;
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day ?? '1')));
  return new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: day ? 'short' : 'long',
    ...(day ? { day: 'numeric' } : {}),
    timeZone: 'UTC',
  }).format(at);
}

/** The browser's preferred language among ours; used until the server answers. */
export function guessLanguage(asked: readonly string[]): Language {
  for (const tag of asked) {
    const known = languages.find((language) => tag.toLowerCase().startsWith(language));
    if (known) return known;
  }
  return 'uk';
}

export interface Speaking extends Speech {
  /** Changes the language of the screens at once; the caller tells the server. */
  choose(language: Language): void;
}

export const SpeechContext = createContext<Speaking | null>(null);

/** The translations of the chosen language. */
export function useTexts(): Speaking {
  const speech = useContext(SpeechContext);
  if (!speech) throw new Error('screens are drawn inside the speech context');
  return speech;
}
