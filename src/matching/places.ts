import { likeness } from './likeness.ts';
import { wordsOf } from './script.ts';
import { soundOf } from './sound.ts';
import { placesTable } from './tables.generated.ts';

/** A place as a list writes it, brought to what renamings and spellings leave the same. */
export interface PlaceReading {
  readonly raw: string;
  readonly sound: string;
  /** Number of the place in our table, whatever it was called then; null when not in it. */
  readonly id: number | null;
  readonly rule: 'table' | 'sound';
}

const kinds = new Set(
  'м місто г гор город с село смт пгт пос поселок селище обл область район р-н р н city town village of oblast'.split(
    ' ',
  ),
);
const byPlaceSound = new Map<string, number>();
const mainNames = new Map<number, string>();
placesTable.split('\n').forEach((line, id) => {
  if (line === '' || line.startsWith('#')) return;
  mainNames.set(id, mainName(line));
  for (const name of splitNames(line)) {
    const sound = placeSound(name);
    if (sound !== '' && !byPlaceSound.has(sound)) byPlaceSound.set(sound, id);
  }
});

/** Two-word names are written in pairs: a small first word or an adjective belongs to the next. */
function splitNames(line: string): readonly string[] {
  const words = line.split(' ');
  const names = [...words];
  for (let at = 0; at + 1 < words.length; at += 1) names.push(`${words[at]} ${words[at + 1]}`);
  return names.filter((name) => !isHalf(name) || name === 'Лиман');
}

/** The name that stands first in a line, both words of it where it has two. */
function mainName(line: string): string {
  const [first = '', second = ''] = line.split(' ');
  return isHalf(first) && first !== 'Лиман' ? `${first} ${second}` : first;
}

function isHalf(name: string): boolean {
  return /^(?:Красний|Красный|Горішні|Горишние|Плавні|Плавные|Жовті|Желтые|Води|Воды|Кривий|Кривой|Ріг|Рог|Біла|Белая|Церква|Церковь|Нижній|Нижний|Луч|Лиман)$/u.test(
    name,
  );
}

const readings = new Map<string, PlaceReading | null>();
const readingsMax = 200_000;

/** Reads a place; the first place named counts when a list writes several with commas. */
export function readPlace(raw: string | undefined): PlaceReading | null {
  if (!raw) return null;
  const known = readings.get(raw);
  if (known !== undefined) return known;
  const sound = placeSound(raw.split(/[,;(/]/u)[0] ?? '') || placeSound(raw);
  const id = byPlaceSound.get(sound) ?? null;
  const reading = sound === '' ? null : { raw, sound, id, rule: ruleOf(id) };
  if (readings.size >= readingsMax) readings.clear();
  readings.set(raw, reading);
  return reading;
}

/** What the place is called now, or its own words where the table does not know it. */
export function placeName({ id, raw }: PlaceReading): string {
  const known = id === null ? undefined : mainNames.get(id);
  if (known) return known;
  return wordsOf(raw)
    .filter((word) => !kinds.has(word))
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}

function ruleOf(id: number | null): PlaceReading['rule'] {
  return id === null ? 'sound' : 'table';
}

function placeSound(text: string): string {
  return wordsOf(text)
    .filter((word) => !kinds.has(word))
    .map((word) => soundOf(word))
    .join('')
    .slice(0, 30);
}

/** Likeness of sounds from which two places may be one, written badly. */
const nearFrom = 0.74;

export type PlaceLevel = 'same' | 'near' | 'different';

export function comparePlaces(one: PlaceReading, other: PlaceReading): PlaceLevel {
  if (one.id !== null && one.id === other.id) return 'same';
  if (one.sound === other.sound) return 'same';
  const like = likeness(one.sound, other.sound, nearFrom);
  if (like >= 0.86) return 'same';
  return like >= nearFrom ? 'near' : 'different';
}
