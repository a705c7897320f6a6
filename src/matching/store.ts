import type { Analysis, DateParts, Extras } from './analysis.ts';
import type { NameAnalysis } from './names.ts';
import type { PlaceReading } from './places.ts';
import type { UnitReading } from './units.ts';
import type { Word } from './words.ts';

/** Columns of a packed record: one cache line each, words and places by their number. */
const columns = 11;
const chunkBits = 14;
const chunkRows = 2 ** chunkBits;

/** Distinct values and their numbers; 0 is none. */
class Numbered<T> {
  readonly #values: (T | null)[] = [null];
  readonly #numbers = new Map<T, number>();

  numberOf(value: T | null | undefined): number {
    if (!value) return 0;
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    this.#values.push(value);
    this.#numbers.set(value, this.#values.length - 1);
    return this.#values.length - 1;
  }

  at(number: number): T | null {
    return this.#values[number] ?? null;
  }
}

type Rare = { readonly names: readonly NameAnalysis[]; readonly extras: Extras | null };

/** What an analysis looks like while it is read back: the same object for every record. */
type Scratch = { -readonly [K in keyof Analysis]: Analysis[K] };

/**
 * Understood records in packed arrays: 44 bytes each instead of the kilobyte that objects would
 * take. Words, places and units are shared; what few records have lies beside.
 */
export class RecordStore {
  readonly #chunks: Int32Array[] = [];
  readonly #words = new Numbered<Word>();
  readonly #places = new Numbered<PlaceReading>();
  readonly #units = new Numbered<UnitReading>();
  readonly #rare = new Map<number, Rare>();
  readonly #scratch = new ScratchAnalysis();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Stores an analysis; answers its number. */
  add(analysis: Analysis): number {
    const number = this.#length;
    this.#length += 1;
    if (number >> chunkBits >= this.#chunks.length) {
      this.#chunks.push(new Int32Array(chunkRows * columns));
    }
    const [name] = analysis.names;
    const at = (number & (chunkRows - 1)) * columns;
    this.#chunkOf(number).set(
      [
        this.#words.numberOf(name?.surnames[0]),
        this.#words.numberOf(name?.surnames[1]),
        this.#words.numberOf(name?.given),
        this.#words.numberOf(name?.patronymic),
        this.#words.numberOf(name?.alternative),
        packDate(analysis.birth),
        this.#places.numberOf(analysis.birthplace),
        this.#units.numberOf(analysis.unit),
        analysis.lost ? analysis.lost.day : noDay,
        this.#places.numberOf(analysis.lostPlace),
        packSmall(analysis),
      ],
      at,
    );
    if (analysis.names.length > 1 || analysis.extras || (name?.surnames.length ?? 0) > 2) {
      this.#rare.set(number, { names: analysis.names, extras: analysis.extras });
    }
    return number;
  }

  /** Lets go of what lies beside a record that is gone; its row stays until the next rebuild. */
  forget(number: number): void {
    this.#rare.delete(number);
  }

  /** The analysis of a record, valid until the next is read: nothing is made anew. */
  read(number: number): Analysis {
    const row = this.#chunkOf(number);
    const at = (number & (chunkRows - 1)) * columns;
    const cell = (column: number) => row[at + column] as number; // Within the row.
    const scratch = this.#scratch;
    const name = scratch.name;
    name.surnames.length = 0;
    for (let column = 0; column < 2; column += 1) {
      const word = this.#words.at(cell(column));
      if (word) name.surnames.push(word);
    }
    name.given = this.#words.at(cell(2));
    name.patronymic = this.#words.at(cell(3));
    name.alternative = this.#words.at(cell(4));
    scratch.setBirth(cell(5));
    scratch.birthplace = this.#places.at(cell(6));
    scratch.unit = this.#units.at(cell(7));
    scratch.setLost(cell(8), cell(10));
    scratch.lostPlace = this.#places.at(cell(9));
    scratch.setSmall(cell(10));
    const rare = this.#rare.size > 0 ? this.#rare.get(number) : undefined;
    scratch.names = rare ? rare.names : scratch.single;
    scratch.extras = rare?.extras ?? null;
    return scratch;
  }

  #chunkOf(number: number): Int32Array {
    return this.#chunks[number >> chunkBits] as Int32Array; // Made when the number was given.
  }
}

const noDay = -(2 ** 31);

function packDate(date: DateParts | null): number {
  return date ? date.year * 512 + date.month * 32 + date.day : 0;
}

/** Sex, kind of loss and rank share one number. */
function packSmall({ sex, lost, rank }: Analysis): number {
  const sexBits = sex === 'm' ? 1 : sex === 'f' ? 2 : 0;
  return sexBits + (lost?.kind === 'captured' ? 4 : 0) + ((rank ?? 0) << 3);
}

class ScratchAnalysis implements Scratch {
  readonly name = {
    surnames: [] as Word[],
    given: null as Word | null,
    patronymic: null as Word | null,
    alternative: null as Word | null,
    rule: 'stored',
  };
  readonly single: readonly NameAnalysis[] = [this.name];
  names: readonly NameAnalysis[] = this.single;
  birth: DateParts | null = null;
  sex: Analysis['sex'] = null;
  birthplace: PlaceReading | null = null;
  unit: UnitReading | null = null;
  rank: number | null = null;
  lost: Analysis['lost'] = null;
  lostPlace: PlaceReading | null = null;
  extras: Extras | null = null;
  readonly #birth = { year: 0, month: 0, day: 0 };
  readonly #lost = { day: 0, kind: 'contact' as 'captured' | 'contact' };

  setBirth(packed: number): void {
    this.birth = packed === 0 ? null : this.#birth;
    this.#birth.year = packed >> 9;
    this.#birth.month = (packed >> 5) & 15;
    this.#birth.day = packed & 31;
  }

  setLost(day: number, small: number): void {
    this.lost = day === noDay ? null : this.#lost;
    this.#lost.day = day;
    this.#lost.kind = (small & 4) === 0 ? 'contact' : 'captured';
  }

  setSmall(small: number): void {
    this.sex = (small & 3) === 1 ? 'm' : (small & 3) === 2 ? 'f' : null;
    this.rank = small >> 3 || null;
  }
}

/** What an explanation quotes of a record, as its source wrote it. */
export interface Quoted {
  readonly name: string;
  readonly birth: string;
  readonly lost: string;
  readonly rank: string;
}

const blockBytes = 2 ** 22;
const separator = '\u001f';

/** Ids and quoted words of records, in blocks of bytes outside the heap. */
export class Texts {
  readonly #blocks: Buffer[] = [];
  readonly #starts: number[] = [];
  #used = blockBytes;

  add(id: string, { name, birth, lost, rank }: Quoted): void {
    const text = `${id}${separator}${name}${separator}${birth}${separator}${lost}${separator}${rank}`;
    const bytes = Buffer.byteLength(text);
    if (this.#used + bytes + 4 > blockBytes) {
      this.#blocks.push(Buffer.allocUnsafeSlow(Math.max(blockBytes, bytes + 4)));
      this.#used = 0;
    }
    const block = this.#blocks.at(-1) as Buffer; // Pushed above, at the latest.
    block.writeUInt32LE(bytes, this.#used);
    block.write(text, this.#used + 4);
    this.#starts.push((this.#blocks.length - 1) * blockBytes + this.#used);
    this.#used += bytes + 4;
  }

  id(number: number): string {
    return this.#cells(number)[0] ?? '';
  }

  quoted(number: number): Quoted {
    const [, name = '', birth = '', lost = '', rank = ''] = this.#cells(number);
    return { name, birth, lost, rank };
  }

  #cells(number: number): readonly string[] {
    const start = this.#starts[number] ?? 0;
    const block = this.#blocks[Math.floor(start / blockBytes)];
    const from = start % blockBytes;
    if (!block) return [];
    return block.toString('utf8', from + 4, from + 4 + block.readUInt32LE(from)).split(separator);
  }
}
