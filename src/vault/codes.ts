import { randomBytes } from './random.ts';

/** Crockford's base 32: no letter that a tired eye takes for another. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A random code of at least `bits` bits, printed in groups of four. */
export function randomCode(bits: number): string {
  const letters = [...randomBytes(Math.ceil(bits / 5))].map((byte) => alphabet[byte & 31]);
  return letters.join('').replace(/(.{4})(?=.)/g, '$1-');
}

/** A code as it was typed, without groups and case; null when it cannot be one. */
export function readTypedCode(typed: string): string | null {
  if (typed.length > 100) return null;
  const letters = [...typed.toUpperCase()].filter((letter) => !/[\s-]/.test(letter));
  const read = letters.map((letter) => (letter === 'O' ? '0' : /[IL]/.test(letter) ? '1' : letter));
  return read.length > 0 && read.every((letter) => alphabet.includes(letter))
    ? read.join('')
    : null;
}
