import { encodeBytes, inGroups, isCode } from '../../vault/codes.ts';
import { hashToken, randomToken, sha256 } from '../../vault/random.ts';

/**
 * The file code: 120 bits in 24 characters of Crockford's base 32, printed in six groups. It has
 * the entropy of a key, so a fast hash of it may be stored (ruling 8, R-10).
 */
const codeBytes = 15;
const codeLength = 24;

/** The random seed of a code, made with the form so that sending it twice gives one code. */
export function newCodeSeed(): string {
  return randomToken(24);
}

/** The code that belongs to a seed, in its canonical form without groups. */
export function codeFromSeed(seed: string): string {
  return encodeBytes(sha256(`file-code|${seed}`).subarray(0, codeBytes));
}

/** As it is printed: six groups of four. */
export function printCode(code: string): string {
  return inGroups(code);
}

// Letters that look like ours on a Ukrainian or Russian keyboard, and those that the alphabet
// omits.
const lookalikes: Readonly<Record<string, string>> = {
  O: '0',
  I: '1',
  L: '1',
  А: 'A',
  В: 'B',
  С: 'C',
  Е: 'E',
  Н: 'H',
  К: 'K',
  М: 'M',
  Р: 'P',
  Т: 'T',
  Х: 'X',
  О: '0',
  І: '1',
};

/**
 * Reads a typed code: groups, case and look-alike letters do not matter. Null if it cannot be one;
 * callers treat that as a wrong code.
 */
export function readCode(typed: string): string | null {
  if (typed.length > 200) return null;
  const letters = [...typed.normalize('NFKC').toUpperCase()]
    .filter((letter) => !/[\s\-–—_.]/.test(letter))
    .map((letter) => lookalikes[letter] ?? letter);
  if (letters.length !== codeLength) return null;
  const code = letters.join('');
  return isCode(code) ? code : null;
}

/** The stored form of a code. */
export function hashCode(code: string): Buffer {
  return hashToken(`file|${code}`);
}
