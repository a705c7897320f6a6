import type { Analysis } from './analysis.ts';
import type { Commonness } from './compare.ts';
import type { PlaceReading } from './places.ts';
import type { Word } from './words.ts';

/** Counts of names, places and units in one registry: agreement on what is rare says more. */
export class Frequencies implements Commonness {
  readonly #sounds = new Counts<Word>((word) => word.plain);
  readonly #skeletons = new Counts<Word>((word) => word.skeleton);
  readonly #givens = new Counts<Word>(givenKey);
  readonly #places = new Counts<PlaceReading>(placeKey);
  readonly #units = new Counts<{ readonly number: string | null }>(({ number }) => number ?? '');
  #size = 0;

  add({ names: [name], birthplace, lostPlace, unit }: Analysis): void {
    this.#size += 1;
    const [surname] = name?.surnames ?? [];
    if (surname) {
      this.#sounds.add(surname);
      this.#skeletons.add(surname);
    }
    if (name?.given && !name.given.initial) this.#givens.add(name.given);
    if (birthplace) this.#places.add(birthplace);
    if (lostPlace) this.#places.add(lostPlace);
    if (unit?.number) this.#units.add(unit);
  }

  surname(word: Word, level: 'sound' | 'skeleton'): number {
    return this.#share(level === 'sound' ? this.#sounds.of(word) : this.#skeletons.of(word));
  }

  given(word: Word): number {
    return this.#share(this.#givens.of(word));
  }

  place(place: PlaceReading): number {
    return this.#share(this.#places.of(place));
  }

  unit(unit: { readonly number: string | null }): number {
    return this.#share(this.#units.of(unit));
  }

  /** One more than was counted of one more than there are: nothing is infinitely rare. */
  #share(counted: number): number {
    return (counted + 1) / (this.#size + 1);
  }
}

/** How often each key came. */
class Counts<T> {
  readonly #counts = new Map<string, number>();
  readonly #keyOf: (value: T) => string;

  constructor(keyOf: (value: T) => string) {
    this.#keyOf = keyOf;
  }

  add(value: T): void {
    const key = this.#keyOf(value);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  of(value: T): number {
    return this.#counts.get(this.#keyOf(value)) ?? 0;
  }
}

function givenKey(word: Word): string {
  return word.given ? String(word.given.ids[0]) : word.sound;
}

function placeKey(place: PlaceReading): string {
  return place.id === null ? place.sound : String(place.id);
}
