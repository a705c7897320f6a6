import { readdirSync, readFileSync } from 'node:fs';
import { IntlMessageFormat } from 'intl-messageformat';
import type { FamilyKey } from '../../texts/keys.ts';
import type { Language } from '../registry/enquiries/actions.ts';

export type TextKey = FamilyKey;
/** `rtl` is English written from right to left, to check that the pages support it (N2). */
export type Locale = Language | 'rtl';
export type TextValues = Readonly<Record<string, string | number>>;

export const locales = ['uk', 'ru', 'en'] as const;
export const localeNames: Readonly<Record<Language, string>> = {
  uk: 'Українська',
  ru: 'Русский',
  en: 'English',
};

type Catalogue = Readonly<Record<TextKey, string>>;
const catalogues: Readonly<Record<Language, Catalogue>> = {
  uk: readCatalogue('uk'),
  ru: readCatalogue('ru'),
  en: readCatalogue('en'),
};

/** All files of the language's folder, so that a module only adds its own. */
function readCatalogue(language: Language): Catalogue {
  // The built program is one folder below the root, the source two.
  const root = import.meta.url.endsWith('.mjs') ? '..' : '../..';
  const folder = new URL(`${root}/texts/${language}/family/`, import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as object;
  // `test/texts.test.ts` proves that the files hold exactly these keys in each language.
  return Object.assign({}, ...files.map(read)) as Catalogue;
}

/** Translations and formatters of one language. */
export interface Speech {
  readonly locale: Locale;
  /** For the lang attribute. */
  readonly lang: string;
  readonly dir: 'ltr' | 'rtl';
  /** The language that is stored with an enquiry. */
  readonly language: Language;
  t(key: TextKey, values?: TextValues): string;
  /** Formats an ISO day in words. */
  day(on: string): string;
  /** Formats an ISO time to the minute, in UTC. */
  moment(at: string): string;
  month(at: Date): string;
}

const speeches = new Map<Locale, Speech>();

/** The translations of a locale; formatters are created once. */
export function speechOf(locale: Locale): Speech {
  const known = speeches.get(locale);
  if (known) return known;
  const made = makeSpeech(locale);
  speeches.set(locale, made);
  return made;
}

function makeSpeech(locale: Locale): Speech {
  const language: Language = locale === 'rtl' ? 'en' : locale;
  const mirrored = locale === 'rtl';
  const formats = new Map<TextKey, IntlMessageFormat>();
  // Days come before months, as the forms ask for them.
  const region = language === 'en' ? 'en-GB' : language;
  const dayFormat = new Intl.DateTimeFormat(region, { dateStyle: 'long', timeZone: 'UTC' });
  const momentFormat = new Intl.DateTimeFormat(region, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'UTC',
  });
  const monthFormat = new Intl.DateTimeFormat(region, {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
  return {
    locale,
    language,
    lang: mirrored ? 'en-XB' : language,
    dir: mirrored ? 'rtl' : 'ltr',
    t: (key, values) => {
      let format = formats.get(key);
      if (!format) {
        format = new IntlMessageFormat(catalogues[language][key], language);
        formats.set(key, format);
      }
      const text = String(format.format(values));
      return mirrored ? mirror(text) : text;
    },
    // Without the year's abbreviation: its full stop would meet that of the sentence.
    day: (on) => dayFormat.format(new Date(`${on}T00:00:00Z`)).replace(/\s[рг]\.$/, ''),
    moment: (at) => momentFormat.format(new Date(at)),
    month: (at) => monthFormat.format(at),
  };
}

/** Puts each word between marks that reverse its direction, as pseudo locales do. */
function mirror(text: string): string {
  return text.replace(/[^\s]+/g, (word) => `\u202e${word}\u202c`);
}

/** The locale in a path; null for anything else. `rtl` only where it is enabled. */
export function localeFromPath(part: string, withRtl: boolean): Locale | null {
  if (part === 'rtl') return withRtl ? 'rtl' : null;
  return locales.find((locale) => locale === part) ?? null;
}

/** The browser's preferred language among ours; Ukrainian if it names none of them. */
export function localeFromHeader(header: string | undefined): Language {
  const asked = (header ?? '')
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [tag = '', ...params] = part.trim().toLowerCase().split(';');
      const quality = params.map((param) => /^\s*q=([\d.]+)$/.exec(param)?.[1]).find(Boolean);
      return { language: tag.split('-')[0] ?? '', quality: quality ? Number(quality) : 1 };
    })
    .sort((a, b) => b.quality - a.quality);
  for (const { language } of asked) {
    const known = locales.find((locale) => locale === language);
    if (known) return known;
  }
  return 'uk';
}
