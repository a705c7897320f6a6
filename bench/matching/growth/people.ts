import {
  type Both,
  type Given,
  givenNames,
  patronymicOf,
  type Sex,
  type Town,
  towns,
} from './given.ts';
import type { Orthography } from './mistakes.ts';
import { type Chance, Lottery } from './random.ts';
import { rareGiven, rareNames } from './rare.ts';
import { drawService, type Service } from './service.ts';
import type { Surnames } from './surnames.ts';
import type { Template, Tongue } from './templates.ts';

/** An invented person, as all writers of lists would know them. */
export interface Invented {
  readonly sex: Sex;
  readonly family: string;
  readonly surname: Both;
  readonly second: Both | null;
  readonly given: Given;
  readonly father: Given;
  readonly patronymic: Both;
  readonly born: number;
  readonly town: Town;
  readonly service: Service;
  readonly captured: number;
  readonly capturedAt: Town;
  /** The spellings of this name by writer, where the rules for Slavic names do not suffice. */
  readonly spelt?: (writing: Writing) => Parts;
}

/** The words of a name in the spelling of one writer. */
export interface Parts {
  readonly surname: string;
  readonly given: string;
  readonly patronymic: string;
}

/** The writer: the language, and the kind of list. */
export interface Writing {
  readonly tongue: Tongue;
  readonly orthography: Orthography;
  readonly chance: Chance;
}

const women = givenNames.filter(({ sex }) => sex === 'f');
const men = givenNames.filter(({ sex }) => sex === 'm');
const womenLottery = new Lottery(women.map(({ weight }) => weight));
const menLottery = new Lottery(men.map(({ weight }) => weight));
const townLottery = new Lottery(towns.map(({ weight }) => weight));
/** Counted on the development registry. */
const womenShare = 0.045;

/** Makes people: each part is drawn separately, so that no person is a copy of another. */
export class People {
  readonly #surnames: Surnames;
  readonly #births: readonly number[];
  readonly #captures: readonly number[];

  constructor(surnames: Surnames, templates: readonly Template[]) {
    this.#surnames = surnames;
    this.#births = templates.flatMap(({ born }) => born ?? []);
    this.#captures = templates.flatMap(({ captured }) => captured ?? []);
  }

  draw(chance: Chance): Invented {
    return this.drawOf(chance.comes(womenShare) ? 'f' : 'm', chance);
  }

  drawOf(sex: Sex, chance: Chance): Invented {
    const family = this.#surnames.draw(chance);
    const father = drawGiven('m', chance);
    return {
      sex,
      family,
      surname: this.#surnames.spellings(family, sex),
      second: chance.comes(0.012)
        ? this.#surnames.spellings(this.#surnames.draw(chance), sex)
        : null,
      given: drawGiven(sex, chance),
      father,
      patronymic: patronymicOf(father, sex),
      born: this.#birth(chance),
      town: drawTown(chance),
      service: drawService(chance),
      captured: chance.of(this.#captures) + chance.between(-20, 20),
      capturedAt: drawTown(chance),
    };
  }

  /** A brother or sister: the same surname, father and often the same town. */
  sibling(of: Invented, chance: Chance): Invented {
    const other = this.draw(chance);
    let given = drawGiven(of.sex, chance);
    while (given === of.given) given = drawGiven(of.sex, chance);
    return {
      ...other,
      sex: of.sex,
      family: of.family,
      surname: of.surname,
      second: of.second,
      given,
      father: of.father,
      patronymic: of.patronymic,
      born: of.born + chance.between(330, 4000) * (chance.comes(0.5) ? 1 : -1),
      town: chance.comes(0.7) ? of.town : other.town,
    };
  }

  /** Surname and given name of an unrelated man. */
  namesake(of: Invented, chance: Chance): Invented {
    const other = this.draw(chance);
    let father = drawGiven('m', chance);
    while (father === of.father) father = drawGiven('m', chance);
    return {
      ...other,
      sex: of.sex,
      family: of.family,
      surname: of.surname,
      second: of.second,
      given: of.given,
      father,
      patronymic: patronymicOf(father, of.sex),
    };
  }

  /** The same full name, born at least 800 days apart. */
  sameName(of: Invented, chance: Chance): Invented {
    const away = chance.between(800, 6000) * (chance.comes(0.5) ? 1 : -1);
    return {
      ...this.namesake(of, chance),
      father: of.father,
      patronymic: of.patronymic,
      born: of.born + away,
    };
  }

  #birth(chance: Chance): number {
    return chance.of(this.#births) + chance.between(-400, 400);
  }
}

export function drawTown(chance: Chance): Town {
  return towns[townLottery.draw(chance)] ?? chance.of(towns);
}

/** One in fifty has a name that is in no table. */
const rareShare = 0.02;

function drawGiven(sex: Sex, chance: Chance): Given {
  if (chance.comes(rareShare)) return rareGiven(sex, chance.of(rareNames[sex]));
  const [all, lottery] = sex === 'f' ? [women, womenLottery] : [men, menLottery];
  return all[lottery.draw(chance)] ?? chance.of(all);
}
