import type { Commonness } from '../comparing/compare.ts';
import type { Analysis } from '../reading/analysis.ts';
import type { PlaceReading } from '../reading/places.ts';
import type { Word } from '../reading/words.ts';
import { Counts, type CountTable } from './counts.ts';

/** What is counted: surnames by sound and by skeleton, given names, places, numbers of units. */
export const countedKinds = ['sound', 'skeleton', 'given', 'place', 'unit'] as const;
export type CountedKind = (typeof countedKinds)[number];
type Put = (kind: CountedKind, value: string) => void;

/** Passes on every value of a record that is counted. */
export function eachCounted({ names: [name], birthplace, lostPlace, unit }: Analysis, put: Put) {
  const [surname] = name?.surnames ?? [];
  if (surname) {
    put('sound', surname.plain);
    put('skeleton', surname.skeleton);
  }
  if (name?.given && !name.given.initial) put('given', givenKey(name.given));
  if (birthplace) put('place', placeKey(birthplace));
  if (lostPlace) put('place', placeKey(lostPlace));
  if (unit?.number) put('unit', unit.number);
}

/** Passes on every value whose frequency may be needed when records are compared with this one. */
export function eachAsked({ names, birthplace, lostPlace, unit }: Analysis, put: Put): void {
  for (const { surnames, alternative, given } of names) {
    for (const word of alternative ? [...surnames, alternative] : surnames) {
      put('sound', word.plain);
      put('skeleton', word.skeleton);
    }
    if (given) put('given', givenKey(given));
  }
  if (birthplace) put('place', placeKey(birthplace));
  if (lostPlace) put('place', placeKey(lostPlace));
  if (unit) put('unit', unit.number ?? '');
}

/** Counts of another thread's records, one table for each kind, in order. */
export interface CountedPart {
  readonly size: number;
  readonly counts: readonly CountTable[];
}

/** Counts of names, places and units in one registry: agreement on a rare value weighs more. */
export class Frequencies implements Commonness {
  readonly #counts = Object.fromEntries(
    countedKinds.map((kind) => [kind, new Counts()]),
  ) as Readonly<Record<CountedKind, Counts>>; // Counts for each kind.
  #size: number;

  /** Starts empty, or for a registry of `size` records whose counts are given to `set`. */
  constructor(size = 0) {
    this.#size = size;
  }

  add(analysis: Analysis): void {
    this.#size += 1;
    eachCounted(analysis, (kind, value) => this.#counts[kind].add(value));
  }

  transfer(): CountedPart {
    const counts = countedKinds.map((kind) => this.#counts[kind].transfer());
    return { size: this.#size, counts };
  }

  /** Adds the counts that another thread made of other records. */
  merge({ size, counts }: CountedPart): void {
    this.#size += size;
    countedKinds.forEach((kind, at) => {
      const table = counts[at];
      if (table) this.#counts[kind].merge(table);
    });
  }

  set(kind: CountedKind, value: string, count: number): void {
    this.#counts[kind].set(value, count);
  }

  surname(word: Word, level: 'sound' | 'skeleton'): number {
    return this.#share(level, level === 'sound' ? word.plain : word.skeleton);
  }

  given(word: Word): number {
    return this.#share('given', givenKey(word));
  }

  place(place: PlaceReading): number {
    return this.#share('place', placeKey(place));
  }

  unit(unit: { readonly number: string | null }): number {
    return this.#share('unit', unit.number ?? '');
  }

  /**
   * One more than the count, of one more than the size: nothing is infinitely rare. Behind the
   * registry there are records of other names: a surname that one of forty people on a list has is
   * not common for that reason.
   */
  #share(kind: CountedKind, value: string): number {
    return (this.#counts[kind].get(value) + 1) / (this.#size + 1 + behind[kind]);
  }
}

/**
 * Records assumed to exist behind every registry: surnames vary more than given names and places.
 */
const behind: Readonly<Record<CountedKind, number>> = {
  sound: 1_000,
  skeleton: 300,
  given: 100,
  place: 300,
  unit: 300,
};

function givenKey(word: Word): string {
  return word.given ? String(word.given.ids[0]) : word.sound;
}

function placeKey(place: PlaceReading): string {
  return place.id === null ? place.sound : String(place.id);
}
