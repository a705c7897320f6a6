/**
 * Texts as bytes outside the heap, one after another in blocks; each is found by its offset. Latin
 * and Cyrillic take one byte per letter. A text with any other letter takes two.
 */
const blockBytes = 2 ** 22;
/** Header before a text: its length, with two bits for the encoding. */
const headMax = 5;
/** The offset of a text fits into 32 bits. */
const startMax = 2 ** 32;
const full = 'an index keeps 4 GiB of words at the most';

type Form = typeof ascii | typeof cyrillic | typeof wide;
const ascii = 0;
const cyrillic = 1;
const wide = 2;

/** The Cyrillic letters that use the upper half of a byte: U+0400 to U+047F. */
const cyrillicFrom = 0x400;
const letters = Array.from({ length: 256 }, (_, byte) =>
  String.fromCharCode(byte < 0x80 ? byte : cyrillicFrom + byte - 0x80),
);

export class TextBlocks {
  readonly #blocks: Buffer[] = [];
  #used = blockBytes;

  /** Stores a text and returns its offset. Throws when four gigabytes are full. */
  add(text: string): number {
    const form = formOf(text);
    const bytes = form === wide ? 2 * text.length : text.length;
    if (this.#used + bytes + headMax > blockBytes) {
      this.#blocks.push(Buffer.allocUnsafeSlow(Math.max(blockBytes, bytes + headMax)));
      this.#used = 0;
    }
    const block = this.#blocks.at(-1) as Buffer; // Pushed above.
    const start = (this.#blocks.length - 1) * blockBytes + this.#used;
    if (start >= startMax) throw new RangeError(full);
    const from = writeHead(block, this.#used, bytes * 4 + form);
    if (form === cyrillic) writeCyrillic(block, from, text);
    else block.write(text, from, form === wide ? 'utf16le' : 'latin1');
    this.#used = from + bytes;
    return start;
  }

  transfer(): readonly Uint8Array[] {
    return this.#blocks;
  }

  /** Appends the texts of another thread. Returns how far their offsets have moved. */
  merge(blocks: readonly Uint8Array[]): number {
    const moved = this.#blocks.length * blockBytes;
    if (moved + blocks.length * blockBytes > startMax) throw new RangeError(full);
    for (const { buffer, byteOffset, byteLength } of blocks) {
      this.#blocks.push(Buffer.from(buffer, byteOffset, byteLength));
    }
    this.#used = blockBytes;
    return moved;
  }

  /** The text at this offset. */
  at(start: number): string {
    const block = this.#blocks[Math.floor(start / blockBytes)] as Buffer; // An offset that was returned before.
    const { value, from } = readHead(block, start % blockBytes);
    const until = from + (value >>> 2);
    const form = value & 3;
    if (form === ascii) return block.toString('latin1', from, until);
    return form === wide
      ? block.toString('utf16le', from, until)
      : readCyrillic(block, from, until);
  }
}

function formOf(text: string): Form {
  let form: Form = ascii;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x80) continue;
    if (code < cyrillicFrom || code >= cyrillicFrom + 0x80) return wide;
    form = cyrillic;
  }
  return form;
}

/** Seven bits per byte, lowest first; the eighth bit means that more follow. Returns the end. */
function writeHead(block: Buffer, start: number, head: number): number {
  let [at, left] = [start, head];
  for (; left >= 0x80; left >>>= 7) block[at++] = (left & 0x7f) | 0x80;
  block[at++] = left;
  return at;
}

function readHead(block: Buffer, start: number) {
  let [from, value, shift] = [start, 0, 0];
  for (;;) {
    const byte = block[from++] as number; // A header was written here.
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return { value: value >>> 0, from };
    shift += 7;
  }
}

function writeCyrillic(block: Buffer, from: number, text: string): void {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    block[from + at] = code < 0x80 ? code : code - cyrillicFrom + 0x80;
  }
}

function readCyrillic(block: Buffer, from: number, until: number): string {
  let text = '';
  for (let at = from; at < until; at += 1) text += letters[block[at] as number]; // Within the text.
  return text;
}
