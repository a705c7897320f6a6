/** A number of a document or a tax number, reduced to letters and digits. */
export interface NumberReading {
  readonly text: string;
  /** What the check digit shows: valid, invalid, or none. */
  readonly check: 'fits' | 'fails' | 'none';
}

const textMax = 40;

/** Latin look-alikes of Cyrillic letters in series such as «КВ 123456»; one form for both. */
const twins: Readonly<Record<string, string>> = {
  а: 'a', в: 'b', с: 'c', е: 'e', н: 'h', і: 'i', к: 'k', м: 'm', о: 'o', р: 'p', т: 't', х: 'x',
}; // biome-ignore format: one table

/** Reads a number as written; null if it has fewer than four digits. */
export function readNumber(written: string): NumberReading | null {
  let text = '';
  for (const letter of written.slice(0, textMax).normalize('NFKC').toLowerCase()) {
    if (/[\p{L}\p{N}]/u.test(letter)) text += twins[letter] ?? letter;
  }
  if ((text.match(/\d/gu)?.length ?? 0) < 4) return null;
  return { text, check: checkOf(text) };
}

/** Ukrainian tax numbers have ten digits, Russian personal ones twelve; both have check digits. */
function checkOf(text: string): NumberReading['check'] {
  if (/^\d{10}$/u.test(text)) return fits(text, [-1, 5, 7, 9, 4, 6, 10, 5, 7], 9);
  if (!/^\d{12}$/u.test(text)) return 'none';
  const first = fits(text, [7, 2, 4, 10, 3, 5, 9, 4, 6, 8], 10);
  const second = fits(text, [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8], 11);
  return first === 'fits' && second === 'fits' ? 'fits' : 'fails';
}

function fits(text: string, factors: readonly number[], at: number): 'fits' | 'fails' {
  const sum = factors.reduce((total, factor, place) => total + factor * Number(text[place]), 0);
  return (((sum % 11) + 11) % 11) % 10 === Number(text[at]) ? 'fits' : 'fails';
}

/**
 * Compares two numbers: same, one error apart, same but short (possibly a row number), or
 * different. A passport number and a tax number are different kinds, and so are numbers of two
 * senders. Only two numbers with valid check digits contradict each other, and two such numbers are
 * never one error apart.
 */
export function compareNumbers(
  one: readonly NumberReading[],
  other: readonly NumberReading[],
): 'absent' | 'same' | 'near' | 'short' | 'different' {
  let [near, short, different] = [false, false, false];
  for (const left of one) {
    for (const right of other) {
      const sound = left.check === 'fits' && right.check === 'fits';
      if (left.text === right.text) {
        if (sound || meansAPerson(left.text)) return 'same';
        short = true;
      } else if (!sound) near ||= meansAPerson(left.text) && oneSlip(left.text, right.text);
      else different ||= left.text.length === right.text.length;
    }
  }
  if (near) return 'near';
  if (short) return 'short';
  return different ? 'different' : 'absent';
}

/** Long enough, or with the letters of a series: not a row number. */
function meansAPerson(text: string): boolean {
  return text.length >= 8 || /\p{L}/u.test(text);
}

function oneSlip(one: string, other: string): boolean {
  if (Math.abs(one.length - other.length) > 1) return false;
  let from = 0;
  while (from < one.length && one[from] === other[from]) from += 1;
  let [left, right] = [one.length, other.length];
  while (left > from && right > from && one[left - 1] === other[right - 1]) {
    left -= 1;
    right -= 1;
  }
  if (left - from <= 1 && right - from <= 1) return true;
  const exchanged = left - from === 2 && right - from === 2;
  return exchanged && one[from] === other[from + 1] && one[from + 1] === other[from];
}
