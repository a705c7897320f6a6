import type { Analysis, DateParts, Extras } from './analysis.ts';
import { type Comparison, codesOf } from './levels.ts';
import type { NameAnalysis } from './names.ts';
import { compareNumbers } from './numbers.ts';
import { comparePlaces, type PlaceLevel, type PlaceReading } from './places.ts';
import { compareUnits } from './units.ts';
import { type Word, wordLikeness } from './words.ts';

/** How common a value is in the registry searched: shares between 0 and 1. */
export interface Commonness {
  surname(word: Word, level: 'sound' | 'skeleton'): number;
  given(word: Word): number;
  place(place: PlaceReading): number;
  unit(unit: { readonly number: string | null }): number;
}

const surname = codesOf('surname');
const given = codesOf('given');
const patronymic = codesOf('patronymic');
const birth = codesOf('birth');
const birthplace = codesOf('birthplace');
const unit = codesOf('unit');
const sex = codesOf('sex');
const lost = codesOf('lost');
const lostPlace = codesOf('lostPlace');
const rank = codesOf('rank');
const number = codesOf('number');
const callsign = codesOf('callsign');
const mother = codesOf('mother');
const relatives = codesOf('relatives');
const pattern = codesOf('pattern');

/**
 * Compares one analysis with many, feature by feature. Silence on either side is `absent` and says
 * nothing; what one side leaves out is `omitted`, which is no contradiction. Likenesses of words are
 * remembered for as long as the comparer lives: one question.
 */
export class Comparer {
  readonly #left: Analysis;
  readonly #common: Commonness;
  readonly #likeness = new Map<Word, Map<Word, number>>();
  readonly #birthplaces = new Map<PlaceReading, PlaceLevel>();
  readonly #lostPlaces = new Map<PlaceReading, PlaceLevel>();

  constructor(left: Analysis, common: Commonness) {
    this.#left = left;
    this.#common = common;
  }

  /** Writes the levels and rarities of this pair into `into`. */
  compare(right: Analysis, into: Comparison): void {
    const left = this.#left;
    into.rarities.fill(0);
    this.#names(right, into);
    into.levels[birth.at] = birthLevel(left.birth, right.birth);
    this.#place(birthplace, [left.birthplace, right.birthplace], into);
    this.#place(lostPlace, [left.lostPlace, right.lostPlace], into);
    this.#unit(right, into);
    into.levels[sex.at] =
      !left.sex || !right.sex ? sex.absent : left.sex === right.sex ? sex.same : sex.different;
    into.levels[lost.at] = lostLevel(left, right);
    into.levels[rank.at] = rankLevel(left.rank, right.rank);
    this.#extras(left.extras, right.extras, into);
  }

  /** Of several names on either side the pair that agrees best counts. */
  #names(right: Analysis, into: Comparison): void {
    const { levels } = into;
    const many = this.#left.names.length > 1 || right.names.length > 1;
    let best: readonly number[] = [];
    let bestWorth = Number.NEGATIVE_INFINITY;
    const one = this.#left.names[0] ?? null;
    const other = right.names[0] ?? null;
    if (!many || !one || !other) {
      this.#name(one, other, into);
      return;
    }
    for (const left of this.#left.names) {
      for (const name of right.names) {
        const worth = this.#name(left, name, into);
        if (worth <= bestWorth) continue;
        bestWorth = worth;
        best = [...levels, ...into.rarities];
      }
    }
    levels.set(best.slice(0, levels.length));
    into.rarities.set(best.slice(levels.length));
  }

  /** Compares one name with one name; answers a rough worth by which names are chosen. */
  #name(left: NameAnalysis | null, right: NameAnalysis | null, into: Comparison): number {
    const { levels, rarities } = into;
    const { likeness, word, absent } = this.#surnames(left, right);
    levels[surname.at] = absent ? surname.absent : surnameLevel(likeness);
    rarities[surname.at] = 0;
    if (word && likeness >= nearFrom) {
      const share = this.#common.surname(word, likeness >= sameFrom ? 'sound' : 'skeleton');
      rarities[surname.at] = rarityOf(share);
    }
    const [one, other] = [left?.given ?? null, right?.given ?? null];
    levels[given.at] = this.#given(one, other);
    rarities[given.at] =
      one && levels[given.at] === given.same ? rarityOf(this.#common.given(one)) : 0;
    levels[patronymic.at] = this.#patronymic(left?.patronymic ?? null, right?.patronymic ?? null);
    levels[pattern.at] = patternOf([left, right], levels);
    return worthOf(levels);
  }

  #surnames(left: NameAnalysis | null, right: NameAnalysis | null) {
    let likeness = -1;
    let word: Word | null = null;
    const count = (name: NameAnalysis | null) =>
      name ? name.surnames.length + (name.alternative ? 1 : 0) : 0;
    const at = (name: NameAnalysis | null, place: number) =>
      name?.surnames[place] ?? name?.alternative ?? null;
    for (let i = 0; i < count(left); i += 1) {
      const one = at(left, i);
      for (let j = 0; one && j < count(right); j += 1) {
        const other = at(right, j);
        const like = other ? this.#like(one, other) : -1;
        if (like <= likeness) continue;
        likeness = like;
        word = one;
      }
    }
    return { likeness, word, absent: likeness < 0 };
  }

  /** Likeness of two words by sound, a woman's ending left aside. */
  #like(one: Word, other: Word): number {
    if (one === other || one.sound === other.sound) return 1;
    let known = this.#likeness.get(one);
    if (!known) {
      known = new Map();
      this.#likeness.set(one, known);
    }
    let likeness = known.get(other);
    if (likeness === undefined) {
      likeness = wordLikeness(one, other, leastLike);
      known.set(other, likeness);
    }
    return likeness;
  }

  #given(left: Word | null, right: Word | null): number {
    if (!left || !right) return left || right ? given.omitted : given.absent;
    if (left === right || left.sound === right.sound)
      return left.initial ? given.initial_same : given.same;
    if (left.initial || right.initial) {
      return initialsMeet(left, right) ? given.initial_same : given.initial_different;
    }
    const one = left.given;
    const other = right.given;
    const shared = one && other ? share(one.ids, other.ids) : false;
    const sure = one?.rule === 'full-form' && other?.rule === 'full-form';
    if (shared && sure) return given.equivalent;
    if (shared && (one?.rule === 'diminutive' || other?.rule === 'diminutive')) {
      return given.diminutive;
    }
    const likeness = this.#like(left, right);
    if (likeness >= 0.85 || (shared && likeness >= 0.7)) {
      return sure && !shared ? given.near : given.close;
    }
    return likeness >= 0.72 ? given.near : given.different;
  }

  #patronymic(left: Word | null, right: Word | null): number {
    if (!left || !right) return left || right ? patronymic.omitted : patronymic.absent;
    if (left === right || left.sound === right.sound) {
      return left.initial ? patronymic.initial_same : patronymic.same;
    }
    if (left.initial || right.initial) {
      return initialsMeet(left, right) ? patronymic.initial_same : patronymic.initial_different;
    }
    if (share(left.fathers, right.fathers)) return patronymic.same;
    const likeness = this.#like(left, right);
    const sure = left.fathers.length > 0 && right.fathers.length > 0;
    if (likeness >= 0.85) return sure ? patronymic.near : patronymic.close;
    return likeness >= 0.72 ? patronymic.near : patronymic.different;
  }

  #place(
    codes: typeof birthplace,
    [left, right]: readonly [PlaceReading | null, PlaceReading | null],
    into: Comparison,
  ): void {
    const { levels, rarities } = into;
    if (!left || !right) {
      levels[codes.at] = codes.absent;
      return;
    }
    const known = codes === birthplace ? this.#birthplaces : this.#lostPlaces;
    let level = known.get(right);
    if (level === undefined) {
      level = comparePlaces(left, right);
      known.set(right, level);
    }
    levels[codes.at] = codes[level];
    if (level !== 'different') rarities[codes.at] = rarityOf(this.#common.place(left));
  }

  #unit(right: Analysis, into: Comparison): void {
    const [one, other] = [this.#left.unit, right.unit];
    const level = one && other ? compareUnits(one, other) : null;
    into.levels[unit.at] = level ? unit[level] : unit.absent;
    if (one && (level === 'same' || level === 'number')) {
      into.rarities[unit.at] = rarityOf(this.#common.unit(one));
    }
  }

  #extras(left: Extras | null, right: Extras | null, into: Comparison): void {
    const { levels } = into;
    levels[number.at] = number.absent;
    levels[callsign.at] = callsign.absent;
    levels[mother.at] = mother.absent;
    levels[relatives.at] = relatives.absent;
    if (!left || !right) return;
    levels[number.at] = number[compareNumbers(left.numbers, right.numbers)];
    if (left.callsign && right.callsign) {
      levels[callsign.at] = left.callsign === right.callsign ? callsign.same : callsign.different;
    }
    if (left.motherMaidenName && right.motherMaidenName) {
      const likeness = this.#like(left.motherMaidenName, right.motherMaidenName);
      levels[mother.at] =
        likeness >= 0.9 ? mother.same : likeness >= 0.75 ? mother.near : mother.different;
    }
    if (left.relatives.length > 0 && right.relatives.length > 0) {
      const meet = left.relatives.some((one) =>
        right.relatives.some((other) => {
          const level = this.#given(one, other);
          return level === given.same || level === given.equivalent || level === given.diminutive;
        }),
      );
      levels[relatives.at] = meet ? relatives.same : relatives.different;
    }
  }
}

function share(one: readonly number[], other: readonly number[]): boolean {
  for (const id of one) if (other.includes(id)) return true;
  return false;
}

/** Powers of ten by which a value is rarer than one in ten. */
function rarityOf(share: number): number {
  return Math.max(0, Math.min(6, -Math.log10(share) - 1));
}

const sameFrom = 0.985;
/** No level asks for less. */
const leastLike = 0.62;
const nearFrom = 0.7;

function surnameLevel(likeness: number): number {
  if (likeness >= sameFrom) return surname.same;
  if (likeness >= 0.93) return surname.very_close;
  if (likeness >= 0.88) return surname.close;
  if (likeness >= 0.82) return surname.similar;
  if (likeness >= 0.75) return surname.near;
  return likeness >= 0.62 ? surname.distant : surname.different;
}

/** Initials meet when the sounds begin alike; О for Олександр meets А for Александр through the table. */
const initialClasses = ['ao', 'eio', 'gH', 'kc', 'vf', 'sSCc', 'mn', 'pf', 'iu', 'vu'];

export function initialsMeet(left: Word, right: Word): boolean {
  const one = left.sound.charAt(0);
  const other = right.sound.charAt(0);
  if (one === other) return true;
  return initialClasses.some((letters) => letters.includes(one) && letters.includes(other));
}

function birthLevel(left: DateParts | null, right: DateParts | null): number {
  if (!left || !right) return birth.absent;
  const years = Math.abs(left.year - right.year);
  if (left.day === 0 || right.day === 0) {
    if (years > 0) return years === 1 ? birth.near : years <= 3 ? birth.apart : birth.different;
    if (left.month === 0 || right.month === 0) return birth.partial;
    return left.month === right.month ? birth.partial_month : birth.year_same;
  }
  const day = left.day === right.day;
  const month = left.month === right.month;
  if (years === 0) {
    if (day && month) return birth.same;
    // The first of January is what is written where only the year is known.
    if (isNewYear(left) || isNewYear(right)) return birth.new_year;
    if (left.day === right.month && left.month === right.day) return birth.swapped;
    if (day || month) return nearDigits(left, right) ? birth.one_digit : birth.two_of_three;
    return birth.year_same;
  }
  if (day && month) return years <= 1 || years === 10 ? birth.year_near : birth.year_other;
  if (years === 1) return birth.near;
  return years <= 3 ? birth.apart : birth.different;
}

function isNewYear({ month, day }: DateParts): boolean {
  return month === 1 && day === 1;
}

function nearDigits(left: DateParts, right: DateParts): boolean {
  const days = Math.abs(left.day - right.day);
  const months = Math.abs(left.month - right.month);
  if (days + months === 1) return true;
  // One figure misread: 03 and 08, 12 and 17, 21 and 11.
  if (months === 0) return days === 10 || days === 20 || sameUnits(left.day, right.day);
  return months === 10;
}

function sameUnits(one: number, other: number): boolean {
  return Math.floor(one / 10) === Math.floor(other / 10);
}

/** Captured before the last call home is impossible; soon after it is likely. */
function lostLevel({ lost: left }: Analysis, { lost: right }: Analysis): number {
  if (!left || !right) return lost.absent;
  if (left.kind === right.kind) {
    const apart = Math.abs(left.day - right.day);
    return apart <= 3 ? lost.soon : apart <= 40 ? lost.season : lost.later;
  }
  const after = left.kind === 'contact' ? right.day - left.day : left.day - right.day;
  if (after >= -5 && after <= 12) return lost.soon;
  if (after > 12 && after <= 30) return lost.weeks;
  if (after > 30 && after <= 60) return lost.season;
  if (after < -5 && after >= -30) return lost.slightly_before;
  return after < 0 ? lost.before : lost.later;
}

function rankLevel(one: number | null, other: number | null): number {
  if (one === null || other === null) return rank.absent;
  if (one === other) return rank.same;
  return Math.abs(one - other) === 1 ? rank.near : rank.different;
}

const worthOfSurname = [0, 4, 3.2, 2.4, 1.5, 0.5, -1, 2];
const worthOfGiven = [0, 0, 4, 3, 2.4, 1.5, 1, -1, -1, 3.9];
const worthOfPatronymic = [0, 0, 4, 2.4, 1.5, 1, -1, -1];

function worthOf(levels: Uint8Array): number {
  return (
    (worthOfSurname[levels[surname.at] ?? 0] ?? 0) +
    (worthOfGiven[levels[given.at] ?? 0] ?? 0) +
    (worthOfPatronymic[levels[patronymic.at] ?? 0] ?? 0)
  );
}

/** People who are easily taken for one another: said as a reason of its own. */
function patternOf(
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
