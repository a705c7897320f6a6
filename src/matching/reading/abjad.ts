/**
 * Arabic and Hebrew write consonants and omit most vowels. So their words are compared by what is
 * written: consonants, with w and y that may be vowels.
 */
const letters: Readonly<Record<string, string>> = {
  ا: '', أ: '', إ: '', آ: '', ى: '', ة: '', ء: '', ئ: 'i', ؤ: 'u', ع: '', ب: 'b', ت: 't', ث: 's',
  ج: 'Z', ح: 'H', خ: 'H', د: 'd', ذ: 'z', ر: 'r', ز: 'z', س: 's', ش: 'S', ص: 's', ض: 'd', ط: 't',
  ظ: 'z', غ: 'g', ف: 'f', ق: 'k', ك: 'k', ل: 'l', م: 'm', ن: 'n', ه: 'h', و: 'u', ي: 'i', پ: 'p',
  چ: 'C', ژ: 'Z', گ: 'g', ڤ: 'v', ک: 'k', ی: 'i', א: '', ב: 'b', ג: 'g', ד: 'd', ה: 'h', ו: 'u',
  ז: 'z', ח: 'H', ט: 't', י: 'i', כ: 'k', ך: 'k', ל: 'l', מ: 'm', ם: 'm', נ: 'n', ן: 'n', ס: 's',
  ע: '', פ: 'p', ף: 'p', צ: 'c', ץ: 'c', ק: 'k', ר: 'r', ש: 'S', ת: 't',
}; // biome-ignore format: one table

const abjad = /[\u0590-\u05ff\u0600-\u06ff]/u;

/** True for a word written in Arabic or Hebrew letters. */
export function isAbjad(word: string): boolean {
  return abjad.test(word);
}

/** The written consonants of an Arabic or Hebrew word in the letters of `sound.ts`. */
export function soundOfAbjad(word: string): string {
  // At the start of a word, alef and ayin represent any vowel.
  let sound = /^[اأإآعאע]/u.test(word) ? 'a' : '';
  for (const letter of word) sound += letters[letter] ?? '';
  return sound
    .replace(/tS/gu, 'C')
    .replace(/ts/gu, 'c')
    .replace(/dZ/gu, 'Z')
    .replace(/([^iu])\1+/gu, '$1');
}

/** Consonants that one letter of an abjad can represent, besides the sound itself. */
const standsFor: Readonly<Record<string, string>> = {
  b: 'vp', p: 'fb', f: 'vp', v: 'fub', u: 'vo', i: 'e', g: 'ZHkh', Z: 'gCS', k: 'gHc', H: 'hkg',
  h: 'H', s: 'czS', S: 'sCZ', t: 'd', d: 't', z: 'sZc', c: 'sCz', C: 'cSs', l: '', m: 'n', n: 'm', r: '',
}; // biome-ignore format: one table

const vowels = new Set('aeiou');

/**
 * Likeness from 0 to 1 of an abjad's consonants and another word's sound. Extra vowels on the other
 * side cost almost nothing; a consonant without a partner costs its whole share.
 */
export function abjadLikeness(written: string, sound: string): number {
  const [one, other] = [[...written], [...sound]];
  const consonants = Math.max(weight(one), weight(other), 1);
  let before = [0];
  for (const letter of other) before.push((before.at(-1) ?? 0) + gap(letter));
  for (const left of one) {
    const row = [(before[0] ?? 0) + gap(left)];
    other.forEach((right, at) => {
      row.push(
        Math.min(
          (before[at + 1] ?? 0) + gap(left),
          (row[at] ?? 0) + gap(right),
          (before[at] ?? 0) + swap(left, right),
        ),
      );
    });
    before = row;
  }
  return Math.max(0, 1 - (before.at(-1) ?? 0) / consonants);
}

function weight(word: readonly string[]): number {
  return word.reduce((sum, letter) => sum + gap(letter), 0);
}

function gap(letter: string): number {
  if (letter === 'u' || letter === 'i' || letter === 'h') return 0.2;
  return vowels.has(letter) ? 0.06 : 1;
}

function swap(left: string, right: string): number {
  if (left === right) return 0;
  if (standsFor[left]?.includes(right) || standsFor[right]?.includes(left)) return 0.25;
  return vowels.has(left) && vowels.has(right) ? 0.15 : 1.2;
}
