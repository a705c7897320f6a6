/**
 * Invented people. Surnames are composed of stems that no real surname uses in this way; given
 * names are common ones. The same number gives the same person, so a start that was killed resumes
 * with the same world.
 */
export interface InventedPerson {
  readonly number: number;
  readonly sex: 'm' | 'f';
  readonly uk: InventedName;
  readonly ru: InventedName;
  /** ISO day. */
  readonly birth: string;
  readonly birthplace: { readonly uk: string; readonly ru: string };
  readonly unit: { readonly uk: string; readonly ru: string };
  /** ISO day of capture or of the last contact. */
  readonly lost: string;
}

export interface InventedName {
  readonly surname: string;
  readonly given: string;
  readonly patronymic: string;
}

type Pair = readonly [uk: string, ru: string];

const heads: readonly Pair[] = [
  ['Тихо', 'Тихо'],
  ['Вербо', 'Вербо'],
  ['Срібно', 'Серебро'],
  ['Ясно', 'Ясно'],
  ['Степо', 'Степо'],
  ['Хмаро', 'Хмаро'],
  ['Зеле', 'Зеле'],
  ['Калино', 'Калино'],
  ['Вітро', 'Ветро'],
  ['Світло', 'Светло'],
  ['Криво', 'Криво'],
  ['Ожино', 'Ожино'],
  ['Ранко', 'Ранко'],
  ['Пере', 'Пере'],
  ['Громо', 'Громо'],
  ['Льоно', 'Лёно'],
];
const tails: readonly Pair[] = [
  ['бор', 'бор'],
  ['лист', 'лист'],
  ['гай', 'гай'],
  ['відь', 'видь'],
  ['стан', 'стан'],
  ['міст', 'мост'],
  ['річ', 'речь'],
  ['лан', 'лан'],
  ['город', 'город'],
  ['кіс', 'кос'],
  ['чар', 'чар'],
  ['зір', 'зир'],
];
const endings: readonly Pair[] = [
  ['', ''],
  ['енко', 'енко'],
  ['ик', 'ик'],
  ['юк', 'юк'],
  ['як', 'як'],
];
const given: readonly Pair[] = [
  ['Данило', 'Данила'],
  ['Андрій', 'Андрей'],
  ['Сергій', 'Сергей'],
  ['Олексій', 'Алексей'],
  ['Микола', 'Николай'],
  ['Дмитро', 'Дмитрий'],
  ['Євген', 'Евгений'],
  ['Ілля', 'Илья'],
  ['Юрій', 'Юрий'],
  ['Тарас', 'Тарас'],
  ['Павло', 'Павел'],
  ['Василь', 'Василий'],
  ['Роман', 'Роман'],
  ['Максим', 'Максим'],
  ['Артем', 'Артём'],
  ['Кирило', 'Кирилл'],
];
const patronymics: readonly Pair[] = [
  ['Остапович', 'Остапович'],
  ['Миколайович', 'Николаевич'],
  ['Сергійович', 'Сергеевич'],
  ['Васильович', 'Васильевич'],
  ['Андрійович', 'Андреевич'],
  ['Іванович', 'Иванович'],
  ['Петрович', 'Петрович'],
  ['Олегович', 'Олегович'],
  ['Юрійович', 'Юрьевич'],
  ['Дмитрович', 'Дмитриевич'],
  ['Григорович', 'Григорьевич'],
];
const places: readonly Pair[] = [
  ['с. Тиховерби', 'с. Тиховербы'],
  ['м. Ясностав', 'г. Ясностав'],
  ['с. Кривоозеро', 'с. Кривоозеро'],
  ['смт Вербогай', 'пгт Вербогай'],
  ['м. Світлобрід', 'г. Светлоброд'],
  ['с. Ожинівка-Нова', 'с. Ожиновка-Новая'],
  ['м. Громостань', 'г. Громостань'],
];

/** Unit numbers are outside every real range (ruling 23). */
const units: readonly Pair[] = [
  ['901 ОМБр', '901 омбр'],
  ['907 бригада ТрО', '907 бригада теробороны'],
  ['в/ч А9001', 'в/ч А9001'],
  ['923 батальйон', '923 батальон'],
  ['в/ч А9044', 'в/ч А9044'],
];

/** The person with the given number. */
export function inventedPerson(number: number): InventedPerson {
  const roll = rolls(number);
  const head = roll(heads);
  const tail = roll(tails);
  const ending = roll(endings);
  const name = roll(given);
  const patronymic = roll(patronymics);
  const place = roll(places);
  const unit = roll(units);
  const spelled = (at: 0 | 1): InventedName => ({
    surname: `${head[at]}${joined(tail[at], ending[at])}`,
    given: name[at],
    patronymic: patronymic[at],
  });
  const year = 1970 + roll(range(35));
  const lostYear = 2022 + roll(range(3));
  return {
    number,
    sex: 'm',
    uk: spelled(0),
    ru: spelled(1),
    birth: isoDay(year, 1 + roll(range(12)), 1 + roll(range(28))),
    birthplace: { uk: place[0], ru: place[1] },
    unit: { uk: unit[0], ru: unit[1] },
    lost: isoDay(lostYear, 3 + roll(range(9)), 1 + roll(range(28))),
  };
}

function joined(tail: string, ending: string): string {
  if (ending === '') return tail;
  return /[ьй]$/u.test(tail) ? `${tail.slice(0, -1)}${ending}` : `${tail}${ending}`;
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => at);
}

function isoDay(year: number, month: number, day: number): string {
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** A repeatable choice: SplitMix32 seeded with the number. */
function rolls(number: number): <T>(list: readonly T[]) => T {
  let state = (number * 0x9e3779b9) >>> 0;
  return (list) => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    mixed = (mixed ^ (mixed >>> 15)) >>> 0;
    const chosen = list[mixed % list.length];
    if (chosen === undefined)
      throw new Error('Invariant broken: a list to choose from is not empty');
    return chosen;
  };
}
