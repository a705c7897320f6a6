import anyAscii from 'any-ascii';
import { isAbjad, soundOfAbjad } from './abjad.ts';
import { scriptOf } from './script.ts';

/**
 * One phonetic Latin for every script and romanisation. Capitals are single sounds that Latin writes
 * with several letters: S = ш щ, C = ч, Z = ж, H = х (kh), G stays g for г ґ h.
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

/** Latin spellings, longest first, as the romanisations and neighbours' languages write them. */
const latinSounds: readonly (readonly [RegExp, string])[] = [
  [/schtsch|shtsh|chtch|szcz|shch|šč|stch|scht/gu, 'S'],
  [/tsch|tch|tsh|cz|č|ć/gu, 'C'],
  [/dzh|dž|dsch|dj/gu, 'dZ'],
  [/zgh/gu, 'zg'],
  [/sch|sh|sz|š|ś|ş/gu, 'S'],
  [/zh|ž|ż|ź|rz(?=e)/gu, 'Z'],
  [/kh/gu, 'H'],
  [/ch|ç/gu, 'C'],
  [/tz|ts|tc/gu, 'Q'],
  [/ph/gu, 'f'],
  [/th/gu, 't'],
  [/gh/gu, 'g'],
  [/ou|oo/gu, 'u'],
  [/ck|q(?!u)|cq/gu, 'k'],
  [/qu(?=[ei])/gu, 'k'],
  [/qu/gu, 'kv'],
  [/q/gu, 'k'],
  [/x/gu, 'ks'],
  [/c(?=[aou]|$)/gu, 'k'],
  [/w/gu, 'v'],
  [/ł/gu, 'l'],
  [/gu(?=[ei])/gu, 'g'],
  [/h/gu, 'g'],
  [/[jyı]/gu, 'i'],
  // Q stood for ц so that the rules for c would not take it.
  [/Q/gu, 'c'],
];

/** How Poles and Germans write х; used where the word or its list shows such a hand. */
const polishHand = /cz|sz|ł|rz|[wv]icz|ow|ew|ij$|ż|ó|ń|schk|tsch|witsch/u;

/** The phonetic form of one word. `language` is the list's own word for it and may be wrong. */
export function soundOf(word: string, language?: string): string {
  const script = scriptOf(word);
  if (script === 'cyrillic') return tidy(fromCyrillic(word));
  if (script === 'other' && isAbjad(word)) return soundOfAbjad(word);
  const ascii = script === 'other' ? anyAscii(word).toLowerCase() : word;
  return tidy(fromLatin(ascii, language));
}

function fromCyrillic(word: string): string {
  let sound = '';
  for (const letter of word) sound += cyrillicSounds[letter] ?? (letter > '\u007f' ? '' : letter);
  return sound;
}

function fromLatin(word: string, language: string | undefined): string {
  let text = word;
  const centralHand =
    language === 'pl' ||
    language === 'de' ||
    (!/[vx]|sh|zh|kh/u.test(word) && polishHand.test(word));
  if (centralHand) text = text.replace(/(?<![st])ch/gu, 'kh').replace(/ó/gu, 'u');
  if (language === 'de' || (centralHand && /w/u.test(word)))
    text = text.replace(/^s(?=[aeiou])/u, 's');
  for (const [spelling, sound] of latinSounds) text = text.replace(spelling, sound);
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-zA-Z]/gu, '');
}

/** Glides, doubles and endings that the spellings disagree about are brought to one form. */
function tidy(sound: string): string {
  return sound
    .replace(/i+/gu, 'i')
    .replace(/(.)\1+/gu, '$1')
    .replace(/i(?=[aeou])/gu, '')
    .replace(/(?<=[aeou])i(?=[^aeiou])/gu, 'i')
    .replace(/(sk|ck)[ieao]+$/u, '$1i')
    .replace(/(?<=[aeou])i$/u, '');
}

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

/** Consonant classes with a mark for a vowel in front: what survives most mishearings. At most eight. */
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
