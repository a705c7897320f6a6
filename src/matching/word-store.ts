import type { GivenReading } from './given-names.ts';
import { type Hand, type Hands, handsWithKey } from './hands.ts';
import { IdTable } from './id-table.ts';
import { NumberList } from './number-list.ts';
import { Numbered } from './numbered.ts';
import { skeletonOf } from './sound.ts';
import { TextBlocks } from './text-blocks.ts';
import type { OtherReading, Word } from './words.ts';

const separator = '\u001f';
const within = '\u001e';

/** Words packed lately and words read back lately are kept at hand. */
const packedMax = 16_384;
const keptLength = 8_192;

/**
 * Words of a registry, each once, outside the heap: some forty bytes where an object takes two
 * hundred. What comparing asks of a word is read back at once, how it was written only when asked.
 */
export class WordStore {
  readonly #texts = new TextBlocks();
  /** Where what a word sounds like starts, and where how it is written: two places a word. */
  readonly #starts = new NumberList();
  readonly #numbers = new IdTable((number) => this.#written(number));
  readonly #givens = new Interned<GivenReading>(({ rule, ids }) => `${rule} ${ids.join(' ')}`);
  readonly #fathers = new Interned<readonly number[]>((ids) => ids.join(' '));
  readonly #packed = new Map<Word, number>();
  readonly #kept: (StoredWord | undefined)[] = new Array(keptLength);

  /** The number of a word, the same for the same word; 0 is none. */
  numberOf(word: Word | null | undefined): number {
    if (!word) return 0;
    const known = this.#packed.get(word);
    if (known !== undefined) return known;
    const number = this.#pack(word);
    if (this.#packed.size >= packedMax) this.#packed.clear();
    this.#packed.set(word, number);
    return number;
  }

  /** The word with this number; null for none. */
  at(number: number): Word | null {
    if (number === 0) return null;
    const place = number & (keptLength - 1);
    const kept = this.#kept[place];
    if (kept?.number === number) return kept;
    const read = this.#read(number);
    this.#kept[place] = read;
    return read;
  }

  #pack(word: Word): number {
    // A father's own name is kept beside the same word as a given name.
    const as = (word.patronymic ? 'p' : '') + (word.given ? 'g' : '');
    const written = [word.raw, word.hands.key, as].join(separator);
    const known = this.#numbers.numberOf(written);
    if (known >= 0) return known;
    const { sound, plain, bare, others } = word;
    const heard = [
      (word.initial ? 'i' : '') + (word.abjad ? 'a' : '') + (word.patronymic ? 'p' : ''),
      sound,
      plain === sound ? '' : plain,
      bare,
      this.#givens.numberOf(word.given),
      this.#fathers.numberOf(word.fathers.length > 0 ? word.fathers : null),
      others.map(({ hand, plain }) => hand + within + plain).join(within),
    ].join(separator);
    const number = this.#starts.length / 2 + 1;
    this.#starts.push(this.#texts.add(heard));
    this.#starts.push(this.#texts.add(written));
    this.#numbers.set(written, number);
    return number;
  }

  #read(number: number): StoredWord {
    const [flags = '', sound = '', plain = '', bare = '', given, fathers, others = ''] = this.#texts
      .at(this.#starts.at(2 * number - 2))
      .split(separator);
    return new StoredWord(number, (of) => this.#written(of), {
      sound,
      plain: plain === '' ? sound : plain,
      bare,
      initial: flags.includes('i'),
      abjad: flags.includes('a'),
      patronymic: flags.includes('p'),
      given: this.#givens.at(Number(given)),
      fathers: this.#fathers.at(Number(fathers)) ?? noFathers,
      others: others === '' ? noOthers : othersOf(others.split(within)),
    });
  }

  #written(number: number): string {
    return this.#texts.at(this.#starts.at(2 * number - 1));
  }
}

const noFathers: readonly number[] = [];
const noOthers: readonly OtherReading[] = [];

function othersOf(cells: readonly string[]): readonly OtherReading[] {
  const others: OtherReading[] = [];
  for (let at = 0; at < cells.length; at += 2) {
    const plain = cells[at + 1] ?? '';
    others.push({ hand: cells[at] as Hand, plain, skeleton: skeletonOf(plain) }); // As it was packed.
  }
  return others;
}

/** Readings that many words share, by what they say. */
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

  at(number: number): T | null {
    return this.#values[number] ?? null;
  }
}

type Heard = Omit<Word, 'raw' | 'hands' | 'skeleton'>;

class StoredWord implements Word {
  readonly number: number;
  readonly sound: string;
  readonly plain: string;
  readonly others: readonly OtherReading[];
  readonly initial: boolean;
  readonly bare: string;
  readonly abjad: boolean;
  readonly given: GivenReading | null;
  readonly fathers: readonly number[];
  readonly patronymic: boolean;
  readonly #writtenOf: (number: number) => string;

  constructor(number: number, writtenOf: (number: number) => string, heard: Heard) {
    this.number = number;
    this.#writtenOf = writtenOf;
    this.sound = heard.sound;
    this.plain = heard.plain;
    this.others = heard.others;
    this.initial = heard.initial;
    this.bare = heard.bare;
    this.abjad = heard.abjad;
    this.given = heard.given;
    this.fathers = heard.fathers;
    this.patronymic = heard.patronymic;
  }

  get raw(): string {
    return this.#writtenOf(this.number).split(separator)[0] ?? '';
  }

  get hands(): Hands {
    return handsWithKey(this.#writtenOf(this.number).split(separator)[1] ?? '');
  }

  get skeleton(): string {
    return skeletonOf(this.plain);
  }
}
