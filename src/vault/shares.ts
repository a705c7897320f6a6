import { combine, split } from 'shamir-secret-sharing';
import { Problem } from '../kernel/problem.ts';
import { decodeBytes, encodeBytes, inGroups } from './codes.ts';
import { randomBytes, sha256 } from './random.ts';

/**
 * Shamir's secret sharing (Shamir 1979) by an audited library, over GF(256) with the polynomial of
 * AES. Fewer shares than needed reveal nothing about the key.
 *
 * Written form of a share: 1 byte version, 1 byte threshold, 1 byte x coordinate, 4 bytes that
 * identify the set, the y coordinates, 4 bytes of SHA-256 over all of these. It is Crockford's base
 * 32 in groups of four.
 */
const version = 1;
const headBytes = 7;
const checkBytes = 4;

export interface Sharing {
  /** Number of shares, at most 15. */
  readonly of: number;
  /** Shares that reconstruct the key, at least 2. */
  readonly needed: number;
}

/** Splits a key into printable shares. Throws a RangeError for impossible numbers. */
export async function splitKey(key: Uint8Array, sharing: Sharing): Promise<readonly string[]> {
  const { of, needed } = sharing;
  if (needed < 2 || needed > of || of > 15) throw new RangeError('this sharing is impossible');
  const set = randomBytes(4);
  // The library accepts only a plain Uint8Array and appends the x coordinate to each share.
  const shares = await split(new Uint8Array(key), of, needed);
  return shares.map((share) => {
    const [x = 0] = share.subarray(-1);
    return write(Buffer.from([version, needed, x, ...set, ...share.subarray(0, -1)]));
  });
}

/**
 * Reconstructs the key. Refuses a mistyped share, shares of two different keys, the same share
 * twice, and too few shares. Each refusal has a reason that the person at the terminal can act on.
 */
export async function joinShares(texts: readonly string[]): Promise<Uint8Array> {
  const shares = texts.map(read);
  const [first] = shares;
  if (!first || shares.length < first.needed) throw refusal('too_few', 'More shares are needed.');
  if (shares.some((share) => !share.set.equals(first.set))) {
    throw refusal('of_another', 'These shares belong to different keys.');
  }
  if (new Set(shares.map(({ x }) => x)).size < shares.length) {
    throw refusal('twice', 'This is the same share twice.');
  }
  return combine(shares.map(({ x, points }) => Uint8Array.from([...points, x])));
}

interface Share {
  readonly needed: number;
  readonly x: number;
  readonly set: Buffer;
  readonly points: Uint8Array;
}

function refusal(code: string, message: string): Problem {
  return new Problem(`share.${code}`, 422, message);
}

function write(content: Buffer): string {
  return inGroups(encodeBytes(Buffer.concat([content, checkOf(content)])));
}

function checkOf(content: Buffer): Buffer {
  return sha256(content).subarray(0, checkBytes);
}

function read(text: string): Share {
  const code = text.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  const bytes = decodeBytes(code);
  if (!bytes) {
    throw refusal('mistyped', 'A share was mistyped: it has other letters or is too long.');
  }
  const content = bytes.subarray(0, -checkBytes);
  if (content.length <= headBytes || !checkOf(content).equals(bytes.subarray(-checkBytes))) {
    throw refusal('mistyped', 'A share was mistyped: its check sum does not fit.');
  }
  const [written, needed = 0, x = 0] = content;
  if (written !== version || x === 0)
    throw refusal('unknown', 'This is not a share of this program.');
  return { needed, x, set: content.subarray(3, headBytes), points: content.subarray(headBytes) };
}
