import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardCell, unguardCell, writeCsv } from './refused-csv.ts';

/** Everything that a spreadsheet may compute, or may skip before it detects a formula. */
const dangerous = /^[=+\-@\t\r\n\0＝＋－＠﹢﹣﹦﹫]/u;
const hiddenStart = /^[\p{Cc}\p{Cf}\p{Z}]+(?=[=+\-@＝＋－＠﹢﹣﹦﹫])/u;

const piece = fc.constantFrom(
  ...[
    '=1+1',
    '+380',
    '-5',
    '@SUM(A1)',
    '＝1',
    '＋1',
    '－1',
    '＠A1',
    '\0',
    '\t',
    '\r',
    '\n',
    '\r\n',
  ],
  ...[
    '"',
    ';',
    ',',
    '|',
    "'",
    ' ',
    '\u00a0',
    '\u200b',
    '\ufeff',
    '\u2028',
    '\u0085',
    '\u001b',
    'а',
  ],
);
const cell = fc.oneof(
  fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const rows = fc.integer({ min: 2, max: 5 }).chain((width) =>
  fc.array(fc.array(cell, { minLength: width, maxLength: width }), {
    minLength: 1,
    maxLength: 6,
  }),
);

function readBack(text: string): readonly (readonly string[])[] {
  return parse(text, { bom: true, delimiter: ';', record_delimiter: '\r\n' });
}

function unsafe(cells: readonly (readonly string[])[]): readonly string[] {
  return cells.flat().filter((text) => dangerous.test(text) || hiddenStart.test(text));
}

describe('the CSV of refused rows', () => {
  it.each([
    ['a formula behind NUL', '\0=1+1', "'\0=1+1"],
    ['a formula behind a line feed', '\n=1+1', "'\n=1+1"],
    ['a formula behind a space and a mark of no width', ' \u200b@A1', "' \u200b@A1"],
    ['a full-width formula', '＝1+1', "'＝1+1"],
    ['an ordinary cell', 'Тихобор Данило', 'Тихобор Данило'],
    ['a hyphen inside a name', 'Нечуй-Левицький', 'Нечуй-Левицький'],
  ])('guards %s', (_, text, guarded) => {
    expect(guardCell(text)).toBe(guarded);
    expect(unguardCell(guarded)).toBe(text);
  });

  it('keeps a bare carriage return and a bare line feed inside their cell', () => {
    const row = ['a\r=1+1', 'b\n=2+2', 'c'];
    expect(writeCsv([row])).toBe('\ufeff"a\r=1+1";"b\n=2+2";c\r\n');
    expect(readBack(writeCsv([row]))).toEqual([row]);
  });

  it('reads back as the guarded cells, none of which a spreadsheet computes', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const back = readBack(writeCsv(given));
        expect(back).toEqual(given.map((row) => row.map(guardCell)));
        expect(unsafe(back)).toEqual([]);
        expect(back.flat().map(unguardCell)).toEqual(given.flat().map(unguardCell));
      }),
      { numRuns: 2_000 },
    );
  });

  it('would compute cells, were they only checked for their first character (control)', () => {
    const before = (text: string) => (/^[=+\-@\t\r]/u.test(text) ? `'${text}` : text);
    const found = fc.sample(rows, { numRuns: 300, seed: 14 }).flat(2).map(before);
    expect(unsafe([found]).length).toBeGreaterThan(0);
  });
});
