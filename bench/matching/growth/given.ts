import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Sex = 'm' | 'f';
/** One name in the two languages from which all other spellings are derived. */
export interface Both {
  readonly uk: string;
  readonly ru: string;
}

export interface Given extends Both {
  readonly sex: Sex;
  readonly weight: number;
  readonly short: { readonly uk: readonly string[]; readonly ru: readonly string[] };
}

export interface Town extends Both {
  readonly weight: number;
  readonly old: Both | null;
  /**
   * The spelling of its own people and of foreign lists, if it is not derived from the Cyrillic.
   */
  readonly latin?: string;
}

export const givenNames: readonly Given[] = readTable('given.tsv').map(
  ([sex = '', uk = '', ru = '', weight = '1', shortUk = '', shortRu = '']) => ({
    sex: sex === 'f' ? 'f' : 'm',
    uk,
    ru,
    weight: Number(weight),
    short: { uk: shortUk.split(','), ru: shortRu.split(',') },
  }),
);

export const towns: readonly Town[] = readTable('towns.tsv').map(
  ([uk = '', ru = '', weight = '1', oldUk = '', oldRu = '']) => ({
    uk,
    ru,
    weight: Number(weight),
    old: oldUk ? { uk: oldUk, ru: oldRu } : null,
  }),
);

/** Fathers whose names are irregular: [Ukrainian son, daughter, Russian son, daughter]. */
const irregular: Readonly<Record<string, readonly [string, string, string, string]>> = {
  Ілля: ['Ілліч', 'Іллівна', 'Ильич', 'Ильинична'],
  Микола: ['Миколайович', 'Миколаївна', 'Николаевич', 'Николаевна'],
  Лука: ['Лукич', 'Луківна', 'Лукич', 'Лукинична'],
  Кузьма: ['Кузьмич', 'Кузьмівна', 'Кузьмич', 'Кузьминична'],
  Лев: ['Львович', 'Львівна', 'Львович', 'Львовна'],
  Яків: ['Якович', 'Яківна', 'Яковлевич', 'Яковлевна'],
  Григорій: ['Григорович', 'Григорівна', 'Григорьевич', 'Григорьевна'],
  Микита: ['Микитович', 'Микитівна', 'Никитич', 'Никитична'],
  Дмитро: ['Дмитрович', 'Дмитрівна', 'Дмитриевич', 'Дмитриевна'],
  Михайло: ['Михайлович', 'Михайлівна', 'Михайлович', 'Михайловна'],
  Павло: ['Павлович', 'Павлівна', 'Павлович', 'Павловна'],
  Федір: ['Федорович', 'Федорівна', 'Фёдорович', 'Фёдоровна'],
  Данило: ['Данилович', 'Данилівна', 'Данилович', 'Даниловна'],
  Кирило: ['Кирилович', 'Кирилівна', 'Кириллович', 'Кирилловна'],
  Йосип: ['Йосипович', 'Йосипівна', 'Иосифович', 'Иосифовна'],
};

/** The patronymic of a child of this father, by the rules of both languages. */
export function patronymicOf(father: Both, sex: Sex): Both {
  const known = irregular[father.uk];
  if (known) return sex === 'm' ? { uk: known[0], ru: known[2] } : { uk: known[1], ru: known[3] };
  return { uk: ukrainian(father.uk, sex), ru: russian(father.ru, sex) };
}

function ukrainian(name: string, sex: Sex): string {
  const stem = name.replace(/[оаь]$/, '');
  if (name.endsWith('й')) return sex === 'm' ? `${name}ович` : `${name.slice(0, -1)}ївна`;
  if (sex === 'f') return `${stem}івна`;
  return name.endsWith('ь') ? `${stem}ьович` : `${stem}ович`;
}

function russian(name: string, sex: Sex): string {
  const end = sex === 'm' ? 'вич' : 'вна';
  if (/(ор|ер|м|тр)гий$|[тр]ий$/.test(name) && !/(тал|тол|лер)ий$/.test(name)) {
    return `${name.slice(0, -2)}ие${end}`;
  }
  if (name === 'Юрий' || name.endsWith('ий')) return `${name.slice(0, -2)}ье${end}`;
  if (name.endsWith('й')) return `${name.slice(0, -1)}е${end}`;
  if (name.endsWith('ь')) return `${name.slice(0, -1)}е${end}`;
  if (name === 'Пётр') return sex === 'm' ? 'Петрович' : 'Петровна';
  if (name === 'Павел') return sex === 'm' ? 'Павлович' : 'Павловна';
  return `${name.replace(/[оа]$/, '')}о${end}`;
}

function readTable(file: string): readonly (readonly string[])[] {
  return readRows(import.meta.dirname, file);
}

/** The cells of a table without its heading. */
export function readRows(folder: string, file: string): readonly (readonly string[])[] {
  const text = readFileSync(join(folder, file), 'utf8');
  return text
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}
