import type { Orthography } from './mistakes.ts';

/** A row of the registry that is padded, or one of its queries. */
export interface SourceRow {
  readonly list?: string;
  readonly lang?: string;
  readonly name?: string;
  readonly surname?: string;
  readonly given?: string;
  readonly patronymic?: string;
  readonly dob?: string;
  readonly dob_raw?: string;
  readonly sex?: string;
  readonly birthplace?: string;
  readonly unit?: string;
  readonly rank?: string;
  readonly captured_date?: string;
  readonly captured_place?: string;
  readonly last_contact_date?: string;
  readonly last_seen_place?: string;
}

export type Tongue = 'uk' | 'ru' | 'en' | 'pl' | 'de' | 'fr' | 'ka' | 'hy' | 'ar';
export type Case = 'upper' | 'lower' | 'title';

/** The form of one real row without its content: which fields, in which order, in which format. */
export interface Template {
  readonly orthography: Orthography;
  readonly lang: string | null;
  readonly tongue: Tongue;
  readonly order: string;
  readonly initials: 'none' | 'glued' | 'spaced';
  readonly cases: readonly [Case, Case];
  readonly gap: string;
  readonly isGlued: boolean;
  readonly hasColumns: boolean;
  readonly isSwapped: boolean;
  readonly dob: number;
  readonly dobForm: string;
  readonly has: ReadonlySet<keyof SourceRow>;
  readonly rankInName: boolean;
  /** A day on which a person of this registry was captured, for drawing days of capture. */
  readonly captured: number | null;
  readonly born: number | null;
}

/** How the rows of a registry are written, one template per row. */
export function templatesOf(
  rows: readonly SourceRow[],
  givenNames: ReadonlySet<string>,
): readonly Template[] {
  return rows.flatMap((row, at) => (row.name ? [templateOf(row, at, givenNames)] : []));
}

function templateOf(row: SourceRow, at: number, givenNames: ReadonlySet<string>): Template {
  const raw = row.name ?? '';
  const rank = row.rank?.toLowerCase();
  const rankInName = rank !== undefined && raw.toLowerCase().startsWith(`${rank} `);
  const name = rankInName ? raw.slice(rank.length + 1) : raw;
  const words = name.split(/[\s,]+/).filter(Boolean);
  const isGiven = (word = '') => givenNames.has(capital(word));
  const initials = words.filter((word) => /^\p{L}\.(\p{L}\.?)?$/u.test(word));
  const isGlued = words.length < 3 && words.some((word) => /\p{Ll}\p{Lu}\p{Ll}/u.test(word));
  return {
    orthography: orthographyOf(row.list),
    lang: row.lang ?? null,
    tongue: tongueOf(row, at),
    order: orderOf(row, words, isGiven),
    initials: initials.length === 0 ? 'none' : initials.length === 1 ? 'glued' : 'spaced',
    cases: [caseOf(words[0]), caseOf(words[1] ?? words[0])],
    gap: name.includes('  ') ? '  ' : name.includes(', ') ? ', ' : name.includes(',') ? ',' : ' ',
    isGlued,
    hasColumns: row.surname !== undefined,
    isSwapped: isGiven(row.surname) && !isGiven(row.given),
    dob: row.dob?.length ?? 0,
    dobForm: formOf(row.dob_raw ?? ''),
    has: new Set(Object.keys(row) as (keyof SourceRow)[]), // The keys of a row are its fields.
    rankInName,
    captured: dayOf(row.captured_date ?? row.last_contact_date),
    born: dayOf(row.dob),
  };
}

function orthographyOf(list: string | undefined): Orthography {
  return list === 'official' || list === 'transcribed' || list === 'ocr' || list === 'social'
    ? list
    : 'query';
}

function tongueOf({ lang, name = '' }: SourceRow, at: number): Tongue {
  if (/\p{Script=Georgian}/u.test(name)) return 'ka';
  if (/\p{Script=Armenian}/u.test(name)) return 'hy';
  if (/\p{Script=Arabic}/u.test(name)) return 'ar';
  if (!/\p{Script=Cyrillic}/u.test(name)) {
    return lang === 'pl' || lang === 'de' || lang === 'fr' ? lang : 'en';
  }
  if (lang === 'uk' || lang === 'ru') return lang;
  if (/[іїєґ]/i.test(name)) return 'uk';
  return /[ыэёъ]/i.test(name) || at % 5 < 3 ? 'ru' : 'uk';
}

const patronymic = /(вич|вна|ьич|ыч|льич|vich|vych|wicz|wycz|witsch|vitch|vna|wna)$/i;

/** S, G and P in the order of surname, given name and patronymic. */
function orderOf(
  row: SourceRow,
  words: readonly string[],
  isGiven: (word?: string) => boolean,
): string {
  const [first = '', second, third] = words;
  if (words.some((word) => /^\p{L}\.\p{L}/u.test(word))) return 'Sgp';
  if (words.some((word) => /^\p{L}\.$/u.test(word))) return words.length > 2 ? 'Sgp' : 'Sg';
  if (second === undefined) return /\p{Ll}\p{Lu}\p{Ll}/u.test(first) ? 'SG' : 'S';
  if (third === undefined) {
    if (row.given !== undefined && row.given === first) return 'GS';
    return isGiven(first) && !isGiven(second) ? 'GS' : 'SG';
  }
  if (patronymic.test(second) && !patronymic.test(third)) return 'GPS';
  return isGiven(first) && !isGiven(second) ? 'GSP' : 'SGP';
}

function caseOf(word = ''): Case {
  const letters = word.replace(/[^\p{L}]/gu, '');
  if (letters.length > 1 && letters === letters.toUpperCase()) return 'upper';
  return letters === letters.toLowerCase() ? 'lower' : 'title';
}

function formOf(raw: string): string {
  return raw.replace(/\d/g, '9').replace(/\p{L}+/gu, 'w');
}

/** Days since 1970, or null for less than a whole date. */
function dayOf(iso: string | undefined): number | null {
  return iso?.length === 10 ? Math.round(Date.parse(iso) / 86_400_000) : null;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
}
