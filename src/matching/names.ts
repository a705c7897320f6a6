import type { WrittenName } from '../kernel/description.ts';
import { type GivenReading, looksPatronymic, readFather, readGiven } from './given-names.ts';
import { wordsOf } from './script.ts';
import { skeletonOf, soundOf } from './sound.ts';

/** One word of a name as it sounds. */
export interface Sounded {
  readonly raw: string;
  readonly sound: string;
  readonly skeleton: string;
}

export interface GivenPart {
  readonly raw: string;
  readonly sound: string;
  /** Ids of the names it can mean; empty when the table does not know it. */
  readonly ids: readonly number[];
  readonly rule: GivenReading['rule'] | 'unknown' | 'initial';
}

/** A name taken apart: what each word was taken for, and by which rule. */
export interface NameAnalysis {
  /** Halves of a double surname stand apart, and the whole is their sum. */
  readonly surnames: readonly Sounded[];
  readonly given: GivenPart | null;
  readonly patronymic: GivenPart | null;
  /** A word that could be the surname as well, where order or columns leave a doubt. */
  readonly alternative: Sounded | null;
  readonly rule: string;
}

interface Word extends Sounded {
  readonly initial: boolean;
  readonly reading: GivenReading | null;
  readonly patronymic: boolean;
  readonly column: 'surname' | 'given' | 'patronymic' | null;
}

const ranks = new Set(
  (
    'солдат солдата сержант сержанта рядовой рядовий матрос капітан капитан майор лейтенант полковник ' +
    'підполковник подполковник прапорщик старшина єфрейтор ефрейтор гв гвардии ст мл мол гр громадянин ' +
    'private sergeant captain major lieutenant colonel sgt pvt'
  ).split(' '),
);
const surnameEnding =
  /(?:enko|ko|uk|Cuk|iuk|ov|ev|iv|in|ski|cki|ak|ik|ec|ian|adze|vili|ia|ar|lo|ba|ai|ov[aiCS]|eva|ina|ska|cka)$/u;

/** Takes a written name apart. Never throws; an empty or unreadable name gives empty parts. */
export function analyseName(name: WrittenName): NameAnalysis {
  const words = readWords(name);
  if (words.length === 0) return emptyName;
  const choice = chooseParts(words);
  const surnameWords = words.filter((_, at) => at !== choice.given && at !== choice.patronymic);
  const surnames = surnameWords.filter((word) => !word.initial);
  const initials = words.filter((word) => word.initial);
  const given = partAt(words, choice.given) ?? initialPart(initials[0]);
  const patronymic =
    fatherAt(words, choice.patronymic) ?? initialPart(initials[given?.rule === 'initial' ? 1 : 0]);
  return {
    surnames: surnames.slice(0, 3).map(({ raw, sound, skeleton }) => ({ raw, sound, skeleton })),
    given,
    patronymic: patronymic && patronymic.raw === given?.raw ? null : patronymic,
    alternative: alternativeOf(words, choice),
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

function readWords(name: WrittenName): readonly Word[] {
  const columnOf = new Map<string, Word['column']>();
  for (const column of ['surname', 'given', 'patronymic'] as const) {
    for (const word of wordsOf(name[column] ?? '')) columnOf.set(word, column);
  }
  const text =
    name.full.trim() === '' ? [name.surname, name.given, name.patronymic].join(' ') : name.full;
  const words: Word[] = [];
  for (const raw of wordsOf(text)) {
    if (ranks.has(raw) || !/\p{L}/u.test(raw)) continue;
    const sound = soundOf(raw, name.language);
    if (sound === '') continue;
    words.push({
      raw,
      sound,
      skeleton: skeletonOf(sound),
      initial: [...raw].length === 1,
      reading: readGiven(sound),
      patronymic: looksPatronymic(sound),
      column: columnOf.get(raw) ?? null,
    });
    if (words.length === 6) break;
  }
  return words;
}

interface Choice {
  readonly given: number;
  readonly patronymic: number;
  readonly score: number;
  readonly rule: string;
}

/** Tries every way to read the words and keeps the one that fits best. */
function chooseParts(words: readonly Word[]): Choice {
  let best: Choice = { given: -1, patronymic: -1, score: Number.NEGATIVE_INFINITY, rule: 'none' };
  const places = [-1, ...words.keys()];
  for (const given of places) {
    for (const patronymic of places) {
      if (given === patronymic && given !== -1) continue;
      const score = scoreOf(words, given, patronymic);
      if (score > best.score) best = { given, patronymic, score, rule: 'best-fit' };
    }
  }
  return best;
}

function scoreOf(words: readonly Word[], given: number, patronymic: number): number {
  let score = 0;
  const initials = words.filter((word) => word.initial).length;
  words.forEach((word, at) => {
    if (word.initial) {
      if (at === given || at === patronymic) score -= 5;
    } else if (at === given) score += givenFit(word);
    else if (at === patronymic) score += patronymicFit(word);
    else score += surnameFit(word);
  });
  const surnames = words.length - initials - (given >= 0 ? 1 : 0) - (patronymic >= 0 ? 1 : 0);
  if (surnames === 0) score -= 1.5;
  if (given < 0 && initials === 0 && words.length > 1) score -= 1;
  if (patronymic >= 0 && given < 0 && initials === 0) score -= 0.6;
  if (patronymic >= 0 && patronymic === given + 1) score += 0.8;
  // «Surname Given» is the order of lists; both orders are common, the first a little more.
  if (given > 0 && surnames > 0) score += 0.15;
  return score;
}

function givenFit(word: Word): number {
  const column = word.column === 'given' ? 0.8 : word.column === null ? 0 : -0.3;
  if (word.reading?.rule === 'full-form') return 2 + column;
  if (word.reading?.rule === 'diminutive') return 1.5 + column;
  if (word.reading?.rule === 'near-form') return 0.7 + column;
  return -0.2 + column * 1.3;
}

function patronymicFit(word: Word): number {
  const column = word.column === 'patronymic' ? 1.2 : word.column === null ? 0 : -0.5;
  if (!word.patronymic) return -0.8 + column;
  return (readFather(word.sound).length > 0 ? 2.2 : 1.4) + column;
}

function surnameFit(word: Word): number {
  const column = word.column === 'surname' ? 0.8 : word.column === null ? 0 : -0.3;
  const ending = surnameEnding.test(word.sound) ? 0.6 : 0.2;
  return ending + column - (word.reading?.rule === 'full-form' ? 0.6 : 0);
}

function partAt(words: readonly Word[], at: number): GivenPart | null {
  const word = words[at];
  if (!word) return null;
  return {
    raw: word.raw,
    sound: word.sound,
    ids: word.reading?.ids ?? [],
    rule: word.reading?.rule ?? 'unknown',
  };
}

function fatherAt(words: readonly Word[], at: number): GivenPart | null {
  const word = words[at];
  if (!word) return null;
  const ids = readFather(word.sound);
  return { raw: word.raw, sound: word.sound, ids, rule: ids.length > 0 ? 'full-form' : 'unknown' };
}

function initialPart(word: Word | undefined): GivenPart | null {
  return word ? { raw: word.raw, sound: word.sound, ids: [], rule: 'initial' } : null;
}

function alternativeOf(words: readonly Word[], choice: Choice): Sounded | null {
  const given = words[choice.given];
  if (!given || given.initial || given.reading?.rule === 'full-form') return null;
  return { raw: given.raw, sound: given.sound, skeleton: given.skeleton };
}
