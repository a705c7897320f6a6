import type { Description, Sex } from '../kernel/description.ts';
import type { PartialDate } from '../kernel/partial-date.ts';
import { givenName } from './given-names.ts';
import { analyseName, type NameAnalysis } from './names.ts';
import { type PlaceReading, readPlace } from './places.ts';
import { readUnit, type UnitReading } from './units.ts';

/** Day, month and year as far as they are known. */
export interface DateParts {
  readonly year: number;
  readonly month: number | null;
  readonly day: number | null;
  readonly raw: string;
}

/** Everything understood of a description; the description itself stays as it was said. */
export interface Analysis {
  readonly names: readonly NameAnalysis[];
  readonly raw: string;
  readonly birth: DateParts | null;
  readonly sex: Sex | null;
  readonly birthplace: PlaceReading | null;
  readonly unit: UnitReading | null;
  readonly rank: string | null;
  /** Day of capture or of last contact, in days since 1970; which of the two it is. */
  readonly lost: {
    readonly day: number;
    readonly kind: 'captured' | 'contact';
    readonly raw: string;
  } | null;
  readonly lostPlace: PlaceReading | null;
}

/** Understands a description. Deterministic, and never throws whatever is written in it. */
export function analyse(description: Description): Analysis {
  const names = description.names.slice(0, 8).map(analyseName);
  return {
    names,
    raw: description.names[0]?.full ?? '',
    birth: partsOf(description.birth?.value ?? null, description.birth?.raw ?? ''),
    sex: description.sex ?? sexOf(names),
    birthplace: readPlace(description.birthplace),
    unit: readUnit(description.unit),
    rank: description.rank ? rankOf(description.rank) : null,
    lost: lostOf(description),
    lostPlace: readPlace(description.capturedPlace ?? description.lastSeenPlace),
  };
}

function partsOf(date: PartialDate | null, raw: string): DateParts | null {
  if (!date) return null;
  return {
    year: Number(date.slice(0, 4)),
    month: date.length >= 7 ? Number(date.slice(5, 7)) : null,
    day: date.length === 10 ? Number(date.slice(8, 10)) : null,
    raw: raw || date,
  };
}

function sexOf(names: readonly NameAnalysis[]): Sex | null {
  const [name] = names;
  if (!name) return null;
  if (name.patronymic && /(?:vna|iCna)$/u.test(name.patronymic.sound)) return 'f';
  if (name.patronymic && /v[ie][CcS]$|iC$/u.test(name.patronymic.sound)) return 'm';
  const sexes = new Set(
    name.given?.rule === 'full-form' ? name.given.ids.map((id) => givenName(id)?.sex) : [],
  );
  const [only] = sexes;
  return sexes.size === 1 && only ? only : null;
}

function lostOf(description: Description): Analysis['lost'] {
  const captured = description.captured?.value ?? null;
  const date = captured ?? description.lastContact?.value ?? null;
  if (date?.length !== 10) return null;
  const raw = (captured ? description.captured?.raw : description.lastContact?.raw) ?? date;
  return {
    day: Math.round(Date.parse(date) / 86_400_000),
    kind: captured ? 'captured' : 'contact',
    raw,
  };
}

const rankStems: readonly (readonly [RegExp, string])[] = [
  [/(?:лейтенант|л-т|lieutenant|leutnant|porucznik)/u, 'lieutenant'],
  [/(?:підполковник|подполковник|lieutenant colonel)/u, 'lieutenant-colonel'],
  [/(?:полковник|colonel)/u, 'colonel'],
  [/(?:майор|major)/u, 'major'],
  [/(?:капітан|капитан|captain|kapitan)/u, 'captain'],
  [/(?:прапор|старшин|warrant)/u, 'warrant'],
  [/(?:сержант|с-т|sergeant|sierżant)/u, 'sergeant'],
  [/(?:солдат|рядов|матрос|стріл|private|soldier|sailor|szeregowy)/u, 'private'],
];

function rankOf(raw: string): string | null {
  const text = raw.toLowerCase();
  if (/підполковник|подполковник/u.test(text)) return 'lieutenant-colonel';
  return rankStems.find(([shape]) => shape.test(text))?.[1] ?? null;
}
