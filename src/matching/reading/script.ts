/**
 * Splits written text into tokens of one script each. All changes here serve comparison only: the
 * record keeps the raw text.
 */
export type Script = 'cyrillic' | 'latin' | 'other';

/** Latin letters that look like Cyrillic ones; scanners and keyboards mix them. */
const latinLooksCyrillic: Readonly<Record<string, string>> = {
  a: 'а', b: 'в', c: 'с', e: 'е', h: 'н', i: 'і', k: 'к', m: 'м', n: 'п', o: 'о', p: 'р', t: 'т',
  u: 'и', x: 'х', y: 'у', j: 'ј',
}; // biome-ignore format: one table

const cyrillicLooksLatin: Readonly<Record<string, string>> = {
  а: 'a',
  в: 'b',
  с: 'c',
  е: 'e',
  н: 'h',
  і: 'i',
  к: 'k',
  м: 'm',
  о: 'o',
  р: 'p',
  т: 't',
  х: 'x',
  у: 'y',
  ј: 'j',
};

/** Digits that a scanner leaves inside words. */
const digitLooks: Readonly<Record<Script, Readonly<Record<string, string>>>> = {
  cyrillic: { '0': 'о', '3': 'з', '6': 'б', '8': 'в', '1': 'і', '4': 'ч' },
  latin: { '0': 'o', '1': 'l', '5': 's', '8': 'b', '3': 'e' },
  other: {},
};

const cyrillic = /\p{Script=Cyrillic}/u;
const latin = /\p{Script=Latin}/u;
const apostrophes = /['‘’‛ʻʼʽʾʿˈ`´′ʹ"]/gu;
const invisible = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;
const notWord = /[^\p{L}\p{M}\p{N}.\s-]+/gu;

/** Longest text that is read. Longer text is cut, since no name is longer. */
const textMax = 300;

/** The characters of most names: letters of one alphabet, spaces, full stops, commas, hyphens. */
const everyday = /^(?:[A-Za-z .,'-]*|[А-Яа-яЁёІіЇїЄєҐґ .,'’-]*)$/u;

/**
 * Lower-case words of a text: one script each, look-alikes repaired, marks and brackets removed.
 */
export function wordsOf(text: string): readonly string[] {
  return text.length <= textMax && everyday.test(text) ? everydayWords(text) : anyWords(text);
}

function everydayWords(text: string): readonly string[] {
  const words: string[] = [];
  const small = text.toLowerCase();
  let from = 0;
  for (let at = 0; at <= small.length; at += 1) {
    const letter = at === small.length ? ' ' : small[at];
    if (letter !== ' ' && letter !== '.' && letter !== ',' && letter !== '-') continue;
    if (at > from) {
      const word = small.slice(from, at);
      const bare = word.includes("'") || word.includes('’') ? word.replace(apostrophes, '') : word;
      if (bare !== '') words.push(bare);
    }
    from = at + 1;
  }
  return words;
}

function anyWords(text: string): readonly string[] {
  const clean = text
    .slice(0, textMax)
    .normalize('NFKC')
    .replace(invisible, '')
    .replace(/\([^)]*\)|\[[^\]]*\]|«[^»]*»/gu, ' ')
    .replace(apostrophes, '')
    .toLowerCase()
    .replace(notWord, ' ')
    // Initials written together: «і.п.» is two.
    .replace(/\./gu, '. ');
  return clean
    .split(/[\s-]+/u)
    .map((word) => word.replace(/\.+$/u, ''))
    .filter((word) => word !== '')
    .map(repair);
}

/** The script most of the word is written in. */
export function scriptOf(word: string): Script {
  let cyrillicCount = 0;
  let latinCount = 0;
  for (const letter of word) {
    // The blocks of common letters, without consulting the tables of all scripts.
    if ((letter >= 'а' && letter <= 'я') || cyrillic.test(letter)) cyrillicCount += 1;
    else if ((letter >= 'a' && letter <= 'z') || latin.test(letter)) latinCount += 1;
  }
  if (cyrillicCount === 0 && latinCount === 0) return 'other';
  return cyrillicCount >= latinCount ? 'cyrillic' : 'latin';
}

/**
 * Replaces look-alikes of the other script, and digits between letters, by the word's own letters.
 */
function repair(word: string): string {
  if (!/\p{L}/u.test(word)) return word;
  const script = scriptOf(word);
  if (script === 'other') return word;
  const looks = script === 'cyrillic' ? latinLooksCyrillic : cyrillicLooksLatin;
  const digits = digitLooks[script];
  let repaired = '';
  for (const letter of word) {
    const foreign = script === 'cyrillic' ? latin.test(letter) : cyrillic.test(letter);
    repaired += foreign ? (looks[letter] ?? letter) : (digits[letter] ?? letter);
  }
  return repaired;
}
