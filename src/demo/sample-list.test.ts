import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sampleFiles } from '../../scripts/sample-list.ts';
import type { Description } from '../kernel/description.ts';
import { parsePartialDate } from '../kernel/partial-date.ts';
import { MatchIndex } from '../matching/matching.ts';
import { recogniseColumns } from '../registry/sources/columns.ts';
import { readRow } from '../registry/sources/read-row.ts';
import { inspectList, readList } from '../sandbox/read-list.ts';
import { inventedPerson } from './people.ts';

const folder = join(import.meta.dirname, 'samples');

async function readSample(name: string) {
  const path = join(folder, name);
  const { columns } = recogniseColumns((await inspectList(path)).rows);
  const reading = { columns, headed: true, language: 'ru', yearMax: 2026 };
  const rows = [];
  for await (const row of readList(path)) rows.push(row);
  return rows.slice(1).map((row) => readRow(row, reading));
}

describe('the sample list', () => {
  it.each(Object.entries(sampleFiles()))(
    'is committed as it is made: %s',
    async (name, content) => {
      expect((await readFile(join(folder, name))).equals(content)).toBe(true);
    },
  );

  it.each(Object.keys(sampleFiles()))('is read but for its four broken rows: %s', async (name) => {
    const rows = await readSample(name);
    const codes = rows.flatMap((row) =>
      row.kind === 'refused' ? row.notes.map((n) => n.code) : [],
    );
    expect(rows).toHaveLength(60);
    expect(codes).toEqual([
      'row.two_people',
      'row.no_such_day',
      'row.no_name',
      'row.date_in_future',
    ]);
  });

  it('finds three of those whom families ask for, and the right ones', async () => {
    const index = new MatchIndex();
    const listed = await readSample('sample-list.csv');
    listed.forEach((row, at) => {
      if (row.kind === 'read') index.add(String(at), row.description);
    });
    const asked = [
      sought('Тихобор Данило Остапович', '1994-03-14', '901 ОМБр', 'м. Ясностав'),
      ...[1_002, 1_005].map((number) => {
        const { uk, birth, unit, birthplace } = inventedPerson(number);
        const name = `${uk.surname} ${uk.given} ${uk.patronymic}`;
        return sought(name, birth, unit.uk, birthplace.uk);
      }),
    ];
    for (const description of asked) {
      const [best] = index.find(description, { top: 1 });
      expect(best?.probability).toBeGreaterThan(0.9);
      const row = listed[Number(best?.id)];
      expect(row?.kind === 'read' && row.description.birth?.value).toBe(description.birth?.value);
    }
  });
});

function sought(full: string, birth: string, unit: string, birthplace: string): Description {
  const value = parsePartialDate(birth);
  return { names: [{ full }], birth: { raw: birth, value, rule: 'iso' }, unit, birthplace };
}
