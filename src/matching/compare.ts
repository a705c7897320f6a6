import type { Analysis, DateParts } from './analysis.ts';
import type { GivenPart, NameAnalysis, Sounded } from './names.ts';
import { comparePlaces, type PlaceReading } from './places.ts';
import { surnamesOf } from './propose.ts';
import { soundLikeness } from './sound.ts';
import { compareUnits } from './units.ts';

/** One comparison: what was compared, at which level it came out, and both values as written. */
export interface Compared {
  readonly feature: Feature;
  readonly level: string;
  readonly left: string | null;
  readonly right: string | null;
}

export type Feature =
  | 'surname'
  | 'given'
  | 'patronymic'
  | 'birth'
  | 'birthplace'
  | 'unit'
  | 'sex'
  | 'lost'
  | 'lostPlace'
  | 'rank'
  | 'pattern';

/** Compares two analyses feature by feature. Silence on either side is `absent` and weighs nothing. */
export function compareAnalyses(left: Analysis, right: Analysis): readonly Compared[] {
  const names = bestNames(left, right);
  return [
    ...names.compared,
    compareBirth(left.birth, right.birth),
    comparePlace('birthplace', left.birthplace, right.birthplace),
    compareUnit(left, right),
    compareSex(left, right),
    compareLost(left, right),
    comparePlace('lostPlace', left.lostPlace, right.lostPlace),
    compareRank(left, right),
    patternOf(names, left, right),
  ];
}

interface NamePair {
  readonly left: NameAnalysis | null;
  readonly right: NameAnalysis | null;
  readonly compared: readonly Compared[];
}

const worthOfLevel: Readonly<Record<string, number>> = {
  same: 4,
  very_close: 3.2,
  close: 2.4,
  near: 1.5,
  diminutive: 3,
  initial_same: 1,
  distant: 0.5,
  absent: 0,
};

/** Of several names on either side the pair that agrees best is compared. */
function bestNames(left: Analysis, right: Analysis): NamePair {
  let best: NamePair = { left: null, right: null, compared: compareName(null, null) };
  let bestWorth = Number.NEGATIVE_INFINITY;
  for (const one of left.names) {
    for (const other of right.names) {
      const compared = compareName(one, other);
      const worth = compared.reduce((sum, { level }) => sum + (worthOfLevel[level] ?? -1), 0);
      if (worth > bestWorth) {
        bestWorth = worth;
        best = { left: one, right: other, compared };
      }
    }
  }
  return best;
}

function compareName(left: NameAnalysis | null, right: NameAnalysis | null): readonly Compared[] {
  return [
    compareSurnames(left, right),
    compareGiven('given', left?.given ?? null, right?.given ?? null),
    compareGiven('patronymic', left?.patronymic ?? null, right?.patronymic ?? null),
  ];
}

function compareSurnames(left: NameAnalysis | null, right: NameAnalysis | null): Compared {
  let best = -1;
  let pair: readonly [Sounded | null, Sounded | null] = [
    left?.surnames[0] ?? null,
    right?.surnames[0] ?? null,
  ];
  for (const one of left ? surnamesOf(left) : []) {
    for (const other of right ? surnamesOf(right) : []) {
      const likeness = surnameLikeness(one.sound, other.sound);
      if (likeness > best) {
        best = likeness;
        pair = [one, other];
      }
    }
  }
  const level = best < 0 ? 'absent' : surnameLevel(best);
  return { feature: 'surname', level, left: pair[0]?.raw ?? null, right: pair[1]?.raw ?? null };
}

/** A woman's ending does not make another family: both are compared without it. */
function surnameLikeness(one: string, other: string): number {
  const plain = soundLikeness(one, other);
  if (plain === 1) return 1;
  const first = withoutGender(one);
  const second = withoutGender(other);
  return first === one && second === other
    ? plain
    : Math.max(plain, soundLikeness(first, second) * 0.99);
}

function withoutGender(sound: string): string {
  return sound.replace(/(ov|ev|in)a$/u, '$1').replace(/(sk|ck)aia?$/u, '$1i');
}

function surnameLevel(likeness: number): string {
  if (likeness >= 0.985) return 'same';
  if (likeness >= 0.93) return 'very_close';
  if (likeness >= 0.86) return 'close';
  if (likeness >= 0.77) return 'near';
  return likeness >= 0.62 ? 'distant' : 'different';
}

function compareGiven(
  feature: 'given' | 'patronymic',
  left: GivenPart | null,
  right: GivenPart | null,
): Compared {
  const values = { feature, left: left?.raw ?? null, right: right?.raw ?? null };
  if (!left || !right) return { ...values, level: left || right ? 'omitted' : 'absent' };
  if (left.rule === 'initial' || right.rule === 'initial') {
    return { ...values, level: initialsMeet(left, right) ? 'initial_same' : 'initial_different' };
  }
  const shared = left.ids.some((id) => right.ids.includes(id));
  const sure = left.rule === 'full-form' && right.rule === 'full-form';
  if (left.sound === right.sound || (shared && sure)) return { ...values, level: 'same' };
  if (shared && (left.rule === 'diminutive' || right.rule === 'diminutive')) {
    return { ...values, level: 'diminutive' };
  }
  const likeness = soundLikeness(left.sound, right.sound);
  if (likeness >= 0.85 || (shared && likeness >= 0.7))
    return { ...values, level: sure && !shared ? 'near' : 'close' };
  if (likeness >= 0.72) return { ...values, level: 'near' };
  return { ...values, level: 'different' };
}

/** Initials meet when the sounds begin alike; О for Олександр meets А for Александр through the table. */
const initialClasses = ['ao', 'eio', 'gH', 'kc', 'vf', 'sSCc', 'mn', 'pf', 'iu'];

function initialsMeet(left: GivenPart, right: GivenPart): boolean {
  const one = left.sound.charAt(0);
  const other = right.sound.charAt(0);
  if (one === other) return true;
  return initialClasses.some((letters) => letters.includes(one) && letters.includes(other));
}

function compareBirth(left: DateParts | null, right: DateParts | null): Compared {
  const values = { feature: 'birth', left: left?.raw ?? null, right: right?.raw ?? null } as const;
  if (!left || !right) return { ...values, level: 'absent' };
  return { ...values, level: birthLevel(left, right) };
}

function birthLevel(left: DateParts, right: DateParts): string {
  const years = Math.abs(left.year - right.year);
  const full = left.day !== null && right.day !== null;
  if (full) {
    const day = left.day === right.day;
    const month = left.month === right.month;
    if (years === 0 && day && month) return 'same';
    if (years === 0 && left.day === right.month && left.month === right.day) return 'swapped';
    if (years === 0 && (day || month))
      return nearDigits(left, right) ? 'one_digit' : 'two_of_three';
    if (day && month) return years <= 1 || years === 10 ? 'year_near' : 'year_other';
    if (years === 0) return 'year_same';
    return years <= 1 ? 'near' : years <= 3 ? 'apart' : 'different';
  }
  if (years === 0) {
    if (left.month === null || right.month === null) return 'partial';
    return left.month === right.month ? 'partial_month' : 'year_same';
  }
  return years === 1 ? 'near' : years <= 3 ? 'apart' : 'different';
}

function nearDigits(left: DateParts, right: DateParts): boolean {
  return (
    Math.abs((left.day ?? 0) - (right.day ?? 0)) <= 1 &&
    Math.abs((left.month ?? 0) - (right.month ?? 0)) <= 1
  );
}

function comparePlace(
  feature: 'birthplace' | 'lostPlace',
  left: PlaceReading | null,
  right: PlaceReading | null,
): Compared {
  const values = { feature, left: left?.raw ?? null, right: right?.raw ?? null };
  return { ...values, level: left && right ? comparePlaces(left, right) : 'absent' };
}

function compareUnit(left: Analysis, right: Analysis): Compared {
  const values = {
    feature: 'unit',
    left: left.unit?.raw ?? null,
    right: right.unit?.raw ?? null,
  } as const;
  const level = left.unit && right.unit ? compareUnits(left.unit, right.unit) : null;
  return { ...values, level: level ?? 'absent' };
}

function compareSex(left: Analysis, right: Analysis): Compared {
  const values = { feature: 'sex', left: left.sex, right: right.sex } as const;
  if (!left.sex || !right.sex) return { ...values, level: 'absent' };
  return { ...values, level: left.sex === right.sex ? 'same' : 'different' };
}

/** Captured before the last call home is impossible; soon after it is likely. */
function compareLost(left: Analysis, right: Analysis): Compared {
  const values = {
    feature: 'lost',
    left: left.lost?.raw ?? null,
    right: right.lost?.raw ?? null,
  } as const;
  if (!left.lost || !right.lost) return { ...values, level: 'absent' };
  const turned = left.lost.kind === 'captured' && right.lost.kind === 'contact';
  const after = (right.lost.day - left.lost.day) * (turned ? -1 : 1);
  if (left.lost.kind === right.lost.kind) {
    return {
      ...values,
      level: Math.abs(after) <= 3 ? 'soon' : Math.abs(after) <= 40 ? 'season' : 'later',
    };
  }
  if (after >= -4 && after <= 12) return { ...values, level: 'soon' };
  if (after >= -35 && after <= 50) return { ...values, level: 'season' };
  return { ...values, level: after < 0 ? 'before' : 'later' };
}

function compareRank(left: Analysis, right: Analysis): Compared {
  const values = { feature: 'rank', left: left.rank, right: right.rank } as const;
  if (!left.rank || !right.rank) return { ...values, level: 'absent' };
  return { ...values, level: left.rank === right.rank ? 'same' : 'different' };
}

/** People who are easily taken for one another: said as a reason of its own. */
function patternOf(names: NamePair, left: Analysis, right: Analysis): Compared {
  const level = (feature: Feature) =>
    names.compared.find((each) => each.feature === feature)?.level;
  const like = new Set(['same', 'very_close']);
  const values = { feature: 'pattern', left: left.raw || null, right: right.raw || null } as const;
  if (!like.has(level('surname') ?? '')) return { ...values, level: 'absent' };
  const father = (one: NameAnalysis | null, other: NameAnalysis | null) =>
    one?.patronymic?.ids.some((id) => other?.given?.ids.includes(id)) === true;
  if (level('given') === 'different') {
    if (level('patronymic') === 'same') return { ...values, level: 'brothers' };
    if (father(names.left, names.right) || father(names.right, names.left)) {
      return { ...values, level: 'father_and_son' };
    }
  }
  if (level('given') === 'same' && level('patronymic') === 'different')
    return { ...values, level: 'namesakes' };
  return { ...values, level: 'absent' };
}
