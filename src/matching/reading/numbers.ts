/** A number of a document or a tax number, brought to letters and digits. */
export interface NumberReading {
  readonly text: string;
  /** What the digits themselves say: the check digit fits, does not, or there is none. */
  readonly check: 'fits' | 'fails' | 'none';
}

const textMax = 40;

/** Latin twins of Cyrillic letters in series such as «КВ 123456»; one form for both. */
const twins: Readonly<Record<string, string>> = {
  а: 'a', в: 'b', с: 'c', е: 'e', н: 'h', і: 'i', к: 'k', м: 'm', о: 'o', р: 'p', т: 't', х: 'x',
}; // biome-ignore format: one table

/** Reads a number as written; null when it holds fewer than four digits. */
export function readNumber(written: string): NumberReading | null {
  let text = '';
  for (const letter of written.slice(0, textMax).normalize('NFKC').toLowerCase()) {
    if (/[\p{L}\p{N}]/u.test(letter)) text += twins[letter] ?? letter;
  }
  if ((text.match(/\d/gu)?.length ?? 0) < 4) return null;
  return { text, check: checkOf(text) };
}

/** Ukrainian tax numbers have ten digits, Russian ones of people twelve; both carry checks. */
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
 * Same, one slip apart, the same but short (so lists count their rows), or another.
 * A passport is not another tax number, and a sender's number is not another sender's: only two that
 * fit a check digit contradict each other, and such two are never a slip apart.
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

/** Long enough, or with letters of a series: not what a list numbers its rows with. */
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
