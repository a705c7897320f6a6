import { describe, expect, it } from 'vitest';
import { inventedRow } from '../../../test/collections.ts';
import type { Description } from '../../kernel/description.ts';
import { analyse } from '../reading/analysis.ts';
import { descriptionOf } from '../reading/listed-row.ts';
import { pack, unpack } from './packed.ts';

describe('a packed reading', () => {
  it('is read back as it was understood', () => {
    let packed = 0;
    for (let number = 0; number < 400; number += 1) {
      const row = { ...inventedRow(number), lang: number % 2 === 0 ? 'pl' : 'uk' };
      const description = descriptionOf(row);
      const analysis = analyse(description);
      const text = pack(analysis);
      if (text === null) continue;
      packed += 1;
      const [name] = analysis.names;
      expect(unpack(text)).toEqual({ ...analysis, names: [{ ...name, rule: 'stored' }] });
    }
    expect(packed).toBe(400);
  });

  it.each<readonly [string, Description]>([
    ['has several names', { names: [{ full: 'Тихобор Д.' }, { full: 'Вербогай Д.' }] }],
    ['has none', { names: [] }],
    ['has numbers beside', { names: [{ full: 'Тихобор' }], documents: ['ВН 123456'] }],
    [
      'has a father given by himself',
      { names: [{ full: 'Тихобор Данило' }], father: 'Тихобор Остап' },
    ],
    [
      'holds a sign that no database keeps',
      { names: [{ full: 'Тихобор' }], birthplace: 'Бал\0та' },
    ],
    ['holds what stands between', { names: [{ full: 'Тихобор' }], birthplace: 'Бал\u001fта' }],
  ])('is not made where the record %s', (_, description) => {
    expect(pack(analyse(description))).toBeNull();
  });
});
