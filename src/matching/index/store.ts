import type { Analysis, DateParts, Extras } from '../reading/analysis.ts';
import type { NameAnalysis } from '../reading/names.ts';
import { type PlaceReading, readPlace } from '../reading/places.ts';
import { readUnit, type UnitReading } from '../reading/units.ts';
import type { Word } from '../reading/words.ts';
import { NumberList, type NumberPages, Room } from './number-list.ts';
import { Numbered } from './numbered.ts';
import { compress, expand, idOf, type Quoted } from './shorthand.ts';
import { TextBlocks } from './text-blocks.ts';
import { type WordPart, WordStore } from './word-store.ts';

/** Columns of a packed record: one cache line each, with words and places by number. */
const columns = 11;
const [wordColumns, placeColumns, unitColumn] = [5, [6, 9], 7] as const;
const chunkBits = 14;
const chunkRows = 2 ** chunkBits;

type Rare = { readonly names: readonly NameAnalysis[]; readonly extras: Extras | null };

/** Records as they are transferred to another thread. */
export interface RecordPart {
  readonly chunks: readonly Int32Array[];
  readonly length: number;
  readonly words: WordPart;
  readonly places: readonly PlaceReading[];
  readonly units: readonly UnitReading[];
  readonly rare: ReadonlyMap<number, Rare>;
}

/** The analysis object that is reused for every record read back. */
type Scratch = { -readonly [K in keyof Analysis]: Analysis[K] };

/**
 * Analysed records in packed arrays: 44 bytes each, where objects would take a kilobyte. Words,
 * places and units are shared. Values that few records have are stored separately.
 */
export class RecordStore {
  readonly #chunks: Int32Array[] = [];
  readonly #words = new WordStore();
  readonly #places = new Numbered<PlaceReading>();
  readonly #units = new Numbered<UnitReading>();
  readonly #rare = new Map<number, Rare>();
  readonly #scratch = new ScratchAnalysis(this.#words);
  #length = 0;
  #added = 0;

  /** One more than the last number assigned. */
  get length(): number {
    return this.#length;
  }

  /** Number of records that were ever added. */
  get added(): number {
    return this.#added;
  }

  /** Stores an analysis and returns its number. */
  add(analysis: Analysis): number {
    const [name] = analysis.names;
    const number = this.#keep([
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
    ]);
    if (analysis.names.length > 1 || analysis.extras || (name?.surnames.length ?? 0) > 2) {
      this.#rare.set(number, { names: analysis.names, extras: analysis.extras });
    }
    return number;
  }

  transfer(): RecordPart {
    return {
      chunks: this.#chunks,
      length: this.#length,
      words: this.#words.transfer(),
      places: this.#places.values,
      units: this.#units.values,
      rare: this.#rare,
    };
  }

  /**
   * Appends the records of another thread, in the arrays that hold them. Returns the number of the
   * first. Numbers in between are unused.
   */
  merge({ chunks, length, words, places, units, rare }: RecordPart): number {
    const first = this.#chunks.length * chunkRows;
    const wordAt = this.#words.merge(words);
    // Readings are shared: a value read in another thread is read again here.
    const placeAt = [0, ...places.map((each) => this.#places.numberOf(readPlace(each.raw)))];
    const unitAt = [0, ...units.map((each) => this.#units.numberOf(readUnit(each.raw)))];
    for (let number = 0; number < length; number += 1) {
      const chunk = chunks[number >> chunkBits] as Int32Array; // One entry for every number below the length.
      const from = (number & (chunkRows - 1)) * columns;
      const row = chunk.subarray(from, from + columns);
      for (let at = 0; at < wordColumns; at += 1) row[at] = wordAt[cell(row, at)] ?? 0;
      for (const at of placeColumns) row[at] = placeAt[cell(row, at)] ?? 0;
      row[unitColumn] = unitAt[cell(row, unitColumn)] ?? 0;
    }
    this.#chunks.push(...chunks);
    this.#length = first + length;
    this.#added += length;
    for (const [number, each] of rare) this.#rare.set(first + number, each);
    return first;
  }

  /**
   * Drops the separately stored values of a removed record. Its row remains until the next rebuild.
   */
  forget(number: number): void {
    this.#rare.delete(number);
  }

  /** The analysis of a record, valid until the next one is read: the object is reused. */
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

  #keep(row: ArrayLike<number>): number {
    const number = this.#length;
    this.#length += 1;
    this.#added += 1;
    if (number >> chunkBits >= this.#chunks.length) {
      this.#chunks.push(new Int32Array(chunkRows * columns));
    }
    this.#chunkOf(number).set(row, (number & (chunkRows - 1)) * columns);
    return number;
  }

  #chunkOf(number: number): Int32Array {
    return this.#chunks[number >> chunkBits] as Int32Array; // Created when the number was assigned.
  }
}

/** A cell of a row; every index that callers use is within it. */
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

/** A name whose words are read on demand: most pairs are decided before their surnames. */
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

/** Texts as they are transferred to another thread. */
export interface TextPart {
  readonly texts: readonly Uint8Array[];
  readonly starts: NumberPages;
}

/** Ids and quoted words of records, outside the heap and in shorthand. */
export class Texts {
  readonly #texts = new TextBlocks();
  readonly #starts = new NumberList();

  add(id: string, quoted: Quoted, analysis: Analysis): void {
    this.#starts.push(this.#texts.add(compress(id, quoted, analysis)));
  }

  transfer(): TextPart {
    return { texts: this.#texts.transfer(), starts: this.#starts.transfer() };
  }

  /** Appends the texts of another thread; the first belongs to the record with this number. */
  merge({ texts, starts }: TextPart, first: number): void {
    while (this.#starts.length < first) this.#starts.push(0); // Unused.
    const moved = this.#texts.merge(texts);
    const theirs = new NumberList(new Room(), starts);
    for (let at = 0; at < theirs.length; at += 1) this.#starts.push(theirs.at(at) + moved);
  }

  id(number: number): string {
    return idOf(this.#text(number));
  }

  /** The quoted words of a record, decoded with its reading. */
  quoted(number: number, analysis: Analysis): Quoted {
    return expand(this.#text(number), analysis);
  }

  #text(number: number): string {
    return this.#texts.at(this.#starts.at(number));
  }
}
