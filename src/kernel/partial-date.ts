/**
 * A date as far as it is known: `2001`, `2001-03` or `2001-03-09` (ISO 8601 reduced precision).
 * Kept as text so that precision is never invented.
 */
export type PartialDate = string & { readonly __partialDate: true };

/** How a date was read: the text, the result, and the rule. */
export interface DateReading {
  readonly raw: string;
  readonly value: PartialDate | null;
  /** Set when both readings are possible, as with 03/04/1990. */
  readonly alternative?: PartialDate;
  /** Stable name of the rule that read it, such as `day-month-year` or `year-only`. */
  readonly rule: string;
}

const daysInMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The partial date for the given parts, or null if the calendar has no such day. */
export function partialDate(year: number, month?: number, day?: number): PartialDate | null {
  if (!Number.isInteger(year) || year < 1 || year > 9999) return null;
  const yyyy = String(year).padStart(4, '0');
  if (month === undefined) return yyyy as PartialDate; // Shape made here.
  if (!Number.isInteger(month) || month < 1 || month > 12) return null;
  const mm = String(month).padStart(2, '0');
  if (day === undefined) return `${yyyy}-${mm}` as PartialDate; // Shape made here.
  if (!Number.isInteger(day) || day < 1 || day > lastDay(year, month)) return null;
  return `${yyyy}-${mm}-${String(day).padStart(2, '0')}` as PartialDate; // Shape made here.
}

/** Reads only the ISO form; every other form is read by `matching/reading/dates.ts`. */
export function parsePartialDate(text: string): PartialDate | null {
  const found = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text);
  if (!found) return null;
  const [, year, month, day] = found;
  return partialDate(
    Number(year),
    month ? Number(month) : undefined,
    day ? Number(day) : undefined,
  );
}

/** First and last day that the date can mean, both ISO days. */
export function dateRange(date: PartialDate): { readonly from: string; readonly to: string } {
  const year = Number(date.slice(0, 4));
  if (date.length === 10) return { from: date, to: date };
  if (date.length === 4) return { from: `${date}-01-01`, to: `${date}-12-31` };
  const month = Number(date.slice(5, 7));
  return { from: `${date}-01`, to: `${date}-${String(lastDay(year, month)).padStart(2, '0')}` };
}

function lastDay(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  if (month === 2 && leap) return 29;
  return daysInMonth[month - 1] ?? 0;
}
