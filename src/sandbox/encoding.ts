import { Problem } from '../kernel/problem.ts';

/** The encoding of a text file. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1251';

/**
 * Detects the encoding from the first bytes: a byte order mark, the zeros of UTF-16, or valid
 * UTF-8. Other bytes are Windows-1251 if they read as Cyrillic, and are refused otherwise.
 */
export function detectEncoding(sample: Uint8Array): Encoding {
  if (startsWith(sample, [0xef, 0xbb, 0xbf])) return 'utf-8';
  if (startsWith(sample, [0xff, 0xfe])) return 'utf-16le';
  if (startsWith(sample, [0xfe, 0xff])) return 'utf-16be';
  const wide = wideOrder(sample);
  if (wide) return wide;
  const zeros = countZeros(sample);
  // In UTF-16 at most one byte of two is zero; where both are, the file is not text.
  if (zeros.odd + zeros.even > sample.length / 2 + 1) throw notAList();
  if (zeros.odd > sample.length / 5) return 'utf-16le';
  if (zeros.even > sample.length / 5) return 'utf-16be';
  if (zeros.odd + zeros.even > 0) throw notAList();
  if (isUtf8(sample)) return 'utf-8';
  // UTF-8 in one part of a file and one-byte letters in another: neither reading would be correct.
  if (countUtf8Pairs(sample) > 20) throw mixedEncoding();
  if (looksCyrillic(sample)) return 'windows-1251';
  throw notAList();
}

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, at) => bytes[at] === byte);
}

/**
 * UTF-16 without a mark: of each two bytes, one is almost always the high byte of Latin, Cyrillic
 * or punctuation, and the other is not.
 */
function wideOrder(bytes: Uint8Array): Encoding | null {
  const high = [0, 0];
  const pairs = Math.floor(bytes.length / 2);
  if (pairs < 4) return null;
  for (let at = 0; at < pairs * 2; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x00 || byte === 0x04 || byte === 0x20 || byte === 0x21) {
      high[at % 2] = (high[at % 2] ?? 0) + 1;
    }
  }
  const [even = 0, odd = 0] = high;
  if (odd > pairs * 0.95 && even < pairs * 0.5) return 'utf-16le';
  return even > pairs * 0.95 && odd < pairs * 0.5 ? 'utf-16be' : null;
}

function countZeros(bytes: Uint8Array): { readonly odd: number; readonly even: number } {
  let odd = 0;
  let even = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] !== 0) continue;
    if (at % 2 === 1) odd += 1;
    else even += 1;
  }
  return { odd, even };
}

/** The end of the sample may split a letter. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Two-byte Cyrillic letters of UTF-8: they rarely occur by chance in one-byte text. */
function countUtf8Pairs(bytes: Uint8Array): number {
  let pairs = 0;
  for (let at = 0; at + 3 < bytes.length; at += 1) {
    const lead = bytes[at] ?? 0;
    const next = bytes[at + 2] ?? 0;
    if ((lead === 0xd0 || lead === 0xd1) && (next === 0xd0 || next === 0xd1)) {
      if (isFollower(bytes[at + 1]) && isFollower(bytes[at + 3])) pairs += 1;
    }
  }
  return pairs;
}

function isFollower(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function looksCyrillic(bytes: Uint8Array): boolean {
  let high = 0;
  let letters = 0;
  for (const byte of bytes) {
    if (byte < 0x80) continue;
    high += 1;
    if (byte >= 0xc0 || [0xa8, 0xb8, 0xaa, 0xba, 0xaf, 0xbf, 0xb2, 0xb3, 0xa5, 0xb4].includes(byte))
      letters += 1;
  }
  return high > 0 && letters / high > 0.8;
}

export function mixedEncoding(): Problem {
  return new Problem('list.mixed_encoding', 422, 'The file mixes two encodings.');
}

function notAList(): Problem {
  return new Problem('list.not_a_list', 422, 'The file is not a list in a form that is read here.');
}
