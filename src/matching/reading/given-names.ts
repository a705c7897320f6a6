import { likeness } from './likeness.ts';
import { orthographiesOf } from './orthography.ts';
import { scriptOf, wordsOf } from './script.ts';
import { skeletonOf, soundOf } from './sound.ts';
import { givenNamesTable } from './tables.generated.ts';

/** One given name in all its spellings and diminutives; `main` is its canonical form. */
export interface GivenName {
  readonly id: number;
  readonly main: string;
  readonly sex: 'm' | 'f';
}

/**
 * The given names that a word can mean. A diminutive may mean several names, none for certain. A
 * name in an uncertain orthography can agree with another but not contradict it.
 */
export interface GivenReading {
  readonly ids: readonly number[];
  readonly rule: 'full-form' | 'diminutive' | 'near-form' | 'other-orthography';
}

const names: GivenName[] = [];
const full = new Map<string, number[]>();
const small = new Map<string, number[]>();
const bySkeleton = new Map<string, { readonly id: number; readonly sound: string }[]>();
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
    const sound = soundOf(word, orthographiesOf([word]).sure);
    if (form.startsWith('~')) {
      add(small, heardAs(sound), id);
      continue;
    }
    add(full, heardAs(sound), id);
    if (scriptOf(word) === 'cyrillic') {
      addNear(sound, id);
      if (sex === 'm') add(fatherStems, stemKey(sound), id);
    }
  }
}

/** For the name's h, Ukrainian lists write г and Russian ones х; the table treats them alike. */
function heardAs(sound: string): string {
  return sound.replace(/H/gu, 'g');
}

function add(map: Map<string, number[]>, key: string, id: number): void {
  const known = map.get(key);
  if (!known) map.set(key, [id]);
  else if (!known.includes(id)) known.push(id);
}

function addNear(sound: string, id: number): void {
  const skeleton = skeletonOf(sound);
  const known = bySkeleton.get(skeleton);
  if (known) known.push({ id, sound });
  else bySkeleton.set(skeleton, [{ id, sound }]);
}

export function givenName(id: number): GivenName | undefined {
  return names[id];
}

/**
 * Reads a word as a given name: exact form first, then diminutive, then a near spelling; null if
 * none fits.
 */
export function readGiven(sound: string): GivenReading | null {
  const heard = heardAs(sound);
  const exact = full.get(heard);
  if (exact) return { ids: exact, rule: 'full-form' };
  const diminutive = small.get(heard);
  if (diminutive) return { ids: diminutive, rule: 'diminutive' };
  if (sound.length < 4) return null;
  const skeleton = skeletonOf(sound);
  if (skeleton.length < 4) return null;
  const near = (bySkeleton.get(skeleton) ?? []).filter(
    (name) => likeness(sound, name.sound, nearFrom) >= nearFrom,
  );
  const ids = [...new Set(near.map(({ id }) => id))];
  return ids.length > 0 ? { ids, rule: 'near-form' } : null;
}

/** Words with the same consonants are one name from this likeness on. */
const nearFrom = 0.75;

/**
 * «Son of» and «daughter of» in Turkic languages, as sounds: оглы, oğlu, oʻgʻli, улы, уулу; кызы,
 * qızı.
 */
const sonWord = /(?:ogli|oglu|ugli)$/u;
const daughterWord = /(?:[kg]izi)$/u;
/** Endings that other names have too: they mean "son" only after a father's name. */
const sonEnding = /(?:uli|ulu)$/u;
const childWord = /^(?:ogli|oglu|ugli|uli|ulu|[kg]izi)$/u;

/** Endings of patronymics and of languages that form them differently, as sounds. */
const fatherEndings =
  /(?:o|e|i|a)?v[ie](?:[CcSHk]|C?na|n)$|(?:o|e|i|a)vna$|i(?:C|niCna|Cna)$|(?:ogli|oglu|ugli|uli|ulu|[kg]izi)$/u;
const patronymic =
  /(?:[oeia]v[ie][CcSHk]|[oeia]vna|iCna)$|(?:ogli|oglu|ugli|[kg]izi)$|^(?:ilC|iliC|lukiC|kuzmiC|fomiC|HomiC|saviC|[nm]?ikitiC)$/u;

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
  if (sound.length < 4) return false;
  return patronymic.test(sound) || (sonEnding.test(sound) && readFather(sound).length > 0);
}

/** True for a word that turns the one before it into a father's name: «Вагиф оглы». */
export function isChildWord(sound: string): boolean {
  return childWord.test(sound);
}

/** Whether a patronymic is a son's or a daughter's. */
export function sexOfPatronymic(sound: string): 'm' | 'f' | null {
  if (/(?:vna|iCna)$/u.test(sound) || daughterWord.test(sound)) return 'f';
  return /v[ie][CcS]$|iC$/u.test(sound) || sonWord.test(sound) || sonEnding.test(sound)
    ? 'm'
    : null;
}

/** Endings of Turkic and Persian given names that are not in the table. */
const manly = /(?:bek|bai|dZon|Zon|Zan|din|ula|boi|mirza)$/u;
const womanly = /(?:gul|niso|nisa|bibi|hanum|Hanum|oi)$/u;

/** The sex that a given name's ending shows; null if it shows none. */
export function sexByEnding(sound: string): 'm' | 'f' | null {
  if (sound.length < 5) return null;
  return manly.test(sound) ? 'm' : womanly.test(sound) ? 'f' : null;
}

/** The given names that a father with this patronymic can have. */
export function readFather(sound: string): readonly number[] {
  const irregular = irregularFathers[sound];
  if (irregular) return names.filter((name) => name.main === irregular).map((name) => name.id);
  return fatherStems.get(stemKey(sound.replace(fatherEndings, ''))) ?? [];
}

/** Fathers are found by the consonants of the stem: endings and vowels differ by language. */
function stemKey(sound: string): string {
  return skeletonOf(sound.replace(/[aeiou]+$/u, ''));
}
