import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanTexts, filingFields, gentleFindings, readFiling } from './filing.ts';

const little = { surname: 'Вигаданенко', enquirerName: 'Олена', relationship: 'mother' };

function problemsOf(change: Record<string, string>): readonly string[] {
  const reading = readFiling({ ...little, ...change });
  return reading.ok ? [] : reading.problems.map(({ field, code }) => `${field} ${code}`);
}

describe('a filled form is given back', () => {
  it('with every box that must be filled, when it is empty', () => {
    const reading = readFiling({});
    expect(reading.ok ? [] : reading.problems).toEqual([
      { field: 'enquirerName', code: 'missing' },
      { field: 'relationship', code: 'missing' },
      { field: 'surname', code: 'missing' },
    ]);
  });

  it.each([
    ['a name of 4,000 letters', { surname: 'Ш'.repeat(4000) }, 'surname too_long'],
    ['marks that turn the direction', { surname: 'Ива\u202eнов' }, 'surname invisible_marks'],
    ['a zero-width space', { given: 'Іван\u200b' }, 'given invisible_marks'],
    ['a null byte', { given: 'Іван\u0000' }, 'given invisible_marks'],
    ['half of a letter', { given: 'Іван\ud800' }, 'given invisible_marks'],
    ['the 31st of February', { birth: '31.02.1990' }, 'birth not_a_date'],
    ['words for a date', { lastContact: 'long ago' }, 'lastContact not_a_date'],
    ['a sex that is no choice', { sex: 'x' }, 'sex not_a_choice'],
    ['a kinship that is no choice', { relationship: 'king' }, 'relationship not_a_choice'],
    ['an e-mail address without an at sign', { email: 'olena' }, 'email not_an_email'],
    ['letters for a telephone', { phone: 'call me' }, 'phone not_a_phone'],
  ])('for %s', (_what, change, problem) => {
    expect(problemsOf(change)).toEqual([problem]);
  });

  it('once for each box, and never with a failure, whatever is typed', () => {
    const box = fc.string({ unit: 'binary', maxLength: 120 });
    const names = Object.keys(filingFields);
    const texts = fc.dictionary(fc.constantFrom(...names, '__proto__', 'constructor'), box);
    fc.assert(
      fc.property(texts, (typed) => {
        const reading = readFiling(typed);
        const fields = reading.ok ? [] : reading.problems.map(({ field }) => field);
        expect(new Set(fields).size).toBe(fields.length);
      }),
    );
  });
});

describe('a form with little known', () => {
  it('is taken: a surname or a first name, who asks, and how they are related', () => {
    expect(problemsOf({})).toEqual([]);
    expect(problemsOf({ surname: '', given: 'Іван' })).toEqual([]);
  });

  it('says nothing of what was left empty', () => {
    const reading = readFiling(little);
    if (!reading.ok) throw new Error('refused');
    expect(reading.intake.sought.names).toEqual([
      { full: 'Вигаданенко', surname: 'Вигаданенко', kind: 'main' },
    ]);
    expect(Object.keys(reading.intake.enquirer).sort()).toEqual(['name', 'relationship']);
  });

  it('gives no permission that was not ticked', () => {
    const reading = readFiling({ ...little, consentContact: 'yes', consentAgency: 'maybe' });
    expect(reading.ok && reading.intake.consents).toEqual({
      contact: true,
      centralAgency: false,
      otherBureau: false,
    });
  });

  it('keeps a date as it was written beside what was understood', () => {
    const reading = readFiling({ ...little, birth: '03.1990' });
    expect(reading.ok && reading.intake.sought.birth).toMatchObject({ raw: '03.1990' });
  });
});

describe('cleaning a text', () => {
  it('leaves nothing that cannot be seen, and cleans to itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (surname) => {
        const once = cleanTexts({ surname }).surname;
        expect(once).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
        expect(once).not.toMatch(/\p{Cs}/u);
        expect(cleanTexts({ surname: once }).surname).toBe(once);
      }),
    );
  });
});

describe('what might better not be written', () => {
  it.each([
    ['callsign', 'його позивний Вітер'],
    ['callsign', 'позывной Ветер'],
    ['unit', 'служив у 3 бригаді'],
    ['unit', 'воював у 901 ОМБр'],
    ['unit', 'рота 907 ОБрТрО'],
    ['position', 'bei 48.12345, 37.1234'],
  ])('is asked about: %s', (finding, circumstances) => {
    expect(gentleFindings({ circumstances })).toContain(finding);
  });

  it.each(['surname', 'rank', 'otherNames', 'lastSeenPlace'] as const)(
    'is asked about when a unit stands in the wrong box: %s',
    (box) => {
      expect(gentleFindings({ [box]: '901 ОМБр' })).toEqual(['unit']);
      expect(gentleFindings({ unit: '901 ОМБр' })).toEqual([]);
    },
  );

  it('is not asked about where nothing of it stands', () => {
    expect(
      gentleFindings({ circumstances: 'Дзвонив 12.03.2024 з Вигаданівки, писав 02.2024' }),
    ).toEqual([]);
  });
});
