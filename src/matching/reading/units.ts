import { wordsOf } from './script.ts';

/** A military unit: its number and, if given, its kind, in both armies' ways of writing. */
export interface UnitReading {
  readonly raw: string;
  readonly number: string | null;
  readonly kind: string | null;
}

/** Kinds by the stems and abbreviations that lists use; the first match counts. */
const kinds: readonly (readonly [RegExp, string])[] = [
  [/в\/?ч|военная часть|військова частина|^[аa]\d{4}/u, 'code'],
  [/тро(?!п)|теробор|територіальн|территориальн|territorial|\btro\b/u, 'territorial'],
  [/дшбр|десантно|одшбр|airborne|air assault|dshbr/u, 'assault'],
  [/обрмп|брмп|морск|морськ|marine|мп$|brmp/u, 'marine'],
  [/прикз|прикордон|погран|(?<!\p{L})пз(?!\p{L})|\bpz\b|border/u, 'border'],
  [/танк|отбр|tank|otbr/u, 'tank'],
  [/арт|оабр|artil|oabr/u, 'artillery'],
  [/нгу|нацгвард|національної гвард|национальной гвард|national guard|\bnhu\b|\bngu\b/u, 'guard'],
  [/мотопіх|мотопех|омпб|motorised inf|motorized inf|ompb/u, 'motor'],
  [/омбр|механ|mech|ombr/u, 'mechanised'],
  [/мср|мотостр|мсп|мсд|motor rifle/u, 'motor-rifle'],
  [/бригад|brigad|brygad|обр|(?<!\p{L})бр(?!\p{L})|\bbr\b/u, 'brigade'],
];

const readings = new Map<string, UnitReading | null>();
const readingsMax = 100_000;

/** Reads a unit; a leading code letter is converted to one script. */
export function readUnit(raw: string | undefined): UnitReading | null {
  if (!raw) return null;
  const known = readings.get(raw);
  if (known !== undefined) return known;
  const reading = understand(raw);
  if (readings.size >= readingsMax) readings.clear();
  readings.set(raw, reading);
  return reading;
}

function understand(raw: string): UnitReading | null {
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

export type UnitLevel = 'same' | 'number' | 'different' | 'close_number' | 'kind';

/**
 * Numbers decide; a contradicting kind removes most of the likeness. A postal code and a number are
 * two ways of naming a unit, not a contradiction: the result is absent.
 */
export function compareUnits(one: UnitReading, other: UnitReading): UnitLevel | null {
  if (one.number === null || other.number === null) return null;
  if ((one.kind === 'code') !== (other.kind === 'code')) return null;
  const vague = one.kind === null || other.kind === null || isVague(one) || isVague(other);
  if (one.number === other.number) {
    return vague || one.kind === other.kind ? 'same' : 'number';
  }
  if (one.kind === 'code') return 'different';
  const apart = Math.abs(Number(one.number) - Number(other.number));
  if (apart === 1 && (vague || one.kind === other.kind)) return 'close_number';
  return !vague && one.kind === other.kind ? 'kind' : 'different';
}

function isVague({ kind }: UnitReading): boolean {
  return kind === 'brigade';
}
