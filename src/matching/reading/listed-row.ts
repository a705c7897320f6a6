import type { Description, Sex, WrittenName } from '../../kernel/description.ts';
import type { DateReading } from '../../kernel/partial-date.ts';
import { parsePartialDate } from '../../kernel/partial-date.ts';
import { birthBehind, readDate } from './dates.ts';

const columns = [
  ...['name', 'surname', 'given', 'patronymic', 'lang', 'dob', 'dob_raw', 'sex', 'birthplace'],
  ...['unit', 'rank', 'captured_date', 'captured_place', 'last_contact_date', 'last_seen_place'],
  ...['tax_number', 'document', 'callsign', 'father', 'mother_maiden_name'],
] as const;

/** A row of a list in the command line's own columns; each may be missing. */
export type ListedRow = { readonly [Column in (typeof columns)[number]]?: string };

/** The columns that `descriptionOf` reads, and those that only identify the row. */
export const listedFields: ReadonlySet<string> = new Set([...columns, 'id', 'qid']);

/**
 * The description of a row. Empty cells are absent, and so is any value that is neither text nor
 * number.
 */
export function descriptionOf(row: ListedRow): Description {
  const behind = row.dob === undefined && row.dob_raw === undefined ? bornBehind(row) : null;
  const described: Writable<Description> = {
    names: namesOf(behind ? { ...row, name: behind.name } : row),
  };
  if (row.sex === 'm' || row.sex === 'f') described.sex = row.sex satisfies Sex;
  // One value per field: a missing key and an empty one are both absent.
  const birthRaw = textOf(row.dob_raw);
  const birth = behind?.birth ?? dateOf(textOf(row.dob) ?? birthRaw, birthRaw);
  if (birth) described.birth = birth;
  const birthplace = textOf(row.birthplace);
  if (birthplace) described.birthplace = birthplace;
  const unit = textOf(row.unit);
  if (unit) described.unit = unit;
  const rank = textOf(row.rank);
  if (rank) described.rank = rank;
  const captured = dateOf(textOf(row.captured_date));
  if (captured) described.captured = captured;
  const capturedPlace = textOf(row.captured_place);
  if (capturedPlace) described.capturedPlace = capturedPlace;
  const lastContact = dateOf(textOf(row.last_contact_date));
  if (lastContact) described.lastContact = lastContact;
  const lastSeenPlace = textOf(row.last_seen_place);
  if (lastSeenPlace) described.lastSeenPlace = lastSeenPlace;
  putRare(described, row);
  return described;
}

/** Name and birth date in one cell. */
function bornBehind({ name }: ListedRow) {
  return typeof name === 'string' ? birthBehind(name) : null;
}

function namesOf(row: ListedRow): readonly WrittenName[] {
  const surname = textOf(row.surname);
  const given = textOf(row.given);
  const patronymic = textOf(row.patronymic);
  const full = textOf(row.name) ?? [surname, given, patronymic].filter(Boolean).join(' ');
  if (full === '') return [];
  const name: Writable<WrittenName> = { full };
  if (surname) name.surname = surname;
  if (given) name.given = given;
  if (patronymic) name.patronymic = patronymic;
  const language = textOf(row.lang);
  if (language) name.language = language;
  return [name];
}

/** Fields that few lists have. */
function putRare(described: Writable<Description>, row: ListedRow): void {
  const taxNumber = textOf(row.tax_number);
  if (taxNumber) described.taxNumber = taxNumber;
  const document = textOf(row.document);
  if (document) described.documents = [document];
  const callsign = textOf(row.callsign);
  if (callsign) described.callsign = callsign;
  const father = textOf(row.father);
  if (father) described.father = father;
  const motherMaidenName = textOf(row.mother_maiden_name);
  if (motherMaidenName) described.motherMaidenName = motherMaidenName;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function textOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /\S/u.test(text) ? text : undefined;
}

function dateOf(value: string | undefined, raw?: string): DateReading | undefined {
  if (value === undefined) return undefined;
  const iso = parsePartialDate(value);
  return iso ? { raw: raw ?? value, value: iso, rule: 'iso' } : readDate(value);
}
