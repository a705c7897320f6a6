import type { Analysis, DateParts } from '../reading/analysis.ts';
import type { Word } from '../reading/words.ts';

/** The words of a record that an explanation quotes, as the source wrote them. */
export interface Quoted {
  readonly name: string;
  readonly birth: string;
  readonly lost: string;
  readonly rank: string;
}

/**
 * The quoted words of a record mostly repeat its reading. Shorthand stores only the order and the
 * capitals of a quoted name, and the form of a date. A text that would not be restored exactly is
 * stored whole. This halves the texts of an index.
 */
const separator = '\u001f';
/** Starts a name in shorthand; a date in shorthand is a single letter below it. */
const nameMark = '\u0010';
const marks = /\p{Cc}/gu;

/** Id and quoted words in one text, encoded against the reading of the record. */
export function compress(id: string, quoted: Quoted, analysis: Analysis): string {
  const cells = [
    shortName(plain(quoted.name), analysis),
    shortDate(plain(quoted.birth), analysis.birth),
    shortDate(plain(quoted.lost), lostOn(analysis)),
    plain(quoted.rank),
    id,
  ];
  return cells.join(separator);
}

/** Only the id. */
export function idOf(text: string): string {
  let at = -1;
  for (let cell = 0; cell < 4; cell += 1) at = text.indexOf(separator, at + 1);
  return text.slice(at + 1);
}

/** The quoted words, decoded with the same reading. */
export function expand(text: string, analysis: Analysis): Quoted {
  const [name = '', birth = '', lost = '', rank = ''] = text.split(separator, 4);
  return {
    name: name.startsWith(nameMark) ? longName(name, analysis) : name,
    birth: longDate(birth, analysis.birth),
    lost: longDate(lost, lostOn(analysis)),
    rank,
  };
}

/** Control characters carry no meaning in a list; they are shown as spaces. */
function plain(text: string): string {
  return text.replace(marks, ' ');
}

const capitals = [
  (raw: string) => raw.charAt(0).toUpperCase() + raw.slice(1),
  (raw: string) => raw.toUpperCase(),
  (raw: string) => raw,
] as const;
const firstLetter = 0x30;

/** One letter per word: which word it is and how it is capitalised. */
function shortName(name: string, analysis: Analysis): string {
  const words = wordsOf(analysis);
  let short = nameMark;
  for (const written of name.split(' ')) {
    const small = written.toLowerCase();
    const place = words.findIndex((word) => word?.raw === small);
    const how = place < 0 ? -1 : capitals.findIndex((write) => write(small) === written);
    if (how < 0) return name;
    short += String.fromCharCode(firstLetter + place * capitals.length + how);
  }
  return short;
}

function longName(short: string, analysis: Analysis): string {
  const words = wordsOf(analysis);
  return Array.from(short.slice(1), (letter) => {
    const code = letter.charCodeAt(0) - firstLetter;
    const write = capitals[code % capitals.length] ?? capitals[0];
    return write(words[Math.floor(code / capitals.length)]?.raw ?? '');
  }).join(' ');
}

function wordsOf({ names: [name] }: Analysis): readonly (Word | null | undefined)[] {
  if (!name) return [];
  return [name.given, name.patronymic, name.surnames[0], name.surnames[1]];
}

const two = (number: number) => String(number).padStart(2, '0');
const dateForms: readonly ((date: DateParts) => string)[] = [
  ({ year, month, day }) => `${year}-${two(month)}-${two(day)}`,
  ({ year, month, day }) => `${two(day)}.${two(month)}.${year}`,
  ({ year, month, day }) => `${two(day)}/${two(month)}/${year}`,
  ({ year }) => String(year),
  ({ year, month }) => `${year}-${two(month)}`,
];
/** Control characters from this code on; 0 means none. */
const firstForm = 1;

function shortDate(written: string, date: DateParts | null): string {
  if (!date || written === '') return written;
  const form = dateForms.findIndex((write) => write(date) === written);
  return form < 0 ? written : String.fromCharCode(firstForm + form);
}

function longDate(short: string, date: DateParts | null): string {
  const write = short.length === 1 ? dateForms[short.charCodeAt(0) - firstForm] : undefined;
  return write && date ? write(date) : short;
}

const dayMs = 86_400_000;

function lostOn({ lost }: Analysis): DateParts | null {
  if (!lost) return null;
  const date = new Date(lost.day * dayMs);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
  };
}
