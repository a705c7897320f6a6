import { type Both, patronymicOf, type Sex } from '../growth/given.ts';
import type { Invented, Parts, Writing } from '../growth/people.ts';
import { spelledParts } from '../growth/rows.ts';
import { schemes, spell } from '../growth/spelling.ts';
import type { Group, Known } from './groups.ts';
import { bothOf, inPlainLatin, unmarked } from './spelling.ts';

/** The names of a member of a group. */
export interface Names {
  readonly group: Group;
  readonly sex: Sex;
  /** Empty if the group's given names are those of every Slavic list. */
  readonly given: readonly Known[];
  readonly father: Known | null;
  readonly surnames: readonly Known[];
  readonly base: Invented;
}

interface How extends Writing {
  /** Written by the family, in its own letters. */
  readonly atHome: boolean;
}

/** How often the second of two names is omitted. */
const secondSurnameLost = 0.35;
const secondGivenLost = 0.3;
/** Documents of minorities often have the state's form of a name: István is Степан there. */
const officialShare = 0.2;
const officialFatherShare = 0.7;

/** The words of a member's name in the spelling of one writer. */
export function writeParts(names: Names, how: How): Parts {
  const { group, sex, given, father, surnames, base } = names;
  const slavic = given.length === 0 ? spelledParts(base, how) : null;
  const write = (all: readonly Known[], lost: number) =>
    kept(all, lost, how)
      .map((name) => writeName(name, group.orthography, how))
      .join(' ');
  return {
    surname: write(
      surnames.map((name) => (sex === 'f' ? womanly(name, group.orthography) : name)),
      secondSurnameLost,
    ),
    given: slavic?.given ?? write(given, secondGivenLost),
    patronymic: slavic?.patronymic ?? (father ? writeFather(father, names, how) : ''),
  };
}

function kept(names: readonly Known[], lost: number, { chance }: How): readonly Known[] {
  return names.length > 1 && chance.comes(lost) ? names.slice(0, 1) : names;
}

function writeName(name: Known, orthography: string, how: How): string {
  const { chance } = how;
  if (name.official && !how.atHome && chance.comes(officialShare)) {
    return inTongue(null, bothOf(name.official, 'ru', chance), { ...how, of: 'ru' });
  }
  const both = name.russian
    ? bothOf(name.russian, 'ru', chance)
    : bothOf(name.own, orthography, chance);
  return inTongue(name.own, both, { ...how, of: orthography });
}

/** Groups with Latin passports of their own, from which foreign lists copy. */
const latinOrthographies = new Set('en hu ro pl es pt de fr tr ar ne zh'.split(' '));

type HowOf = How & { readonly of: string };

function inTongue(own: string | null, both: Both, how: HowOf): string {
  if (how.atHome) return atHome(own ?? both.ru, how);
  switch (how.tongue) {
    case 'uk':
      return both.uk;
    case 'ru':
      return both.ru;
    case 'ka':
      return how.of === 'ka' && own ? own : spell(both.ru, schemes.georgian);
    case 'hy':
      return how.of === 'hy' && own ? own : spell(both.ru, schemes.armenian);
    case 'ar':
      return spell(both.ru, schemes.arabic);
    default:
      return abroad(own, both, how);
  }
}

/** On a phone, people often omit the marks of their language; Crimean Tatars use both alphabets. */
function atHome(own: string, { of, chance }: HowOf): string {
  if (of === 'crh') return chance.comes(0.7) ? inPlainLatin(own, 'crh', chance) : own;
  return chance.comes(0.7) ? own : unmarked(own);
}

/**
 * Lists in Latin letters: copied from a passport if there is one, otherwise by ear from Cyrillic.
 */
function abroad(own: string | null, both: Both, { tongue, chance, of }: HowOf): string {
  const isLatin = latinOrthographies.has(of);
  if (own && of !== 'ru' && chance.comes(isLatin ? 0.8 : 0.4)) {
    return isLatin && chance.comes(0.3) ? own : inPlainLatin(own, of, chance);
  }
  if (tongue === 'pl') return spell(both.ru, schemes.polishRu);
  if (tongue === 'de') return spell(both.ru, schemes.germanRu);
  if (tongue === 'fr') return spell(both.ru, schemes.french);
  return chance.comes(0.6)
    ? inPlainLatin(both.ru, 'ru', chance)
    : spell(both.uk, schemes.ukOfficial);
}

/** Son and daughter in languages that use a separate word: own, Russian, Ukrainian. */
const childOf: Readonly<Record<string, Readonly<Record<Sex, readonly string[]>>>> = {
  az: { m: [' oğlu', ' оглы', ' огли'], f: [' qızı', ' кызы', ' кизи'] },
  uz: { m: [' oʻgʻli', ' угли', ' угли'], f: [' qizi', ' кизи', ' кизи'] },
  kk: { m: ['ұлы', 'улы', 'ули'], f: ['қызы', 'кызы', 'кизи'] },
};

function writeFather(father: Known, { group, sex }: Names, how: How): string {
  const { chance, orthography, tongue } = how;
  if (group.fathers === 'none') return '';
  const isOfficial = father.official !== null && chance.comes(officialFatherShare);
  const name = isOfficial
    ? bothOf(father.official ?? '', 'ru', chance)
    : bothOf(father.own, group.orthography, chance);
  const child = childOf[group.orthography]?.[sex];
  if (child && chance.comes(how.atHome ? 0.8 : 0.55)) {
    const [own = '', ru = '', uk = ''] = child;
    const both = { ru: name.ru + ru, uk: name.uk + uk };
    return inTongue(father.own + own, both, { ...how, of: group.orthography });
  }
  const both = patronymicOf(name, sex);
  if (how.atHome) return group.orthography === 'crh' || group.orthography === 'tg' ? both.ru : '';
  // A soldier's card in Latin letters omits the father.
  const isLatin = tongue !== 'uk' && tongue !== 'ru';
  if (isLatin && orthography !== 'query' && chance.comes(0.5)) return '';
  return inTongue(null, both, { ...how, of: 'ru' });
}

/** A woman's surname has its own ending in some languages. */
function womanly(name: Known, orthography: string): Known {
  switch (orthography) {
    case 'pl':
      return { ...name, own: name.own.replace(/(?<=[sc]k|dzk)i$/u, 'a') };
    case 'az':
    case 'uz':
      return { ...name, own: name.own.replace(/(?<=[oe]v)$/u, 'a') };
    case 'ru':
    case 'crh':
    case 'kk':
    case 'tg':
      return {
        ...name,
        own: name.own.replace(/(?<=[оеё]в|[иы]н)$/u, 'а').replace(/ский$/u, 'ская'),
      };
    default:
      return name;
  }
}
