import type { Analysis, DateParts, Extras } from './analysis.ts';
import type { NameAnalysis } from './names.ts';
import { NumberList } from './number-list.ts';
import { Numbered } from './numbered.ts';
import type { PlaceReading } from './places.ts';
import { TextBlocks } from './text-blocks.ts';
import type { UnitReading } from './units.ts';
import { WordStore } from './word-store.ts';
import type { Word } from './words.ts';

/** Columns of a packed record: one cache line each, words and places by their number. */
const columns = 11;
const chunkBits = 14;
const chunkRows = 2 ** chunkBits;

type Rare = { readonly names: readonly NameAnalysis[]; readonly extras: Extras | null };

/** What an analysis looks like while it is read back: the same object for every record. */
type Scratch = { -readonly [K in keyof Analysis]: Analysis[K] };

/**
 * Understood records in packed arrays: 44 bytes each instead of the kilobyte that objects would
 * take. Words, places and units are shared; what few records have lies beside.
 */
export class RecordStore {
  readonly #chunks: Int32Array[] = [];
  readonly #words = new WordStore();
  readonly #places = new Numbered<PlaceReading>();
  readonly #units = new Numbered<UnitReading>();
  readonly #rare = new Map<number, Rare>();
  readonly #scratch = new ScratchAnalysis(this.#words);
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
    const scratch = this.#scratch;
    scratch.name.set(row, at);
    scratch.setBirth(cell(row, at + 5));
    scratch.birthplace = this.#places.at(cell(row, at + 6));
    scratch.unit = this.#units.at(cell(row, at + 7));
    scratch.setLost(cell(row, at + 8), cell(row, at + 10));
    scratch.lostPlace = this.#places.at(cell(row, at + 9));
    scratch.setSmall(cell(row, at + 10));
    const rare = this.#rare.size > 0 ? this.#rare.get(number) : undefined;
    scratch.names = rare ? rare.names : scratch.single;
    scratch.extras = rare?.extras ?? null;
    return scratch;
  }

  #chunkOf(number: number): Int32Array {
    return this.#chunks[number >> chunkBits] as Int32Array; // Made when the number was given.
  }
}

/** A cell of a row: every place asked for is within it. */
function cell(row: Int32Array, at: number): number {
  return row[at] as number;
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

/** A name whose words are read when they are asked for: most pairs are settled before their surnames. */
class ScratchName implements NameAnalysis {
  readonly rule = 'stored';
  readonly #words: WordStore;
  readonly #surnames: Word[] = [];
  #row: Int32Array = new Int32Array(columns);
  #at = 0;
  #read = false;

  constructor(words: WordStore) {
    this.#words = words;
  }

  set(row: Int32Array, at: number): void {
    this.#row = row;
    this.#at = at;
    this.#read = false;
  }

  get surnames(): readonly Word[] {
    if (this.#read) return this.#surnames;
    this.#read = true;
    this.#surnames.length = 0;
    for (let column = 0; column < 2; column += 1) {
      const word = this.#word(column);
      if (word) this.#surnames.push(word);
    }
    return this.#surnames;
  }

  get given(): Word | null {
    return this.#word(2);
  }

  get patronymic(): Word | null {
    return this.#word(3);
  }

  get alternative(): Word | null {
    return this.#word(4);
  }

  #word(column: number): Word | null {
    return this.#words.at(cell(this.#row, this.#at + column));
  }
}

class ScratchAnalysis implements Scratch {
  readonly name: ScratchName;
  readonly single: readonly NameAnalysis[];
  names: readonly NameAnalysis[];
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

  constructor(words: WordStore) {
    this.name = new ScratchName(words);
    this.single = [this.name];
    this.names = this.single;
  }

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

const separator = '\u001f';

/** Ids and quoted words of records, outside the heap. */
export class Texts {
  readonly #texts = new TextBlocks();
  readonly #starts = new NumberList();

  add(id: string, { name, birth, lost, rank }: Quoted): void {
    this.#starts.push(this.#texts.add([id, name, birth, lost, rank].join(separator)));
  }

  id(number: number): string {
    const text = this.#text(number);
    return text.slice(0, text.indexOf(separator));
  }

  quoted(number: number): Quoted {
    const [, name = '', birth = '', lost = '', rank = ''] = this.#text(number).split(separator);
    return { name, birth, lost, rank };
  }

  #text(number: number): string {
    return this.#texts.at(this.#starts.at(number));
  }
}
