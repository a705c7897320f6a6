import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstTier, keyBits, keyWeight, secondTier } from './bounds.ts';
import { Postings } from './postings.ts';

const keyMax = 2 ** keyBits - 1;

/** A reference implementation with a plain map: `Postings` must give the same results. */
class Plain {
  readonly #lists = new Map<number, number[]>();

  add(record: number, keys: readonly number[]) {
    for (const key of keys) this.#lists.set(key, [...(this.#lists.get(key) ?? []), record]);
  }

  gather(keys: readonly number[], size: number): readonly number[] {
    const lists = keys
      .map((key) => ({ key, records: this.#lists.get(key) ?? [] }))
      .filter(({ records }) => records.length > 0 && records.length <= firstTier.listMax)
      .sort((one, other) => one.records.length - other.records.length || one.key - other.key);
    const weight = new Map<number, number>();
    let followed = 0;
    for (const { records } of lists) {
      if (followed > 0 && followed + records.length > firstTier.postingsMax) break;
      followed += records.length;
      for (const record of records) {
        weight.set(record, (weight.get(record) ?? 0) + keyWeight(size, records.length));
      }
    }
    return [...weight]
      .sort(([one, much], [other, more]) => more - much || one - other)
      .slice(0, firstTier.comparedMax)
      .map(([record]) => record);
  }
}

describe('postings', () => {
  it('gather what a plain map would, settled or not', () => {
    // Few buckets and shelves, so that lists collide; includes the highest key.
    const key = fc.oneof(
      fc.nat(40),
      fc.nat(40).map((firstTier) => firstTier * 256 + 3),
      fc.nat(40).map((far) => keyMax - far),
    );
    const record = fc.uniqueArray(key, { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 60 }), fc.nat(60), (records, settledAfter) => {
        const [postings, plain] = [new Postings(), new Plain()];
        records.forEach((keys, number) => {
          postings.add(number, keys);
          plain.add(number, keys);
          if (number === settledAfter) postings.mergePending();
          const asked = records[number - 1] ?? keys;
          expect(postings.gather(asked, number + 1)).toEqual(plain.gather(asked, number + 1));
        });
      }),
      { numRuns: 40 },
    );
  });

  it('sort their tails in as they grow, and lose none', () => {
    const [postings, plain] = [new Postings(), new Plain()];
    // All in one bucket, over several sortings; every key on seven records.
    for (let number = 0; number < 30_000; number += 1) {
      const keys = [(number % 4_285) * 32 + 1, 131_072 + (number % 4_285)];
      postings.add(number, keys);
      plain.add(number, keys);
    }
    for (let at = 0; at < 4_285; at += 97) {
      const keys = [at * 32 + 1, 131_072 + at];
      expect(postings.gather(keys, 30_000)).toEqual(plain.gather(keys, 30_000));
    }
  });

  it('count a key that is too common and follow it no more', () => {
    const postings = new Postings();
    const many = secondTier.listMax + 1;
    for (let number = 0; number < many; number += 1) postings.add(number, [5, 1_000_000 + number]);
    postings.mergePending();
    expect(postings.count(5)).toBe(many);
    postings.add(many, [5]);
    expect(postings.count(5)).toBe(many + 1);
    expect(postings.gather([5], many + 1, secondTier)).toEqual([]);
    expect(postings.gather([5, 1_000_007], many + 1, secondTier)).toEqual([7]);
  });

  it('say how many records they hold at the most', () => {
    expect(() => new Postings().add(2 ** 24, [1])).toThrow(RangeError);
  });
});
