import { abjadLikeness, isAbjad } from './abjad.ts';
import { type GivenReading, looksPatronymic, readFather, readGiven } from './given-names.ts';
import { likeness } from './likeness.ts';
import { mayBeIn, noOrthographies, type Orthographies, type Orthography } from './orthography.ts';
import { scriptOf } from './script.ts';
import { skeletonOf, soundOf } from './sound.ts';

/** One word of a name, read once and shared by every record that has it. */
export interface Word {
  /** As written, in lower case, in one script, with look-alike letters repaired. */
  readonly raw: string;
  readonly sound: string;
  /** The sound without a feminine ending: another ending does not make another surname. */
  readonly plain: string;
  readonly skeleton: string;
  /** The name of the orthography in which it was read. */
  readonly orthographies: Orthographies;
  /** How the word sounds in other possible orthographies. */
  readonly others: readonly OtherReading[];
  readonly initial: boolean;
  /** The word without the marks on its letters; empty if it is not Latin. */
  readonly bare: string;
  /** True for scripts without most vowels: Arabic and Hebrew. */
  readonly abjad: boolean;
  /** The given names that it can mean; null if the table does not have it. */
  readonly given: GivenReading | null;
  /** Given names that the father can have, if the word has the form of a patronymic. */
  readonly fathers: readonly number[];
  readonly patronymic: boolean;
}

/** The same word read in another language. */
export interface OtherReading {
  readonly orthography: Orthography;
  readonly plain: string;
  readonly skeleton: string;
}

/** Cached words. The older half is dropped when the younger one is full, so memory is bounded. */
const generationMax = 16_000;
let young = new Map<string, Word>();
let old = new Map<string, Word>();

/** No name is longer; longer words are cut. */
const soundMax = 40;

/** Reads one word in the orthographies of its name. */
export function readWord(raw: string, orthographies = noOrthographies): Word {
  const key = orthographies.key === '' ? raw : `${raw}|${orthographies.key}`;
  const known = young.get(key);
  if (known) return known;
  const word = old.get(key) ?? analyseWord(raw, orthographies);
  if (young.size >= generationMax) {
    old = young;
    young = new Map();
  }
  young.set(key, word);
  return word;
}

const nobody: readonly number[] = [];
const noOthers: readonly OtherReading[] = [];

function analyseWord(raw: string, orthographies: Orthographies): Word {
  const sound = soundOf(raw, orthographies.sure).slice(0, soundMax);
  const plain = withoutGender(sound);
  const skeleton = skeletonOf(plain);
  const patronymic = looksPatronymic(sound);
  const others =
    orthographies.maybe.length > 0 ? othersOf(raw, plain, orthographies.maybe) : noOthers;
  return {
    raw,
    sound,
    plain,
    skeleton,
    orthographies,
    others,
    initial: [...raw].length === 1,
    bare: bareOf(raw),
    abjad: isAbjad(raw),
    given: givenOf(sound, others),
    fathers: patronymic ? readFather(sound) : nobody,
    patronymic,
  };
}

function othersOf(
  raw: string,
  plain: string,
  orthographies: readonly Orthography[],
): readonly OtherReading[] {
  if (raw.length < 3 && orthographies[0] !== 'pinyin') return noOthers;
  if (scriptOf(raw) !== 'latin') return noOthers;
  const others: OtherReading[] = [];
  for (const orthography of orthographies) {
    if (!mayBeIn(orthography, raw)) continue;
    const sound = withoutGender(soundOf(raw, orthography).slice(0, soundMax));
    // A reading that leaves little of a word is rejected.
    if (sound.length < shortestReading(plain, orthography) || sound === plain) continue;
    if (others.some((other) => other.plain === sound)) continue;
    others.push({ orthography, plain: sound, skeleton: skeletonOf(sound) });
  }
  return others;
}

function shortestReading(plain: string, orthography: Orthography): number {
  return orthography === 'pinyin' ? 1 : Math.max(3, plain.length - 3);
}

/** A name that the table has in any of its readings; exact forms before near ones. */
function givenOf(sound: string, others: readonly OtherReading[]): GivenReading | null {
  const own = readGiven(sound);
  if (own && own.rule !== 'near-form') return own;
  for (const { plain } of others) {
    const other = readGiven(plain);
    if (other && other.rule !== 'near-form') return { ids: other.ids, rule: 'other-orthography' };
  }
  return own;
}

/** Latin letters without their marks; a word that has none is its own bare form. */
function bareOf(raw: string): string {
  if (/^[a-z]*$/u.test(raw)) return raw;
  return scriptOf(raw) === 'latin' ? raw.normalize('NFD').replace(/\p{M}/gu, '') : '';
}

function withoutGender(sound: string): string {
  return sound.replace(/(ov|ev|in)a$/u, '$1').replace(/(sk|ck)aia?$/u, '$1i');
}

/** Likeness of two words by sound from 0 to 1, without feminine endings. */
export function wordLikeness(one: Word, other: Word, least?: number): number {
  if (one === other || one.sound === other.sound) return 1;
  if (one.plain === other.plain) return 0.99;
  // Keyboards may lack marks: «Vučić» and «Vucic».
  if (one.bare !== '' && one.bare === other.bare) return 0.985;
  if (one.abjad !== other.abjad) {
    const like = one.abjad
      ? abjadLikeness(one.sound, other.plain)
      : abjadLikeness(other.sound, one.plain);
    // The missing vowels are unknown, so the words are never certainly the same.
    return like * 0.97;
  }
  const like = likeness(one.plain, other.plain, least);
  if (like >= otherLikeness || (one.others.length === 0 && other.others.length === 0)) return like;
  return Math.max(like, otherLikenessOf(one, other, least), otherLikenessOf(other, one, least));
}

/** A reading in another orthography is never certain. */
const otherLikeness = 0.97;

function otherLikenessOf(one: Word, other: Word, least: number | undefined): number {
  let best = 0;
  for (const { plain } of one.others) {
    best = Math.max(best, likeness(plain, other.plain, least) * otherLikeness);
  }
  return best;
}
