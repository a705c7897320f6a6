import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Description } from '../../kernel/description.ts';
import { analyse } from '../reading/analysis.ts';
import { readDate } from '../reading/dates.ts';
import { quotedOf } from '../weighing/explain.ts';
import { compress, expand, idOf, type Quoted } from './shorthand.ts';

function described(name: string, birth?: string, captured?: string): Description {
  return {
    names: [{ full: name }],
    ...(birth === undefined ? {} : { birth: readDate(birth) }),
    ...(captured === undefined ? {} : { captured: readDate(captured) }),
  };
}

/** The quoted words of a description after a round trip, and the length stored. */
function kept(description: Description): { readonly quoted: Quoted; readonly length: number } {
  const analysis = analyse(description);
  const text = compress('row 7', quotedOf(description), analysis);
  expect(idOf(text)).toBe('row 7');
  return { quoted: expand(text, analysis), length: text.length };
}

describe('shorthand of what a record is quoted with', () => {
  it.each([
    'Тихобор Данило Остапович',
    'ДАНИЛО ТИХОБОР',
    'вербогай роман',
    'Вербогай-Лугова Яра',
    'ст. солдат Тихобор (Вітер) Данило',
    'Тихобор  Данило',
    "Лук'яненко Дем'ян",
    'Tykhobor D. O.',
    'McTykhobor DaNylo',
    'Тихобор, Данило',
    '',
  ])('gives «%s» back letter by letter', (name) => {
    expect(kept(described(name)).quoted.name).toBe(name);
  });

  it.each([
    '14.03.1994',
    '1994-03-14',
    '14/03/1994',
    '4.3.94',
    'березень 1994',
    '1994',
    '1994 р.н.',
  ])('gives the date %s back as it was written', (date) => {
    const { quoted } = kept(described('Тихобор Данило', date, date));
    expect(quoted).toMatchObject({ birth: date, lost: date });
  });

  it('is short where the reading says it all', () => {
    const description = described('Тихобор Данило Остапович', '14.03.1994', '2024-05-01');
    expect(kept(description).length).toBeLessThan(20);
  });

  it('gives anything back, with a space for each letter that is none', () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    const names = fc.oneof(
      text,
      fc.constantFrom('Тихобор Данило', 'ТИХОБОР \u0010 Данило', '\u0001'),
    );
    fc.assert(
      fc.property(names, text, text, (full, raw, rank) => {
        const description: Description = {
          names: [{ full }],
          birth: { raw, value: null, rule: 'unread' } as unknown as Description['birth'] & object,
          rank,
        };
        const plain = (each: string) => each.replace(/\p{Cc}/gu, ' ');
        const { quoted } = kept(description);
        expect(quoted).toEqual({
          name: plain(full),
          birth: plain(raw),
          lost: '',
          rank: plain(rank),
        });
      }),
    );
  });
});
