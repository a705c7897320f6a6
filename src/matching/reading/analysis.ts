import type { Description, Sex } from '../../kernel/description.ts';
import type { PartialDate } from '../../kernel/partial-date.ts';
import { givenName, sexByEnding, sexOfPatronymic } from './given-names.ts';
import { analyseName, type NameAnalysis } from './names.ts';
import { type NumberReading, readNumber } from './numbers.ts';
import { type PlaceReading, readPlace } from './places.ts';
import { type Rank, readRank } from './ranks.ts';
import { wordsOf } from './script.ts';
import { readUnit, type UnitReading } from './units.ts';
import { readWord, type Word } from './words.ts';

/** Day, month and year as far as known; 0 where unknown. */
export interface DateParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Day of capture or of last contact, in days since 1970. */
export interface Lost {
  readonly day: number;
  readonly kind: 'captured' | 'contact';
}

/** The analysis of a description; the description itself keeps the words of its source. */
export interface Analysis {
  readonly names: readonly NameAnalysis[];
  readonly birth: DateParts | null;
  readonly sex: Sex | null;
  readonly birthplace: PlaceReading | null;
  readonly unit: UnitReading | null;
  readonly rank: Rank | null;
  readonly lost: Lost | null;
  readonly lostPlace: PlaceReading | null;
  /** What few sources give; null if this one gives none of it. */
  readonly extras: Extras | null;
}

/** What only some sources give: numbers, and the words of call sign and relatives' names. */
export interface Extras {
  readonly numbers: readonly NumberReading[];
  readonly callsign: string | null;
  readonly motherMaidenName: Word | null;
  readonly relatives: readonly Word[];
}

const namesMax = 8;

/** Analyses a description. Deterministic; never throws, whatever the text. */
export function analyse(description: Description): Analysis {
  const names = description.names.slice(0, namesMax).map(analyseName);
  const [first] = names;
  if (first && !first.patronymic && description.father) {
    names[0] = { ...first, patronymic: fatherOf(description.father) };
  }
  return {
    names,
    birth: partsOf(description.birth?.value ?? null),
    sex: description.sex ?? sexOf(names[0]),
    birthplace: readPlace(description.birthplace),
    unit: readUnit(description.unit),
    rank: readRank(description.rank),
    lost: lostOf(description),
    lostPlace: readPlace(description.capturedPlace ?? description.lastSeenPlace),
    extras: extrasOf(description),
  };
}

function partsOf(date: PartialDate | null): DateParts | null {
  if (!date) return null;
  return {
    year: Number(date.slice(0, 4)),
    month: date.length >= 7 ? Number(date.slice(5, 7)) : 0,
    day: date.length === 10 ? Number(date.slice(8, 10)) : 0,
  };
}

/** A father's own name counts as the patronymic made from it. */
function fatherOf(father: string): Word | null {
  const { given } = analyseName({ full: father });
  if (!given?.given) return null;
  return { ...given, fathers: given.given.ids, given: null, patronymic: true };
}

function sexOf(name: NameAnalysis | undefined): Sex | null {
  if (!name) return null;
  const byFather = name.patronymic ? sexOfPatronymic(name.patronymic.sound) : null;
  if (byFather) return byFather;
  if (name.given && !name.given.given) return sexByEnding(name.given.sound);
  if (name.given?.given?.rule !== 'full-form') return null;
  const { ids } = name.given.given;
  const sex = givenName(ids[0] ?? -1)?.sex ?? null;
  return ids.every((id) => givenName(id)?.sex === sex) ? sex : null;
}

const dayMs = 86_400_000;

function lostOf(description: Description): Lost | null {
  const captured = description.captured?.value ?? null;
  const date = captured ?? description.lastContact?.value ?? null;
  if (date?.length !== 10) return null;
  return {
    day: Math.round(Date.parse(date) / dayMs),
    kind: captured ? 'captured' : 'contact',
  };
}

const relativesMax = 8;

function extrasOf(description: Description): Extras | null {
  const { callsign, motherMaidenName, relatives = [], documents = [] } = description;
  const { taxNumber, armyNumber } = description;
  if (!callsign && !motherMaidenName && !taxNumber && !armyNumber) {
    if (documents.length === 0 && relatives.length === 0) return null;
  }
  const written = [taxNumber, armyNumber, ...documents];
  const numbers = written.flatMap((each) => (each ? (readNumber(each) ?? []) : []));
  if (numbers.length === 0 && !callsign && !motherMaidenName && relatives.length === 0) return null;
  return {
    numbers,
    callsign: callsign ? wordsOf(callsign).join(' ') || null : null,
    motherMaidenName: motherMaidenName
      ? (analyseName({ full: motherMaidenName }).surnames[0] ?? null)
      : null,
    relatives: relatives.slice(0, relativesMax).flatMap((relative) => {
      const { given } = analyseName({ full: relative });
      return given ?? (wordsOf(relative)[0] ? readWord(wordsOf(relative)[0] ?? '') : []);
    }),
  };
}
