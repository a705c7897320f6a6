import { dayAt, isoOf, mistakenBirth, writtenDate } from './dates.ts';
import type { Both, Town } from './given.ts';
import { mistakeRate, type Orthography, spoil } from './mistakes.ts';
import { drawTown, type Invented, type Parts, type Writing } from './people.ts';
import type { Chance } from './random.ts';
import { writtenRank, writtenUnit } from './service.ts';
import { type SchemeName, schemes, spell } from './spelling.ts';
import type { Case, Template, Tongue } from './templates.ts';

/** Fields in the order of the development set; absent fields are omitted. */
export type Written = readonly (readonly [string, string])[];

/** What the writer of this template would have recorded about a person. */
export function writeRow(person: Invented, template: Template, chance: Chance): Written {
  const { tongue, has, orthography } = template;
  const isQuery = orthography === 'query';
  const fields: [string, string][] = [];
  const put = (key: string, value: string | null) => {
    if (value) fields.push([key, value]);
  };
  if (!isQuery) put('list', orthography);
  put('lang', template.lang);
  const rank = has.has('rank') ? writtenRank(person.service, tongue, chance) : null;
  writeName(person, template, { chance, put, rank: template.rankInName ? rank : null });
  if (template.dob > 0) writeBirth(person, template, { chance, put });
  if (has.has('sex'))
    put('sex', chance.comes(0.01) ? (person.sex === 'm' ? 'f' : 'm') : person.sex);
  if (has.has('birthplace')) {
    const town = chance.comes(isQuery ? 0.01 : 0.04) ? drawTown(chance) : person.town;
    put('birthplace', writtenTown(town, template, chance));
  }
  if (has.has('unit')) put('unit', writtenUnit(person.service, tongue, chance));
  put('rank', rank);
  writeCapture(person, template, { chance, put });
  return fields;
}

interface Pen {
  readonly chance: Chance;
  readonly put: (key: string, value: string | null) => void;
  readonly rank?: string | null;
}

function writeName(person: Invented, template: Template, { chance, put, rank }: Pen): void {
  const { order, orthography } = template;
  const writing = { tongue: template.tongue, orthography, chance };
  const parts = person.spelt?.(writing) ?? spelledParts(person, writing);
  const surname = inCase(mayBeSpoilt(parts.surname, orthography, chance), template.cases[0]);
  const given = inCase(mayBeSpoilt(parts.given, orthography, chance), template.cases[1]);
  const patronymic = inCase(mayBeSpoilt(parts.patronymic, orthography, chance), template.cases[1]);
  const space = template.initials === 'glued' ? '' : ' ';
  const words = [...order].map((part) =>
    part === 'S' ? surname : part === 'G' ? given : part === 'P' ? patronymic : '',
  );
  let name = words.filter(Boolean).join(template.isGlued ? '' : ' ');
  if (order === 'Sgp') name = `${surname} ${first(given)}.${space}${first(patronymic)}.`;
  if (order === 'Sg') name = `${surname} ${first(given)}.`;
  if (template.gap !== ' ') name = name.replace(' ', template.gap);
  put('name', rank ? `${rank} ${name}` : name);
  if (!template.hasColumns) return;
  put('surname', template.isSwapped ? given : surname);
  put('given', template.isSwapped ? surname : order.includes('G') ? given : first(given));
  if (order.includes('P')) put('patronymic', patronymic);
}

const shortShare: Readonly<Record<Orthography, number>> = {
  official: 0.008,
  transcribed: 0.01,
  ocr: 0.008,
  social: 0.04,
  query: 0.045,
};

/** A Slavic name as clerks of this language write it. */
export function spelledParts(person: Invented, { tongue, orthography, chance }: Writing): Parts {
  const isCyrillic = tongue === 'uk' || tongue === 'ru';
  const base = isCyrillic ? tongue : chance.comes(0.55) ? 'uk' : 'ru';
  const other = base === 'uk' ? 'ru' : 'uk';
  const mixed = isCyrillic ? 0.02 : 0.12;
  const pick = (name: Both, share: number) => {
    const side = chance.comes(share) ? other : base;
    return { text: side === 'uk' ? name.uk : loose(name.ru, orthography, chance), side } as const;
  };
  const shorts = chance.comes(shortShare[orthography]) ? person.given.short[base] : null;
  const given = shorts
    ? { text: chance.of(shorts), side: base }
    : pick(variantOf(person.given, chance), mixed);
  const surname = pick(person.surname, isCyrillic ? 0.05 : mixed);
  const patronymic = pick(person.patronymic, mixed);
  const family = person.second ? doubled(surname.text, person, chance) : surname.text;
  if (isCyrillic) return { surname: family, given: given.text, patronymic: patronymic.text };
  const scheme = { uk: schemeOf(tongue, 'uk', chance), ru: schemeOf(tongue, 'ru', chance) };
  return {
    surname: spell(family, schemes[scheme[surname.side]]),
    given: remembered(given.text, scheme[given.side]),
    patronymic: remembered(patronymic.text, scheme[patronymic.side]),
  };
}

/** Other full forms of one name, by its Ukrainian form. */
const variants: ReadonlyMap<string, Both> = new Map([
  ['Микола', { uk: 'Миколай', ru: 'Никола' }],
  ['Олександр', { uk: 'Лександр', ru: 'Олександр' }],
  ['Володимир', { uk: 'Влодимир', ru: 'Володимир' }],
  ['Дмитро', { uk: 'Димитро', ru: 'Димитрий' }],
  ['Євген', { uk: 'Євгеній', ru: 'Евген' }],
  ['Артем', { uk: 'Артемій', ru: 'Артемий' }],
  ['Олексій', { uk: 'Олекса', ru: 'Алексий' }],
  ['Юрій', { uk: 'Юрко', ru: 'Георгий' }],
  ['Данило', { uk: 'Даниїл', ru: 'Данил' }],
  ['Назар', { uk: 'Назарій', ru: 'Назарий' }],
  ['Наталія', { uk: 'Наталя', ru: 'Наталия' }],
  ["В'ячеслав", { uk: 'Вячеслав', ru: 'Вечеслав' }],
]);

function variantOf(given: Both, chance: Chance): Both {
  return chance.comes(0.03) ? (variants.get(given.uk) ?? given) : given;
}

/** Of two surnames one is often lost. */
function doubled(surname: string, { second }: Invented, chance: Chance): string {
  if (!second || chance.comes(0.2)) return surname;
  return `${surname}${chance.comes(0.85) ? '-' : ' '}${second.uk}`;
}

/** Most clerks omit the dots on ё; apostrophes depend on the keyboard. */
function loose(name: string, orthography: Orthography, chance: Chance): string {
  return orthography === 'social' || chance.comes(0.8)
    ? name.replace('ё', 'е').replace('Ё', 'Е')
    : name;
}

const englishUk: readonly SchemeName[] = [
  'ukOfficial',
  'ukOfficial',
  'ukOfficial',
  'ukOlder',
  'ukPress',
  'ukPlain',
  'ukScholar',
];
const englishRu: readonly SchemeName[] = [
  'ruPassport',
  'ruPassport',
  'ruPress',
  'ruPress',
  'ruPlain',
];

function schemeOf(tongue: Tongue, base: 'uk' | 'ru', chance: Chance): SchemeName {
  switch (tongue) {
    case 'pl':
      return base === 'uk' ? 'polishUk' : 'polishRu';
    case 'de':
      return base === 'uk' ? 'germanUk' : 'germanRu';
    case 'fr':
      return 'french';
    case 'ka':
      return 'georgian';
    case 'hy':
      return 'armenian';
    case 'ar':
      return 'arabic';
    default:
      return chance.of(base === 'uk' ? englishUk : englishRu);
  }
}

/** Given names, fathers' names and towns are few: each spelling is computed once. */
const spellings = new Map<string, Map<string, string>>();

function remembered(text: string, scheme: SchemeName): string {
  let known = spellings.get(scheme);
  if (!known) {
    known = new Map();
    spellings.set(scheme, known);
  }
  let found = known.get(text);
  if (found === undefined) {
    found = spell(text, schemes[scheme]);
    known.set(text, found);
  }
  return found;
}

function writeBirth(person: Invented, template: Template, { chance, put }: Pen): void {
  const truth = dayAt(person.born);
  const rate = template.orthography === 'query' ? 0.06 : 0.13;
  const day = chance.comes(rate) ? mistakenBirth(truth, chance) : truth;
  const iso = isoOf(day);
  put('dob', template.dob >= 10 ? iso : iso.slice(0, template.dob));
  put('dob_raw', writtenDate(day, template.dobForm, template.tongue));
}

function writeCapture(person: Invented, template: Template, { chance, put }: Pen): void {
  const { has, orthography } = template;
  if (orthography === 'query') {
    // Counted on the development set: contact is lost between three days after and five weeks
    // before.
    const before = chance.comes(0.85) ? chance.between(-2, 16) : chance.between(-20, 40);
    if (has.has('last_contact_date')) {
      put('last_contact_date', isoOf(dayAt(person.captured - before)));
    }
    const place = chance.comes(0.6) ? person.capturedAt : drawTown(chance);
    if (has.has('last_seen_place')) put('last_seen_place', writtenTown(place, template, chance));
    return;
  }
  const off = chance.comes(0.75) ? chance.between(-2, 3) : chance.between(-14, 21);
  if (has.has('captured_date')) put('captured_date', isoOf(dayAt(person.captured + off)));
  const place = chance.comes(0.75) ? person.capturedAt : drawTown(chance);
  if (has.has('captured_place')) put('captured_place', writtenTown(place, template, chance));
}

function writtenTown(town: Town, { tongue, orthography }: Template, chance: Chance): string {
  const named: Both & { latin?: string } = town.old && chance.comes(0.45) ? town.old : town;
  if (tongue === 'uk' || tongue === 'ru') {
    const text = mayBeSpoilt(tongue === 'uk' ? named.uk : named.ru, orthography, chance);
    if (!chance.comes(0.1)) return text;
    return `${tongue === 'uk' || chance.comes(0.4) ? 'м.' : 'г.'} ${text}`;
  }
  if (named.latin) return mayBeSpoilt(named.latin, orthography, chance);
  const text = chance.comes(0.6)
    ? remembered(named.uk, chance.comes(0.7) ? 'ukOfficial' : 'ukOlder')
    : remembered(named.ru, 'ruPress');
  return mayBeSpoilt(text, orthography, chance);
}

function mayBeSpoilt(word: string, orthography: Orthography, chance: Chance): string {
  return chance.comes(mistakeRate[orthography]) ? spoil(word, orthography, chance) : word;
}

function inCase(word: string, form: Case): string {
  return form === 'title' ? word : form === 'upper' ? word.toUpperCase() : word.toLowerCase();
}

function first(word: string): string {
  return word.charAt(0);
}
