import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TextBlocks } from './text-blocks.ts';

describe('texts in blocks of bytes', () => {
  it('are read back letter by letter, whatever is written', () => {
    const letters = fc.constantFrom(
      'a',
      'Z',
      '\u001f',
      'я',
      'Ґ',
      'ӯ',
      'ё',
      'ł',
      'ő',
      'ə',
      'გ',
      'ق',
      '😀',
      '\ud800',
      '\0',
    );
    const text = fc.oneof(
      fc.string({ unit: letters, maxLength: 40 }),
      fc.string({ unit: 'binary', maxLength: 300 }),
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 50 }), (texts) => {
        const blocks = new TextBlocks();
        const starts = texts.map((each) => blocks.add(each));
        expect(starts.map((start) => blocks.at(start))).toEqual(texts);
      }),
    );
  });

  it('may be longer than a block, and follow one another over many', () => {
    const blocks = new TextBlocks();
    const long = 'Тихобор '.repeat(700_000);
    const texts = ['перше', long, 'second', long.slice(1), 'третє'];
    const starts = texts.map((each) => blocks.add(each));
    expect(starts.map((start) => blocks.at(start) === texts[starts.indexOf(start)])).toEqual(
      texts.map(() => true),
    );
  });
});
