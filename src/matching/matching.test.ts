import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Description } from '../kernel/description.ts';
import { nameProbability } from './linking/pairs.ts';
import { MatchIndex } from './matching.ts';
import { secondTier } from './proposing/bounds.ts';
import { readDate } from './reading/dates.ts';
import { readName } from './reading/name-reading.ts';
import { model } from './weighing/model.ts';
import { probabilityOf, scoreOf } from './weighing/weigh.ts';

const born = (text: string) => ({ birth: readDate(text) });
const named = (full: string, more: Partial<Description> = {}): Description => ({
  names: [{ full }],
  ...more,
});

/** Many other records, so that a name can be rare or common. */
function registry(): MatchIndex {
  const index = new MatchIndex();
  const surnames = ['Тихобор', 'Вербогай', 'Криводуб', 'Синєполь', 'Бурелом', 'Мокролуг'];
  const given = ['Іван Петрович', 'Олег Іванович', 'Сергій Юрійович', 'Тарас Степанович'];
  for (let at = 0; at < 600; at += 1) {
    const full = `${surnames[at % 6]}${'аеіоу'[at % 5]}нко ${given[at % 4]}`;
    index.add(`other ${at}`, named(full, born(`${(at % 28) + 1}.03.${1960 + (at % 40)}`)));
  }
  return index;
}

describe('one name in two spellings', () => {
  it.each([
    ['Олександр Іваненко', 'IVANENKO ALEKSANDR P.', 'same'],
    ['Сергій Щербак', 'Chtcherbak Serguei', 'same'],
    ['Швець Богдан', 'Bohdan Shvets', 'same'],
    ['Олевіч Андрій', 'Olewitsch Andrij', 'same'],
    ['Юрій Григорович Лисенко', 'Лысенко Юрий Григорьевич', 'same'],
    ['Микола Ткаченко', 'Николай Ткаченко', 'same'],
    ['Гордієнко Саша', 'Александр Гордиенко', 'same'],
    ['Радченко Всеслав', 'رادتشينكو فسيسلاف', 'same'],
    ['Калиниченко Станислав', 'სტანისლავ კალინიჩენკო', 'same'],
    ['Vučić Marko', 'Vucic Marko', 'same'],
    ['Мартинюк Артем Миколайович', 'Мартишин Артём Николаевич', 'other'],
    ['Грабчук Валерий', 'Valentin Grabchuk', 'other'],
    ['Руслан Иванович Томушкин', 'Iwan Ruslanowytsch Tomuschkin', 'other'],
    ['Степанян Микола Михайлович', 'Степанян Николай Иванович', 'other'],
    ['Abdullah bin Omar', 'Omar bin Abdullah', 'other'],
  ] as const)('takes %s and %s for %s', (left, right, verdict) => {
    const probability = nameProbability({ text: left }, { text: right });
    if (verdict === 'same') expect(probability).toBeGreaterThan(0.5);
    else expect(probability).toBeLessThan(0.5);
  });

  it('gives the same answer whichever is named first', () => {
    const one = { text: 'Ткаченко Микола Петрович' };
    const other = { text: 'Николай Ткаченко' };
    expect(nameProbability(one, other)).toBeCloseTo(nameProbability(other, one), 9);
  });
});

describe('reading a name', () => {
  it('says which rule read each word', () => {
    expect(readName({ full: 'IVANENKO ALEKSANDR P.' }).words).toMatchObject([
      { part: 'surname', written: 'Ivanenko', rule: 'best-fit' },
      { part: 'given', means: ['Олександр'], rule: 'full-form' },
      { part: 'patronymic', rule: 'initial' },
    ]);
  });

  it('takes a lone word in -ovych for the family, not for the father', () => {
    const { words } = readName({ full: "Макаревич В'ячеслав" });
    expect(words[0]).toMatchObject({ part: 'surname', written: 'Макаревич' });
  });
});

describe('which word is the surname', () => {
  const levelsOf = (left: string, right: string) => {
    const { reasons } = registry().compare(named(left), named(right));
    return Object.fromEntries(reasons.map(({ feature, level }) => [feature, level]));
  };

  it('is never the given name of both: two people called Misha share no family', () => {
    const { surname, given } = levelsOf('Misha Vyhoreniuk', 'Polozenko Misha');
    expect({ surname, given }).toEqual({ surname: 'different', given: 'same' });
  });

  it('may be either where both are given names, and then the other is the given name', () => {
    const [left, right] = [{ full: 'Назар Роман' }, { full: '', surname: 'Назар', given: 'Роман' }];
    expect(readName(left).alternative).not.toBeNull();
    const { reasons } = registry().compare({ names: [left] }, { names: [right] });
    expect(reasons.find(({ feature }) => feature === 'surname')?.level).toBe('same');
    expect(reasons.find(({ feature }) => feature === 'given')?.level).toBe('same');
  });
});

describe('finding a person', () => {
  const wanted = named('Полозенко Олександр Ілліч', {
    ...born('12.09.1991'),
    unit: '901 ОМБр',
    birthplace: 'Артемівськ',
  });

  it('finds one on a list of another spelling first, with weights that add up', () => {
    const index = registry();
    index.add('him', named('ПОЛОЗЕНКО АЛЕКСАНДР', { ...born('1991 г.р.'), birthplace: 'Бахмут' }));
    const [first] = index.find(wanted);
    expect(first?.id).toBe('him');
    const score = (first?.reasons ?? []).reduce((sum, { weight }) => sum + weight, model.prior);
    expect(score).toBeGreaterThan(0);
    const levels = Object.fromEntries((first?.reasons ?? []).map((each) => [each.feature, each]));
    expect(levels['given']).toMatchObject({ level: 'equivalent', right: 'АЛЕКСАНДР' });
    expect(levels['patronymic']).toMatchObject({ level: 'omitted', verdict: 'absent' });
    expect(levels['birthplace']).toMatchObject({ level: 'same' });
    expect(levels['unit']).toMatchObject({ level: 'absent' });
  });

  it('holds a brother, a namesake and a man of another year well below', () => {
    const likely = (other: Description) => registry().compare(wanted, other).probability;
    const him = likely(named('Полозенко Александр Ильич', born('12.09.1991')));
    for (const other of [
      named('Полозенко Юрий Ильич', born('03.02.1988')),
      named('Полозенко Александр Петрович', born('05.06.1979')),
      named('Полозенко Александр Ильич', born('30.01.1969')),
    ]) {
      expect(likely(other)).toBeLessThan(him / 2);
      expect(likely(other)).toBeLessThan(0.5);
    }
  });

  it('says what is missing where names alone speak', () => {
    const { undecidedWithout } = registry().compare(
      named('Полозенко Александр'),
      named('Полозенко Олександр'),
    );
    expect(undecidedWithout).toEqual(['birth', 'patronymic']);
  });

  it('never says of what is the same that it is absent or speaks against', () => {
    const index = new MatchIndex();
    index.add('own', { names: [{ full: 'Тихобор Данило Остапович' }], sex: 'm' });
    const [found] = index.find({ names: [{ full: 'Тихобор Данило' }], sex: 'm' });
    const sex = found?.reasons.find(({ feature }) => feature === 'sex');
    // Almost everyone on the list is a man: sex agrees and weighs nothing.
    expect(sex).toMatchObject({ level: 'same', verdict: 'agrees', weight: 0 });
    for (const levels of Object.values(model.weights)) {
      expect(levels['same'] ?? 0).toBeGreaterThanOrEqual(0);
    }
  });

  it('forgets a record that was taken out, and keeps the newer of two', () => {
    const index = registry();
    index.add('him', named('Полозенко Олександр Ілліч', born('12.09.1991')));
    index.add('him', named('Кривозуб Олександр Ілліч', born('12.09.1991')));
    expect(index.size).toBe(601);
    index.remove('him');
    expect(index.find(wanted).map(({ id }) => id)).not.toContain('him');
    expect(index.size).toBe(600);
  });

  it('leaves out nothing that is worth a look, however little of it was compared', () => {
    const index = registry();
    const asked = [
      wanted,
      named('Тихобаренко Іван', born('03.1970')),
      named('Вербогай О.', born('1984')),
      named('Синєпілко Тарас Степанович', { birthplace: 'Ясностав' }),
      named('Мокролуг Юрій Сергійович', born('14.03.1999')),
    ];
    let worth = 0;
    let pairs = 0;
    for (const description of asked) {
      pairs += [...index.comparisons(description)].length;
      const whole = [...index.comparisons(description)]
        .map(({ id, comparison }) => [id, probabilityOf(scoreOf(comparison), index.size)] as const)
        .filter(([, probability]) => probability >= 0.003);
      const found = index.find(description, { top: 1_000 });
      expect(new Map(found.map(({ id, probability }) => [id, probability]))).toEqual(
        new Map(whole),
      );
      worth += whole.length;
    }
    expect(worth).toBeGreaterThan(10);
    expect(pairs).toBeGreaterThan(2 * worth);
  });

  it('answers the same to the same, in the same order', () => {
    const ask = () => JSON.stringify(registry().find(wanted, { top: 50, from: 0 }));
    expect(ask()).toBe(ask());
  });
});

describe('broken input', () => {
  const index = registry();
  index.add('bare', { names: [] });

  it.each([
    ['an empty name', ''],
    ['a name of digits', '1234567'],
    ['a name of one letter', 'Ж'],
    ['5,000 letters', 'ж'.repeat(5_000)],
    ['ten scripts in one word', 'aбგעعαअ한ひ漢'],
    ['turning marks', '\u202eОлег\u202c Іваненко'],
    ['only a rank', 'старший солдат'],
    ['marks and brackets', '(«»)[]{}…'],
    ['a lone half of a pair', '\ud800'],
  ])('answers %s with nothing certain', (_, full) => {
    const description = named(full, { birth: readDate('31.12.9999'), callsign: 'Тихий' });
    for (const { probability } of index.find(description, { from: 0 })) {
      expect(probability).toBeLessThan(0.9);
    }
  });

  it('never throws and never answers outside 0 and 1, whatever is written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.string(), (left, right) => {
        const probability = nameProbability({ text: left }, { text: right });
        expect(probability).toBeGreaterThanOrEqual(0);
        expect(probability).toBeLessThanOrEqual(1);
        const parts = { full: left, surname: right, language: 'pl' };
        index.find({ names: [parts], unit: right, birthplace: left, rank: right });
        readName(parts);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a family that thousands have', () => {
  const index = new MatchIndex();
  for (let number = 0; number <= secondTier.listMax; number += 1) {
    index.add(`other ${number}`, named(`Мельник Сергій ${'АБВГД'.charAt(number % 5)}.`));
  }
  index.add('by unit', named('Мельник Swrhii', { unit: '37 ОБрМП' }));
  index.add('by town', named('Мельник Сергій', { birthplace: 'Звенигородка' }));
  index.add('by place of loss', named('Мельник Сергій', { capturedPlace: 'Lvov' }));

  it.each<readonly [string, Partial<Description>]>([
    ['by unit', { unit: '37 окрема бригада морської піхоти' }],
    ['by town', { birthplace: 'г. Звенигородка' }],
    ['by place of loss', { lastSeenPlace: 'Львів' }],
  ])('is found %s alone', (id, said) => {
    const [first] = index.find(named('Мельник Сергій Тарасович', said), { from: 0 });
    expect(first?.id).toBe(id);
  });
});
