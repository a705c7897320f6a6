import { scriptOf, wordsOf } from './script.ts';
import { skeletonOf, soundOf } from './sound.ts';
import { givenNamesTable } from './tables.generated.ts';

/** One given name in all its spellings and diminutives; `main` is how we call it. */
export interface GivenName {
  readonly id: number;
  readonly main: string;
  readonly sex: 'm' | 'f';
}

/** What a word can mean as a given name. A diminutive may mean several names, never one for sure. */
export interface GivenReading {
  readonly ids: readonly number[];
  readonly rule: 'full-form' | 'diminutive' | 'near-form';
}

const names: GivenName[] = [];
const full = new Map<string, number[]>();
const small = new Map<string, number[]>();
const bySkeleton = new Map<string, number[]>();
const fatherStems = new Map<string, number[]>();

for (const line of givenNamesTable.split('\n')) {
  if (line === '' || line.startsWith('#')) continue;
  const [sex, forms = ''] = line.split('\t');
  const words = forms.split(' ').filter((form) => form !== '');
  const id = names.length;
  names.push({ id, main: words[0] ?? '', sex: sex === 'f' ? 'f' : 'm' });
  for (const form of words) {
    const [word] = wordsOf(form.replace('~', ''));
    if (!word) continue;
    const sound = soundOf(word);
    if (form.startsWith('~')) {
      add(small, sound, id);
      continue;
    }
    add(full, sound, id);
    if (scriptOf(word) === 'cyrillic') {
      add(bySkeleton, skeletonOf(sound), id);
      if (sex === 'm') add(fatherStems, stemKey(sound), id);
    }
  }
}

function add(map: Map<string, number[]>, key: string, id: number): void {
  const known = map.get(key);
  if (!known) map.set(key, [id]);
  else if (!known.includes(id)) known.push(id);
}

export function givenName(id: number): GivenName | undefined {
  return names[id];
}

/** Reads a word as a given name: exact form first, diminutive next, a near spelling last; null if none. */
export function readGiven(sound: string): GivenReading | null {
  const exact = full.get(sound);
  if (exact) return { ids: exact, rule: 'full-form' };
  const diminutive = small.get(sound);
  if (diminutive) return { ids: diminutive, rule: 'diminutive' };
  if (sound.length < 4) return null;
  const near = bySkeleton.get(skeletonOf(sound));
  return near && skeletonOf(sound).length >= 4 ? { ids: near, rule: 'near-form' } : null;
}

/** Endings of patronymics and of the languages that form them otherwise, in sounds. */
const fatherEndings =
  /(?:o|e|i|a)?v[ie](?:[CcSHk]|C?na|n)$|(?:o|e|i|a)vna$|i(?:C|niCna|Cna)$|(?:ogli|oglu|ugli|kizi)$/u;
const patronymic =
  /(?:[oeia]v[ie][CcSHk]|[oeia]vna|iCna)$|(?:ogli|oglu|ugli|kizi)$|^(?:ilC|iliC|lukiC|kuzmiC|fomiC|HomiC|saviC|[nm]?ikitiC)$/u;

/** Patronymics whose stem does not show the father's name. */
const irregularFathers: Readonly<Record<string, string>> = {
  ilC: 'Ілля',
  iliC: 'Ілля',
  iliniCna: 'Ілля',
  ilivna: 'Ілля',
  akoviC: 'Яків',
  akovleviC: 'Яків',
  akivna: 'Яків',
  akovlevna: 'Яків',
  lukiC: 'Лука',
  kuzmiC: 'Кузьма',
  kuzmoviC: 'Кузьма',
  fomiC: 'Хома',
  HomiC: 'Хома',
  saviC: 'Савелій',
  nikitiC: 'Микита',
  mikitiC: 'Микита',
  mikitoviC: 'Микита',
  lvoviC: 'Лев',
  levoviC: 'Лев',
  leoviC: 'Лев',
  pavloviC: 'Павло',
};

/** True when the word has the ending of a patronymic, in whatever spelling. */
export function looksPatronymic(sound: string): boolean {
  return sound.length >= 4 && patronymic.test(sound);
}

/** The given names a father with this patronymic can have. */
export function readFather(sound: string): readonly number[] {
  const irregular = irregularFathers[sound];
  if (irregular) return names.filter((name) => name.main === irregular).map((name) => name.id);
  return fatherStems.get(stemKey(sound.replace(fatherEndings, ''))) ?? [];
}

/** Fathers are found by the consonants of the stem: endings and vowels differ by language. */
function stemKey(sound: string): string {
  return skeletonOf(sound.replace(/[aeiou]+$/u, ''));
}
