import { randomBytes } from './random.ts';

/** Crockford's base 32: no letters that are easily confused. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A random code of at least `bits` bits, printed in groups of four. */
export function randomCode(bits: number): string {
  const letters = [...randomBytes(Math.ceil(bits / 5))].map((byte) => alphabet[byte & 31]);
  return inGroups(letters.join(''));
}

/** Bytes as base 32, most significant bit first; the last letter is padded with zero bits. */
export function encodeBytes(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + alphabet[(held << (5 - bits)) & 31] : text;
}

/** Bytes of a code without groups; null if it has other letters, or more than its bytes need. */
export function decodeBytes(code: string): Buffer | null {
  const bytes: number[] = [];
  let held = 0;
  let bits = 0;
  for (const letter of code) {
    const value = alphabet.indexOf(letter);
    if (value < 0) return null;
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 255);
    }
    held &= (1 << bits) - 1;
  }
  return bits < 5 && held === 0 ? Buffer.from(bytes) : null;
}

/** True when every letter belongs to the alphabet of codes. */
export function isCode(text: string): boolean {
  return [...text].every((letter) => alphabet.includes(letter));
}

/** In groups of four, as codes are printed. */
export function inGroups(code: string): string {
  return code.replace(/(.{4})(?=.)/g, '$1-');
}

/** A typed code without groups and in upper case; null if it cannot be a code. */
export function readTypedCode(typed: string): string | null {
  if (typed.length > 100) return null;
  const letters = [...typed.toUpperCase()].filter((letter) => !/[\s-]/.test(letter));
  const read = letters.map((letter) => (letter === 'O' ? '0' : /[IL]/.test(letter) ? '1' : letter));
  const code = read.join('');
  return code !== '' && isCode(code) ? code : null;
}
