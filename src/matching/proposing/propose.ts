import type { Analysis, DateParts } from '../reading/analysis.ts';
import type { NameAnalysis } from '../reading/names.ts';
import type { PlaceReading } from '../reading/places.ts';
import type { Word } from '../reading/words.ts';
import { keyBits } from './bounds.ts';
import { hashOf, hashWithout, mix } from './hash.ts';

/**
 * The keys by which a description is found: several cheap ones, each robust to another kind of
 * error. A key is 29 bits of hash; a collision only costs one comparison.
 */
export function keysOf(analysis: Analysis): readonly number[] {
  const keys: number[] = [];
  const put = (family: number, one: number, other = 0) => {
    const key = mix(mix(family, one), other) >>> (32 - keyBits);
    // There are about twenty: scanning them is faster than building a set.
    if (!keys.includes(key)) keys.push(key);
  };
  const { birth } = analysis;
  const around = aroundOf(analysis);
  if (birth && birth.day > 0) put(bornOn, birth.year * 512 + packed(birth.month, birth.day));
  for (const name of analysis.names) {
    for (const surname of surnamesOf(name)) {
      surnameKeys(put, { surname, name, birth, around });
      for (const other of surname.others) {
        surnameKeys(put, { surname: other, name, birth, around });
      }
    }
    givenNameKeys(put, name, birth);
  }
  for (const { text } of analysis.extras?.numbers ?? []) put(numberAlone, hashOf(text));
  return keys;
}

/** Each family of keys is named for what must be intact for it to find the record. */
const [
  skeletonAlone = 0,
  firstSix = 0,
  lastSix = 0,
  yearAndThree = 0,
  skeletonAndGiven = 0,
  threeAndGiven = 0,
  skeletonAndFather = 0,
  skeletonAndInitials = 0,
  skeletonAndInitial = 0,
  givenAndFather = 0,
  yearAndParents = 0,
  bornOn = 0,
  dayAndSkeleton = 0,
  dayAndGiven = 0,
  numberAlone = 0,
  skeletonAndUnit = 0,
  skeletonAndTown = 0,
  skeletonAndLostAt = 0,
] = Array.from({ length: 18 }, (_, at) => hashOf(`family ${at}`));

type Put = (family: number, one: number, other?: number) => void;

interface Around {
  readonly surname: Pick<Word, 'plain' | 'skeleton'>;
  readonly name: NameAnalysis;
  readonly birth: DateParts | null;
  /** What a list holds besides name and date, each with its family of keys. */
  readonly around: readonly (readonly [number, number])[];
}

function aroundOf({ unit, birthplace, lostPlace }: Analysis): Around['around'] {
  const around: (readonly [number, number])[] = [];
  if (unit?.number) around.push([skeletonAndUnit, hashOf(unit.number)]);
  if (birthplace) around.push([skeletonAndTown, placeOf(birthplace)]);
  if (lostPlace) around.push([skeletonAndLostAt, placeOf(lostPlace)]);
  return around;
}

function placeOf({ id, sound }: PlaceReading): number {
  return id ?? hashOf(sound);
}

function surnameKeys(put: Put, { surname, name, birth, around }: Around): void {
  const { plain } = surname;
  const skeleton = hashOf(surname.skeleton);
  const firstThree = hashOf(plain, 0, 3);
  const near = nearHashes(surname.skeleton, skeleton);
  put(skeletonAlone, skeleton);
  // For a surname that thousands share, only the other fields of a list are rare.
  for (const [family, value] of around) put(family, skeleton, value);
  put(firstSix, hashOf(plain, 0, 6));
  if (plain.length > 6) put(lastSix, hashOf(plain, plain.length - 6));
  if (birth) {
    put(yearAndThree, firstThree, birth.year);
    if (birth.day > 0) put(dayAndSkeleton, skeleton, packed(birth.month, birth.day));
  }
  for (const given of givenIds(name)) {
    put(threeAndGiven, firstThree, given);
    for (const each of near) put(skeletonAndGiven, each, given);
  }
  for (const father of name.patronymic?.fathers ?? []) {
    put(skeletonAndFather, skeleton, father);
  }
  const first = name.given?.sound.charCodeAt(0) ?? 0;
  const second = name.patronymic?.sound.charCodeAt(0) ?? 0;
  if (first > 0) put(skeletonAndInitial, skeleton, first);
  if (first > 0 && second > 0) put(skeletonAndInitials, skeleton, first * 256 + second);
}

/** Hashes of the skeleton and of every form of it without one sound. */
function nearHashes(skeleton: string, whole: number): readonly number[] {
  const hashes = [whole];
  if (skeleton.length < 3) return hashes;
  for (let out = 0; out < skeleton.length; out += 1) hashes.push(hashWithout(skeleton, out));
  return hashes;
}

function givenNameKeys(put: Put, name: NameAnalysis, birth: DateParts | null): void {
  const [surname] = name.surnames;
  for (const given of givenIds(name)) {
    if (birth && birth.day > 0) put(dayAndGiven, given, packed(birth.month, birth.day));
    for (const father of name.patronymic?.fathers ?? []) {
      const parents = mix(given, father);
      if (surname) put(givenAndFather, parents, hashOf(surname.skeleton, 0, 2));
      if (birth) put(yearAndParents, parents, birth.year);
    }
  }
}

/** Day and month in one number, independent of their order. */
function packed(month: number, day: number): number {
  return Math.min(month, day) * 32 + Math.max(month, day);
}

const givenMax = 6;

/** Given names by their number in the table, or by skeleton if the table does not have them. */
function givenIds({ given }: NameAnalysis): readonly number[] {
  if (!given || given.initial) return [];
  return given.given ? given.given.ids.slice(0, givenMax) : [hashOf(given.skeleton)];
}

/** Every word that may be the surname. */
function surnamesOf({ surnames, alternative }: NameAnalysis): readonly Word[] {
  return alternative ? [...surnames, alternative] : surnames;
}
