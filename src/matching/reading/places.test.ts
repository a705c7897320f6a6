import { describe, expect, it } from 'vitest';
import { comparePlaces, placeName, readPlace } from './places.ts';

const compared = (one: string, other: string) => {
  const [left, right] = [readPlace(one), readPlace(other)];
  return left && right ? comparePlaces(left, right) : null;
};

describe('two places', () => {
  it.each([
    ['Бахмут', 'Артемівськ', 'same'],
    ['Бахмут', 'ARTEMOVSK', 'same'],
    ['м. Довжанськ', 'г. Свердловск', 'same'],
    ['Екатеринбург', 'Свердловск', 'same'],
    ['Екатеринбург', 'Довжанськ', 'different'],
    ['Самар', 'Новомосковск', 'same'],
    ['Шептицький', 'Червоноград', 'same'],
    ['Кропивницький', 'Kirovograd', 'same'],
    ['Горлівка', 'Gorlovka', 'same'],
    ['Сіверськодонецьк', 'Северодонецк', 'same'],
    ['Нижний Новгород', 'Горький', 'same'],
    ['Берегове', 'Beregszász', 'same'],
    ['Гянджа', 'Кировабад', 'same'],
    ['Бішкек', 'Фрунзе', 'same'],
    ['Горішні Плавні', 'Комсомольск', 'same'],
    ['Київська обл., м. Бровари', 'Бровары', 'same'],
    ['Бровари, Київська область', 'Бровары', 'same'],
    ['Покровськ', 'Красноармейск', 'same'],
    ['Мирноград', 'Димитров', 'same'],
    ['Миколаїв', 'Миколаївка', 'near'],
    ['Харків', 'Херсон', 'different'],
  ])('%s and %s are %s', (one, other, level) => {
    expect(compared(one, other)).toBe(level);
    expect(compared(other, one)).toBe(level);
  });
});

describe('what a place is called', () => {
  it('is its name of today, but its own words where several had the name', () => {
    expect(placeName(readPlace('Кировоград') ?? fail())).toBe('Кропивницький');
    expect(placeName(readPlace('Свердловск') ?? fail())).toBe('Свердловск');
    expect(placeName(readPlace('с. Вигадане') ?? fail())).toBe('Вигадане');
  });
});

function fail(): never {
  throw new Error('It was not read.');
}
