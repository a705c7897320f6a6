import type { Chance } from './random.ts';
import type { Tongue } from './templates.ts';

const months: Readonly<Record<'uk' | 'ru' | 'en', readonly string[]>> = {
  uk: 'січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня'.split(
    ' ',
  ),
  ru: 'января февраля марта апреля мая июня июля августа сентября октября ноября декабря'.split(
    ' ',
  ),
  en: 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' '),
};

export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The calendar day of a number of days since 1970. */
export function dayAt(days: number): Day {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const inEra = z - era * 146_097;
  const year = Math.floor(
    (inEra - Math.floor(inEra / 1460) + Math.floor(inEra / 36_524) - Math.floor(inEra / 146_096)) /
      365,
  );
  const inYear = inEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const shifted = Math.floor((5 * inYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {
    year: year + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: inYear - Math.floor((153 * shifted + 2) / 5) + 1,
  };
}

export function isoOf({ year, month, day }: Day): string {
  return `${year}-${two(month)}-${two(day)}`;
}

/**
 * A birth date as a list has it. About one row in seven is wrong, in the shares counted between
 * rows of one person in the development registry. Errors are in the day or the year, the first of
 * January, day and month swapped, the month, or everything.
 */
export function mistakenBirth(born: Day, chance: Chance): Day {
  const kind = chance.share();
  if (kind < 0.31) return { ...born, day: chance.between(1, 28) };
  if (kind < 0.57) return { ...born, year: born.year + chance.of([-1, 1, -1, 1, -10, 10, 2, -2]) };
  if (kind < 0.7) return { ...born, month: 1, day: 1 };
  if (kind < 0.82) return born.day <= 12 ? { ...born, month: born.day, day: born.month } : born;
  if (kind < 0.9) return { ...born, month: chance.between(1, 12), day: Math.min(28, born.day) };
  return {
    year: chance.between(1964, 2003),
    month: chance.between(1, 12),
    day: chance.between(1, 28),
  };
}

/** The date as written, in the form of the template. */
export function writtenDate(day: Day, form: string, tongue: Tongue): string {
  const { year, month, day: date } = day;
  const short = two(year % 100);
  const words = tongue === 'uk' || tongue === 'ru' ? months[tongue] : months.en;
  switch (form) {
    case '9999':
      return String(year);
    case '9999 w.w.':
      return `${year} ${tongue === 'uk' ? 'р.н.' : 'г.р.'}`;
    case '9999 w.':
      return `${year} ${tongue === 'uk' ? 'р.' : 'г.'}`;
    case 'w. 9999':
      return `b. ${year}`;
    case '99.9999':
      return `${two(month)}.${year}`;
    case '9999-99-99':
      return isoOf(day);
    case '99 w 9999':
    case '9 w 9999':
      return `${date} ${words[month - 1]} ${year}`;
    case '99/9/9999':
    case '9/9/9999':
    case '9/99/9999':
      return `${date}/${month}/${year}`;
    case '99/99/9999':
      return `${two(date)}/${two(month)}/${year}`;
    case '99.9.99':
    case '9.9.99':
    case '9.99.99':
    case '99.99.99':
      return `${date}.${month}.${short}`;
    default:
      return `${two(date)}.${two(month)}.${year}`;
  }
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
