import { likeness } from './likeness.ts';
import { wordsOf } from './script.ts';
import { soundOf } from './sound.ts';
import { placesTable } from './tables.generated.ts';

/** A place as a list writes it, normalised across renamings and spellings. */
export interface PlaceReading {
  readonly raw: string;
  readonly sound: string;
  /** Number of the place in our table, under any of its names; null if it is not there. */
  readonly id: number | null;
  /** Every place that has or had this name, largest first. */
  readonly ids: readonly number[];
  readonly rule: 'table' | 'sound';
}

const kinds = new Set(
  'м місто г гор город с село смт пгт пос поселок селище обл область район р-н р н city town village of oblast'.split(
    ' ',
  ),
);
/**
 * Several places may share a name: Свердловськ in the Luhansk region and Свердловск in the Urals.
 */
const byPlaceSound = new Map<string, number[]>();
const mainNames: string[] = [];
for (const line of placesTable.split('\n')) {
  if (line === '' || line.startsWith('#')) continue;
  const names = line.split(',');
  const id = mainNames.length;
  mainNames.push(names[0] ?? '');
  for (const name of names) {
    const sound = placeSound(name);
    const known = byPlaceSound.get(sound);
    if (!known) byPlaceSound.set(sound, [id]);
    else if (!known.includes(id)) known.push(id);
  }
}

const readings = new Map<string, PlaceReading | null>();
const readingsMax = 200_000;

/**
 * Reads a place: of several parts between commas, the first that is a known town, otherwise the
 * first.
 */
export function readPlace(raw: string | undefined): PlaceReading | null {
  if (!raw) return null;
  const known = readings.get(raw);
  if (known !== undefined) return known;
  const reading = reads(raw);
  if (readings.size >= readingsMax) readings.clear();
  readings.set(raw, reading);
  return reading;
}

const nowhere: readonly number[] = [];
/** Oblasts and districts, which lists write before or after the town. */
const around =
  /(?:^|[\s.])(?:обл|область|області|області|области|р-н|район|району|края|край|oblast|region|raion|district)(?:[\s.]|$)/iu;
const partsMax = 6;

function reads(raw: string): PlaceReading | null {
  const parts = raw.split(/[,;(/]/u).slice(0, partsMax);
  const sounds = parts.filter((part) => !around.test(part)).map(placeSound);
  const town = sounds.find((sound) => byPlaceSound.has(sound));
  const sound = town ?? sounds.find((each) => each !== '') ?? placeSound(raw);
  if (sound === '') return null;
  const ids = byPlaceSound.get(sound) ?? nowhere;
  const id = ids[0] ?? null;
  return { raw, sound, id, ids, rule: ruleOf(id) };
}

/** The present name of the place, or its own words if the table is not certain. */
export function placeName({ ids, raw }: PlaceReading): string {
  const known = ids.length === 1 ? mainNames[ids[0] ?? 0] : undefined;
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

/** Likeness of sounds from which two places may be one, misspelt. */
const nearFrom = 0.74;

export type PlaceLevel = 'same' | 'near' | 'different';

export function comparePlaces(one: PlaceReading, other: PlaceReading): PlaceLevel {
  if (one.sound === other.sound || one.ids.some((id) => other.ids.includes(id))) return 'same';
  const like = likeness(one.sound, other.sound, nearFrom);
  // Two towns of the table, such as Миколаїв and Миколаївка, are different however alike they
  // sound.
  if (like >= 0.86) return one.id === null || other.id === null ? 'same' : 'near';
  return like >= nearFrom ? 'near' : 'different';
}
