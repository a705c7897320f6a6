import { abjadLikeness, isAbjad } from './abjad.ts';
import { type GivenReading, looksPatronymic, readFather, readGiven } from './given-names.ts';
import { likeness } from './likeness.ts';
import { scriptOf } from './script.ts';
import { skeletonOf, soundOf } from './sound.ts';

/** One word of a name, read once and shared by every record that has it. */
export interface Word {
  /** As written, in lower case, one script, look-alikes repaired. */
  readonly raw: string;
  readonly sound: string;
  /** The sound without a woman's ending: another ending does not make another family. */
  readonly plain: string;
  readonly skeleton: string;
  readonly initial: boolean;
  /** The word without the marks on its letters; empty where it is not Latin. */
  readonly bare: string;
  /** Written without most vowels: Arabic and Hebrew. */
  readonly abjad: boolean;
  /** What it can mean as a given name; null when the table does not know it. */
  readonly given: GivenReading | null;
  /** Given names that the father can have, where the word has the shape of a patronymic. */
  readonly fathers: readonly number[];
  readonly patronymic: boolean;
}

/** Words kept ready; the older half goes when the younger is full, so memory is bounded. */
const generationMax = 400_000;
let young = new Map<string, Word>();
let old = new Map<string, Word>();

/** No name is longer; what is, is cut. */
const soundMax = 40;

/** Reads one word. `language` is the list's own word for it and may be wrong. */
export function readWord(raw: string, language?: string): Word {
  const key = language === 'pl' || language === 'de' ? `${raw}|${language}` : raw;
  const known = young.get(key);
  if (known) return known;
  const word = old.get(key) ?? analyseWord(raw, language);
  if (young.size >= generationMax) {
    old = young;
    young = new Map();
  }
  young.set(key, word);
  return word;
}

const nobody: readonly number[] = [];

function analyseWord(raw: string, language: string | undefined): Word {
  const sound = soundOf(raw, language).slice(0, soundMax);
  const plain = withoutGender(sound);
  const skeleton = skeletonOf(plain);
  const patronymic = looksPatronymic(sound);
  return {
    raw,
    sound,
    plain,
    skeleton,
    initial: [...raw].length === 1,
    bare: bareOf(raw),
    abjad: isAbjad(raw),
    given: readGiven(sound),
    fathers: patronymic ? readFather(sound) : nobody,
    patronymic,
  };
}

/** Latin letters without their marks; a word that has none is its own bare form. */
function bareOf(raw: string): string {
  if (/^[a-z]*$/u.test(raw)) return raw;
  return scriptOf(raw) === 'latin' ? raw.normalize('NFD').replace(/\p{M}/gu, '') : '';
}

function withoutGender(sound: string): string {
  return sound.replace(/(ov|ev|in)a$/u, '$1').replace(/(sk|ck)aia?$/u, '$1i');
}

/** Likeness of two words by sound from 0 to 1, a woman's ending left aside. */
export function wordLikeness(one: Word, other: Word, least?: number): number {
  if (one === other || one.sound === other.sound) return 1;
  if (one.plain === other.plain) return 0.99;
  // Marks are lost where keyboards lack them: «Vučić» and «Vucic».
  if (one.bare !== '' && one.bare === other.bare) return 0.985;
  if (one.abjad !== other.abjad) {
    const like = one.abjad
      ? abjadLikeness(one.sound, other.plain)
      : abjadLikeness(other.sound, one.plain);
    // What vowels would have told is not known: never quite the same.
    return like * 0.97;
  }
  return likeness(one.plain, other.plain, least);
}
