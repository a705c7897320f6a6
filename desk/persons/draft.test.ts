import { describe, expect, test } from 'vitest';
import type { Description } from '../api/shapes.ts';
import { bodyOf, draftOf, findDifferences, isChanged, settled, withParts } from './draft.ts';

const said: Description = {
  names: [
    { full: 'Тихобор Данило', surname: 'Тихобор', given: 'Данило', language: 'uk', kind: 'main' },
    { full: 'Tykhobor D.', kind: 'alias' },
  ],
  birth: { raw: '14.03.1994', value: '1994-03-14', rule: 'day-month-year' },
  unit: '901 ОМБр',
  documents: ['КВ 000001', '000 002'],
};
const base = draftOf(said);
const change = (field: 'unit' | 'rank' | 'birth', text: string) => ({
  ...base,
  values: { ...base.values, [field]: text },
});

describe('a draft of a correction', () => {
  test('gives back what was said, dates as they were written', () => {
    expect(bodyOf(base)).toEqual({
      names: [
        {
          full: 'Тихобор Данило',
          surname: 'Тихобор',
          given: 'Данило',
          kind: 'main',
          language: 'uk',
        },
        { full: 'Tykhobor D.', kind: 'alias' },
      ],
      birth: said.birth,
      unit: '901 ОМБр',
      documents: ['КВ 000001', '000 002'],
    });
    expect(isChanged(base, base)).toBe(false);
  });

  test('gives a date that was written anew as text, to be read anew', () => {
    expect(bodyOf(change('birth', '15.03.1994'))).toHaveProperty('birth', '15.03.1994');
  });

  test('leaves out what was emptied, and writes the name anew from its parts', () => {
    const [name] = base.names;
    if (!name) throw new Error('the name is there');
    const parts = { surname: 'Тихобор', given: 'Данило', patronymic: 'Остапович' };
    const draft = { ...change('unit', ' '), names: [withParts(name, parts)] };
    expect(bodyOf(draft)).not.toHaveProperty('unit');
    expect(bodyOf(draft)['names']).toMatchObject([
      { full: 'Тихобор Данило Остапович', patronymic: 'Остапович' },
    ]);
    expect(isChanged(base, draft)).toBe(true);
  });

  test('meets another correction field by field, and asks only where both changed', () => {
    const mine = {
      ...change('unit', '902 ОМБр'),
      values: { ...change('unit', '902 ОМБр').values },
    };
    const theirs = draftOf({
      ...said,
      unit: '903 ОМБр',
      rank: 'солдат',
      birth: { raw: '15.03.1994', value: '1994-03-15', rule: 'day-month-year' },
    });
    const lines = findDifferences({ base, mine, theirs });
    expect(lines.map(({ key, side }) => [key, side])).toEqual([
      ['birth', 'theirs'],
      ['rank', 'theirs'],
      ['unit', null],
    ]);
    const taken = settled({ mine, theirs }, { birth: 'theirs', rank: 'theirs', unit: 'mine' });
    expect(taken.values).toMatchObject({ birth: '15.03.1994', rank: 'солдат', unit: '902 ОМБр' });
  });
});
