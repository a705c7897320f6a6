import type { GivenReading } from '../reading/given-names.ts';
import {
  type Orthographies,
  type Orthography,
  orthographiesWithKey,
} from '../reading/orthography.ts';
import { skeletonOf } from '../reading/sound.ts';
import type { OtherReading, Word } from '../reading/words.ts';
import { IdTable } from './id-table.ts';
import { NumberList, type NumberPages, Room } from './number-list.ts';
import { Numbered } from './numbered.ts';
import { TextBlocks } from './text-blocks.ts';

const separator = '\u001f';
const within = '\u001e';

/** Caches of the words packed and read back most recently. */
const packedMax = 4_096;
const keptLength = 8_192;

/** Words as they are transferred to another thread. */
export interface WordPart {
  readonly texts: readonly Uint8Array[];
  readonly starts: NumberPages;
  readonly givens: readonly GivenReading[];
  readonly fathers: readonly (readonly number[])[];
}

/**
 * The words of a registry, each stored once, outside the heap: about forty bytes where an object
 * takes two hundred. The properties that comparisons need are read at once, the spelling only on
 * demand.
 */
export class WordStore {
  readonly #texts = new TextBlocks();
  /** Offsets of the sound and of the spelling: two per word. */
  readonly #starts = new NumberList();
  readonly #numbers = new IdTable((number) => this.#writtenOf(number));
  readonly #givens = new Interned<GivenReading>(({ rule, ids }) => `${rule} ${ids.join(' ')}`);
  readonly #fathers = new Interned<readonly number[]>((ids) => ids.join(' '));
  readonly #writtenOf = (number: number) => this.#written(number);
  readonly #packed = new Map<Word, number>();
  readonly #kept: (StoredWord | undefined)[] = new Array(keptLength);

  /** The number of a word; equal words have equal numbers; 0 means none. */
  numberOf(word: Word | null | undefined): number {
    if (!word) return 0;
    const known = this.#packed.get(word);
    if (known !== undefined) return known;
    const number = this.#pack(word);
    if (this.#packed.size >= packedMax) this.#packed.clear();
    this.#packed.set(word, number);
    return number;
  }

  /** The word with this number; null for 0. */
  at(number: number): Word | null {
    if (number === 0) return null;
    const place = number & (keptLength - 1);
    const kept = this.#kept[place];
    if (kept?.number === number) return kept;
    const read = this.#read(number);
    this.#kept[place] = read;
    return read;
  }

  transfer(): WordPart {
    return {
      texts: this.#texts.transfer(),
      starts: this.#starts.transfer(),
      givens: this.#givens.values,
      fathers: this.#fathers.values,
    };
  }

  /** Appends the words of another thread. Returns the number of each here, by its number there. */
  merge({ texts, starts, givens, fathers }: WordPart): Uint32Array {
    const theirs = new TextBlocks();
    theirs.merge(texts);
    const startOf = new NumberList(new Room(), starts);
    const givenAt = [0, ...givens.map((each) => this.#givens.numberOf(each))];
    const fathersAt = [0, ...fathers.map((each) => this.#fathers.numberOf(each))];
    const numbers = new Uint32Array(starts.length / 2 + 1);
    for (let number = 1; number < numbers.length; number += 1) {
      const written = theirs.at(startOf.at(2 * number - 1));
      const known = this.#numbers.numberOf(written);
      const heard = () => {
        const text = theirs.at(startOf.at(2 * number - 2));
        const given = givenAt[numberAt(text, 1)] ?? 0;
        const father = fathersAt[numberAt(text, 4)] ?? 0;
        return text.charAt(0) + letters(given) + letters(father) + text.slice(headLength);
      };
      numbers[number] = known >= 0 ? known : this.#keep(written, heard());
    }
    return numbers;
  }

  #pack(word: Word): number {
    // A father's given name is stored beside the same word as a given name.
    const as = (word.patronymic ? 'p' : '') + (word.given ? 'g' : '');
    const written = [word.raw, word.orthographies.key, as].join(separator);
    const known = this.#numbers.numberOf(written);
    if (known >= 0) return known;
    const heard = head(this.#givens.numberOf(word.given), this.#fathersOf(word), word) + tail(word);
    return this.#keep(written, heard);
  }

  #keep(written: string, heard: string): number {
    const number = this.#starts.length / 2 + 1;
    this.#starts.push(this.#texts.add(heard));
    this.#starts.push(this.#texts.add(written));
    this.#numbers.set(written, number);
    return number;
  }

  #read(number: number): StoredWord {
    const text = this.#texts.at(this.#starts.at(2 * number - 2));
    const given = this.#givens.at(numberAt(text, 1));
    const fathers = this.#fathers.at(numberAt(text, 4)) ?? noFathers;
    return new StoredWord(text, { given, fathers, number, writtenOf: this.#writtenOf });
  }

  #fathersOf({ fathers }: Word): number {
    return this.#fathers.numberOf(fathers.length > 0 ? fathers : null);
  }

  #written(number: number): string {
    return this.#texts.at(this.#starts.at(2 * number - 1));
  }
}

const noFathers: readonly number[] = [];
const noOthers: readonly OtherReading[] = [];

const [isInitial, isAbjad, isPatronymic, hasMore] = [1, 2, 4, 8];
const headLength = 7;

/**
 * All properties that are not text, in seven characters of seven bits: flags, then two numbers of
 * three characters each.
 */
function head(given: number, fathers: number, word: Word): string {
  const flags =
    (word.initial ? isInitial : 0) |
    (word.abjad ? isAbjad : 0) |
    (word.patronymic ? isPatronymic : 0) |
    (tail(word) === word.sound ? 0 : hasMore);
  return String.fromCharCode(flags) + letters(given) + letters(fathers);
}

/** A number below 2^21 in three characters. */
function letters(number: number): string {
  return String.fromCharCode(number & 127, (number >> 7) & 127, (number >> 14) & 127);
}

function numberAt(text: string, at: number): number {
  return text.charCodeAt(at) | (text.charCodeAt(at + 1) << 7) | (text.charCodeAt(at + 2) << 14);
}

/** The sound; if there is more than one, all of them. */
function tail({ sound, plain, bare, others }: Word): string {
  if (plain === sound && bare === '' && others.length === 0) return sound;
  const also = others
    .map(({ orthography, plain: other }) => orthography + within + other)
    .join(within);
  return [sound, plain, bare, also].join(separator);
}

function othersOf(text: string): readonly OtherReading[] {
  if (text === '') return noOthers;
  const cells = text.split(within);
  const others: OtherReading[] = [];
  for (let at = 0; at < cells.length; at += 2) {
    const plain = cells[at + 1] ?? '';
    others.push({ orthography: cells[at] as Orthography, plain, skeleton: skeletonOf(plain) }); // As it was packed.
  }
  return others;
}

/** Readings that many words share, by content. */
class Interned<T> {
  readonly #numbers = new Numbered<string>();
  readonly #values: (T | null)[] = [null];
  readonly #keyOf: (value: T) => string;

  constructor(keyOf: (value: T) => string) {
    this.#keyOf = keyOf;
  }

  numberOf(value: T | null): number {
    if (!value) return 0;
    const number = this.#numbers.numberOf(this.#keyOf(value));
    this.#values[number] ??= value;
    return number;
  }

  get values(): readonly T[] {
    return this.#values.slice(1) as T[]; // Only 0 is none.
  }

  at(number: number): T | null {
    return this.#values[number] ?? null;
  }
}

/** The properties that a stored word shares with others, and where its spelling is found. */
interface Around {
  readonly number: number;
  readonly given: GivenReading | null;
  readonly fathers: readonly number[];
  readonly writtenOf: (number: number) => string;
}

/** A word as it is read back; its spelling is read on demand. */
class StoredWord implements Word {
  readonly number: number;
  readonly sound: string;
  readonly plain: string;
  readonly bare: string;
  readonly others: readonly OtherReading[];
  readonly initial: boolean;
  readonly abjad: boolean;
  readonly patronymic: boolean;
  readonly given: GivenReading | null;
  readonly fathers: readonly number[];
  readonly #writtenOf: (number: number) => string;

  constructor(text: string, { number, given, fathers, writtenOf }: Around) {
    const flags = text.charCodeAt(0);
    const rest = text.slice(headLength);
    const [sound = '', plain = '', bare = '', others = ''] =
      (flags & hasMore) === 0 ? [rest, rest] : rest.split(separator);
    this.number = number;
    this.sound = sound;
    this.plain = plain;
    this.bare = bare;
    this.others = othersOf(others);
    this.initial = (flags & isInitial) !== 0;
    this.abjad = (flags & isAbjad) !== 0;
    this.patronymic = (flags & isPatronymic) !== 0;
    this.given = given;
    this.fathers = fathers;
    this.#writtenOf = writtenOf;
  }

  get raw(): string {
    return this.#writtenOf(this.number).split(separator)[0] ?? '';
  }

  get orthographies(): Orthographies {
    return orthographiesWithKey(this.#writtenOf(this.number).split(separator)[1] ?? '');
  }

  get skeleton(): string {
    return skeletonOf(this.plain);
  }
}
