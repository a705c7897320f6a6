import type { Analysis, Extras } from '../reading/analysis.ts';
import type { NameAnalysis } from '../reading/names.ts';
import { compareNumbers } from '../reading/numbers.ts';
import { comparePlaces, type PlaceLevel, type PlaceReading } from '../reading/places.ts';
import { compareUnits } from '../reading/units.ts';
import { type Word, wordLikeness } from '../reading/words.ts';
import { ownWeights, scoreOf, type Weights } from '../weighing/weigh.ts';
import {
  given,
  initialsMeet,
  type Likest,
  patronymic,
  patternOf,
  share,
  turnsOf,
  weightOfBoth,
  worthOf,
} from './compare-names.ts';
import { birth, birthLevel, lost, lostLevel, rank, rankLevel } from './compare-values.ts';
import { type Comparison, codesOf, levelsOf } from './levels.ts';
import {
  leastLike,
  nearFrom,
  pattern,
  type Reach,
  sameFrom,
  surname,
  surnameLevel,
  surnameReach,
} from './surname-levels.ts';

/** Places compared before, and the weight that agreement adds. */
interface PlaceMemory {
  readonly levels: Map<PlaceReading, PlaceLevel>;
  readonly rarity: number;
}

/** How common a value is in the searched registry, as a share between 0 and 1. */
export interface Commonness {
  surname(word: Word, level: 'sound' | 'skeleton'): number;
  given(word: Word): number;
  place(place: PlaceReading): number;
  unit(unit: { readonly number: string | null }): number;
}

const birthplace = codesOf('birthplace');
const unit = codesOf('unit');
const sex = codesOf('sex');
const lostPlace = codesOf('lostPlace');
const number = codesOf('number');
const callsign = codesOf('callsign');
const mother = codesOf('mother');
const relatives = codesOf('relatives');

/** Levels on which a given name counts as found. */
const isNamed: readonly boolean[] = levelsOf.given.map((level) =>
  ['same', 'equivalent', 'diminutive', 'close'].includes(level),
);

/**
 * Likeness from which given names count as close or near. A word that could be either name needs
 * less.
 */
const [closeFrom, nearNameFrom, sharedFrom] = [0.85, 0.72, 0.7];

/**
 * Compares one analysis with many, feature by feature. A value missing on either side is `absent`
 * and has no weight. A value that one side leaves out is `omitted`, which is not a contradiction.
 * Likenesses of words are cached for the lifetime of the comparer, which is one query.
 */
export class Comparer {
  readonly #left: Analysis;
  readonly #common: Commonness;
  readonly #likeness = new Map<Word, Map<Word, number>>();
  readonly #places: PlaceMemory[];
  readonly #rarities = new Map<Word, { sound: number; skeleton: number; given: number }>();
  readonly #unitRarity: number;
  readonly #weights: Weights;
  #reach: Reach | null = null;

  constructor(left: Analysis, common: Commonness, weights = ownWeights) {
    this.#left = left;
    this.#common = common;
    this.#weights = weights;
    this.#places = [left.birthplace, left.lostPlace].map((place) => ({
      levels: new Map(),
      rarity: place ? rarityOf(common.place(place)) : 0,
    }));
    this.#unitRarity = left.unit ? rarityOf(common.unit(left.unit)) : 0;
  }

  /**
   * Writes the levels and rarities of this pair into `into`. Returns false, without comparing the
   * surname, if no surname could raise the score to `least`.
   */
  compare(right: Analysis, into: Comparison, least = Number.NEGATIVE_INFINITY): boolean {
    const left = this.#left;
    into.rarities.fill(0);
    into.levels[birth.at] = birthLevel(left.birth, right.birth);
    this.#place(birthplace, [left.birthplace, right.birthplace], into);
    this.#place(lostPlace, [left.lostPlace, right.lostPlace], into);
    this.#unit(right, into);
    into.levels[sex.at] =
      !left.sex || !right.sex ? sex.absent : left.sex === right.sex ? sex.same : sex.different;
    into.levels[lost.at] = lostLevel(left, right);
    into.levels[rank.at] = rankLevel(left.rank, right.rank);
    this.#extras(left.extras, right.extras, into);
    return this.#names(right, into, least);
  }

  /** Of several names on either side, uses the pair that agrees best. */
  #names(right: Analysis, into: Comparison, least: number): boolean {
    const { levels } = into;
    const many = this.#left.names.length > 1 || right.names.length > 1;
    let best: readonly number[] = [];
    let bestWeight = Number.NEGATIVE_INFINITY;
    const one = this.#left.names[0] ?? null;
    const other = right.names[0] ?? null;
    if (!many || !one || !other) {
      this.#forenames(one, other, into);
      const needed = this.#needed([one, other], into, least);
      if (needed === null) return false;
      this.#surname([one, other], into, needed);
      return true;
    }
    for (const left of this.#left.names) {
      for (const name of right.names) {
        const weight = this.#name(left, name, into);
        if (weight <= bestWeight) continue;
        bestWeight = weight;
        best = [...levels, ...into.rarities];
      }
    }
    levels.set(best.slice(0, levels.length));
    into.rarities.set(best.slice(levels.length));
    return true;
  }

  /**
   * Compares one name with one name. Returns a rough weight, by which the best pair of names is
   * chosen.
   */
  #name(left: NameAnalysis | null, right: NameAnalysis | null, into: Comparison): number {
    this.#forenames(left, right, into);
    this.#surname([left, right], into, leastLike);
    return worthOf(into.levels);
  }

  #forenames(left: NameAnalysis | null, right: NameAnalysis | null, into: Comparison): void {
    const { levels, rarities } = into;
    const [one, other] = [left?.given ?? null, right?.given ?? null];
    levels[given.at] = this.#given(one, other);
    rarities[given.at] = one && isNamed[levels[given.at] ?? 0] ? this.#rarity(one).given : 0;
    levels[patronymic.at] = this.#patronymic(left?.patronymic ?? null, right?.patronymic ?? null);
  }

  #surname(
    [left, right]: readonly [NameAnalysis | null, NameAnalysis | null],
    into: Comparison,
    least: number,
  ): void {
    const { levels, rarities } = into;
    const straight = this.#surnames([left?.surnames ?? [], right?.surnames ?? []], least);
    const turned = this.#turned([left, right], straight, levels);
    const { likeness, word } = turned ?? straight;
    levels[surname.at] = likeness < 0 ? surname.absent : surnameLevel(likeness);
    rarities[surname.at] = 0;
    if (word && likeness >= nearFrom) {
      const { sound, skeleton } = this.#rarity(word);
      rarities[surname.at] = likeness >= sameFrom ? sound : skeleton;
    }
    if (turned) {
      levels[given.at] = turned.given;
      rarities[given.at] = 0;
    }
    levels[pattern.at] = patternOf([left, right], levels);
  }

  /** One of the names with its words swapped, if both words then agree better. */
  #turned(
    [left, right]: readonly [NameAnalysis | null, NameAnalysis | null],
    straight: Likest,
    levels: Uint8Array,
  ): (Likest & { readonly given: number }) | null {
    let best: (Likest & { readonly given: number }) | null = null;
    let bestWeight = weightOfBoth(straight.likeness, levels[given.at] ?? 0);
    for (const turn of turnsOf(left, right)) {
      const found = this.#surnames(turn.surnames, nearFrom);
      if (found.likeness < nearFrom) continue;
      const level = this.#given(...turn.given);
      const weight = weightOfBoth(found.likeness, level);
      if (weight <= bestWeight) continue;
      bestWeight = weight;
      best = { ...found, given: level };
    }
    return best;
  }

  /** How alike surnames must be for the pair to reach `least`; null if no likeness is enough. */
  #needed(
    [left, right]: readonly [NameAnalysis | null, NameAnalysis | null],
    into: Comparison,
    least: number,
  ): number | null {
    if (least === Number.NEGATIVE_INFINITY) return leastLike;
    into.levels[surname.at] = surname.absent;
    into.levels[pattern.at] = pattern.absent;
    const missing = least - scoreOf(into, this.#weights);
    this.#reach ??= this.#surnameReach();
    const needed = this.#reach.find(({ best }) => best >= missing)?.from ?? null;
    // With the words swapped, given names may still agree.
    const mayTurn = turnsOf(left, right).some(
      ({ surnames }) => this.#surnames(surnames, nearFrom).likeness >= nearFrom,
    );
    return mayTurn ? leastLike : needed;
  }

  #surnameReach(): Reach {
    const [name] = this.#left.names;
    const words = name?.alternative ? [...name.surnames, name.alternative] : name?.surnames;
    const rarities = (words ?? []).map((word) => this.#rarity(word));
    const rarity = Math.max(0, ...rarities.flatMap(({ sound, skeleton }) => [sound, skeleton]));
    return surnameReach(rarity, this.#weights);
  }

  #rarity(word: Word) {
    let known = this.#rarities.get(word);
    if (!known) {
      const sound = rarityOf(this.#common.surname(word, 'sound'));
      const skeleton = rarityOf(this.#common.surname(word, 'skeleton'));
      known = { sound, skeleton, given: rarityOf(this.#common.given(word)) };
      this.#rarities.set(word, known);
    }
    return known;
  }

  /** The two words, one from each side, that are most alike. */
  #surnames([left, right]: readonly [readonly Word[], readonly Word[]], least: number): Likest {
    let likeness = -1;
    let word: Word | null = null;
    for (const one of left) {
      for (const other of right) {
        const like = this.#like(one, other, least);
        if (like <= likeness) continue;
        likeness = like;
        word = one;
      }
    }
    return { likeness, word };
  }

  /**
   * Likeness of two words by sound, without feminine endings; 0 where it is below `least`. A
   * likeness known only to be below a bound is cached as that bound, negated.
   */
  #like(one: Word, other: Word, least = leastLike): number {
    if (one === other || one.sound === other.sound) return 1;
    let known = this.#likeness.get(one);
    if (!known) {
      known = new Map();
      this.#likeness.set(one, known);
    }
    const before = known.get(other);
    if (before !== undefined && before > 0) return before;
    if (before !== undefined && least >= -before) return 0;
    const likeness = wordLikeness(one, other, least);
    known.set(other, likeness > 0 ? likeness : -least);
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
    const likeness = this.#like(left, right, sharedFrom);
    if (likeness >= closeFrom || (shared && likeness >= sharedFrom)) {
      return sure && !shared ? given.near : given.close;
    }
    return likeness >= nearNameFrom ? given.near : given.different;
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
    const likeness = this.#like(left, right, nearNameFrom);
    const sure = left.fathers.length > 0 && right.fathers.length > 0;
    if (likeness >= closeFrom) return sure ? patronymic.near : patronymic.close;
    return likeness >= nearNameFrom ? patronymic.near : patronymic.different;
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
    const memory = this.#places[codes === birthplace ? 0 : 1] as PlaceMemory; // One of the two.
    let level = memory.levels.get(right);
    if (level === undefined) {
      level = comparePlaces(left, right);
      memory.levels.set(right, level);
    }
    levels[codes.at] = codes[level];
    if (level !== 'different') rarities[codes.at] = memory.rarity;
  }

  #unit(right: Analysis, into: Comparison): void {
    const [one, other] = [this.#left.unit, right.unit];
    const level = one && other ? compareUnits(one, other) : null;
    into.levels[unit.at] = level ? unit[level] : unit.absent;
    if (one && (level === 'same' || level === 'number')) {
      into.rarities[unit.at] = this.#unitRarity;
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

/** Powers of ten by which a value is rarer than one in ten. */
function rarityOf(share: number): number {
  return Math.max(0, Math.min(6, -Math.log10(share) - 1));
}
