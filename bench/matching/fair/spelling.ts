import { type Both, givenNames, readRows } from '../growth/given.ts';
import type { Chance } from '../growth/random.ts';
import { schemes, spell } from '../growth/spelling.ts';

/**
 * Writes a name of any language in Ukrainian, Russian and plain Latin lists. Based on the practical
 * transcriptions of each language (`letters.tsv`, `own-latin.tsv`), and deliberately separate from
 * the tables that the matcher reads with. Where clerks differ, the first spelling is the more
 * common one.
 */
interface Rule {
  readonly from: RegExp;
  readonly to: readonly string[];
}

const folder = import.meta.dirname;
const letters = rulesOf('letters.tsv');
const ownLatin = rulesOf('own-latin.tsv');

function rulesOf(file: string): ReadonlyMap<string, readonly Rule[]> {
  const rules = new Map<string, Rule[]>();
  for (const [orthography = '', from = '', to = ''] of readRows(folder, file)) {
    const own = rules.get(orthography) ?? [];
    rules.set(orthography, own);
    own.push({ from: new RegExp(from, 'uy'), to: to.split('/') });
  }
  return rules;
}

/** Languages written in Cyrillic; letters that Russian lacks are copied. */
const cyrillicOrthographies = new Set(['ru', 'crh', 'kk', 'tg']);

/** A Russian clerk's spelling of a name. */
export function inRussian(name: string, orthography: string, chance: Chance): string {
  return words(name, (word) => {
    const sounds = heard(word, orthography, chance);
    return sounds.replace(/Һ+/gu, () => (chance.comes(0.7) ? 'х' : 'г'));
  });
}

/** A Ukrainian clerk's spelling: г where a Russian writes х, і for и, no ы, э, ё. */
export function inUkrainian(name: string, orthography: string, chance: Chance): string {
  return words(name, (word) => {
    const sounds = heard(word, orthography, chance);
    return ukrainian(
      sounds.replace(/Һ+/gu, () => (chance.comes(0.75) ? 'г' : 'х')),
      chance,
    );
  });
}

/** Latin without marks, as in passports and foreign lists. */
export function inPlainLatin(name: string, orthography: string, chance: Chance): string {
  if (orthography === 'ru') {
    return spell(name, chance.comes(0.5) ? schemes.ruPassport : schemes.ruPress);
  }
  return words(name, (word) => unmarked(applied(word, ownLatin.get(orthography) ?? [], chance)));
}

/** A keyboard without marks. */
export function unmarked(name: string): string {
  return name
    .replace(/[əә]/gu, 'e')
    .replace(/Ə/gu, 'E')
    .replace(/ı/gu, 'i')
    .replace(/ß/gu, 'ss')
    .replace(/ł/gu, 'l')
    .replace(/Ł/gu, 'L')
    .replace(/ø/gu, 'o')
    .replace(/đ/gu, 'd')
    .normalize('NFD')
    .replace(/\p{M}/gu, '');
}

function heard(word: string, orthography: string, chance: Chance): string {
  const own = letters.get(orthography) ?? [];
  const base = cyrillicOrthographies.has(orthography) ? [] : (letters.get('latin') ?? []);
  return applied(word, [...own, ...base], chance)
    .replace(/йа/gu, 'я')
    .replace(/йу/gu, 'ю')
    .replace(/й[еэ]/gu, 'е')
    .replace(/ьа/gu, 'ья')
    .replace(/ьу/gu, 'ью')
    .replace(/([бвгджзклмнпрстфхцчшщ])\1\1/gu, '$1$1');
}

/** Rewrites each position of a word by the first matching rule; other letters remain. */
function applied(word: string, rules: readonly Rule[], chance: Chance): string {
  const low = word.replace(/İ/gu, 'i').toLowerCase();
  let out = '';
  for (let at = 0; at < low.length; ) {
    let step = 0;
    for (const { from, to } of rules) {
      from.lastIndex = at;
      const found = from.exec(low);
      if (!found || found[0] === '') continue;
      out += to.length === 1 || chance.comes(0.7) ? (to[0] ?? '') : chance.of(to);
      step = found[0].length;
      break;
    }
    if (step === 0) {
      const letter = low.charAt(at);
      const bare = /\p{Script=Latin}/u.test(letter) ? unmarked(letter) : letter;
      out += bare === letter ? letter : applied(bare, rules, chance);
      step = 1;
    }
    at += step;
  }
  return out;
}

function ukrainian(word: string, chance: Chance): string {
  const i = chance.comes(0.8) ? 'і' : 'и';
  return word
    .replace(/ский$/u, 'ський')
    .replace(/цкий$/u, 'цький')
    .replace(/ская$/u, 'ська')
    .replace(/цкая$/u, 'цька')
    .replace(/([аеёиоуыэюяь])е/gu, '$1є')
    .replace(/^е/u, 'є')
    .replace(/^ё|(?<=[аеиоуыэюяь])ё/gu, 'йо')
    .replace(/ё/gu, 'ьо')
    .replace(/(?<=[аеєоуыэюяі])и/gu, 'ї')
    .replace(/и(?!й$)/gu, i)
    .replace(/ы/gu, 'и')
    .replace(/э/gu, 'е')
    .replace(/ъ/gu, chance.comes(0.5) ? "'" : '')
    .replace(/(?<![дтзслнц])ь/gu, '')
    .replace(/ьь/gu, 'ь');
}

/** Word by word, each with a capital; a hyphen begins a new word. */
function words(name: string, each: (word: string) => string): string {
  return name
    .split(/([ -])/u)
    .map((word) => (word === ' ' || word === '-' || word === '' ? word : capital(each(word))))
    .join('');
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

const knownUkrainian = new Map(givenNames.map(({ ru, uk }) => [ru, uk]));

/** A given name with its own Ukrainian form: Николай is Микола there. */
export function bothOf(name: string, orthography: string, chance: Chance): Both {
  const known = cyrillicOrthographies.has(orthography) ? knownUkrainian.get(name) : undefined;
  return {
    ru: inRussian(name, orthography, chance),
    uk: known ?? inUkrainian(name, orthography, chance),
  };
}
