const pageBits = 10;
const pageMask = 2 ** pageBits - 1;
const slabPagesMax = 1_024;

/**
 * Storage for many lists that grow and shrink: pages cut from large slabs and reused. Separate
 * arrays would leave holes in memory that nothing fits.
 */
export class Room {
  readonly #free: Uint32Array[] = [];
  #slabPages = 4;

  take(): Uint32Array {
    return this.#free.pop() ?? this.#cut();
  }

  giveBack(pages: readonly Uint32Array[]): void {
    for (const page of pages) this.#free.push(page);
  }

  #cut(): Uint32Array {
    const pages = this.#slabPages;
    const slab = new Uint32Array(pages << pageBits);
    this.#slabPages = Math.min(2 * pages, slabPagesMax);
    for (let at = pages - 1; at > 0; at -= 1) this.#free.push(pageOf(slab, at));
    return pageOf(slab, 0);
  }
}

function pageOf(slab: Uint32Array, at: number): Uint32Array {
  return slab.subarray(at << pageBits, (at + 1) << pageBits);
}

/** A list as it is transferred to another thread, with its pages. */
export interface NumberPages {
  readonly pages: readonly Uint32Array[];
  readonly length: number;
}

/** A list of integers below 2^32, four bytes each, outside the heap. Growing copies nothing. */
export class NumberList {
  readonly #room: Room;
  readonly #pages: Uint32Array[];
  #length: number;

  /** Starts empty, or with the pages that another thread transferred. */
  constructor(room = new Room(), { pages, length }: NumberPages = { pages: [], length: 0 }) {
    this.#room = room;
    this.#pages = [...pages];
    this.#length = length;
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length >> pageBits >= this.#pages.length) this.#pages.push(this.#room.take());
    const page = this.#pages[this.#length >> pageBits] as Uint32Array; // Allocated above.
    page[this.#length & pageMask] = value;
    this.#length += 1;
  }

  /** The value at an index below the length. */
  at(place: number): number {
    const page = this.#pages[place >> pageBits] as Uint32Array; // Below the length.
    return page[place & pageMask] as number;
  }

  transfer(): NumberPages {
    return { pages: this.#pages, length: this.#length };
  }

  /** Replaces all values. */
  refill(values: Uint32Array): void {
    const needed = (values.length + pageMask) >> pageBits;
    if (needed < this.#pages.length) this.#room.giveBack(this.#pages.splice(needed));
    while (this.#pages.length < needed) this.#pages.push(this.#room.take());
    this.#pages.forEach((page, at) => {
      page.set(values.subarray(at << pageBits, (at + 1) << pageBits));
    });
    this.#length = values.length;
  }
}
