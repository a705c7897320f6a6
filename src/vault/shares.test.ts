import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinShares, splitKey } from './shares.ts';

const key = Uint8Array.from({ length: 32 }, (_, at) => at * 7 + 1);

interface Vector {
  readonly of: number;
  readonly needed: number;
  readonly key: string;
  readonly mark: string;
  readonly coefficients: readonly string[];
  readonly shares: readonly string[];
}
const file = new URL('../../test/vectors/shares.json', import.meta.url);
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: Vector[] }; // Written by us.

describe('shares of a key', () => {
  it('join to the key again, whichever two of three come', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (secret) => {
        const [one = '', two = '', three = ''] = splitKey(secret, { of: 3, needed: 2 });
        for (const pair of [
          [one, two],
          [three, one],
          [two, three],
        ]) {
          expect(Buffer.from(joinShares(pair))).toEqual(Buffer.from(secret));
        }
      }),
    );
  });

  it('need three where three are needed', () => {
    const shares = splitKey(key, { of: 5, needed: 3 });
    expect(Buffer.from(joinShares(shares.slice(2)))).toEqual(Buffer.from(key));
    expect(() => joinShares(shares.slice(0, 2))).toThrow('More shares');
  });

  it.each(vectors)('keep their written form: $needed of $of', (vector) => {
    const drawn = [vector.mark, ...vector.coefficients].map((hex) => Buffer.from(hex, 'hex'));
    const shares = splitKey(Buffer.from(vector.key, 'hex'), vector, () => drawn.shift() ?? key);
    expect(shares).toEqual(vector.shares);
    const back = joinShares(vector.shares.slice(-vector.needed));
    expect(Buffer.from(back).toString('hex')).toBe(vector.key);
  });

  it('say what is wrong with what was typed', () => {
    const [one = '', two = ''] = splitKey(key, { of: 3, needed: 2 });
    const [other = ''] = splitKey(key, { of: 3, needed: 2 });
    const middle = `${one.slice(0, 20)}${one[20] === 'Z' ? 'Y' : 'Z'}${one.slice(21)}`;
    expect(() => joinShares([one])).toThrow('More shares');
    expect(() => joinShares([one, one])).toThrow('twice');
    expect(() => joinShares([other, two])).toThrow('different keys');
    expect(() => joinShares([middle, two])).toThrow('mistyped');
    expect(() => joinShares(['', two])).toThrow('mistyped');
    expect(() => joinShares(['ÄÖÜ', two])).toThrow('letters');
    expect(() => joinShares([`${one}0`, two])).toThrow('mistyped');
    expect(() => joinShares([])).toThrow('More shares');
    expect(() => splitKey(key, { of: 3, needed: 1 })).toThrow(RangeError);
    expect(joinShares([one.toLowerCase().replaceAll('-', ' '), two])).toBeTruthy();
  });

  it('notice every single letter that was mistyped', () => {
    const [one = '', two = ''] = splitKey(key, { of: 3, needed: 2 });
    for (let at = 0; at < one.length; at += 1) {
      if (one[at] === '-') continue;
      const wrong = `${one.slice(0, at)}${one[at] === '7' ? '8' : '7'}${one.slice(at + 1)}`;
      expect(() => joinShares([wrong, two])).toThrow('mistyped');
    }
  });

  it('tell nothing alone: the same share belongs to every possible key', () => {
    // One byte: the share's byte is key + coefficient, so each key has a coefficient that gives it.
    const shareOf = (byte: number, coefficient: number) =>
      splitKey(Uint8Array.of(byte), { of: 2, needed: 2 }, (count) =>
        count === 4 ? new Uint8Array(4) : Uint8Array.of(coefficient),
      )[0];
    const wanted = shareOf(0, 77);
    for (let byte = 0; byte < 256; byte += 17) {
      const found = Array.from({ length: 256 }, (_, at) => at).filter(
        (coefficient) => shareOf(byte, coefficient) === wanted,
      );
      expect(found).toHaveLength(1);
    }
  });
});
