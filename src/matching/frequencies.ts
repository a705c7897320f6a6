import type { Analysis } from './analysis.ts';
import type { Commonness } from './compare.ts';
import type { PlaceReading } from './places.ts';
import type { Word } from './words.ts';

/** Counts of names, places and units in one registry: agreement on what is rare says more. */
export class Frequencies implements Commonness {
  readonly #sounds = new Map<string, number>();
  readonly #skeletons = new Map<string, number>();
  readonly #givens = new Map<string, number>();
  readonly #places = new Map<string, number>();
  readonly #units = new Map<string, number>();
  #size = 0;

  add({ names: [name], birthplace, lostPlace, unit }: Analysis): void {
    this.#size += 1;
    const [surname] = name?.surnames ?? [];
    if (surname) {
      count(this.#sounds, surname.plain);
      count(this.#skeletons, surname.skeleton);
    }
    if (name?.given && !name.given.initial) count(this.#givens, givenKey(name.given));
    if (birthplace) count(this.#places, placeKey(birthplace));
    if (lostPlace) count(this.#places, placeKey(lostPlace));
    if (unit?.number) count(this.#units, unit.number);
  }

  surname(word: Word, level: 'sound' | 'skeleton'): number {
    const counted =
      level === 'sound' ? this.#sounds.get(word.plain) : this.#skeletons.get(word.skeleton);
    return this.#share(counted);
  }

  given(word: Word): number {
    return this.#share(this.#givens.get(givenKey(word)));
  }

  place(place: PlaceReading): number {
    return this.#share(this.#places.get(placeKey(place)));
  }

  unit(number: string): number {
    return this.#share(this.#units.get(number));
  }

  /** One more than was counted of one more than there are: nothing is infinitely rare. */
  #share(counted: number | undefined): number {
    return ((counted ?? 0) + 1) / (this.#size + 1);
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function givenKey(word: Word): string {
  return word.given ? String(word.given.ids[0]) : word.sound;
}

function placeKey(place: PlaceReading): string {
  return place.id === null ? place.sound : String(place.id);
}
