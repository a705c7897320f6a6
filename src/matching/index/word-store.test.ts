import { describe, expect, it } from 'vitest';
import { inventedRow } from '../../../test/collections.ts';
import { analyse } from '../reading/analysis.ts';
import { descriptionOf } from '../reading/listed-row.ts';
import { analyseName } from '../reading/names.ts';
import type { Word } from '../reading/words.ts';
import { WordStore } from './word-store.ts';

/** All properties of a word, stored or computed. */
function saidBy(word: Word | null) {
  if (!word) return null;
  const { raw, sound, plain, skeleton, orthographies, others, initial, bare, abjad } = word;
  const { given, fathers, patronymic } = word;
  const readings = { given, fathers, patronymic };
  return { raw, sound, plain, skeleton, orthographies, others, initial, bare, abjad, ...readings };
}

function wordsIn(full: string): readonly Word[] {
  const { surnames, given, patronymic } = analyseName({ full });
  return [...surnames, given, patronymic].filter((word) => word !== null);
}

const written = [
  'Тихобор Данило Остапович',
  "В'юнковська-Тихобор Олена П.",
  'TYKHOBOR DANYLO',
  'Szentgyörgyi István',
  'Bjelogrlić Dušan',
  'Wang Xiuying',
  'ქავთარაძე გიორგი',
  'عبد الرحمن يوسف',
  'Məmmədov Vaqif oğlu',
  'Вагиф оглы Мамедов',
];

describe('words outside the heap', () => {
  it('say what they said', () => {
    const store = new WordStore();
    const words = written.flatMap(wordsIn);
    for (let number = 0; number < 300; number += 1) {
      const [name] = analyse(descriptionOf(inventedRow(number))).names;
      words.push(...(name?.surnames ?? []));
    }
    const numbers = words.map((word) => store.numberOf(word));
    expect(words.some(({ others }) => others.length > 0)).toBe(true);
    expect(numbers.map((number) => saidBy(store.at(number)))).toEqual(words.map(saidBy));
    expect(words.map((word) => store.numberOf({ ...word }))).toEqual(numbers);
  });

  it('are one number each, and none for none', () => {
    const store = new WordStore();
    expect(store.numberOf(null)).toBe(0);
    expect(store.at(0)).toBeNull();
    const [one, other] = wordsIn('Тихобор Данило').map((word) => store.numberOf(word));
    expect(new Set([one, other, 0]).size).toBe(3);
  });

  it('keep a father by his own name beside the same name of a son', () => {
    const store = new WordStore();
    const description = { names: [{ full: 'Тихобор Остап' }], father: 'Тихобор Остап' };
    const [name] = analyse(description).names;
    const [given, father] = [name?.given ?? null, name?.patronymic ?? null];
    const numbers = [store.numberOf(given), store.numberOf(father)];
    expect(numbers[0]).not.toBe(numbers[1]);
    expect(numbers.map((number) => saidBy(store.at(number)))).toEqual([given, father].map(saidBy));
  });
});
