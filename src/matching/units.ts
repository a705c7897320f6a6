import { wordsOf } from './script.ts';

/** A military unit: its number and, where it is said, its kind. Both armies' ways of writing. */
export interface UnitReading {
  readonly raw: string;
  readonly number: string | null;
  readonly kind: string | null;
}

/** Kinds by the stems and abbreviations that lists use; the first that fits counts. */
const kinds: readonly (readonly [RegExp, string])[] = [
  [/в\/?ч|военная часть|військова частина|^[аa]\d{4}/u, 'code'],
  [/тро|теробор|територіальн|территориальн/u, 'territorial'],
  [/дшбр|десантно|одшбр|airborne|air assault/u, 'assault'],
  [/обрмп|брмп|морск|морськ|marine|мп$/u, 'marine'],
  [/прикз|прикордон|погран|pz$|border/u, 'border'],
  [/танк|отбр|tank/u, 'tank'],
  [/арт|оабр|artil/u, 'artillery'],
  [/нгу|нацгвард|national guard/u, 'guard'],
  [/мотопіх|мотопех|омпб|motor/u, 'motor'],
  [/омбр|механ|mech/u, 'mechanised'],
  [/мср|мотостр|мсп|мсд/u, 'motor-rifle'],
  [/бригад|brigad|brygad|обр/u, 'brigade'],
];

/** Reads a unit; a leading code letter is brought to one script. */
export function readUnit(raw: string | undefined): UnitReading | null {
  if (!raw || raw.trim() === '') return null;
  const text = raw.slice(0, 120).toLowerCase();
  const code = /[аaтtвb]\s?-?(\d{4})(?!\d)/u.exec(text);
  const number = code?.[1] ?? /\d{1,6}/u.exec(text)?.[0] ?? null;
  const words = wordsOf(text).join(' ');
  const kind = code
    ? 'code'
    : (kinds.find(([shape]) => shape.test(text) || shape.test(words))?.[1] ?? null);
  if (number === null && kind === null) return null;
  return { raw, number, kind };
}

export type UnitLevel = 'same' | 'number' | 'different';

/** Numbers decide; a kind that contradicts takes most of the worth away. */
export function compareUnits(one: UnitReading, other: UnitReading): UnitLevel | null {
  if (one.number === null || other.number === null) return null;
  if (one.number !== other.number) return 'different';
  if (one.kind === null || other.kind === null || one.kind === other.kind) return 'same';
  const vague = one.kind === 'brigade' || other.kind === 'brigade';
  return vague ? 'same' : 'number';
}
