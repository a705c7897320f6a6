import type { Given, Sex } from './given.ts';
import { readPackage } from './name-package.ts';
import { ukrainianOf } from './surnames.ts';

const isName = (name: string) => /^[А-ЯЁ][а-яё]{2,11}$/.test(name);

/** Given names of many peoples, most of which no table of given names holds. */
export const rareNames: Readonly<Record<Sex, readonly string[]>> = {
  m: readPackage('names_male').filter((name) => isName(name) && !/[аяоеиуыэю]$/.test(name)),
  f: readPackage('names_female').filter((name) => isName(name) && /[ая]$/.test(name)),
};

export function rareGiven(sex: Sex, ru: string): Given {
  const uk = ukrainianOf(ru);
  return { sex, uk, ru, weight: 0, short: { uk: [uk], ru: [ru] } };
}
