import { readRows, type Town } from '../growth/given.ts';
import { Lottery } from '../growth/random.ts';

/** People whose names have something in common: their origin, and the writers of their names. */
export interface Group {
  readonly name: string;
  /** The orthography in which the family itself writes; `ru` for Russian. */
  readonly orthography: string;
  /** How the father is named: `slavic` (-ович), `turkic` (оглы, кызы) or `none`. */
  readonly fathers: string;
  readonly towns: readonly Town[];
  readonly hasTwoSurnames: boolean;
  /** The languages in which families of this group file. */
  readonly filing: Lottery;
  readonly names: Readonly<Record<'m' | 'f' | 's', readonly Known[]>>;
}

/** A name in its own spelling; some have a usual Russian form, or another name in documents. */
export interface Known {
  readonly own: string;
  readonly russian: string | null;
  readonly official: string | null;
}

export const filings = ['uk', 'ru', 'en', 'own'] as const;
export type Filing = (typeof filings)[number];

const folder = import.meta.dirname;
const lists = new Map<string, readonly Known[]>();
for (const [group = '', part = '', , names = ''] of readRows(folder, 'names.tsv')) {
  lists.set(`${group} ${part}`, names.split(',').map(knownOf));
}
const townsOf = new Map<string, Town[]>();
for (const [set = '', uk = '', ru = '', latin = ''] of readRows(folder, 'towns.tsv')) {
  const towns = townsOf.get(set) ?? [];
  townsOf.set(set, towns);
  towns.push({ uk, ru, latin, weight: 1, old: null });
}

/** The groups in the order of their table, with their lists. */
export const groups: readonly Group[] = readRows(folder, 'groups.tsv').map(
  ([name = '', orthography = '', fathers = '', towns = '', shape = '', ...weights]) => ({
    name,
    orthography,
    fathers,
    towns: townsOf.get(towns) ?? [],
    hasTwoSurnames: shape === 'two-surnames',
    filing: new Lottery(weights.map(Number)),
    names: {
      m: lists.get(`${name} m`) ?? [],
      f: lists.get(`${name} f`) ?? [],
      s: lists.get(`${name} s`) ?? [],
    },
  }),
);

/** `own/Russian=official`: the second and third only where the rules do not give them. */
function knownOf(written: string): Known {
  const [rest = '', official = null] = written.split('=');
  const [own = '', russian = null] = rest.split('/');
  return { own, russian, official };
}
