import { Problem } from '../kernel/problem.ts';
import { randomBytes, sha256 } from './random.ts';

/**
 * Shamir's secret sharing over GF(256) with the polynomial of AES (x^8+x^4+x^3+x+1), byte by byte.
 * A share is its number, the set's own mark, and one byte for each byte of the key, with a check sum;
 * fewer shares than are needed say nothing of the key (Shamir 1979).
 *
 * Written form: 1 byte version, 1 byte needed, 1 byte number, 4 bytes mark, the bytes, 4 bytes of
 * SHA-256 over all before; base 32 after Crockford in groups of four.
 */
const version = 1;
const headBytes = 7;
const checkBytes = 4;
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export interface Sharing {
  /** Shares made, at most fifteen. */
  readonly of: number;
  /** Shares that open it, at least two. */
  readonly needed: number;
}

/** Splits a key into shares. `randomness` is given by tests only. */
export function splitKey(
  key: Uint8Array,
  sharing: Sharing,
  randomness: (count: number) => Uint8Array = randomBytes,
): readonly string[] {
  const { of, needed } = sharing;
  if (needed < 2 || needed > of || of > 15) throw new RangeError('such a sharing makes no sense');
  const mark = randomness(4);
  const coefficients = Array.from({ length: needed - 1 }, () => randomness(key.length));
  return Array.from({ length: of }, (_, at) => {
    const number = at + 1;
    const points = key.map((byte, place) => {
      const terms = [byte, ...coefficients.map((each) => each[place] ?? 0)];
      // Horner's rule, from the highest power down.
      return terms.reduceRight((sum, term) => multiply(sum, number) ^ term, 0);
    });
    return write(Buffer.from([version, needed, number, ...mark, ...points]));
  });
}

/**
 * Joins shares to the key. Refuses a mistyped share, shares of two different keys, the same share
 * twice, and too few; each with a reason that the person at the terminal can act on.
 */
export function joinShares(texts: readonly string[]): Uint8Array {
  const shares = texts.map(read);
  const [first] = shares;
  if (!first || shares.length < first.needed) throw refusal('too_few', 'More shares are needed.');
  if (shares.some((share) => !share.mark.equals(first.mark))) {
    throw refusal('of_another', 'These shares belong to different keys.');
  }
  if (new Set(shares.map((share) => share.number)).size < shares.length) {
    throw refusal('twice', 'This is the same share twice.');
  }
  return first.points.map((_, place) =>
    shares.reduce((sum, share) => {
      const others = shares.filter((other) => other !== share);
      const weight = others.reduce(
        (product, other) => multiply(product, divide(other.number, other.number ^ share.number)),
        1,
      );
      return sum ^ multiply(share.points[place] ?? 0, weight);
    }, 0),
  );
}

interface Share {
  readonly needed: number;
  readonly number: number;
  readonly mark: Buffer;
  readonly points: Uint8Array;
}

function refusal(code: string, message: string): Problem {
  return new Problem(`share.${code}`, 422, message);
}

function write(content: Buffer): string {
  const bytes = Buffer.concat([content, sha256(content).subarray(0, checkBytes)]);
  let bits = 0;
  let held = 0;
  let text = '';
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  if (bits > 0) text += alphabet[(held << (5 - bits)) & 31];
  return text.replace(/(.{4})(?=.)/g, '$1-');
}

function read(text: string): Share {
  const letters = text.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const letter of letters) {
    const value = alphabet.indexOf(letter);
    if (value < 0) throw refusal('mistyped', 'A share has letters that none has.');
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 255);
    }
    held &= (1 << bits) - 1;
  }
  // What is left over is padding: less than a letter, and zero. Anything else was typed too much.
  if (bits >= 5 || held !== 0) throw refusal('mistyped', 'A share was mistyped: it is too long.');
  const all = Buffer.from(bytes);
  const content = all.subarray(0, -checkBytes);
  const check = sha256(content).subarray(0, checkBytes);
  if (content.length <= headBytes || !check.equals(all.subarray(-checkBytes))) {
    throw refusal('mistyped', 'A share was mistyped: its check sum does not fit.');
  }
  const [written, needed = 0, number = 0] = content;
  if (written !== version || number === 0) throw refusal('unknown', 'This is no share of ours.');
  return {
    needed,
    number,
    mark: content.subarray(3, headBytes),
    points: content.subarray(headBytes),
  };
}

/** Product in GF(256), without tables and without branches on the values: nothing leaks by time. */
function multiply(one: number, other: number): number {
  let product = 0;
  let factor = one;
  for (let bit = 0; bit < 8; bit += 1) {
    product ^= -((other >> bit) & 1) & factor;
    factor = ((factor << 1) ^ (-(factor >> 7) & 0x11b)) & 0xff;
  }
  return product & 0xff;
}

function divide(one: number, other: number): number {
  // The inverse is the 254th power: every element's 255th power is one.
  let power = 1;
  for (let times = 0; times < 254; times += 1) power = multiply(power, other);
  return multiply(one, power);
}
