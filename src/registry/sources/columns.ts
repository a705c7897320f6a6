import { readDate } from '../../matching/reading/dates.ts';
import { analyseName } from '../../matching/reading/names.ts';
import { readUnit } from '../../matching/reading/units.ts';
import {
  type Field,
  type HeadingReading,
  headingKey,
  readHeading,
  repeatable,
} from './headings.ts';
import type { ListedLine } from './import.ts';
import { isRank } from './ranks.ts';

export interface ColumnMapping {
  readonly index: number;
  /** Empty if the list has no headings: its first row then describes a person. */
  readonly heading: string;
  readonly field: Field | null;
  /** 0 to 1; below 0.5 a person should check before starting. */
  readonly confidence: number;
  /**
   * Stable name of how it was recognised: `heading`, `heading-part`, `content`, `saved`,
   * `corrected`.
   */
  readonly rule: string;
  /** How this column writes its dates, if its rows leave no doubt. */
  readonly order?: 'day-first' | 'month-first';
  /** Salted digest of the heading: recognises it in the sender's next list without storing it. */
  readonly key?: string;
}

export interface RecognisedColumns {
  readonly headed: boolean;
  readonly columns: readonly ColumnMapping[];
}

/**
 * Recognises the content of each column, by its heading in three languages and by its cells.
 * Content that contradicts the heading lowers the confidence; a list without headings is read by
 * content alone.
 */
export function recogniseColumns(rows: readonly ListedLine[]): RecognisedColumns {
  const [first, ...rest] = rows.filter((row) => row.problem === undefined);
  if (!first) return { headed: true, columns: [] };
  const headed = isHeadings(first);
  const body = headed ? rest : [first, ...rest];
  const width = Math.max(...rows.map((row) => row.cells.length));
  const guesses = Array.from({ length: width }, (_, index) => {
    const heading = headed ? (first.cells[index]?.text.trim() ?? '') : '';
    const texts = body
      .map((row) => row.cells[index]?.text.trim() ?? '')
      .filter((text) => text !== '');
    return guess({ index, heading, texts });
  });
  return { headed, columns: onlyOnce(guesses) };
}

/**
 * A first row of headings names at least two columns, or one of two; rows of people hold digits.
 */
function isHeadings(row: ListedLine): boolean {
  const texts = row.cells.map((cell) => cell.text).filter((text) => text.trim() !== '');
  const known = texts.filter((text) => readHeading(text) !== null).length;
  if (known >= 2 || (known === 1 && texts.length <= 2)) return true;
  const person = texts.some((text) => /\d{2}/u.test(text) || looksWholeName(text));
  return !person;
}

interface Column {
  readonly index: number;
  readonly heading: string;
  readonly texts: readonly string[];
}

function guess(column: Column): ColumnMapping {
  const { index, heading, texts } = column;
  const order = dateOrder(texts);
  const base = { index, heading, ...(order ? { order } : {}) };
  // The columns that our own list of refused rows puts before the sender's.
  if (isOwnHeading(heading)) return { ...base, field: 'ordinal', confidence: 1, rule: 'own' };
  const read = readHeading(heading);
  const seen = readContent(texts);
  if (!read) return { ...base, ...(seen ?? { field: null, confidence: 0, rule: 'unknown' }) };
  return { ...base, ...weighHeading(read, { texts, seen }) };
}

/** Headings of the list of refused rows: a list with them holds corrections of an earlier one. */
export const ownHeadings = ['homeward line', 'homeward reason'] as const;

export function isOwnHeading(heading: string): boolean {
  return ownHeadings.some((own) => own === heading);
}

interface Guess {
  readonly field: Field | null;
  readonly confidence: number;
  readonly rule: string;
}

const dateFields: ReadonlySet<Field> = new Set(['birth', 'captured', 'last_contact', 'event_date']);

/** Lists write "Name" above whole names and "Date" above birth dates: the content then decides. */
function weighHeading(
  read: HeadingReading,
  { texts, seen }: { texts: readonly string[]; seen: Guess | null },
): Guess {
  if (texts.length === 0) return read;
  if (read.field === 'given' || read.field === 'surname') {
    if (share(texts, looksWholeName) > 0.6) {
      return { field: 'name', confidence: 0.85, rule: 'content-over-heading' };
    }
  }
  if (read.field === 'name' && share(texts, (text) => wordCount(text) === 1) > 0.8) {
    return { field: 'given', confidence: 0.6, rule: 'content-over-heading' };
  }
  if (read.field === 'event_date' && seen?.field === 'birth') {
    return { field: 'birth', confidence: 0.7, rule: 'content-over-heading' };
  }
  if (read.field === 'birth' && share(texts, looksYear) > 0.8) {
    return { field: 'birth_year', confidence: 0.9, rule: 'content-over-heading' };
  }
  if (read.field === 'birth_year' && share(texts, looksDay) > 0.5) {
    return { field: 'birth', confidence: 0.9, rule: 'content-over-heading' };
  }
  if (read.field === 'ordinal' && share(texts, looksNumber) > 0.8 && !isCounting(texts)) {
    return { field: 'number', confidence: 0.5, rule: 'content-over-heading' };
  }
  if (read.field === 'number' && isCounting(texts)) {
    return { field: 'ordinal', confidence: 0.7, rule: 'content-over-heading' };
  }
  if (dateFields.has(read.field) && share(texts, looksDate) < 0.3) {
    return { field: read.field, confidence: 0.3, rule: 'heading-against-content' };
  }
  return read;
}

/** The content of a column, judged by its cells alone. */
function readContent(texts: readonly string[]): Guess | null {
  if (texts.length === 0) return null;
  const found = contentRules.find((rule) => rule.fits(texts));
  return found ? { field: found.field, confidence: found.confidence, rule: 'content' } : null;
}

interface ContentRule {
  readonly field: Field;
  readonly confidence: number;
  readonly fits: (texts: readonly string[]) => boolean;
}

const contentRules: readonly ContentRule[] = [
  { field: 'ordinal', confidence: 0.9, fits: (texts) => texts.length > 1 && isCounting(texts) },
  { field: 'sex', confidence: 0.8, fits: (texts) => share(texts, looksSex) > 0.9 },
  { field: 'birth_year', confidence: 0.6, fits: (texts) => share(texts, looksBirthYear) > 0.8 },
  {
    field: 'tax_number',
    confidence: 0.5,
    fits: (texts) => share(texts, (text) => /^\d{10}$/u.test(text)) > 0.8,
  },
  {
    field: 'birth',
    confidence: 0.7,
    fits: (texts) => share(texts, (text) => looksDate(text) && isLongAgo(text)) > 0.6,
  },
  { field: 'event_date', confidence: 0.4, fits: (texts) => share(texts, looksDate) > 0.6 },
  { field: 'rank', confidence: 0.8, fits: (texts) => share(texts, isRank) > 0.6 },
  { field: 'name', confidence: 0.8, fits: (texts) => share(texts, looksWholeName) > 0.6 },
  {
    field: 'patronymic',
    confidence: 0.8,
    fits: (texts) => share(texts, looksPatronymicWord) > 0.7,
  },
  { field: 'given', confidence: 0.6, fits: (texts) => share(texts, looksGivenWord) > 0.6 },
  {
    field: 'document',
    confidence: 0.5,
    fits: (texts) => share(texts, (text) => /^\p{Lu}{1,2}[-\s]?\d{6}$/u.test(text)) > 0.7,
  },
  { field: 'unit', confidence: 0.6, fits: (texts) => share(texts, looksUnit) > 0.6 },
];

function looksDate(text: string): boolean {
  return text.length <= 40 && readDate(text).value !== null;
}

/** Whole days only: a bare year is a date as well. */
function looksDay(text: string): boolean {
  const { value } = readDate(text.slice(0, 40));
  return value !== null && value.length > 4;
}

function looksYear(text: string): boolean {
  return /^(?:19|20)\d{2}\s*(?:р|г|року|год)?\.?(?:\s*[нр]\.?)?$/u.test(text);
}

function looksBirthYear(text: string): boolean {
  return looksYear(text) && Number(text.slice(0, 4)) < 2012;
}

function isLongAgo(text: string): boolean {
  const { value } = readDate(text);
  return value !== null && Number(value.slice(0, 4)) < 2012;
}

function looksSex(text: string): boolean {
  return /^(?:ч|ж|м|m|f|чол\.?|жін\.?|муж\.?|жен\.?|male|female)$/iu.test(text);
}

/** At least two words, one of them a known given name or patronymic. */
function looksWholeName(text: string): boolean {
  if (text.length > 120 || wordCount(text) < 2 || /\d{3}/u.test(text)) return false;
  const { given, patronymic, surnames } = analyseName({ full: text });
  const known = (given !== null && (given.initial || given.given !== null)) || patronymic !== null;
  return known && surnames.length > 0;
}

function looksGivenWord(text: string): boolean {
  if (wordCount(text) !== 1) return false;
  const { given } = analyseName({ full: text, given: text });
  const rule = given?.given?.rule;
  return rule === 'full-form' || rule === 'diminutive';
}

function looksPatronymicWord(text: string): boolean {
  return (
    wordCount(text) === 1 && /(?:ович|евич|ївич|івна|ївна|овна|евна|ична|ych|ich|vna)$/iu.test(text)
  );
}

function looksUnit(text: string): boolean {
  const unit = readUnit(text);
  return unit !== null && unit.kind !== null && unit.number !== null && !looksDate(text);
}

/** An identifying number, not a row number: five characters or more, with a digit among them. */
function looksNumber(text: string): boolean {
  return /^(?=.*\d)[\p{L}\d/\- ]{5,20}$/u.test(text);
}

/** 1, 2, 3 … as rows are numbered; a number that identifies a person does not count up by one. */
function isCounting(texts: readonly string[]): boolean {
  const numbers = texts.map((text) =>
    /^\d{1,7}\.?$/u.test(text) ? Number.parseInt(text, 10) : Number.NaN,
  );
  return (
    numbers.every((value, at) => at === 0 || value === (numbers[at - 1] ?? 0) + 1) &&
    !Number.isNaN(numbers[0])
  );
}

/** Certain only if some row has a "month" above twelve in one place and none has in the other. */
function dateOrder(texts: readonly string[]): ColumnMapping['order'] | null {
  let firstOver = 0;
  let secondOver = 0;
  for (const text of texts) {
    const found = /^(\d{1,2})[./-](\d{1,2})[./-]\d{2,4}/u.exec(text);
    if (!found) continue;
    if (Number(found[1]) > 12) firstOver += 1;
    if (Number(found[2]) > 12) secondOver += 1;
  }
  if (firstOver > 0 && secondOver === 0) return 'day-first';
  return secondOver > 0 && firstOver === 0 ? 'month-first' : null;
}

function share(texts: readonly string[], fits: (text: string) => boolean): number {
  return texts.filter(fits).length / Math.max(1, texts.length);
}

function wordCount(text: string): number {
  return text.split(/[\s,]+/u).filter(Boolean).length;
}

/** Of two columns for one field the more certain has it; a person decides about the other. */
function onlyOnce(columns: readonly ColumnMapping[]): readonly ColumnMapping[] {
  const best = new Map<Field, ColumnMapping>();
  for (const column of columns) {
    if (!column.field || repeatable.has(column.field)) continue;
    const known = best.get(column.field);
    if (!known || column.confidence > known.confidence) best.set(column.field, column);
  }
  return columns.map((column) => {
    if (!column.field || repeatable.has(column.field) || best.get(column.field) === column) {
      return column;
    }
    return { ...column, field: null, confidence: 0, rule: 'taken' };
  });
}

/** What the columns of a sender's earlier list were, by the digests of their headings. */
export interface SavedMapping {
  readonly columns: readonly { readonly key: string; readonly field: Field | null }[];
}

/** Applies the columns saved for the sender where the headings are the same. */
export function applySaved(
  columns: readonly ColumnMapping[],
  saved: SavedMapping | null,
): readonly ColumnMapping[] {
  if (!saved) return columns;
  const known = new Map(saved.columns.map(({ key, field }) => [key, field]));
  const applied = columns.map((column) => {
    if (!column.key || !known.has(column.key)) return column;
    return { ...column, field: known.get(column.key) ?? null, confidence: 1, rule: 'saved' };
  });
  return onlyOnce(applied);
}

/**
 * The part of the columns that may be stored in clear. In a list without headings, an unknown
 * heading may be a person's name, so only known ones are stored; the others are sealed with the
 * sample.
 */
export function withoutUnknownHeadings(
  columns: readonly ColumnMapping[],
  keyOf: (heading: string) => string,
): readonly ColumnMapping[] {
  return columns.map((column) => ({
    ...column,
    heading: readHeading(column.heading)?.rule === 'heading' ? column.heading : '',
    ...(headingKey(column.heading) === '' ? {} : { key: keyOf(headingKey(column.heading)) }),
  }));
}

/** The columns as a person at the desk set them; throws nothing, unknown indexes are skipped. */
export function correctColumns(
  columns: readonly ColumnMapping[],
  wanted: readonly { readonly index: number; readonly field: Field | null }[],
): readonly ColumnMapping[] {
  const fieldOf = new Map(wanted.map(({ index, field }) => [index, field]));
  return columns.map((column) => {
    const field = fieldOf.get(column.index);
    if (field === undefined || field === column.field) return column;
    return { ...column, field, confidence: 1, rule: 'corrected' };
  });
}

/** Two columns may not hold one field, and a name is required; returns a code or null. */
export function columnsProblem(columns: readonly ColumnMapping[]): string | null {
  const once = columns.flatMap(({ field }) => (field && !repeatable.has(field) ? [field] : []));
  if (new Set(once).size < once.length) return 'import.field_twice';
  const named = once.includes('name') || once.includes('surname');
  return named ? null : 'import.no_name_column';
}
