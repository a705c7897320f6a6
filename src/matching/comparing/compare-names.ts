import type { NameAnalysis } from '../reading/names.ts';
import type { Word } from '../reading/words.ts';
import { codesOf } from './levels.ts';
import { pattern, surname, surnameLevel } from './surname-levels.ts';

export const given = codesOf('given');
export const patronymic = codesOf('patronymic');

export function share(one: readonly number[], other: readonly number[]): boolean {
  for (const id of one) if (other.includes(id)) return true;
  return false;
}

/**
 * Initials agree when their sounds begin alike. О for Олександр agrees with А for Александр through
 * the name table.
 */
const initialClasses = ['ao', 'eio', 'gH', 'kc', 'vf', 'sSCc', 'mn', 'pf', 'iu', 'vu'];

export function initialsMeet(left: Word, right: Word): boolean {
  const one = left.sound.charAt(0);
  const other = right.sound.charAt(0);
  if (one === other) return true;
  return initialClasses.some((letters) => letters.includes(one) && letters.includes(other));
}

/** The pair of surnames that are most alike, if both sides have surnames. */
export interface Likest {
  readonly likeness: number;
  readonly word: Word | null;
}

/**
 * Two names compared in another reading: which words are the surname and the given name on each
 * side.
 */
interface Turn {
  readonly surnames: readonly [readonly Word[], readonly Word[]];
  readonly given: readonly [Word | null, Word | null];
}
const noTurns: readonly Turn[] = [];

/**
 * Where it is uncertain which word is the surname («Назар Роман»), swaps the words of one of the
 * two names. Never of both: two given names that agree are not surnames that agree.
 */
export function turnsOf(left: NameAnalysis | null, right: NameAnalysis | null): readonly Turn[] {
  if (!left || !right || (!left.alternative && !right.alternative)) return noTurns;
  const turns: Turn[] = [];
  if (left.alternative) {
    const given = [left.surnames[0] ?? null, right.given] as const;
    turns.push({ surnames: [[left.alternative], right.surnames], given });
  }
  if (right.alternative) {
    const given = [left.given, right.surnames[0] ?? null] as const;
    turns.push({ surnames: [left.surnames, [right.alternative]], given });
  }
  return turns;
}

/** A rough weight of surname and given name together. */
export function weightOfBoth(likeness: number, givenLevel: number): number {
  const level = likeness < 0 ? surname.absent : surnameLevel(likeness);
  return (worthOfSurname[level] ?? 0) + (worthOfGiven[givenLevel] ?? 0);
}

const worthOfSurname = [0, 4, 3.2, 2.4, 1.5, 0.5, -1, 2];
const worthOfGiven = [0, 0, 4, 3, 2.4, 1.5, 1, -1, -1, 3.9];
const worthOfPatronymic = [0, 0, 4, 2.4, 1.5, 1, -1, -1];

export function worthOf(levels: Uint8Array): number {
  return (
    (worthOfSurname[levels[surname.at] ?? 0] ?? 0) +
    (worthOfGiven[levels[given.at] ?? 0] ?? 0) +
    (worthOfPatronymic[levels[patronymic.at] ?? 0] ?? 0)
  );
}

/** People who are easily confused with one another: reported as a reason of its own. */
export function patternOf(
  [left, right]: readonly [NameAnalysis | null, NameAnalysis | null],
  levels: Uint8Array,
): number {
  const alike = levels[surname.at] === surname.same || levels[surname.at] === surname.very_close;
  if (!alike) return pattern.absent;
  const givenLevel = levels[given.at];
  const fatherLevel = levels[patronymic.at];
  if (givenLevel === given.different || givenLevel === given.near) {
    if (fatherLevel === patronymic.same) return pattern.brothers;
    if (isFatherOf(left, right) || isFatherOf(right, left)) return pattern.father_and_son;
  }
  const sameGiven = givenLevel === given.same || givenLevel === given.equivalent;
  if (sameGiven && fatherLevel === patronymic.different) return pattern.namesakes;
  return pattern.absent;
}

function isFatherOf(father: NameAnalysis | null, son: NameAnalysis | null): boolean {
  const [ids, fathers] = [father?.given?.given?.ids, son?.patronymic?.fathers];
  return ids !== undefined && fathers !== undefined && share(ids, fathers);
}
