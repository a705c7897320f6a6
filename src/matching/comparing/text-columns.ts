import { keyBits } from '../proposing/bounds.ts';
import { hashOf, mix } from '../proposing/hash.ts';
import { type Comparison, textLevels } from './levels.ts';

/** A cell normalised for case, marks and spaces; rows with the same content share one object. */
interface Cell {
  readonly text: string;
  readonly words: readonly string[];
}

interface Column {
  readonly heading: string;
  /** By row; rows without a value have no entry. */
  readonly cells: (Cell | undefined)[];
  readonly known: Map<string, Cell>;
}

const cellMax = 200;
const wordsMax = 12;
/** No list has more columns worth comparing. Further columns are ignored. */
const columnsMax = 40;

/**
 * Unknown columns, compared as text: an address, a school, a number of some office. The weight of
 * agreement is learned from the lists themselves (`expectation-maximisation.ts`).
 */
export class TextColumns {
  #columns: Column[] = [];

  get headings(): readonly string[] {
    return this.#columns.map(({ heading }) => heading);
  }

  add(row: number, cells: Readonly<Record<string, string>>): void {
    for (const [heading, raw] of Object.entries(cells)) {
      const text = textOf(raw);
      const column = text === '' ? null : this.#columnOf(heading);
      if (!column) continue;
      const cell = column.known.get(text) ?? { text, words: text.split(' ').slice(0, wordsMax) };
      column.known.set(text, cell);
      column.cells[row] = cell;
    }
  }

  /** Drops columns that hold nothing to compare. */
  keepWhere(isWorth: (cells: readonly (Cell | undefined)[]) => boolean): void {
    this.#columns = this.#columns.filter(({ cells }) => isWorth(cells));
  }

  /** Keys that find rows with the same cell, or with the same long word in it. */
  keysOf(row: number): readonly number[] {
    return this.#columns.flatMap(({ heading, cells }) => {
      const cell = cells[row];
      if (!cell) return [];
      const family = hashOf(`column ${heading}`);
      const texts = new Set([cell.text, ...cell.words.filter((word) => word.length > 3)]);
      return [...texts].map((text) => mix(family, hashOf(text)) >>> (32 - keyBits));
    });
  }

  /** Writes the level of each column into `into`, starting at index `from`. */
  compare([left, right]: readonly [number, number], into: Comparison, from: number): void {
    this.#columns.forEach(({ cells }, at) => {
      const [one, other] = [cells[left], cells[right]];
      into.levels[from + at] = one && other ? levelOf(one, other) : absent;
    });
  }

  /** The value of a row in a column, prepared for comparison. */
  text(row: number, column: number): string | null {
    return this.#columns[column]?.cells[row]?.text ?? null;
  }

  #columnOf(heading: string): Column | null {
    const known = this.#columns.find((column) => column.heading === heading);
    if (known || this.#columns.length === columnsMax) return known ?? null;
    const column: Column = { heading, cells: [], known: new Map() };
    this.#columns.push(column);
    return column;
  }
}

function textOf(raw: string): string {
  return raw
    .slice(0, cellMax)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

const codeOf = (level: (typeof textLevels)[number]) => textLevels.indexOf(level);
const [absent, same, slip] = [codeOf('absent'), codeOf('same'), codeOf('slip')];
const [near, words, different] = [codeOf('near'), codeOf('words'), codeOf('different')];

function levelOf(one: Cell, other: Cell): number {
  if (one === other) return same;
  const longer = Math.max(one.text.length, other.text.length);
  const most = Math.max(1, Math.floor(longer / 3));
  const slips = slipsBetween(one.text, other.text, most);
  // Edits in two letters or more make another word.
  if (slips === 1 && longer > 2) return slip;
  if (slips <= longer / 3) return near;
  const shared = one.words.filter((word) => other.words.includes(word)).length;
  return 2 * shared >= Math.min(one.words.length, other.words.length) ? words : different;
}

const stride = cellMax + 1;
/** Three rows of the table below, reused by every comparison. */
const rows = new Uint8Array(3 * stride);

/**
 * Counts letters inserted, deleted, replaced or swapped with the next one. Returns more than `most`
 * if there are more. Computes only the band in which the result can be.
 */
function slipsBetween(one: string, other: string, most: number): number {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  const [far, length] = [most + 1, other.length];
  for (let j = 0; j <= length; j += 1) rows[j] = Math.min(j, far);
  for (let i = 1; i <= one.length; i += 1) {
    const [row, above, before] = [(i % 3) * stride, ((i + 2) % 3) * stride, ((i + 1) % 3) * stride];
    const [from, to] = [Math.max(1, i - most), Math.min(length, i + most)];
    let least = far;
    rows[row + from - 1] = from === 1 ? Math.min(i, far) : far;
    for (let j = from; j <= to; j += 1) {
      const letter = one.charCodeAt(i - 1);
      let slips = cell(above + j - 1) + (letter === other.charCodeAt(j - 1) ? 0 : 1);
      // The row above holds no values outside its band.
      if (j < i + most) slips = Math.min(slips, cell(above + j) + 1);
      slips = Math.min(slips, cell(row + j - 1) + 1);
      if (
        i > 1 &&
        j > 1 &&
        letter === other.charCodeAt(j - 2) &&
        one.charCodeAt(i - 2) === other.charCodeAt(j - 1)
      ) {
        slips = Math.min(slips, cell(before + j - 2) + 1);
      }
      rows[row + j] = Math.min(slips, far);
      if (slips < least) least = slips;
    }
    if (least > most) return far;
  }
  return cell((one.length % 3) * stride + length);
}

/** A cell of the table; every index above is within it. */
function cell(at: number): number {
  return rows[at] as number;
}
