import { describe, expect, it } from 'vitest';
import { birthBehind, readDate } from './dates.ts';

describe('a date is read in every form that lists use', () => {
  it.each([
    ['12.03.1991', '1991-03-12'],
    ['12.3.91', '1991-03-12'],
    ['2.3.05', '2005-03-02'],
    ['1991-03-12', '1991-03-12'],
    ['1991-03-12T00:00:00', '1991-03-12'],
    ['1991.03.12', '1991-03-12'],
    ['12/03/1991', '1991-03-12'],
    ['12-03-1991', '1991-03-12'],
    ['12,03,1991', '1991-03-12'],
    ['12 03 1991', '1991-03-12'],
    ['12. 3. 1991', '1991-03-12'],
    ['12.03.1991.', '1991-03-12'],
    ['12.03.1991 00:00:00', '1991-03-12'],
    ['12.03.1991 р.н.', '1991-03-12'],
    ['12.03.1991г.р.', '1991-03-12'],
    ['12.03.1991 року народження', '1991-03-12'],
    ['12.03.1991 g.r.', '1991-03-12'],
    ['born 12.03.1991', '1991-03-12'],
    ['99 g.r.', '1999'],
    ['1999 r.n.', '1999'],
    ['1999 року народження', '1999'],
    ['99 рік народження', '1999'],
    ['рік народження: 1999', '1999'],
    ['г.р. 1999', '1999'],
    ['b. 1999', '1999'],
    ['geb. 12.3.1991', '1991-03-12'],
    ['ur. 1999', '1999'],
    ['YOB 1999', '1999'],
    ['03/25/1991', '1991-03-25'],
    ['12031991', '1991-03-12'],
    ['19910312', '1991-03-12'],
    ['12 березня 1991', '1991-03-12'],
    ['12 березня 1991 р.', '1991-03-12'],
    ['12 марта 1991 года', '1991-03-12'],
    ['12-го березня 1991', '1991-03-12'],
    ['12 March 1991', '1991-03-12'],
    ['12th of March 1991', '1991-03-12'],
    ['March 12, 1991', '1991-03-12'],
    ['12-Mar-91', '1991-03-12'],
    ['12 bereznia 1991', '1991-03-12'],
    ['12.III.91', '1991-03-12'],
    ['12/ІІІ/1991', '1991-03-12'],
    ['5 ХІІ 1991', '1991-12-05'],
    ['березень 1991', '1991-03'],
    ['у березні 1991', '1991-03'],
    ['03.1991', '1991-03'],
    ['1991-03', '1991-03'],
    ['1991', '1991'],
    ['1991 р.н.', '1991'],
    ['91 г.р.', '1991'],
    ['близько 1991', '1991'],
    ['около 1991 г.', '1991'],
    ['circa 1991', '1991'],
    ['~1991', '1991'],
    ['01.01.1991', '1991'],
    ['00.00.1991', '1991'],
    ['??.??.1991', '1991'],
    ['__.__.1991', '1991'],
    ['хх.03.1991', '1991-03'],
    ['--.03.1991', '1991-03'],
    ['1991-00-00', '1991'],
    ['33309', '1991-03-12'],
    ['33309.5', '1991-03-12'],
  ])('%s', (written, understood) => {
    expect(readDate(written)).toMatchObject({ raw: written, value: understood });
  });

  it('by the month’s own name in each language, which share nothing', () => {
    const uk =
      'січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня';
    const ru = 'января февраля марта апреля мая июня июля августа сентября октября ноября декабря';
    const en =
      'January February March April May June July August September October November December';
    const latin =
      'sichnia liutoho bereznia kvitnia travnia chervnia lypnia serpnia veresnia zhovtnia lystopada hrudnia';
    for (const months of [uk, ru, en, latin]) {
      months.split(' ').forEach((month, at) => {
        const understood = `1991-${String(at + 1).padStart(2, '0')}-09`;
        expect(readDate(`9 ${month} 1991`).value, month).toBe(understood);
      });
    }
  });

  it('by the epoch of its workbook', () => {
    expect(readDate('31847', { epoch: 1904 }).value).toBe('1991-03-12');
  });

  it('with two digits of the year by what it speaks of: a birth long ago, an event of this war', () => {
    expect(readDate('17.05.24').value).toBe('1924-05-17');
    expect(readDate('17.05.24', { of: 'event' }).value).toBe('2024-05-17');
    expect(readDate('17 травня 22', { of: 'event' }).value).toBe('2022-05-17');
    expect(readDate('17.V.22', { of: 'event' }).value).toBe('2022-05-17');
    expect(readDate('17.05.98', { of: 'event' }).value).toBe('1998-05-17');
  });
});

describe('a date that could be two', () => {
  it('keeps both readings, day first unless the list says otherwise', () => {
    expect(readDate('03/04/1990')).toMatchObject({
      value: '1990-04-03',
      alternative: '1990-03-04',
    });
    expect(readDate('03/04/1990', { order: 'month-first' })).toMatchObject({ value: '1990-03-04' });
    expect(readDate('05.05.1990').alternative).toBeUndefined();
    // October in Croatian, November in Polish and Ukrainian.
    expect(readDate('9 listopad 1991')).toMatchObject({
      value: '1991-11-09',
      alternative: '1991-10-09',
    });
    expect(readDate('9 листопада 1991').alternative).toBeUndefined();
  });
});

describe('what is no date', () => {
  it.each([
    ['31.02.1990', 'no-such-day'],
    ['32.01.1990', 'no-such-day'],
    ['30 лютого 1990', 'no-such-day'],
    ['29.02.1991', 'no-such-day'],
    ['давно', 'not-a-date'],
    ['123', 'not-a-date'],
    ['99999999', 'not-a-date'],
    ['12.03.1991 Іваненко', 'not-a-date'],
    [`${'1'.repeat(5000)}`, 'not-a-date'],
    ['', 'empty'],
  ])('is said to be none, and never guessed: %.20s', (written, rule) => {
    expect(readDate(written)).toMatchObject({ value: null, rule });
  });
});

describe('a birth date behind a name in one cell', () => {
  it.each([
    ['Олександр Іваненко, 1999 року народження', 'Олександр Іваненко', '1999'],
    ['IVANENKO ALEKSANDR P., 99 g.r.', 'IVANENKO ALEKSANDR P.', '1999'],
    ['Тихобор Данило 14.03.1994 р.н.', 'Тихобор Данило', '1994-03-14'],
    ['Тихобор Данило (14 березня 1994)', 'Тихобор Данило', '1994-03-14'],
    ['Tykhobor Danylo, born 1994', 'Tykhobor Danylo', '1994'],
    ['Тихобор Д. О., г.р. 1994', 'Тихобор Д. О.', '1994'],
  ])('is read: %s', (text, name, value) => {
    expect(birthBehind(text)).toMatchObject({ name, birth: { value } });
  });

  it.each([
    'Ra6in V. M.',
    'Тихобор Данило',
    'Тихобор Данило 901 омбр',
    'Тихобор Данило 30123',
    'Тихобор Данило 14031994',
    'Тихобор Данило, 12 років',
    '1994',
    '(1994)',
    '9'.repeat(5_000),
    '',
  ])('is not made of what is none: %.30s', (text) => {
    expect(birthBehind(text)).toBe(null);
  });
});
