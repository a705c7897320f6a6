import type { Both, Sex } from './given.ts';
import { readPackage } from './name-package.ts';
import { Chance, Lottery } from './random.ts';
import type { SourceRow } from './templates.ts';

/**
 * Surnames of padded people. The most frequent are as frequent as in the registry that is padded,
 * so a query for a common name meets a realistic number of namesakes. The long tail comes from the
 * package `russian_name` (ISC) and from its stems with other endings.
 */
export class Surnames {
  readonly #names: readonly string[];
  readonly #headShare: number;
  readonly #head: Lottery;
  readonly #tail: Lottery;
  readonly #headSize: number;
  /** Ukrainian spellings that the registry itself has; others are derived by rule. */
  readonly #attested: ReadonlyMap<string, string>;

  constructor(rows: readonly SourceRow[], givenNames: ReadonlySet<string>) {
    const chance = new Chance(29);
    const counts = countSurnames(rows, givenNames);
    this.#attested = attestedUkrainian(rows);
    const head = [...counts].filter(([, count]) => count >= headFrom);
    const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const headNames = new Set(head.map(([name]) => name));
    const tail = tailNames([...counts.keys()], chance).filter((name) => !headNames.has(name));
    this.#names = [...head.map(([name]) => name), ...tail];
    this.#headSize = head.length;
    this.#headShare = head.reduce((sum, [, count]) => sum + count, 0) / Math.max(1, all);
    this.#head = new Lottery(head.length > 0 ? head.map(([, count]) => count) : [1]);
    // A flat Zipf distribution: in a long tail the thousandth name is not a thousand times rarer
    // than the first.
    this.#tail = new Lottery(Float64Array.from(tail, (_, at) => (at + 50) ** -0.5));
  }

  get size(): number {
    return this.#names.length;
  }

  /** A man's surname in Russian spelling. */
  draw(chance: Chance): string {
    if (this.#headSize > 0 && chance.comes(this.#headShare)) {
      return this.#names[this.#head.draw(chance)] ?? '';
    }
    return this.#names[this.#headSize + this.#tail.draw(chance)] ?? '';
  }

  /** Both spellings of a man's surname, for a man or a woman. */
  spellings(russian: string, sex: Sex): Both {
    const uk = this.#attested.get(russian) ?? ukrainianOf(russian);
    if (sex === 'm') return { ru: russian, uk };
    return { ru: feminine(russian, 'ая'), uk: feminine(uk, 'а') };
  }
}

/** Names that this many rows have keep their own frequency. */
const headFrom = 12;

function countSurnames(
  rows: readonly SourceRow[],
  givenNames: ReadonlySet<string>,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { list, lang, surname } of rows) {
    if (!surname || (lang !== 'ru' && lang !== 'uk') || list === 'ocr') continue;
    const name = capital(lang === 'uk' ? russianOf(surname.toLowerCase()) : surname);
    if (!/^[А-ЯЁ][а-яё]{2,}$/.test(name) || givenNames.has(name)) continue;
    if (/(ова|ева|ина|ская|цкая)$/.test(name)) continue;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

const endings = ['енко', 'чук', 'ук', 'юк', 'ко', 'ик', 'ский', 'ов', 'ець', 'ак', 'ченко', 'ин'];

/** Given surnames, those of the package, and stems with other endings; in random order. */
function tailNames(known: readonly string[], chance: Chance): readonly string[] {
  const listed = readPackage('surnames_male').filter((name) => /^[А-ЯЁ][а-яё]{3,}$/.test(name));
  const names = new Set([...known, ...listed]);
  for (const name of listed) {
    const stem = name.replace(/(енко|ченко|ский|цкий|чук|юк|ук|ов|ев|ин|ын|ко|ик|ый|ий)$/, '');
    if (stem.length < 4 || stem === name || /[аеёиоуыэюяьъй]$/.test(stem)) continue;
    names.add(stem + chance.of(endings).replace('ець', 'ец'));
  }
  const shuffled = [...names];
  for (let at = shuffled.length - 1; at > 0; at -= 1) {
    const other = chance.below(at + 1);
    const [one, two] = [shuffled[at] ?? '', shuffled[other] ?? ''];
    shuffled[at] = two;
    shuffled[other] = one;
  }
  return shuffled;
}

/** The most common Ukrainian spelling for each Russian one. */
function attestedUkrainian(rows: readonly SourceRow[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  for (const { lang, list, surname = '' } of rows) {
    const name = capital(surname);
    if (lang !== 'uk' || list === 'ocr' || !/^[А-ЯЄІЇҐ][а-яєіїґ']{2,}$/.test(name)) continue;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const best = new Map<string, string>();
  for (const [name] of [...counts].sort((one, other) => one[1] - other[1])) {
    best.set(capital(russianOf(name.toLowerCase())), name);
  }
  return best;
}

function feminine(name: string, adjective: string): string {
  if (/(ский|ський|цкий|цький|ный|ний|тый|тий|рый|рий|лый|лий)$/.test(name)) {
    return name.slice(0, -2) + adjective;
  }
  return /([оеє]в|[иіы]н)$/.test(name) && name.length > 5 ? `${name}а` : name;
}

const isUkrainian = /(енко|чук|[иыу]к|юк|ец|ник|чик|ич|ко|ий|ый)$/;

/** How a Ukrainian clerk writes a Russian name; one of several ways if there are several. */
export function ukrainianOf(russian: string): string {
  const soft = isUkrainian.test(russian);
  let out = '';
  for (let at = 0; at < russian.length; at += 1) {
    const letter = russian.charAt(at);
    const low = letter.toLowerCase();
    let made = letter;
    if (low === 'ы') made = 'и';
    else if (low === 'э') made = 'е';
    else if (low === 'ъ') made = "'";
    else if (low === 'ё') made = at === 0 ? 'йо' : 'ьо';
    else if (low === 'е' && (at === 0 || russian.charAt(at - 1) === 'ь')) made = 'є';
    else if (low === 'и') {
      const nearEnd = at >= russian.length - 3;
      made = at === 0 || !(soft && (nearEnd || at % 2 === 1)) ? 'і' : 'и';
    }
    out += letter === low ? made : made.charAt(0).toUpperCase() + made.slice(1);
  }
  return out.replace(/([сц])кий$/, '$1ький');
}

/** How a Russian clerk writes a Ukrainian surname. */
function russianOf(ukrainian: string): string {
  return ukrainian
    .replace(/([сц])ький$/, '$1кий')
    .replace(/[ії]/g, 'и')
    .replace(/є/g, 'е')
    .replace(/ґ/g, 'г')
    .replace(/['’ʼ]/g, 'ъ');
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
}
