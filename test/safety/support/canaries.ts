import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import anyAscii from 'any-ascii';

/**
 * Unique words: every canary begins with one of three stems, so that a search for the stems, in
 * every encoding, finds every canary. The rest of the word identifies it.
 */
export const stems = { name: 'Жюфрахщ', latin: 'zyxwqvk', digits: '80871936' } as const;

const letters = 'абвгдежзик';

/** A name of its own for this person and field. */
export function nameCanary(person: number, field: number): string {
  return (
    stems.name + [...`${person}x${field}`].map((sign) => letters[Number(sign)] ?? 'х').join('')
  );
}

export function latinCanary(person: number, field: number): string {
  return `${stems.latin}_${[...`${person}x${field}`].map((sign) => 'abcdefghij'[Number(sign)] ?? 'x').join('')}`;
}

export function digitCanary(person: number, field: number): string {
  return `${stems.digits}${String(person).padStart(5, '0')}${field}`;
}

const dayMs = 86_400_000;

/** A unique day of birth, in years that occur nowhere else in an installation. */
export function birthCanary(person: number): { readonly iso: string; readonly written: string } {
  const day = new Date(Date.UTC(1931, 0, 2) + (person % 7_000) * dayMs).toISOString();
  const iso = day.slice(0, 10);
  return { iso, written: iso.split('-').reverse().join('.') };
}

/** Dates of those years, as text. */
export const birthText = /19[345]\d-[01]\d-[0-3]\d|[0-3]\d\.[01]\d\.19[345]\d/;

export interface Writing {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Every encoding of the stems: case, transliteration, and spellings of bytes. */
export function writings(): readonly Writing[] {
  const spelled = new Set<string>();
  for (const stem of Object.values(stems)) {
    for (const each of [stem, anyAscii(stem), ...romanised(stem)]) {
      for (const cased of [each, each.toLowerCase(), each.toUpperCase()]) spelled.add(cased);
    }
  }
  return [...spelled].flatMap(spellings);
}

/** The stem in the official tables of both languages, and in any-ascii's own. */
function romanised(stem: string): readonly string[] {
  return stem === stems.name ? ['Zhiufrakhshch', 'Zhyufrakhshch', 'Zhjufrakhshh'] : [];
}

function spellings(text: string): readonly Writing[] {
  const utf8 = Buffer.from(text, 'utf8');
  const wide = Buffer.from(text, 'utf16le');
  const all: Writing[] = [
    { name: 'utf-8', bytes: utf8 },
    { name: 'utf-16le', bytes: wide },
    { name: 'utf-16be', bytes: Buffer.from(wide).swap16() },
    { name: 'hex', bytes: Buffer.from(utf8.toString('hex')) },
    { name: 'HEX', bytes: Buffer.from(utf8.toString('hex').toUpperCase()) },
    { name: 'percent', bytes: Buffer.from(percent(utf8)) },
    ...[0, 1, 2].map((shift) => ({ name: `base64+${shift}`, bytes: base64Core(utf8, shift) })),
    ...[0, 1, 2].map((shift) => ({ name: `base64 wide+${shift}`, bytes: base64Core(wide, shift) })),
  ];
  if (/[^ -~]/.test(text)) all.push({ name: 'json', bytes: Buffer.from(escaped(text)) });
  return all.flatMap((each) => {
    const url = Buffer.from(
      each.bytes.toString('latin1').replaceAll('+', '-').replaceAll('/', '_'),
    );
    const isBase64 = each.name.startsWith('base64') && !url.equals(each.bytes);
    return isBase64 ? [each, { name: `${each.name} url`, bytes: url }] : [each];
  });
}

function percent(bytes: Buffer): string {
  return [...bytes].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

function escaped(text: string): string {
  return [...text].map((sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
}

/** The part of the base64 that does not depend on its surroundings. */
function base64Core(bytes: Buffer, shift: number): Buffer {
  const text = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const whole = Math.floor(((shift + bytes.length) * 8) / 6);
  return Buffer.from(text.slice(shift === 0 ? 0 : shift + 1, whole));
}

export interface Hit {
  readonly where: string;
  readonly writing: string;
  readonly around: string;
}

const hitsMax = 50;
const partBytes = 8 * 1024 * 1024;
const overlap = 256;

/** The search patterns, arranged so that one pass over the bytes finds them all. */
class Sought {
  /** One bit for each beginning of three bytes. */
  readonly #begins = new Uint8Array(1 << 21);
  readonly #byBegin = new Map<number, Writing[]>();

  constructor(all: readonly Writing[]) {
    for (const each of all) {
      const begin = each.bytes.readUIntBE(0, 3);
      this.#begins[begin >> 3] = (this.#begins[begin >> 3] ?? 0) | (1 << (begin & 7));
      this.#byBegin.set(begin, [...(this.#byBegin.get(begin) ?? []), each]);
    }
  }

  *places(bytes: Buffer): Iterable<readonly [Writing, number]> {
    let begin = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      begin = ((begin << 8) | (bytes[at] ?? 0)) & 0xffffff;
      if (((this.#begins[begin >> 3] ?? 0) & (1 << (begin & 7))) === 0) continue;
      const from = at - 2;
      for (const each of this.#byBegin.get(begin) ?? []) {
        if (bytes.subarray(from, from + each.bytes.length).equals(each.bytes)) yield [each, from];
      }
    }
  }
}

const sought = new Sought(writings());

/** Searches bytes for the stems; stops adding after fifty, since one is one too many. */
export function searchBytes(where: string, bytes: Buffer, most = hitsMax): readonly Hit[] {
  const hits: Hit[] = [];
  for (const [{ name }, at] of sought.places(bytes)) {
    const around = bytes.subarray(Math.max(0, at - 60), at + 120).toString('latin1');
    hits.push({ where, writing: name, around: around.replace(/[^ -~]/g, '.') });
    if (hits.length >= most) break;
  }
  const text = bytes.toString('latin1');
  const date = birthText.exec(text);
  if (date)
    hits.push({ where, writing: 'date', around: text.slice(date.index - 40, date.index + 40) });
  return hits;
}

export interface Search {
  readonly files: number;
  readonly bytes: number;
  readonly hits: readonly Hit[];
}

/** Searches every file under the folders, in parts that overlap. */
export async function searchFolders(folders: readonly string[], most = hitsMax): Promise<Search> {
  const hits: Hit[] = [];
  let files = 0;
  let bytes = 0;
  for (const path of (await Promise.all(folders.map(filesUnder))).flat()) {
    files += 1;
    let tail = Buffer.alloc(0);
    for await (const part of createReadStream(path, { highWaterMark: partBytes })) {
      const held = Buffer.concat([tail, part as Buffer]); // A stream without encoding yields buffers.
      bytes += (part as Buffer).length;
      if (hits.length < most) hits.push(...searchBytes(path, held, most));
      tail = Buffer.from(held.subarray(Math.max(0, held.length - overlap)));
    }
  }
  return { files, bytes, hits };
}

export async function filesUnder(folder: string): Promise<readonly string[]> {
  const known = await stat(folder).catch(() => null);
  if (!known?.isDirectory()) return known?.isFile() ? [folder] : [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
}
