import { abjadLikeness, isAbjad } from './abjad.ts';
import { type GivenReading, looksPatronymic, readFather, readGiven } from './given-names.ts';
import { hashOf } from './hash.ts';
import { type Codes, codesOf, likeness } from './likeness.ts';
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
  /** `plain` for comparing, and hashes for finding: worked out once. */
  readonly codes: Codes;
  readonly hashes: WordHashes;
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

/** What the keys of a word are made of (`propose.ts`). */
export interface WordHashes {
  readonly skeleton: number;
  /** The skeleton and every form of it with one sound left out. */
  readonly near: readonly number[];
  readonly firstThree: number;
  readonly firstSix: number;
  readonly lastSix: number;
  readonly firstClasses: number;
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
    codes: codesOf(plain),
    hashes: hashesOf(plain, skeleton),
    initial: [...raw].length === 1,
    bare: scriptOf(raw) === 'latin' ? raw.normalize('NFD').replace(/\p{M}/gu, '') : '',
    abjad: isAbjad(raw),
    given: readGiven(sound),
    fathers: patronymic ? readFather(sound) : [],
    patronymic,
  };
}

function hashesOf(plain: string, skeleton: string): WordHashes {
  return {
    skeleton: hashOf(skeleton),
    near: nearForms(skeleton).map(hashOf),
    firstThree: hashOf(plain.slice(0, 3)),
    firstSix: hashOf(plain.slice(0, 6)),
    lastSix: hashOf(plain.slice(-6)),
    firstClasses: hashOf(skeleton.slice(0, 2)),
  };
}

function nearForms(skeleton: string): readonly string[] {
  const forms = new Set([skeleton]);
  if (skeleton.length >= 3) {
    for (let at = 0; at < skeleton.length; at += 1) {
      forms.add(skeleton.slice(0, at) + skeleton.slice(at + 1));
    }
  }
  return [...forms];
}

function withoutGender(sound: string): string {
  return sound.replace(/(ov|ev|in)a$/u, '$1').replace(/(sk|ck)aia?$/u, '$1i');
}

/** Likeness of two words by sound from 0 to 1, a woman's ending left aside. */
export function wordLikeness(one: Word, other: Word): number {
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
  return likeness(one.codes, other.codes);
}
