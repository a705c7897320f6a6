import { hashOf, mix } from '../proposing/hash.ts';

const noNumber = 0xffff_ffff;
const goneNumber = 0xffff_fffe;
/** Share of the table in use at which it grows. */
const fullest = 0.75;

/**
 * Maps a record id to its number without storing the ids again. It is an open-addressing hash table
 * with five bytes per slot; the owner of the ids confirms each one.
 */
export class IdTable {
  #slots = new Uint32Array(1_024).fill(noNumber);
  /** Eight bits of the hash of the id in each slot, so that other ids are rarely compared. */
  #tags = new Uint8Array(1_024);
  #used = 0;
  #size = 0;
  #present = new Uint8Array(1_024);
  readonly #idOf: (number: number) => string;

  constructor(idOf: (number: number) => string) {
    this.#idOf = idOf;
  }

  /** Number of ids in the table. */
  get size(): number {
    return this.#size;
  }

  has(number: number): boolean {
    return this.#present[number] === 1;
  }

  /** Inserts a new id. An existing id must be deleted first. */
  set(id: string, number: number): void {
    if (this.#used + 1 > this.#slots.length * fullest) this.#grow();
    this.#put(hashed(id), number);
    this.#size += 1;
    if (number >= this.#present.length) {
      const grown = new Uint8Array(Math.max(number + 1, this.#present.length * 2));
      grown.set(this.#present);
      this.#present = grown;
    }
    this.#present[number] = 1;
  }

  /** The number of an id, or -1. */
  numberOf(id: string): number {
    const at = this.#placeOf(id);
    return at < 0 ? -1 : (this.#slots[at] ?? -1);
  }

  /** Removes the id. Returns the number that it had, or -1. */
  delete(id: string): number {
    const at = this.#placeOf(id);
    if (at < 0) return -1;
    const number = this.#slots[at] ?? -1;
    this.#slots[at] = goneNumber;
    this.#present[number] = 0;
    this.#size -= 1;
    return number;
  }

  #placeOf(id: string): number {
    const mask = this.#slots.length - 1;
    const hash = hashed(id);
    for (let at = hash & mask; this.#slots[at] !== noNumber; at = (at + 1) & mask) {
      const number = this.#slots[at] as number; // Within the table.
      if (number === goneNumber || this.#tags[at] !== hash >>> tagShift) continue;
      if (this.#idOf(number) === id) return at;
    }
    return -1;
  }

  #put(hash: number, number: number): void {
    const mask = this.#slots.length - 1;
    let at = hash & mask;
    while (this.#slots[at] !== noNumber) at = (at + 1) & mask;
    this.#slots[at] = number;
    this.#tags[at] = hash >>> tagShift;
    this.#used += 1;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Uint32Array(before.length * 2).fill(noNumber);
    this.#tags = new Uint8Array(before.length * 2);
    this.#used = 0;
    for (const number of before) {
      if (number !== noNumber && number !== goneNumber)
        this.#put(hashed(this.#idOf(number)), number);
    }
  }
}

const tagShift = 24;

/** The lower bits give the first slot to search; the upper bits are the tag. */
function hashed(id: string): number {
  return mix(hashOf(id), 0);
}
