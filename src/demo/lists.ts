import type { InventedPerson } from './people.ts';

/** A list as the other side might write it: Russian spelling and typical errors of real lists. */
export function heldList(people: readonly InventedPerson[]): string {
  const lines = people.map((person, at) => heldLine(person, at));
  return `${['№;ФИО;Дата рождения;В/ч;Дата пленения;Примечание', ...lines].join('\r\n')}\r\n`;
}

function heldLine(person: InventedPerson, at: number): string {
  const { surname, given, patronymic } = person.ru;
  const [year = '', month = '', day = ''] = person.birth.split('-');
  const careless = person.number % 7;
  const name =
    careless === 1
      ? `${surname} ${given.charAt(0)}.${patronymic.charAt(0)}.`
      : careless === 2
        ? `${surname.toUpperCase()} ${given}`
        : `${surname} ${given} ${patronymic}`;
  const birth = careless === 3 ? year : careless === 4 ? '' : `${day}.${month}.${year}`;
  const lost = person.lost.split('-').reverse().join('.');
  return [String(at + 1), name, birth, person.unit.ru, careless === 5 ? '' : lost, ''].join(';');
}

/** A list of a volunteers' group in Ukrainian, with its own columns. */
export function spokenOfList(people: readonly InventedPerson[]): string {
  const lines = people.map(({ uk, birth, birthplace, unit }) =>
    [uk.surname, uk.given, uk.patronymic, birth, birthplace.uk, unit.uk].join(','),
  );
  return `${['Прізвище,Імʼя,По батькові,Дата народження,Місце народження,Підрозділ', ...lines].join('\n')}\n`;
}
