import { readFile } from 'node:fs/promises';
import { type UnzipFileInfo, unzipSync } from 'fflate';
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { Problem } from '../kernel/problem.ts';
import { type Cell, cell, type ListRow, listLimits } from './list-row.ts';

/**
 * Reads the first sheet of a workbook: only cached values, formulas marked, dates by their number
 * format. Macros, encryption, bombs and entity tricks are refused before anything is parsed.
 */
export async function* readXlsx(path: string): AsyncIterable<ListRow> {
  const parts = unpack(await readFile(path));
  const strings = readStrings(parts['xl/sharedStrings.xml']);
  const formats = readDateStyles(parts['xl/styles.xml']);
  const epoch = /date1904="(?:1|true)"/u.test(textOf(parts['xl/workbook.xml'])) ? 1904 : 1900;
  const sheet = parts[firstSheet(parts)];
  if (!sheet && !parts['xl/workbook.xml'])
    throw new Problem('list.not_a_list', 422, 'The archive is no workbook.');
  if (!sheet) throw new Problem('list.empty', 422, 'The workbook has no sheet.');
  yield* readSheet(sheet, { strings, formats, epoch });
}

type Parts = Readonly<Record<string, Uint8Array>>;

function unpack(file: Uint8Array): Parts {
  let entries = 0;
  let unpacked = 0;
  const refuse = (code: string, message: string) => new Problem(code, 422, message);
  const filter = (entry: UnzipFileInfo) => {
    entries += 1;
    unpacked += entry.originalSize;
    const ratio = entry.originalSize / Math.max(1, entry.size);
    if (
      /vbaProject|macrosheets|\.bin$/iu.test(entry.name) &&
      !/printerSettings/u.test(entry.name)
    ) {
      throw refuse('list.macros', 'The workbook holds macros.');
    }
    if (entries > listLimits.entries || unpacked > listLimits.unpackedBytes) {
      throw refuse('list.zip_bomb', 'The workbook unpacks to more than is read.');
    }
    if (entry.originalSize > 1_000_000 && ratio > listLimits.ratio) {
      throw refuse('list.zip_bomb', 'The workbook unpacks to more than is read.');
    }
    return /^xl\/(?:sharedStrings|styles|workbook|worksheets\/[^/]+|_rels\/workbook)\.xml(?:\.rels)?$/u.test(
      entry.name,
    );
  };
  try {
    return unzipSync(file, { filter });
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('list.unreadable', 422, 'The workbook is damaged.');
  }
}

function firstSheet(parts: Parts): string {
  const book = textOf(parts['xl/workbook.xml']);
  const rels = textOf(parts['xl/_rels/workbook.xml.rels']);
  const id = /<sheet\b[^>]*\br:id="([^"]+)"/u.exec(book)?.[1];
  const target = rels
    .match(/<Relationship\b[^>]*>/gu)
    ?.find((tag) => tag.includes(`Id="${id}"`))
    ?.match(/Target="([^"]+)"/u)?.[1];
  if (target) return `xl/${target.replace(/^\/?(?:xl\/)?/u, '')}`;
  return Object.keys(parts).find((name) => name.startsWith('xl/worksheets/')) ?? '';
}

function textOf(part: Uint8Array | undefined): string {
  return part ? Buffer.from(part).toString('utf8') : '';
}

/**
 * Feeds a parser in pieces; a document type declaration is refused, so no entity can be declared.
 */
function parseXml(part: Uint8Array, parser: SaxesParser): void {
  const decoder = new TextDecoder();
  parser.on('error', () => {
    throw new Problem('list.unreadable', 422, 'The workbook is damaged.');
  });
  parser.on('doctype', () => {
    throw new Problem('list.not_a_list', 422, 'The workbook declares entities.');
  });
  for (let at = 0; at < part.length; at += chunkBytes) {
    parser.write(decoder.decode(part.subarray(at, at + chunkBytes), { stream: true }));
  }
  parser.write(decoder.decode()).close();
}

const chunkBytes = 512 * 1024;

function readStrings(part: Uint8Array | undefined): readonly string[] {
  if (!part) return [];
  const strings: string[] = [];
  const parser = new SaxesParser();
  let text = '';
  let inText = false;
  let phonetic = 0;
  parser.on('opentag', ({ name }) => {
    if (name === 'si') text = '';
    if (name === 'rPh') phonetic += 1;
    inText = name === 't' && phonetic === 0;
  });
  parser.on('text', (more) => {
    if (inText && text.length < listLimits.cellChars) text += more;
  });
  parser.on('closetag', ({ name }) => {
    if (name === 't') inText = false;
    if (name === 'rPh') phonetic -= 1;
    if (name === 'si') strings.push(text);
  });
  parseXml(part, parser);
  return strings;
}

/**
 * The cell styles that show a date: built-in formats 14-22 and 45-47, and custom formats with y or
 * d.
 */
function readDateStyles(part: Uint8Array | undefined): readonly boolean[] {
  const text = textOf(part);
  if (/<!DOCTYPE/iu.test(text))
    throw new Problem('list.not_a_list', 422, 'The workbook declares entities.');
  const own = new Set<number>();
  for (const [, id, code] of text.matchAll(
    /<numFmt\b[^>]*numFmtId="(\d+)"[^>]*formatCode="([^"]*)"/gu,
  )) {
    const bare = (code ?? '').replace(/\[[^\]]*\]|&quot;.*?&quot;|\\./gu, '');
    if (/[yd]/iu.test(bare) && !/general/iu.test(bare)) own.add(Number(id));
  }
  const used = /<cellXfs\b[^>]*>([\s\S]*?)<\/cellXfs>/u.exec(text)?.[1] ?? '';
  return [...used.matchAll(/<xf\b[^>]*?numFmtId="(\d+)"/gu)].map(([, id]) => {
    const format = Number(id);
    return (format >= 14 && format <= 22) || (format >= 45 && format <= 47) || own.has(format);
  });
}

interface Book {
  readonly strings: readonly string[];
  readonly formats: readonly boolean[];
  readonly epoch: 1900 | 1904;
}

/** Parses the sheet in pieces and passes on the rows of each piece, so that memory is bounded. */
function* readSheet(part: Uint8Array, book: Book): Iterable<ListRow> {
  const rows: ListRow[] = [];
  const parser = new SaxesParser();
  const state = new SheetState(book, (row) => rows.push(row));
  parser.on('error', () => {
    throw new Problem('list.unreadable', 422, 'The workbook is damaged.');
  });
  parser.on('doctype', () => {
    throw new Problem('list.not_a_list', 422, 'The workbook declares entities.');
  });
  parser.on('opentag', (tag) => state.open(tag));
  parser.on('text', (text) => state.text(text));
  parser.on('closetag', ({ name }) => state.close(name));
  const decoder = new TextDecoder();
  for (let at = 0; at < part.length; at += chunkBytes) {
    parser.write(decoder.decode(part.subarray(at, at + chunkBytes), { stream: true }));
    yield* rows.splice(0);
  }
  parser.write(decoder.decode()).close();
  yield* rows;
}

/** Follows the tags of a sheet and puts cells into their columns. */
class SheetState {
  readonly #book: Book;
  readonly #take: (row: ListRow) => void;
  #line = 0;
  #cells: Cell[] = [];
  #column = 0;
  #type = '';
  #style = -1;
  #value = '';
  #formula = false;
  #inside = '';

  constructor(book: Book, take: (row: ListRow) => void) {
    this.#book = book;
    this.#take = take;
  }

  open({ name, attributes }: SaxesTagPlain): void {
    if (name === 'row') {
      this.#line = Number(attributes['r']) || this.#line + 1;
      this.#cells = [];
    } else if (name === 'c') {
      this.#column = columnOf(attributes['r']) ?? this.#cells.length;
      this.#type = attributes['t'] ?? 'n';
      this.#style = Number(attributes['s'] ?? -1);
      this.#value = '';
      this.#formula = false;
    } else if (name === 'f') this.#formula = true;
    this.#inside = name;
  }

  text(text: string): void {
    if (this.#inside !== 'v' && this.#inside !== 't') return;
    if (this.#value.length < listLimits.cellChars) this.#value += text;
  }

  close(name: string): void {
    if (name === 'c') this.#endCell();
    if (name === 'row' && this.#cells.some(({ kind }) => kind !== 'empty')) {
      this.#take({ line: this.#line, cells: this.#cells });
    }
    this.#inside = '';
  }

  #endCell(): void {
    if (this.#column >= listLimits.cellsPerRow) return;
    while (this.#cells.length < this.#column) this.#cells.push(cell(''));
    this.#cells[this.#column] = this.#read();
  }

  #read(): Cell {
    const value = this.#value;
    if (this.#formula) return cell(this.#type === 's' ? this.#string(value) : value, 'formula');
    if (this.#type === 's') return cell(this.#string(value));
    if (this.#type !== 'n') return cell(value);
    if (value !== '' && this.#book.formats[this.#style])
      return cell(this.#date(Number(value)), 'date');
    return cell(value, 'number');
  }

  #string(index: string): string {
    return this.#book.strings[Number(index)] ?? '';
  }

  /** Days since the epoch of the book; the 1900 epoch counts a 29 February that never existed. */
  #date(serial: number): string {
    if (!Number.isFinite(serial) || serial < 1 || serial > 2_958_465) return String(serial);
    const start = this.#book.epoch === 1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
    return new Date(start + Math.floor(serial) * 86_400_000).toISOString().slice(0, 10);
  }
}

function columnOf(reference: string | undefined): number | null {
  const letters = /^[A-Z]{1,3}/u.exec(reference ?? '')?.[0];
  if (!letters) return null;
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}
