/**
 * One Latin letter represents different sounds in different languages: «s» is ш in Hungarian, «j»
 * is х in Spanish and дж in English. The orthography of a name gives the sounds of its letters.
 * Letters with special marks make it certain. Where only digraphs suggest it, the word is read both
 * ways.
 */
export const orthographies = [
  'polish',
  'german',
  'hungarian',
  'romanian',
  'turkish',
  'azerbaijani',
  'uzbek',
  'spanish',
  'portuguese',
  'french',
  'english',
  'pinyin',
] as const;
export type Orthography = (typeof orthographies)[number];

/** The orthography that is certain, and others in which the words could be written. */
export interface Orthographies {
  /** A key for these orthographies, empty for none; `orthographiesWithKey` finds them again. */
  readonly key: string;
  readonly sure: Orthography | null;
  readonly maybe: readonly Orthography[];
}

export const noOrthographies: Orthographies = { key: '', sure: null, maybe: [] };
const maybeMax = 3;

/** Letters that only one orthography has. */
const ownLetters: readonly (readonly [Orthography, RegExp])[] = [
  ['azerbaijani', /ə/u],
  ['hungarian', /[őű]/u],
  ['romanian', /[țţ]|ă(?!u)/u],
  ['polish', /[łąęńżśź]/u],
  ['spanish', /ñ/u],
  ['portuguese', /[ãõ]/u],
  ['german', /ß/u],
];

/** Letters that several orthographies have; the other letters decide between them. */
const sharedLetters: readonly (readonly [Orthography, RegExp])[] = [
  ['hungarian', /[öüáéíóú].*(?:gy|cs|zs|sz)|(?:gy|cs|zs|sz).*[öüáéíóú]/u],
  ['azerbaijani', /[ğışç].*[xq]|[xq].*[ğışç]/u],
  ['turkish', /[ğış]/u],
  ['german', /[äöü].*(?:sch|ck|tz|mann|er\b|ei)|(?:sch|ck|tz|mann|ei).*[äöü]/u],
  ['turkish', /[öü]/u],
  ['french', /[èêëîûœ]|ç(?=[ao])|^é|é\b|ée\b/u],
  ['spanish', /[áéíóú].*(?:ez|z|ll|rr|ín|ón|ía)\b|(?:ez|ll|rr)\b.*[áéíóú]/u],
];

/**
 * A Slavic surname or patronymic: a foreign letter in it is an error, or a mark for another sound.
 */
const slavic = /enko\b|[oei]v[iy](?:[cč]h?|t[sc]h|ç)|[oei]vna\b|[sc]k(?:y|iy|yi|ij|aya|aia)\b/u;

/** Weaker signs of an orthography, strongest first. */
const hints: readonly (readonly [Orthography, RegExp])[] = [
  ['hungarian', /(?:gy|cs|zs|sz|dzs|ny|ly)(?!h)/u],
  ['uzbek', /(?:x|q(?!u)).*(?:[oe]va?|iy|jon|bek|zoda)\b/u],
  ['azerbaijani', /(?:x|q(?!u[ei])|c[aeiou]).*(?:[oe]va?|l[iı]|zad[ea])\b/u],
  ['portuguese', /[ln]h|ss|eir[ao]\b|[aeiou]es\b|[çâôê]/u],
  ['spanish', /(?:[^aeiou]ez|[aeo]z|ll[ao]|rr[aeo]|[eu]ro|ndo|que|gue)\b|j[aeou]|[áéíóú]/u],
  ['romanian', /(?:escu|eanu|[aeiou]iu|ache|oiu)\b|[âî]/u],
  ['german', /sch|mann\b|stein|berg|[^a-z]h?au|tz|ei|ie[^a-z]|[äöü]/u],
  [
    'french',
    /eau|[ao]ux|oi|ou|gn|qu|ph|[aeiou]n(?:[^aeiouy]|\b)|[aeiourlntg][tdsxz]\b|e\b|er\b|ille|ch|g[ei]|j/u,
  ],
  ['english', /./u],
];

/**
 * The shape of romanised Slavic and Caucasian names: no other orthography is considered for them.
 */
const romanised =
  /(?:[oei]va?|[iy]na?|enko|[sc]k(?:y|i|yy|yi|iy|ij|ii|aya|aia|a)|[uy]k|iuk|ko|ets|i[cv]h|vych|v[iy]t[cs]h|wi[ct]z?|vna|dze|shvili|y?an|ian|iy|yi|yy|ii|ij)\b|shch|zh|kh|i[uao]|y[uao]|tsk|ts\b/u;
const pinyinSyllable =
  '(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|iao|ian|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|[aeiou])';
const pinyin = new RegExp(`^(?:${pinyinSyllable}){1,2}(?: (?:${pinyinSyllable}){1,3}){1,2}$`, 'u');
const pinyinOnly = /\b(?:zh|x|q[iu]|c[hn]?e|y[iu]|w[eu]|[bpmdtnlgkhjsz])|ng\b/u;

/**
 * The orthographies of a name, from all its words together: evidence in one word holds for its
 * neighbours. `language` is the list's own word for the language and may be wrong.
 */
export function orthographiesOf(words: readonly string[], language?: string): Orthographies {
  if (!words.some(isLatin)) return noOrthographies;
  const text = words.join(' ');
  const isSlavic = slavic.test(text);
  const sure = firstIn(ownLetters, text) ?? (isSlavic ? null : firstIn(sharedLetters, text));
  if (sure) return combined(sure, []);
  const list = language === 'pl' ? 'polish' : language === 'de' ? 'german' : null;
  if (isSlavic) return copied.test(text) ? noOrthographies : combined(list, []);
  if (pinyin.test(text) && pinyinOnly.test(text)) return combined(null, ['pinyin', 'english']);
  const maybe = hints.filter(([, hint]) => hint.test(text)).map(([orthography]) => orthography);
  if (list && copied.test(text)) return combined(null, [list, ...maybe]);
  return combined(list, maybe);
}

function firstIn(
  signs: readonly (readonly [Orthography, RegExp])[],
  text: string,
): Orthography | null {
  for (const [orthography, sign] of signs) if (sign.test(text)) return orthography;
  return null;
}

/**
 * True if a word may be read in this orthography: romanised Slavic words are read in few others.
 */
export function mayBeIn(orthography: Orthography, word: string): boolean {
  return besideRomanised.has(orthography) || !romanised.test(word);
}

/** Surnames of these languages end in -ov too, and Chinese is romanised with «zh» as Slavic is. */
const besideRomanised: ReadonlySet<Orthography> = new Set<Orthography>([
  'azerbaijani',
  'uzbek',
  'pinyin',
]);

/**
 * Letters that Poles and Germans do not use when they write a name by ear: copied from a passport.
 */
const copied = /[vx]|sh|zh|kh/u;

const combinations = new Map<string, Orthographies>([['', noOrthographies]]);

/** Equal orthographies are one object: there are few of them, and words are stored by their key. */
function combined(sure: Orthography | null, all: readonly Orthography[]): Orthographies {
  const maybe = all.filter((orthography) => orthography !== sure).slice(0, maybeMax);
  const key = sure || maybe.length > 0 ? [sure ?? '', ...maybe].join(' ') : '';
  const known = combinations.get(key);
  if (known) return known;
  const made: Orthographies = { key, sure, maybe };
  combinations.set(key, made);
  return made;
}

/** The orthographies of this key; none if it is not a key. */
export function orthographiesWithKey(key: string): Orthographies {
  const [sure = '', ...maybe] = key.split(' ');
  const isOrthography = (name: string): name is Orthography =>
    (orthographies as readonly string[]).includes(name);
  return combined(isOrthography(sure) ? sure : null, maybe.filter(isOrthography));
}

function isLatin(word: string): boolean {
  const code = word.charCodeAt(0);
  return code < 0x02b0 && code > 0x40;
}

type Rules = readonly (readonly [RegExp, string])[];

/**
 * Rewrites an orthography before the spellings that all share. Capitals are single sounds, as in
 * `sound.ts`; Q means ц until the end.
 */
export const handRules: Readonly<Record<Orthography, Rules>> = {
  polish: [
    [/(?<![st])ch/gu, 'H'],
    [/ó/gu, 'u'],
    [/ą(?=[bp])/gu, 'om'],
    [/ą/gu, 'on'],
    [/ę(?=[bp])/gu, 'em'],
    [/ę/gu, 'en'],
  ],
  german: [
    [/(?<![st])ch/gu, 'H'],
    [/ó/gu, 'u'],
    [/e[iy](?=[^aeiouäöü])/gu, 'ai'],
    [/eu|äu/gu, 'oi'],
    [/(?<=[aeiouäöü])h(?=[^aeiou]|$)/gu, ''],
    [/dt\b/gu, 't'],
    [/^s(?=[aeiouäöü])/gu, 'z'],
    [/^s(?=[tp])/gu, 'S'],
    [/tz|(?<![sdz])z(?!h)/gu, 'Q'],
    [/ö/gu, 'e'],
  ],
  hungarian: [
    [/dzs/gu, 'Z'],
    [/cs/gu, 'C'],
    [/zs/gu, 'Z'],
    [/s(?!z)/gu, 'S'],
    [/sz/gu, 's'],
    [/gy/gu, 'd'],
    [/([tn])y/gu, '$1'],
    [/ly/gu, 'i'],
    [/ch/gu, 'H'],
    [/c/gu, 'Q'],
    [/[öő]/gu, 'e'],
  ],
  romanian: [
    [/ch(?=[eiî])/gu, 'k'],
    [/gh(?=[eiî])/gu, 'g'],
    [/[cç](?=[ei])/gu, 'C'],
    [/g(?=[ei])/gu, 'Z'],
    [/j/gu, 'Z'],
    [/h/gu, 'H'],
  ],
  turkish: [
    [/ç/gu, 'C'],
    [/c/gu, 'Z'],
    [/j/gu, 'Z'],
    [/h/gu, 'H'],
  ],
  azerbaijani: [
    [/ch/gu, 'C'],
    [/ç/gu, 'C'],
    [/c/gu, 'Z'],
    [/kh/gu, 'H'],
    [/[xh](?!$)|x/gu, 'H'],
    [/q/gu, 'g'],
    [/j/gu, 'Z'],
  ],
  uzbek: [
    [/x/gu, 'H'],
    [/j/gu, 'Z'],
    [/(?<![scgkz])h/gu, 'H'],
  ],
  spanish: [
    [/h(?<!ch)/gu, ''],
    [/j|g(?=[eiéí])/gu, 'H'],
    [/z|c(?=[eiéí])/gu, 's'],
    [/ñ/gu, 'n'],
  ],
  portuguese: [
    [/([ln])h/gu, '$1'],
    [/ch|x/gu, 'S'],
    [/h/gu, ''],
    [/ão/gu, 'an'],
    [/ç|c(?=[eiéêí])/gu, 's'],
    [/j|g(?=[eiéêí])/gu, 'Z'],
    [/(?<=[aeiouáéíóúâêô])s(?=[aeiouáéíóúâêô])/gu, 'z'],
    [/z$/gu, 's'],
  ],
  french: [
    [/eaux?|au[lx]?[dtsx]?$|(?<=[^o])o[tsp]$|au/gu, 'o'],
    [/oux?[tsd]?$|ou/gu, 'u'],
    [/oy(?=[aeé])/gu, 'uai'],
    [/oi[xste]?$|oi/gu, 'ua'],
    [/(?<=i)e[nz]$|(?:a|e)?in(?=[^aeiouyéèh]|$)/gu, 'en'],
    [/en(?=[^aeiouyéèên])/gu, 'an'],
    [/illes?$/gu, 'il'],
    [/ill(?=[aeo])/gu, 'i'],
    [/ai[st]?/gu, 'e'],
    [/(?:er|ez|et)$/gu, 'e'],
    [/(?<=[^aeiouéc])[tdspxz]$|(?<=[aeiou])[tdsxz]$/gu, ''],
    [/e?s$|e$/gu, ''],
    [/tch/gu, 'C'],
    [/(?<!s)ch/gu, 'S'],
    [/gn/gu, 'n'],
    [/g(?=[eiéèê])|j/gu, 'Z'],
    [/ç|c(?=[eiéèê])/gu, 's'],
    [/(?<=[aeiouéè])s(?=[aeiouéè])/gu, 'z'],
    [/(?<![pcstkz])h/gu, ''],
  ],
  english: [
    [/igh/gu, 'ai'],
    [/ough?/gu, 'o'],
    [/^kn/gu, 'n'],
    [/^wr/gu, 'r'],
    [/^wh|^w(?=[aeiou])/gu, 'u'],
    [/ee|ea/gu, 'i'],
    [/ew/gu, 'iu'],
    [/(?<=[aeo])w/gu, 'u'],
    [/a(?=[bcdfgklmnprstvz]e(?:\b|[rylsdn]))/gu, 'ei'],
    [/i(?=[bcdfgklmnprstvz]e\b)/gu, 'ai'],
    [/(?<=[^aeiou]u?[bcdfgklmnprstvz])e$/gu, ''],
    [/e(?=s$)/gu, ''],
    [/j|dge?|g(?=[ei](?!r))/gu, 'Z'],
    [/c(?=[eiy])/gu, 's'],
    [/th/gu, 't'],
  ],
  pinyin: [
    [/zh/gu, 'CZ'],
    [/(?<![cs])h/gu, 'H'],
    [/j/gu, 'Qz'],
    [/z(?![h])/gu, 'Qz'],
    [/q/gu, 'Q'],
    [/c(?!h)/gu, 'Q'],
    [/x/gu, 's'],
    [/r(?!$)/gu, 'Z'],
    [/ng(?![aeiou])/gu, 'n'],
    [/ong/gu, 'un'],
    [/on(?![aeiou])/gu, 'un'],
    [/uo/gu, 'o'],
    [/w(?=u)/gu, ''],
    [/iu/gu, 'u'],
  ],
};
