import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyse } from './analysis.ts';
import { readName } from './name-reading.ts';

const table = readFileSync(join(import.meta.dirname, 'tables/given-names.tsv'), 'utf8');
const lines = table
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('\t'));

const partsOf = (full: string) =>
  readName({ full }).words.map(({ part, written }) => `${part} ${written}`);
const sexOf = (full: string) => analyse({ names: [{ full }] }).sex;

describe('the table of given names', () => {
  it('has a sex and a name in every line, and no form twice in one', () => {
    for (const [sex, forms = ''] of lines) {
      expect(['m', 'f']).toContain(sex);
      const words = forms.split(' ');
      expect([forms, new Set(words).size]).toEqual([forms, words.length]);
      expect(words[0]?.startsWith('~')).toBe(false);
    }
  });

  it('has one line for a name: no two begin alike', () => {
    const firsts = lines.map(([sex, forms = '']) => `${sex} ${forms.split(' ')[0]}`);
    expect(firsts.filter((first, at) => firsts.indexOf(first) !== at)).toEqual([]);
  });

  it.each([
    ['Həsən', 'Хасан'],
    ['Məmməd', 'Магомед'],
    ['Hüseyn', 'Усеин'],
    ['Ғафур Исмоил', 'İsmayıl'],
    ['Rəşad', 'Решат'],
    ['György', 'Дьёрдь'],
    ['István', 'Степан'],
    ['Mihály', 'Михай'],
    ['Giorgi', 'Георгий'],
    ['Ҷамшед', 'Джамшид'],
    ['Нұрлан', 'Nurlan'],
    ['Zeynəb', 'Зайнаб'],
    ['Fatma', 'Патимат'],
    ['Erzsébet', 'Елизавета'],
    ['Hakob', 'Акоп'],
  ])('knows %s for %s', (one, other) => {
    const meanings = (given: string) =>
      readName({ full: `Тихобор ${given.split(' ').at(-1)}` }).words.find(
        ({ part }) => part === 'given',
      )?.means ?? [];
    expect(meanings(other).some((name) => meanings(one).includes(name))).toBe(true);
  });
});

describe('a father in Turkic languages', () => {
  it.each([
    'Гусейнов Эльчин Вагиф оглы',
    'Гусейнова Севинч Вагиф кызы',
    'Hüseynov Elçin Vaqif oğlu',
    'Гусейнов Ельчин Вагіф огли',
    'Вагиф оглы Эльчин Гусейнов',
    'Каримов Алишер Вагиф угли',
    'Karimova Nigora Vaqif qizi',
    'Ахметов Нурлан Вагифулы',
  ])('is read of %s', (full) => {
    const words = readName({ full }).words;
    expect(words.find(({ part }) => part === 'patronymic')?.means).toContain('Вагіф');
    expect(words).toHaveLength(3);
  });

  it('is not seen in a family of that sound', () => {
    expect(partsOf('Оглы Роман Степанович')).toContain('surname Оглы');
    expect(partsOf('Роман Степанович Оглы')).toContain('surname Оглы');
    expect(partsOf('Гули Давид')).toContain('surname Гули');
  });

  it.each([
    ['Гусейнов Эльчин Вагиф оглы', 'm'],
    ['Гусейнова Севинч Вагиф кызы', 'f'],
    ['Karimova Nigora Vaqif qizi', 'f'],
    ['Ахметова Бахытжамалгул', 'f'],
    ['Толибов Гуломиддин', 'm'],
    ['Иваненко Ольга Петрівна', 'f'],
    ['Иваненко Саша', null],
  ])('or an ending tells the sex of %s', (full, sex) => {
    expect(sexOf(full)).toBe(sex);
  });
});

describe('ranks among names', () => {
  it('are left out, but where nothing else is the family', () => {
    expect(partsOf('майор Иваненко Юрий')).toEqual(['surname Иваненко', 'given Юрий']);
    expect(partsOf('Майор Юрий Иванович')).toContain('surname Майор');
  });
});
