import { type InventedPerson, inventedPerson } from './people.ts';

const headings = '№;ФИО;Дата рождения;Место рождения;В/ч;Звание;Дата пленения;Сведения;Примечание';
const ranks = ['солдат', 'ст. солдат', 'мл. сержант', 'сержант', 'матрос'];
const ordinary = 53;

/**
 * The list in the walk of the README, as the other side might write it: Russian spelling, two-digit
 * years, and four rows that are rejected. Families of the invented world ask about three of its
 * people: the son of the first, and two more. Every person is invented.
 */
export function sampleList(): string {
  const people = Array.from({ length: ordinary }, (_, at) => inventedPerson(2_001 + at));
  const lines = people.map((person, at) => line(person, at));
  lines.splice(8, 0, soughtLine(inventedPerson(1_002), 'в плену'));
  lines.splice(
    17,
    0,
    'Тихобор Данила Остапович;14.03.94;г. Ясностав;901 омбр;солдат;17.05.2024;в плену;',
  );
  lines.splice(29, 0, soughtLine(inventedPerson(1_005), 'содержится'));
  lines.splice(12, 0, `${twoPeople()};01.02.1990;;901 омбр;солдат;;в плену;`);
  lines.splice(24, 0, 'Верболист Роман;31.02.1990;г. Громостань;923 батальон;солдат;;в плену;');
  lines.splice(36, 0, ';12.08.1985;;907 бригада теробороны;сержант;;в плену;');
  lines.splice(48, 0, 'Светлокос Илья Юрьевич;12.08.2085;;901 омбр;солдат;;в плену;');
  const numbered = lines.map((text, at) => `${at + 1};${text}`);
  return `${[headings, ...numbered].join('\r\n')}\r\n`;
}

function line(person: InventedPerson, at: number): string {
  const { surname, given, patronymic } = person.ru;
  const name =
    at % 9 === 4
      ? `${surname} ${given.charAt(0)}. ${patronymic.charAt(0)}.`
      : `${surname} ${given} ${patronymic}`;
  const [year = '', month = '', day = ''] = person.birth.split('-');
  const birth = at % 7 === 3 ? year : `${day}.${month}.${at % 2 === 0 ? year : year.slice(2)}`;
  const remark = at % 11 === 5 ? 'со слов сослуживца' : '';
  const rank = ranks[at % ranks.length] ?? '';
  return [
    name,
    birth,
    person.birthplace.ru,
    person.unit.ru,
    rank,
    turned(person.lost),
    'в плену',
    remark,
  ].join(';');
}

/** A sought person as the list writes them: rank and remark differ from what the family gave. */
function soughtLine(person: InventedPerson, words: string): string {
  const { surname, given, patronymic } = person.ru;
  const name = `${surname} ${given} ${patronymic}`;
  const birth = turned(person.birth);
  return [
    name,
    birth,
    person.birthplace.ru,
    person.unit.ru,
    'солдат',
    turned(person.lost),
    words,
    '',
  ].join(';');
}

/** Two people in one cell, as a wrapped line leaves them. */
function twoPeople(): string {
  const [one, other] = [inventedPerson(2_101).ru, inventedPerson(2_102).ru];
  return `${one.surname} ${one.given} ${one.patronymic}, ${other.surname} ${other.given} ${other.patronymic}`;
}

function turned(day: string): string {
  return day.split('-').reverse().join('.');
}
