import { type DateReading, type PartialDate, partialDate } from '../../kernel/partial-date.ts';

/** How a list writes its dates, if known. */
export interface DateOptions {
  /** What the date is about: a two-digit year means this century for events of this war. */
  readonly of?: 'birth' | 'event';
  readonly order?: 'day-first' | 'month-first';
  readonly epoch?: 1900 | 1904;
}

const monthTable: readonly string[] = [
  'січ янв jan sty студз sich',
  'лют фев feb lut лютага liut',
  'берез мар mar сакав berez',
  'квіт квит апр apr kwi красав kvit',
  'трав мая май may maj trav',
  'черв червн июн jun cze чэрв cherv',
  'лип июл jul lip ліпен lyp',
  'серп авг aug sie жніў serp',
  'верес сен sep wrz veres',
  'жовт окт oct paź paz кастрыч zhovt',
  'листоп ноя nov lis лістап lystop',
  'груд дек dec gru снеж hrud',
];
const monthWords = new Map(
  monthTable.flatMap((stems, at) => stems.split(' ').map((stem) => [stem, at + 1] as const)),
);
const romanMonths = ['i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii', 'ix', 'x', 'xi', 'xii'];

/**
 * Two-digit years up to this one are of our century: people on these lists are not over a hundred.
 */
const birthPivot = 15;
const eventPivot = 60;

/** Words before a date that do not change it, or mark it as approximate. */
const before =
  /^(?:(?:у|в|во|від|от|близько|приблизно|орієнтовно|около|приблизительно|примерно|ориентировочно|circa|about|approx)\s+|(?:бл|ок|ca?|approx)\.\s*|[~≈]\s*)/u;

/**
 * The word «born» before a date, in the words and letters of lists; also г.р. and р.н. in Latin
 * letters.
 */
const bornWords =
  'born|b\\.|geb\\.?|ur\\.|yob|dob|рік народження|год рождения|дата народження|дата рождения|' +
  'р\\.\\s?н\\.?|г\\.\\s?р\\.?|g\\.\\s?r\\.?|r\\.\\s?n\\.?';
const bornBefore = new RegExp(`^(?:${bornWords})[\\s:]+(?=[\\d\\p{L}])`, 'u');
const bornBehind = new RegExp(`(?<=[\\s,;(])(?:${bornWords})[\\s:]*$`, 'iu');

const yearTail =
  /\s*(?:р\.?\s*н\.?|г\.?\s*р\.?|g\.?\s*r\.?|r\.?\s*n\.?|р\.?|г\.?|g\.?|r\.?|року народження|рік народження|року|год[а]? рождения|года|год|рік|born|b\.)\s*$/u;

/**
 * Reads a date in any form that lists use. Never throws and never guesses silently: the rule names
 * how it was read, and where day and month could be swapped both readings are kept.
 */
export function readDate(raw: string, options: DateOptions = {}): DateReading {
  const text = raw
    .slice(0, 80)
    .normalize('NFKC')
    .replace(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/gu, ' ')
    .replace(before, '')
    .replace(bornBefore, '')
    .replace(/[\s.,;]+$/u, '');
  if (text === '') return none(raw, 'empty');
  for (const rule of rules) {
    const reading = rule(text, raw, options);
    if (reading) return reading;
  }
  return none(raw, 'not-a-date');
}

const nameMax = 300;

/**
 * Reads a birth date after a name in one text: «Тихобор Данило, 1994 року народження». Null if
 * there is none, or if digits are part of the name itself.
 */
export function birthBehind(
  text: string,
): { readonly name: string; readonly birth: DateReading } | null {
  const at = text.slice(0, nameMax).search(/\d/u);
  if (at < 1) return null;
  const ahead = text.slice(0, at).replace(bornBehind, '');
  const name = ahead.replace(/[\s,;(]+$/u, '');
  if (name === ahead || !/\p{L}/u.test(name)) return null;
  const written = text.slice(name.length).replace(/^[\s,;(]+|[\s)]+$/gu, '');
  const birth = readDate(written, { of: 'birth' });
  return birth.value && !bareDigits.has(birth.rule) ? { name, birth } : null;
}

/** Digits that are just as likely some other number. */
const bareDigits: ReadonlySet<string> = new Set(['spreadsheet-serial', 'eight-digits']);

type Rule = (text: string, raw: string, options: DateOptions) => DateReading | null;

const struckOut =
  /^(\d{1,2}|[0?*xх–-]{1,2}|)\s?[./-]\s?(\d{1,2}|[0?*xх–-]{1,2}|)\s?[./-]\s?(\d{4})(.*)$/u;
const unknown = (part: string) => !/[1-9]/u.test(part);

/** `00.00.1991`, `??.03.1991`, `--.--.1991`: unknown parts were struck out. */
const readStruckOut: Rule = (text, raw) => {
  const [, day, month, year, tail] = struckOut.exec(text) ?? struckOutIso(text) ?? [];
  if (day === undefined || month === undefined || !isTail(tail ?? '')) return null;
  if (!unknown(day) && !unknown(month)) return null;
  const known = unknown(month) ? undefined : Number(month);
  return made(raw, partialDate(Number(year), known), 'struck-out');
};

function struckOutIso(text: string): readonly string[] | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/u.exec(text);
  return found ? ['', found[3] ?? '', found[2] ?? '', found[1] ?? '', ''] : null;
}

const readIso: Rule = (text, raw) => {
  const found = /^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[t ]\d.*)?$/u.exec(text);
  if (!found) return null;
  const day = found[3] ? Number(found[3]) : undefined;
  return made(raw, partialDate(Number(found[1]), Number(found[2]), day), 'iso');
};

const readNumbers: Rule = (text, raw, options) => {
  const found = /^(\d{1,2})\s?[./\-, ]\s?(\d{1,2})\s?[./\-, ]\s?(\d{4}|\d{2})(.*)$/u.exec(text);
  if (!found || !isTail(found[4] ?? '')) return null;
  const [first, second, year] = [
    Number(found[1]),
    Number(found[2]),
    fullYear(found[3] ?? '', options),
  ];
  const dayFirst = partialDate(year, second, first);
  const monthFirst = partialDate(year, first, second);
  if (first === 1 && second === 1)
    return made(raw, partialDate(year), 'first-of-january-is-year-only');
  if (options.order === 'month-first' && monthFirst)
    return made(raw, monthFirst, 'month-day-year', dayFirst);
  if (dayFirst) return made(raw, dayFirst, 'day-month-year', options.order ? null : monthFirst);
  if (monthFirst && !text.includes('.')) return made(raw, monthFirst, 'month-day-year');
  return none(raw, 'no-such-day');
};

const readYearFirst: Rule = (text, raw) => {
  const found = /^(\d{4})[./](\d{1,2})[./](\d{1,2})$/u.exec(text);
  if (!found) return null;
  return made(
    raw,
    partialDate(Number(found[1]), Number(found[2]), Number(found[3])),
    'year-month-day',
  );
};

/** Eight digits without separators; only one order gives a plausible year. */
const readDigits: Rule = (text, raw) => {
  if (!/^\d{8}$/u.test(text)) return null;
  const at = (from: number, to: number) => Number(text.slice(from, to));
  const possible = (year: number) => year >= 1900 && year <= 2100;
  const yearFirst = possible(at(0, 4)) ? partialDate(at(0, 4), at(4, 6), at(6, 8)) : null;
  const yearLast = possible(at(4, 8)) ? partialDate(at(4, 8), at(2, 4), at(0, 2)) : null;
  const value = yearFirst ?? yearLast;
  return value && made(raw, value, 'eight-digits', yearFirst && yearLast);
};

const readMonthYear: Rule = (text, raw) => {
  const found = /^(\d{1,2})[./-](\d{4})(.*)$/u.exec(text);
  if (!found || !isTail(found[3] ?? '')) return null;
  return made(raw, partialDate(Number(found[2]), Number(found[1])), 'month-year');
};

const readWords: Rule = (text, raw, options) => {
  const found =
    /^(?:(\d{1,2})(?:-?(?:го|ого|th|st|nd|rd)(?!\p{L}))?[\s.-]*)?(?:of )?([\p{L}]{3,})[\s.,-]*(?:(\d{1,2})(?:st|nd|rd|th)?[\s,]+)?(\d{4}|\d{2})(.*)$/u.exec(
      text,
    );
  if (!found || !isTail(found[5] ?? '')) return null;
  const month = monthOf(found[2] ?? '');
  if (!month) return null;
  const day = found[1] ?? found[3];
  const year = fullYear(found[4] ?? '', options);
  const value = partialDate(year, month, day ? Number(day) : undefined);
  // The same word means October in Croatian.
  const other =
    found[2] === 'listopad' ? partialDate(year, 10, day ? Number(day) : undefined) : null;
  return made(raw, value, 'month-word', other);
};

const readRoman: Rule = (text, raw, options) => {
  const found = /^(\d{1,2})[\s./-]+([ivxіх]{1,4})[\s./-]+(\d{4}|\d{2})(.*)$/u.exec(text);
  if (!found || !isTail(found[4] ?? '')) return null;
  const latin = (found[2] ?? '').replaceAll('і', 'i').replaceAll('х', 'x');
  const month = romanMonths.indexOf(latin) + 1;
  if (month === 0) return null;
  const year = fullYear(found[3] ?? '', options);
  return made(raw, partialDate(year, month, Number(found[1])), 'roman-month');
};

const readYear: Rule = (text, raw, options) => {
  const bare = text.replace(yearTail, '').trim();
  const found = /^(\d{4}|\d{2})$/u.exec(bare);
  if (!found) return null;
  const digits = found[1] ?? '';
  if (digits.length === 2 && bare === text) return null;
  const year = fullYear(digits, options);
  return year >= 1900 && year <= 2030 ? made(raw, partialDate(year), 'year-only') : null;
};

const dayMs = 86_400_000;

const readSerial: Rule = (text, raw, options) => {
  const found = /^(\d{4,5})(?:\.\d+)?$/u.exec(text);
  if (!found) return null;
  const serial = Number(found[1]);
  // Spreadsheets count days: 5,000 is in 1913 and 60,000 in 2064.
  if (serial < 5_000 || serial > 60_000) return null;
  const start = options.epoch === 1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
  const day = new Date(start + serial * dayMs).toISOString();
  return made(
    raw,
    partialDate(Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8, 10))),
    'spreadsheet-serial',
  );
};

const rules: readonly Rule[] = [
  readStruckOut,
  readIso,
  readYearFirst,
  readDigits,
  readNumbers,
  readMonthYear,
  readRoman,
  readWords,
  readYear,
  readSerial,
];

function isTail(text: string): boolean {
  return (
    text.trim() === '' ||
    /^[\s,]*(?:р|г|g|r|року|года|год|рік)[\s.]*(?:р|н|r|n|народження|рождения)?[\s.]*$/u.test(
      text,
    ) ||
    /^[\st]+\d{1,2}:\d{2}/u.test(text)
  );
}

function monthOf(word: string): number {
  for (const [stem, month] of monthWords) if (word.startsWith(stem)) return month;
  return 0;
}

function fullYear(digits: string, options: DateOptions): number {
  const year = Number(digits);
  if (digits.length === 4) return year;
  return year <= (options.of === 'event' ? eventPivot : birthPivot) ? 2000 + year : 1900 + year;
}

function made(
  raw: string,
  value: PartialDate | null,
  rule: string,
  other?: PartialDate | null,
): DateReading {
  if (!value) return none(raw, 'no-such-day');
  const reading = { raw, value, rule };
  return other && other !== value ? { ...reading, alternative: other } : reading;
}

function none(raw: string, rule: string): DateReading {
  return { raw, value: null, rule };
}
