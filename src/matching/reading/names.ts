import type { WrittenName } from '../../kernel/description.ts';
import { isChildWord } from './given-names.ts';
import { type Orthographies, orthographiesOf } from './orthography.ts';
import { wordsOf } from './script.ts';
import { readWord, type Word } from './words.ts';

/** A name split into parts: the role of each word, and the rule behind it. */
export interface NameAnalysis {
  /** Halves of a double surname are kept separately, together with the whole. */
  readonly surnames: readonly Word[];
  readonly given: Word | null;
  readonly patronymic: Word | null;
  /** Another word that could be the surname, if order or columns leave a doubt. */
  readonly alternative: Word | null;
  readonly rule: string;
}

/** The rule by which a word was read as a given name. */
export function givenRule(word: Word): string {
  return word.initial ? 'initial' : (word.given?.rule ?? 'unknown');
}

/** The rule by which a word was read as a father's name. */
export function patronymicRule(word: Word): string {
  if (word.initial) return 'initial';
  return word.fathers.length > 0 ? 'full-form' : 'unknown';
}

const ranks = new Set(
  (
    'солдат солдата сержант сержанта рядовой рядовий матрос капітан капитан майор лейтенант полковник ' +
    'підполковник подполковник прапорщик старшина єфрейтор ефрейтор гв гвардии ст мл мол гр громадянин ' +
    'старший молодший младший головний главный штаб старш молодш ' +
    'private sergeant captain major lieutenant colonel sgt pvt cpt maj lt senior junior chief soldier'
  ).split(' '),
);
const surnameEnding =
  /(?:enko|ko|uk|Cuk|iuk|ov|ev|iv|in|ski|cki|ak|ik|ec|ian|adze|vili|ia|ar|lo|ba|ai|ov[aiCS]|eva|ina|ska|cka)$/u;
const wordsMax = 6;

type Column = 'surname' | 'given' | 'patronymic' | null;
interface Placed {
  readonly word: Word;
  readonly column: Column;
}

/**
 * Splits a written name into parts. Never throws; an empty or unreadable name gives empty parts.
 */
export function analyseName(name: WrittenName): NameAnalysis {
  const placed = readWords(name);
  if (placed.length === 0) return emptyName;
  const choice = chooseParts(placed);
  const initials: Word[] = [];
  const surnames: Word[] = [];
  placed.forEach(({ word }, at) => {
    if (word.initial) initials.push(word);
    else if (at !== choice.given && at !== choice.patronymic && surnames.length < 3)
      surnames.push(word);
  });
  const given = placed[choice.given]?.word ?? initials[0] ?? null;
  const patronymic =
    placed[choice.patronymic]?.word ?? initials[given?.initial === true ? 1 : 0] ?? null;
  return {
    surnames,
    given,
    patronymic: patronymic === given && !patronymic?.initial ? null : patronymic,
    alternative: alternativeOf(placed, choice),
    rule: choice.rule,
  };
}

const emptyName: NameAnalysis = {
  surnames: [],
  given: null,
  patronymic: null,
  alternative: null,
  rule: 'no-words',
};

function readWords(name: WrittenName): readonly Placed[] {
  const full = name.full.trim() === '' ? joined(name) : name.full;
  const columns = columnsOf(name);
  const placed: Placed[] = [];
  const raws = withoutRanks(wordsOf(full));
  const orthographies = orthographiesOf(raws, name.language);
  for (const raw of withFathers(raws, orthographies)) {
    const word = readWord(raw, orthographies);
    if (word.sound === '') continue;
    placed.push({ word, column: columns?.get(raw) ?? null });
    if (placed.length === wordsMax) break;
  }
  return placed;
}

/** Ranks are not names, but in «Майор Жофіа Калманівна» the rank is the only possible surname. */
function withoutRanks(raws: readonly string[]): readonly string[] {
  const names = raws.filter((raw) => !ranks.has(raw));
  if (names.length === raws.length || names.length > 2) return names;
  const isFamily = (raw: string) => {
    const word = readWord(raw);
    return !word.initial && !word.patronymic && word.given?.rule !== 'full-form';
  };
  return names.length === 0 || names.some(isFamily) ? names : raws;
}

/** No word for son or daughter is longer. */
const childMax = 6;

/** «Вагиф оглы» counts as one word of a name, like «Вагифович»; «Оглы» alone is a surname. */
function withFathers(raws: readonly string[], orthographies: Orthographies): readonly string[] {
  const at = raws.findIndex(
    (raw, place) =>
      place > (raws.length > 3 ? 0 : 1) &&
      raw.length <= childMax &&
      isChildWord(readWord(raw, orthographies).sound),
  );
  if (at < 0 || raws.some((raw, place) => place !== at && readWord(raw, orthographies).patronymic))
    return raws;
  return [...raws.slice(0, at - 1), `${raws[at - 1]}${raws[at]}`, ...raws.slice(at + 1)];
}

function joined({ surname, given, patronymic }: WrittenName): string {
  return [surname, given, patronymic].join(' ');
}

function columnsOf(name: WrittenName): ReadonlyMap<string, Column> | null {
  if (!name.surname && !name.given && !name.patronymic) return null;
  const columns = new Map<string, Column>();
  for (const column of ['surname', 'given', 'patronymic'] as const) {
    const cell = name[column];
    if (!cell) continue;
    const words = wordsOf(cell);
    for (const word of words) columns.set(word, column);
    if (words.length > 1) columns.set(words.join(''), column);
  }
  return columns;
}

interface Choice {
  readonly given: number;
  readonly patronymic: number;
  readonly rule: string;
}

/** How well each word fits each role, cached because every reading of the words needs it again. */
const fits = {
  given: new Float64Array(wordsMax),
  patronymic: new Float64Array(wordsMax),
  surname: new Float64Array(wordsMax),
};

/** Tries every reading of the words and keeps the one that fits best. */
function chooseParts(placed: readonly Placed[]): Choice {
  let initials = 0;
  placed.forEach((each, at) => {
    const { initial } = each.word;
    if (initial) initials += 1;
    fits.given[at] = initial ? -5 : givenFit(each);
    fits.patronymic[at] = initial ? -5 : patronymicFit(each);
    fits.surname[at] = initial ? 0 : surnameFit(each);
  });
  const words = { length: placed.length, initials };
  let best = Number.NEGATIVE_INFINITY;
  let chosenGiven = -1;
  let chosenPatronymic = -1;
  for (let given = -1; given < placed.length; given += 1) {
    for (let patronymic = -1; patronymic < placed.length; patronymic += 1) {
      if (given === patronymic && given !== -1) continue;
      const score = scoreOf(words, given, patronymic);
      if (score <= best) continue;
      best = score;
      chosenGiven = given;
      chosenPatronymic = patronymic;
    }
  }
  return { given: chosenGiven, patronymic: chosenPatronymic, rule: 'best-fit' };
}

function scoreOf(
  { length, initials }: { readonly length: number; readonly initials: number },
  given: number,
  patronymic: number,
): number {
  let score = 0;
  for (let at = 0; at < length; at += 1) {
    const part = at === given ? 'given' : at === patronymic ? 'patronymic' : 'surname';
    score += fits[part][at] as number; // Set for each word.
  }
  const surnames = length - initials - (given >= 0 ? 1 : 0) - (patronymic >= 0 ? 1 : 0);
  // Lists give surnames: «Макаревич Вячеслав» is not a patronymic without a surname.
  if (surnames === 0) score -= 3;
  if (given < 0 && initials === 0 && length > 1) score -= 1;
  if (patronymic >= 0 && given < 0 && initials === 0) score -= 0.6;
  if (patronymic >= 0 && patronymic === given + 1) score += 0.8;
  // Lists use «Surname Given» slightly more often than the other order.
  if (given > 0 && surnames > 0) score += 0.15;
  return score;
}

function fitOf(column: Column, own: Column, worth: number): number {
  if (column === own) return worth;
  return column === null ? 0 : -0.3;
}

function givenFit({ word, column }: Placed): number {
  const placed = fitOf(column, 'given', 0.8);
  switch (word.given?.rule) {
    case 'full-form':
      return 2 + placed;
    case 'diminutive':
    case 'other-orthography':
      return 1.5 + placed;
    case 'near-form':
      return 0.7 + placed;
    default:
      return -0.2 + placed * 1.3;
  }
}

function patronymicFit({ word, column }: Placed): number {
  const placed = column === 'patronymic' ? 1.2 : column === null ? 0 : -0.5;
  if (!word.patronymic) return -0.8 + placed;
  return (word.fathers.length > 0 ? 2.2 : 1.4) + placed;
}

function surnameFit({ word, column }: Placed): number {
  const ending = surnameEnding.test(word.sound) ? 0.6 : 0.2;
  const name = word.given?.rule === 'full-form' ? 0.6 : 0;
  return ending + fitOf(column, 'surname', 0.8) - name;
}

/** If a given name could be the surname too («Назар Роман»), the other reading is kept. */
function alternativeOf(placed: readonly Placed[], choice: Choice): Word | null {
  const given = placed[choice.given]?.word;
  const surnames = placed.filter(
    ({ word }, at) => at !== choice.given && at !== choice.patronymic && !word.initial,
  );
  const [surname] = surnames;
  if (!given || !surname || surnames.length !== 1) return null;
  const doubtful = surname.word.given?.rule === 'full-form' || given.given?.rule !== 'full-form';
  return doubtful ? given : null;
}
