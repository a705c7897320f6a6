import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recogniseColumns } from './columns.ts';
import type { ListCell } from './import.ts';
import { readRow } from './read-row.ts';

type Written = string | { readonly formula: string };

const headings = [
  'ПІБ',
  'Дата народження',
  'Звання',
  'Статус',
  'Дата полону',
  'Особистий номер',
  'Розмір взуття',
];

function cellOf(value: Written): ListCell {
  if (typeof value !== 'string') return { text: value.formula, kind: 'formula' };
  return { text: value, kind: value === '' ? 'empty' : 'text' };
}

function read(...cells: readonly Written[]) {
  const head = { line: 1, cells: headings.map(cellOf) };
  const { columns } = recogniseColumns([head]);
  const row = { line: 2, cells: cells.map(cellOf) };
  return readRow(row, { columns, headed: true, language: 'uk', yearMax: 2026 });
}

function refusal(...cells: readonly Written[]): string {
  const row = read(...cells);
  return row.kind === 'refused'
    ? row.notes.map((note) => `${note.column}:${note.code}`).join(' ')
    : 'read';
}

const name = 'Тихобор Данило Остапович';

describe('reading a row', () => {
  it('keeps the raw text beside what was understood, with the rule', () => {
    const row = read(name, '14.III.94', 'ст. солдат', 'у полоні', '05.04.2024', 'АБ-200200', '43');
    expect(row).toMatchObject({
      kind: 'read',
      number: 'АБ-200200',
      description: {
        names: [{ full: name, language: 'uk' }],
        birth: { raw: '14.III.94', value: '1994-03-14', rule: 'roman-month' },
        rank: 'ст. солдат',
        captured: { raw: '05.04.2024', value: '2024-04-05' },
        armyNumber: 'АБ-200200',
        note: 'Статус: у полоні\nРозмір взуття: 43',
      },
      event: { kind: 'reported_held', capturedMonth: { from: '2024-04-01', to: '2024-04-30' } },
    });
  });

  it('keeps every particular that GC III 122 asks of a notification', () => {
    const line = (cells: readonly string[], at: number) => ({ line: at, cells: cells.map(cellOf) });
    const head = ['ID', 'Full name', 'Rank', 'Service number', 'Power', 'Place of birth', 'Born']
      .concat(['Father', "Mother's maiden name", 'Next of kin', 'Address of next of kin'])
      .concat(['Country of birth']);
    const cells = ['7-А', 'Tykhobor Danylo', 'private', '200200', 'Party A', 'Yasnostav'].concat([
      '1994-03-14',
      'Ostap',
      'Verbohai',
      'Tykhobor Olena',
      'Yasnostav, Sadova 1',
      'A',
    ]);
    const { columns } = recogniseColumns([line(head, 1), line(cells, 2)]);
    const row = readRow(line(cells, 2), { columns, headed: true, language: 'en', yearMax: 2026 });
    expect(row).toMatchObject({
      number: '7-А',
      description: {
        sourceNumber: '7-А',
        rank: 'private',
        armyNumber: '200200',
        power: 'Party A',
        birthplace: 'Yasnostav',
        birth: { value: '1994-03-14' },
        father: 'Ostap',
        motherMaidenName: 'Verbohai',
        relatives: ['Tykhobor Olena'],
        kinAddress: 'Yasnostav, Sadova 1',
        note: 'Country of birth: A',
      },
    });
  });

  it.each([
    ['12 березня 1991', '1991-03-12'],
    ['1.2.90', '1990-02-01'],
    ['1991', '1991'],
    ['01.01.1985', '1985'],
    ['1990-02-03', '1990-02-03'],
    ['33309', '1991-03-12'],
    ['12 липня 1991 р.', '1991-07-12'],
    ['12 июля 1991 г.', '1991-07-12'],
  ])('reads the date %s', (text, value) => {
    const row = read(name, text);
    expect(row.kind === 'read' && row.description.birth).toMatchObject({ raw: text, value });
  });

  it('keeps a date that nobody understands, and notes it', () => {
    const row = read(name, 'весна');
    expect(row).toMatchObject({
      kind: 'read',
      description: { birth: { raw: 'весна', value: null } },
      notes: [{ column: 1, code: 'row.date_not_understood' }],
    });
  });

  it('notes a day and a month that could change places', () => {
    expect(read(name, '03.04.1990')).toMatchObject({
      kind: 'read',
      notes: [{ column: 1, code: 'row.date_ambiguous' }],
    });
  });

  it.each([
    ['a day that never was', [name, '31.02.1990'], '1:row.no_such_day'],
    ['a birth to come', [name, '01.02.2090'], '1:row.date_in_future'],
    ['a birth two centuries ago', [name, '14.03.1794'], '1:row.birth_too_early'],
    ['a name of 4,000 letters', ['Тихобор '.repeat(500), ''], '0:row.name_too_long'],
    ['marks that turn the writing', ['Тихобор \u202eолинаД', ''], '0:row.direction_marks'],
    [
      'such marks in a column nobody named',
      [name, '', '', '', '', '', 'а\u2066б'],
      '6:row.direction_marks',
    ],
    ['control marks', ['Тихобор\u0000 Данило', ''], '0:row.control_marks'],
    ['a formula for a name', [{ formula: 'Тихобор Данило' }, ''], '0:row.formula'],
    ['a formula for a date', [name, { formula: '1994-03-14' }], '1:row.formula'],
    ['a formula written as text', ['=HYPERLINK("x")', ''], '0:row.formula'],
    ['a formula that a spreadsheet was kept from computing', ["'=1+1", ''], '0:row.formula'],
    [
      'more cells than the list has columns',
      [name, '14.03.1994', '', '', '', '', '', 'зсунуто'],
      'null:row.cells_too_many',
    ],
    ['no name', ['', '14.03.1994'], '0:row.no_name'],
    ['a dash for a name', ['—', '14.03.1994'], '0:row.no_name'],
    [
      'two people with a line between them',
      ['Тихобор Данило Остапович\nВербогай Андрій Петрович', ''],
      '0:row.two_people',
    ],
    ['two people with a comma', ['Тихобор Данило, Вербогай Андрій', ''], '0:row.two_people'],
    ['two people joined by a word', ['Тихобор Данило та Вербогай Андрій', ''], '0:row.two_people'],
    ['two people with numbers', ['1. Тихобор Д. О. 2. Вербогай А. П.', ''], '0:row.two_people'],
    [
      'two people in one run',
      ['Тихобор Данило Остапович Вербогай Андрій Петрович', ''],
      '0:row.two_people',
    ],
  ] as const)('refuses %s', (_what, cells, expected) => {
    expect(refusal(...cells)).toBe(expected);
  });

  it.each([
    'Тихобор, Данило Остапович',
    'Тихобор (Вербогай) Данило Остапович',
    'Тихобор-Вербогай Данило Остапович',
    'Тихобор Данило/Данила Остапович',
    'Тихобор Д. О.',
    'Остапович Данило Тихобор',
    'TYKHOBOR DANYLO',
    'Мамедов Ельдар Рустам огли',
  ])('takes %s for one person', (full) => {
    expect(refusal(full, '')).toBe('read');
  });

  it.each([
    ['обміняно 14.09.2024', 'exchanged'],
    ['помер', 'reported_dead'],
    ['смерть підтверджено', 'confirmed_dead'],
    ['освобождён из плена', 'released'],
    ['в плену', 'reported_held'],
    ['підтверджено МКЧХ', 'confirmed'],
    ['не підтверджено', null],
    ['вантаж 2004', null],
    ['неизвестно где', null],
  ])('reads the words %s', (words, kind) => {
    const row = read(name, '', '', words);
    expect(row.kind === 'read' && row.event.kind).toBe(kind);
  });

  it('reads or refuses whatever stands in the cells, and never lets a turning mark through', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom(name, '31.12.1990', '\u202e', '=1+1', "'", '0', 'та', '/', '200', '3/4/5'),
      fc.stringMatching(/^[\p{Script=Cyrillic} .,/0-9-]{0,40}$/u),
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), (cells) => {
        const row = read(...cells);
        if (row.kind === 'refused') expect(row.notes.length).toBeGreaterThan(0);
        else expect(JSON.stringify(row)).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/u);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses a row that the sandbox could not read', () => {
    const reading = { columns: [], headed: true, language: null, yearMax: 2026 };
    expect(readRow({ line: 7, cells: [], problem: 'list.broken_row' }, reading)).toEqual({
      kind: 'refused',
      notes: [{ column: null, code: 'row.broken' }],
    });
  });
});
