import anyAscii from 'any-ascii';
import { isAbjad, soundOfAbjad } from './abjad.ts';
import { handRules, type Orthography } from './orthography.ts';
import { scriptOf } from './script.ts';

/**
 * One phonetic Latin alphabet for every script and romanisation. Capitals are single sounds that
 * Latin writes with several letters: S = ш щ, C = ч, Z = ж, H = х (kh); G remains g for г ґ h.
 */
const cyrillicSounds: Readonly<Record<string, string>> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  ґ: 'g',
  д: 'd',
  е: 'e',
  є: 'e',
  ё: 'e',
  ж: 'Z',
  з: 'z',
  и: 'i',
  і: 'i',
  ї: 'i',
  й: 'i',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ў: 'v',
  ф: 'f',
  х: 'H',
  ц: 'c',
  ч: 'C',
  ш: 'S',
  щ: 'S',
  ъ: '',
  ы: 'i',
  ь: '',
  э: 'e',
  ю: 'iu',
  я: 'ia',
  ј: 'i',
  ѕ: 'z',
  љ: 'l',
  њ: 'n',
  џ: 'Z',
  ђ: 'Z',
  ћ: 'C',
  қ: 'k',
  ғ: 'g',
  ң: 'n',
  ү: 'u',
  ұ: 'u',
  һ: 'g',
  ә: 'a',
  ө: 'o',
  ҳ: 'H',
  ҷ: 'Z',
  ӣ: 'i',
  ӯ: 'u',
};

/** Latin letters with marks, and their sound where no orthography gives another. */
const markedSounds: Readonly<Record<string, string>> = {
  č: 'C', ć: 'C', ç: 'C', š: 'S', ś: 'S', ş: 'S', ș: 'S', ž: 'Z', ż: 'Z', ź: 'Z', ț: 'Q', ţ: 'Q',
  ł: 'l', ñ: 'n', ń: 'n', ğ: 'g', đ: 'Z', ð: 'd', þ: 't', ə: 'a', ı: 'i', ß: 's', æ: 'e', œ: 'e',
  ø: 'o',
}; // biome-ignore format: one table

/** Latin spellings, longest first, as romanisations and neighbouring languages write them. */
const latinSounds: readonly (readonly [RegExp, string])[] = [
  [/schtsch|shtsh|chtch|szcz|shch|SC|stch|scht/gu, 'S'],
  [/tsch|tch|tsh|cz/gu, 'C'],
  [/^mc(?=[^aeiou])/gu, 'mak'],
  [/^dj(?=a[ckC])|(?<=[aeiouy])dj(?=u[kn])/gu, 'di'],
  [/dzh|dsch|dj/gu, 'dZ'],
  [/zgh/gu, 'zg'],
  [/sch|sh|sz/gu, 'S'],
  [/zh|rz(?=e)/gu, 'Z'],
  [/kh/gu, 'H'],
  [/ch/gu, 'C'],
  [/tz|ts|tc/gu, 'Q'],
  [/ph/gu, 'f'],
  [/th/gu, 't'],
  [/gh/gu, 'g'],
  [/ou|oo/gu, 'u'],
  // Surnames in -ецкий and -цов, in scholarly and Polish spelling.
  [/(?<=..[aeiouyn])ck(?=(?:[iy]|[iy][jiy]|a[jiy]?a?)$)/gu, 'Qk'],
  [/c(?=(?:ov|uk|ak)a?$)/gu, 'Q'],
  [/ck|q(?!u)|cq/gu, 'k'],
  [/qu(?=[ei])/gu, 'k'],
  [/qu/gu, 'kv'],
  [/q/gu, 'k'],
  [/x/gu, 'ks'],
  [/c(?=[aou]|[lrt][aeiouy]|$)/gu, 'k'],
  [/w/gu, 'v'],
  [/gu(?=[ei])/gu, 'g'],
  [/h/gu, 'g'],
  [/[jy]/gu, 'i'],
  // Q represented ц so that the rules for c would not apply to it.
  [/Q/gu, 'c'],
];

/** How Polish and German write х; used where the word itself shows such an orthography. */
const polishWord = /cz|sz|ł|rz|[wv]icz|ow|ew|ij$|ż|ó|ń|schk|tsch|witsch/u;

/** The phonetic form of one word, in its orthography if that is known. */
export function soundOf(word: string, orthography: Orthography | null = null): string {
  const script = scriptOf(word);
  if (script === 'cyrillic') return tidy(fromCyrillic(word));
  if (script === 'other' && isAbjad(word)) return soundOfAbjad(word);
  if (script === 'other') return tidy(fromOther(word));
  return tidy(fromLatin(word, orthography));
}

function fromCyrillic(word: string): string {
  let sound = '';
  for (const letter of word) sound += cyrillicSounds[letter] ?? (letter > '\u007f' ? '' : letter);
  return sound;
}

/** Georgian, Armenian, Greek and others, through their usual romanisation, in which j is дж. */
function fromOther(word: string): string {
  const ascii = anyAscii(word.replace(/ու/gu, 'u')).toLowerCase();
  return fromLatin(ascii.replace(/j/gu, 'Z'), null);
}

const plainLatin = /^[a-z]*$/u;

function fromLatin(word: string, orthography: Orthography | null): string {
  let text = word;
  const own =
    orthography ?? (!/[vx]|sh|zh|kh/u.test(word) && polishWord.test(word) ? 'polish' : null);
  if (own) for (const [spelling, sound] of handRules[own]) text = text.replace(spelling, sound);
  if (!plainLatin.test(word)) text = unmarked(text);
  for (const [spelling, sound] of latinSounds) text = text.replace(spelling, sound);
  return text.replace(/[^a-zA-Z]/gu, '');
}

function unmarked(word: string): string {
  let text = '';
  for (const letter of word) text += markedSounds[letter] ?? letter;
  return text.normalize('NFD').replace(/\p{M}/gu, '');
}

/**
 * Normalises glides, doubled letters and endings on which spellings disagree: дж is ж, letters are
 * not doubled, и is dropped before another vowel and after one at the end.
 */
function tidy(sound: string): string {
  let text = '';
  let last = '';
  for (let at = 0; at < sound.length; at += 1) {
    const letter = sound.charAt(at);
    if (letter === last || (letter === 'd' && sound.charAt(at + 1) === 'Z')) continue;
    if (last === 'i' && broad.includes(letter)) text = text.slice(0, -1);
    text += letter;
    last = letter;
  }
  if (last !== 'i' && !broad.includes(last)) return text;
  const end = text.replace(/(sk|ck)[ieao]+$/u, '$1i');
  return /[aeou]i$/u.test(end) ? end.slice(0, -1) : end;
}

/** Vowels before which и is a glide. */
const broad = 'aeou';

const classes: Readonly<Record<string, string>> = {
  b: 'p',
  p: 'p',
  v: 'f',
  f: 'f',
  g: 'h',
  H: 'h',
  h: 'h',
  k: 'k',
  d: 't',
  t: 't',
  s: 's',
  z: 's',
  c: 's',
  C: 's',
  S: 's',
  Z: 's',
  l: 'l',
  m: 'm',
  n: 'n',
  r: 'r',
};
const vowels = new Set('aeiou');

/**
 * Consonant classes with a mark for an initial vowel: robust to most mishearings. At most eight.
 */
export function skeletonOf(sound: string): string {
  let skeleton = vowels.has(sound.charAt(0)) ? 'a' : '';
  let last = '';
  for (const letter of sound) {
    const kind = classes[letter];
    if (kind && kind !== last) skeleton += kind;
    last = kind ?? '';
    if (skeleton.length >= 8) break;
  }
  return skeleton;
}
