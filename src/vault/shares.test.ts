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
  it('give the key again, by any two of three', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), async (secret) => {
        const [one = '', two = '', three = ''] = await splitKey(secret, { of: 3, needed: 2 });
        for (const pair of [
          [one, two],
          [three, one],
          [two, three],
        ]) {
          expect(Buffer.from(await joinShares(pair))).toEqual(Buffer.from(secret));
        }
      }),
      { numRuns: 50 },
    ));

  it('need three where three are needed', async () => {
    const shares = await splitKey(key, { of: 5, needed: 3 });
    expect(Buffer.from(await joinShares(shares.slice(2)))).toEqual(Buffer.from(key));
    await expect(joinShares(shares.slice(0, 2))).rejects.toThrow('More shares');
  });

  it.each(vectors)(
    'are read as an independent program wrote them: $needed of $of',
    async (vector) => {
      const back = await joinShares(vector.shares.slice(-vector.needed));
      expect(Buffer.from(back).toString('hex')).toBe(vector.key);
    },
  );

  it('say what is wrong with what was typed', async () => {
    const [one = '', two = ''] = await splitKey(key, { of: 3, needed: 2 });
    const [other = ''] = await splitKey(key, { of: 3, needed: 2 });
    const middle = `${one.slice(0, 20)}${one[20] === 'Z' ? 'Y' : 'Z'}${one.slice(21)}`;
    await expect(joinShares([one])).rejects.toThrow('More shares');
    await expect(joinShares([one, one])).rejects.toThrow('twice');
    await expect(joinShares([other, two])).rejects.toThrow('different keys');
    await expect(joinShares([middle, two])).rejects.toThrow('mistyped');
    await expect(joinShares(['', two])).rejects.toThrow('mistyped');
    await expect(joinShares(['ÄÖÜ', two])).rejects.toThrow('letters');
    await expect(joinShares([`${one}0`, two])).rejects.toThrow('mistyped');
    await expect(joinShares([])).rejects.toThrow('More shares');
    await expect(splitKey(key, { of: 3, needed: 1 })).rejects.toThrow(RangeError);
    expect(await joinShares([one.toLowerCase().replaceAll('-', ' '), two])).toBeTruthy();
  });

  it('reveal every single mistyped letter', async () => {
    const [one = '', two = ''] = await splitKey(key, { of: 3, needed: 2 });
    for (let at = 0; at < one.length; at += 1) {
      if (one[at] === '-') continue;
      const wrong = `${one.slice(0, at)}${one[at] === '7' ? '8' : '7'}${one.slice(at + 1)}`;
      await expect(joinShares([wrong, two])).rejects.toThrow('mistyped');
    }
  });
});
