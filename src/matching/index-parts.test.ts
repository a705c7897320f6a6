import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inventedPerson } from '../demo/people.ts';
import type { Description } from '../kernel/description.ts';
import { MatchIndex } from './matching.ts';
import { keyBits, secondTier } from './proposing/bounds.ts';
import { Postings } from './proposing/postings.ts';

const rows = 900;

function row(number: number): { readonly id: string; readonly description: Description } {
  const { uk, ru } = inventedPerson(number % 700);
  const { surname, given, patronymic } = number % 3 === 0 ? ru : uk;
  const names = [{ full: `${surname} ${given} ${patronymic}` }];
  // Some records have two names or a number: these are stored outside the packed rows.
  if (number % 50 === 0) names.push({ full: `Тихобор ${given}` });
  return {
    id: `row ${number}`,
    description: {
      names,
      birthplace: number % 4 === 0 ? 'Полтава' : 'м. Київ',
      unit: `${number % 9} омбр`,
      ...(number % 70 === 0 ? { callsign: 'Вітер' } : {}),
    },
  };
}

function built(from: number, to: number): MatchIndex {
  const index = new MatchIndex();
  for (let number = from; number < to; number += 1) {
    const { id, description } = row(number);
    index.add(id, description);
  }
  return index;
}

/** As a thread would transfer it: no memory is shared. */
function joined(one: MatchIndex, other: MatchIndex) {
  const twice = one.merge(structuredClone(other.transfer()));
  return { index: one, twice };
}

const answers = (index: MatchIndex) =>
  Array.from({ length: rows / 6 }, (_, number) => index.find(row(6 * number).description));

describe('an index of two parts', () => {
  const whole = answers(built(0, rows));

  it('answers as one that was built at once, explanations and all', () => {
    const { index, twice } = joined(built(0, 431), built(431, rows));
    expect(twice).toEqual([]);
    expect(index.size).toBe(rows);
    expect(answers(index)).toEqual(whole);
  });

  it('answers so whichever part is empty, and of many parts', () => {
    expect(answers(joined(built(0, 0), built(0, rows)).index)).toEqual(whole);
    expect(answers(joined(built(0, rows), built(0, 0)).index)).toEqual(whole);
    const index = built(0, 100);
    for (let from = 100; from < rows; from += 200) joined(index, built(from, from + 200));
    expect(answers(index)).toEqual(whole);
  });

  it('goes on: records are added, replaced and removed behind the part', () => {
    const { index } = joined(built(0, 300), built(300, 600));
    for (let number = 600; number < rows; number += 1) {
      const { id, description } = row(number);
      index.add(id, description);
    }
    expect(answers(index)).toEqual(whole);
    index.remove('row 400');
    index.add('row 1', { names: [{ full: 'Вербогай Лука Лукич' }] });
    expect(index.has('row 400')).toBe(false);
    expect(index.size).toBe(rows - 1);
    expect(index.find({ names: [{ full: 'Вербогай Лука Лукич' }] })[0]?.id).toBe('row 1');
  });

  it('leaves out an id that is there already, and what was removed before', () => {
    const other = built(400, 500);
    other.remove('row 450');
    const { index, twice } = joined(built(0, 403), other);
    expect(twice.map(({ id }) => id)).toEqual(['row 400', 'row 401', 'row 402']);
    expect(index.size).toBe(499);
    expect(index.has('row 450')).toBe(false);
  });
});

describe('postings of two parts', () => {
  it('hold what those of one would, common keys as well', () => {
    const key = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(2 ** keyBits - 1));
    const lists = fc.array(fc.uniqueArray(key, { maxLength: 4 }), { maxLength: 30 });
    fc.assert(
      fc.property(lists, lists, fc.boolean(), (one, other, commonThere) => {
        const [whole, first, second] = [new Postings(), new Postings(), new Postings()];
        const all = [...one, ...other];
        const common = Array.from({ length: secondTier.listMax + 1 }, () => [7]);
        const parts = commonThere ? [one, [...other, ...common]] : [[...one, ...common], other];
        parts.flat().forEach((keys, record) => {
          whole.add(record, keys);
        });
        parts[0]?.forEach((keys, record) => {
          first.add(record, keys);
        });
        parts[1]?.forEach((keys, record) => {
          second.add(record, keys);
        });
        first.merge(structuredClone(second.transfer()), parts[0]?.length ?? 0);
        for (const each of [0, 1, 2, 3, 4, 5, 7, 2 ** keyBits - 1]) {
          expect(first.count(each)).toBe(whole.count(each));
          expect(first.gather([each], all.length + common.length)).toEqual(
            whole.gather([each], all.length + common.length),
          );
        }
      }),
      { numRuns: 30 },
    );
  });
});
