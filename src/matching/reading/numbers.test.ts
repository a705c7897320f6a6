import { describe, expect, it } from 'vitest';
import { MatchIndex } from '../matching.ts';
import { compareNumbers, readNumber } from './numbers.ts';

const read = (...written: readonly string[]) => written.flatMap((each) => readNumber(each) ?? []);

/** Both pass the check of a Ukrainian tax number; they differ in one digit and the check digit. */
const [sound, otherSound] = ['3184710691', '3184710709'];

describe('numbers of papers', () => {
  it('have numbers to be tried with that fit their check', () => {
    expect(read(sound, otherSound).map(({ check }) => check)).toEqual(['fits', 'fits']);
  });

  it.each([
    [['КВ 123456'], ['KB123456'], 'same'],
    [[sound], [sound], 'same'],
    [['КВ 123456'], ['КВ 123465'], 'near'],
    [[sound], ['3184710692'], 'near'],
    [[sound], [otherSound], 'different'],
    [['КВ 123456'], [sound], 'absent'],
    [['КВ 123456', sound], ['АА 777777', sound], 'same'],
    // A row number of one list means another person on the next list.
    [['10017'], ['10017'], 'short'],
    [['10017'], ['10018'], 'absent'],
    [['КВ 123456'], ['МН 777001'], 'absent'],
    [[], [sound], 'absent'],
  ])('%s and %s: %s', (one, other, level) => {
    expect(compareNumbers(read(...one), read(...other))).toBe(level);
    expect(compareNumbers(read(...other), read(...one))).toBe(level);
  });

  it('speak for one person and against another in the model', () => {
    const index = new MatchIndex();
    index.add('same', { names: [{ full: 'Тихобор Данило' }], taxNumber: sound });
    index.add('silent', { names: [{ full: 'Тихобор Данило' }] });
    index.add('other', { names: [{ full: 'Тихобор Данило' }], taxNumber: otherSound });
    const asked = { names: [{ full: 'Тихобор Д.' }], taxNumber: sound };
    const found = index
      .find(asked, { from: 0 })
      .map(({ id, probability }) => ({ id, probability }));
    expect(found.map(({ id }) => id)).toEqual(['same', 'silent', 'other']);
    expect(found[0]?.probability).toBeGreaterThan(0.9);
    expect(found[2]?.probability).toBeLessThan(0.1);
  });
});
