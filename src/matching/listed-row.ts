import type { Description, Sex, WrittenName } from '../kernel/description.ts';
import type { DateReading } from '../kernel/partial-date.ts';
import { parsePartialDate } from '../kernel/partial-date.ts';
import { readDate } from './dates.ts';

const columns = [
  ...['name', 'surname', 'given', 'patronymic', 'lang', 'dob', 'dob_raw', 'sex', 'birthplace'],
  ...['unit', 'rank', 'captured_date', 'captured_place', 'last_contact_date', 'last_seen_place'],
  ...['tax_number', 'document', 'callsign', 'father', 'mother_maiden_name'],
] as const;

/** A row of a list in the command line's own columns; every one may be missing. */
export type ListedRow = { readonly [Column in (typeof columns)[number]]?: string };

/** The columns that `descriptionOf` reads, and those that only say which row it is. */
export const listedFields: ReadonlySet<string> = new Set([...columns, 'id', 'qid']);

/** The description that a row makes. Empty cells are silence, and so is what is neither text nor number. */
export function descriptionOf(row: ListedRow): Description {
  const described: Writable<Description> = { names: [] };
  const surname = textOf(row.surname);
  const given = textOf(row.given);
  const patronymic = textOf(row.patronymic);
  const full = textOf(row.name) ?? [surname, given, patronymic].filter(Boolean).join(' ');
  if (full !== '') {
    const name: Writable<WrittenName> = { full };
    put(name, 'surname', surname);
    put(name, 'given', given);
    put(name, 'patronymic', patronymic);
    put(name, 'language', textOf(row.lang));
    described.names = [name];
  }
  if (row.sex === 'm' || row.sex === 'f') described.sex = row.sex satisfies Sex;
  const birth = textOf(row.dob);
  const birthRaw = textOf(row.dob_raw);
  put(described, 'birth', dateOf(birth ?? birthRaw, birthRaw));
  put(described, 'birthplace', textOf(row.birthplace));
  put(described, 'unit', textOf(row.unit));
  put(described, 'rank', textOf(row.rank));
  put(described, 'captured', dateOf(textOf(row.captured_date)));
  put(described, 'capturedPlace', textOf(row.captured_place));
  put(described, 'lastContact', dateOf(textOf(row.last_contact_date)));
  put(described, 'lastSeenPlace', textOf(row.last_seen_place));
  put(described, 'taxNumber', textOf(row.tax_number));
  const document = textOf(row.document);
  if (document !== undefined) described.documents = [document];
  put(described, 'callsign', textOf(row.callsign));
  put(described, 'father', textOf(row.father));
  put(described, 'motherMaidenName', textOf(row.mother_maiden_name));
  return described;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** An absent key and a key that holds nothing are the same silence: only what is said is put. */
function put<T, K extends keyof T>(target: T, key: K, value: T[K] | undefined): void {
  if (value !== undefined) target[key] = value;
}

function textOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text.trim() !== '' ? text : undefined;
}

function dateOf(value: string | undefined, raw?: string): DateReading | undefined {
  if (value === undefined) return undefined;
  const iso = parsePartialDate(value);
  return iso ? { raw: raw ?? value, value: iso, rule: 'iso' } : readDate(value);
}
