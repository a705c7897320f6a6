import type { Description, Sex, WrittenName } from '../kernel/description.ts';
import type { DateReading } from '../kernel/partial-date.ts';
import { parsePartialDate } from '../kernel/partial-date.ts';
import { readDate } from './dates.ts';

/** A row of a list in the command line's own columns; every one may be missing. */
export interface ListedRow {
  readonly name?: string;
  readonly surname?: string;
  readonly given?: string;
  readonly patronymic?: string;
  readonly lang?: string;
  readonly dob?: string;
  readonly dob_raw?: string;
  readonly sex?: string;
  readonly birthplace?: string;
  readonly unit?: string;
  readonly rank?: string;
  readonly captured_date?: string;
  readonly captured_place?: string;
  readonly last_contact_date?: string;
  readonly last_seen_place?: string;
}

/** The description that a row makes. Empty cells are silence. */
export function descriptionOf(row: ListedRow): Description {
  const full = row.name ?? [row.surname, row.given, row.patronymic].filter(Boolean).join(' ');
  const name: WrittenName = {
    full,
    ...text('surname', row.surname),
    ...text('given', row.given),
    ...text('patronymic', row.patronymic),
    ...text('language', row.lang),
  };
  return {
    names: full.trim() === '' ? [] : [name],
    ...(row.sex === 'm' || row.sex === 'f' ? { sex: row.sex satisfies Sex } : {}),
    ...date('birth', row.dob ?? row.dob_raw, row.dob_raw),
    ...text('birthplace', row.birthplace),
    ...text('unit', row.unit),
    ...text('rank', row.rank),
    ...date('captured', row.captured_date),
    ...text('capturedPlace', row.captured_place),
    ...date('lastContact', row.last_contact_date),
    ...text('lastSeenPlace', row.last_seen_place),
  };
}

function text<Key extends string>(key: Key, value: unknown): { [K in Key]?: string } {
  if (typeof value !== 'string' || value.trim() === '') return {};
  return { [key]: value } as { [K in Key]?: string }; // One key, one text.
}

function date<Key extends string>(
  key: Key,
  value: unknown,
  raw?: string,
): { [K in Key]?: DateReading } {
  if (typeof value !== 'string' || value.trim() === '') return {};
  const iso = parsePartialDate(value);
  const reading = iso ? { raw: raw ?? value, value: iso, rule: 'iso' } : readDate(value);
  return { [key]: reading } as { [K in Key]?: DateReading }; // One key, one reading.
}
