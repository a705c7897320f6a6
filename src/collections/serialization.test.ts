import { describe, expect, it } from 'vitest';
import type { Description } from '../kernel/description.ts';
import type { PartialDate } from '../kernel/partial-date.ts';
import { readSaid, writeSaid } from './serialization.ts';

const birth = { raw: '03/04/90', value: '1990-04-03' as PartialDate, rule: 'day-month' };
const whole: Required<Description> = {
  names: [
    {
      full: 'Тихобор Данило',
      surname: 'Тихобор',
      given: 'Данило',
      patronymic: 'О.',
      language: 'uk',
    },
    { full: 'Danylo T.', kind: 'alias' },
  ],
  sex: 'm',
  birth: { ...birth, alternative: '1990-03-04' as PartialDate },
  birthplace: 'Балта',
  unit: '54 обрмп',
  rank: 'сержант',
  callsign: 'Граб',
  captured: { raw: '?', value: null, rule: 'unread' },
  capturedPlace: 'Ізюм',
  lastContact: birth,
  lastSeenPlace: 'a\u0000b',
  father: 'Остап',
  motherMaidenName: 'Зорепад',
  relatives: ['Юлія', 'Марко'],
  armyNumber: '7',
  power: 'Ukraine',
  kinAddress: 'Одеса',
  sourceNumber: '12/7',
  taxNumber: '1234567890',
  documents: ['ВН 123456'],
  note: '"quoted" \n',
};

describe('what a card keeps', () => {
  it('is the whole description, and nothing else', () => {
    expect(readSaid(writeSaid(whole))).toEqual(whole);
    for (const field of Object.keys(whole) as readonly (keyof Description)[]) {
      const only: Description = { names: [], [field]: whole[field] };
      expect(readSaid(writeSaid(only))).toStrictEqual(only);
    }
    expect(readSaid(writeSaid({ names: [] }))).toStrictEqual({ names: [] });
  });
});
