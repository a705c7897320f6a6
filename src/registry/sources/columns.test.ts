import { describe, expect, it } from 'vitest';
import { columnsProblem, recogniseColumns } from './columns.ts';
import type { ListedLine } from './import.ts';

function lines(...rows: readonly (readonly string[])[]): readonly ListedLine[] {
  return rows.map((cells, at) => ({
    line: at + 1,
    cells: cells.map((text) => ({ text, kind: text === '' ? 'empty' : 'text' })),
  }));
}

function fieldsOf(...rows: readonly (readonly string[])[]): readonly (string | null)[] {
  return recogniseColumns(lines(...rows)).columns.map((column) => column.field);
}

const person = ['Тихобор Данило Остапович', '14.03.1994'];

describe('recognising columns', () => {
  it.each([
    [
      'Ukrainian',
      [
        '№ з/п',
        'П.І.Б.',
        'Дата народження',
        'Місце народження',
        'В/ч',
        'Військове звання',
        'Дата потрапляння в полон',
        'Примітка',
      ],
    ],
    [
      'Russian',
      [
        '№ п/п',
        'Ф. И. О.',
        'Дата рождения',
        'Место рождения',
        'Воинская часть',
        'Звание',
        'Дата пленения',
        'Примечания',
      ],
    ],
    [
      'English',
      [
        'No.',
        'Full name',
        'Date of birth',
        'Place of birth',
        'Unit',
        'Rank',
        'Date of capture',
        'Remarks',
      ],
    ],
  ])('reads %s headings', (_language, headings) => {
    const row = ['1', ...person, 'с. Тиховерби', '901 ОМБр', 'солдат', '05.04.2024', ''];
    const found = recogniseColumns(lines(headings, row, ['2', ...row.slice(1)]));
    expect(found.headed).toBe(true);
    expect(found.columns.map((column) => column.field)).toEqual([
      'ordinal',
      'name',
      'birth',
      'birthplace',
      'unit',
      'rank',
      'captured',
      'note',
    ]);
  });

  it.each([
    [
      'Прізвище|Імʼя|По батькові|Стать|Позивний|РНОКПП',
      'surname given patronymic sex callsign tax_number',
    ],
    [
      "Прізвище|Ім'я|Рік народження|Особистий номер|Стан|Місце утримання",
      'surname given birth_year army_number event held_place',
    ],
    [
      'Фамилия|Имя|Отчество|Год рождения|Девичья фамилия матери|Отец',
      'surname given patronymic birth_year mother_maiden_name father',
    ],
    [
      'Фамилия|Имя|Позывной|Личный номер|Паспорт|Родственники',
      'surname given callsign army_number document relatives',
    ],
    [
      'Last name|First name|DOB|Service number|Last seen|Missing since',
      'surname given birth army_number last_seen_place last_contact',
    ],
    [
      'Surname|Given names|Gender|Nickname|Military unit|Place of capture',
      'surname given sex callsign unit captured_place',
    ],
    ['ФИО пленного|Дата рождения (по паспорту)|Воинская часть, номер', 'name birth unit'],
    ['ДАТА  НАРОДЖЕННЯ:|ПІБ*', 'birth name'],
  ])('reads %s', (headings, fields) => {
    expect(fieldsOf(headings.split('|')).map((field) => field ?? '-')).toEqual(fields.split(' '));
  });

  it('recognises by content alone where there are no headings', () => {
    const found = recogniseColumns(
      lines(
        ['1', 'Тихобор Данило Остапович', '14.03.1994', 'старший солдат', 'в/ч А9001'],
        ['2', 'Вербогай Андрій Петрович', '02.11.1988', 'ст. сержант', '901 ОМБр'],
        ['3', 'Ясностан Ілля Юрійович', '30.07.2001', 'солдат', 'в/ч А9044'],
      ),
    );
    expect(found.headed).toBe(false);
    expect(found.columns.map((column) => [column.field, column.rule])).toEqual([
      ['ordinal', 'content'],
      ['name', 'content'],
      ['birth', 'content'],
      ['rank', 'content'],
      ['unit', 'content'],
    ]);
  });

  it('believes the content where a heading says another thing', () => {
    const rows = [person, ['Вербогай Андрій Петрович', '02.11.1988']];
    const found = recogniseColumns(lines(['Имя', 'Дата'], ...rows)).columns;
    expect(found.map(({ field, rule }) => [field, rule])).toEqual([
      ['name', 'content-over-heading'],
      ['birth', 'content-over-heading'],
    ]);
  });

  it('gives little confidence to a date column that holds no dates', () => {
    const found = recogniseColumns(
      lines(['ПІБ', 'Дата народження'], ['Тихобор Данило', 'Ясностав']),
    );
    expect(found.columns[1]).toMatchObject({ field: 'birth', rule: 'heading-against-content' });
    expect(found.columns[1]?.confidence).toBeLessThan(0.5);
  });

  it('tells a number of the row from a number of the person', () => {
    expect(fieldsOf(['№', 'ПІБ'], ['7', 'Тихобор Данило'], ['9', 'Вербогай Андрій'])[0]).toBe(
      'ordinal',
    );
    expect(
      fieldsOf(['№', 'ПІБ'], ['АБ-200200', 'Тихобор Данило'], ['АБ-200377', 'Вербогай Андрій'])[0],
    ).toBe('number');
    expect(fieldsOf(['ID', 'ПІБ'], ['1', 'Тихобор Данило'], ['2', 'Вербогай Андрій'])[0]).toBe(
      'ordinal',
    );
  });

  it('finds out that a column writes the month first when a row proves it', () => {
    const found = recogniseColumns(
      lines(['Name', 'DOB'], ['Tykhobor Danylo', '03/14/1994'], ['Verbohai Andrii', '11/02/1988']),
    );
    expect(found.columns[1]).toMatchObject({ field: 'birth', order: 'month-first' });
  });

  it('gives a field to one column only and leaves the other to a person', () => {
    const found = recogniseColumns(
      lines(['ПІБ', 'ФИО'], ['Тихобор Данило', 'Тихобор Данила']),
    ).columns;
    expect(found.map((column) => column.field)).toEqual(['name', null]);
    expect(columnsProblem(found)).toBeNull();
    expect(columnsProblem(found.map((column) => ({ ...column, field: 'name' as const })))).toBe(
      'import.field_twice',
    );
  });
});
