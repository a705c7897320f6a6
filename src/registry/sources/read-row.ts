import type { Description, Sex, WrittenName } from '../../kernel/description.ts';
import { type DateReading, dateRange } from '../../kernel/partial-date.ts';
import { readDate } from '../../matching/reading/dates.ts';
import { peopleIn } from './cell-people.ts';
import type { ColumnMapping } from './columns.ts';
import { readEventWords } from './event-words.ts';
import type { Field } from './headings.ts';
import type { ListCell, ListedLine } from './import.ts';
import { unguardCell } from './refused-csv.ts';

/** A remark on one cell; `column` is its index, or null for the whole row. */
export interface RowNote {
  readonly column: number | null;
  readonly code: string;
}

/** What a row states besides the description: custody or life, if the list gives it. */
export interface RowEvent {
  /** Null if the list gives none; the kind of the source then decides. */
  readonly kind: string | null;
  readonly occurred: { readonly from: string; readonly to: string } | null;
  /** Month of capture, which is stored in clear to the month only (ruling 1). */
  readonly capturedMonth: { readonly from: string; readonly to: string } | null;
}

export type ReadRow =
  | {
      readonly kind: 'read';
      readonly description: Description;
      readonly event: RowEvent;
      /** The sender's own number for this person, if the list has such a column. */
      readonly number: string | null;
      readonly notes: readonly RowNote[];
    }
  | { readonly kind: 'refused'; readonly notes: readonly RowNote[] };

export interface RowReading {
  readonly columns: readonly ColumnMapping[];
  readonly headed: boolean;
  readonly language: string | null;
  /** The latest year that a date can have: the one in which the list was received. */
  readonly yearMax: number;
}

const nameChars = 200;
const textChars = 1_000;
const noteChars = 4_000;
const birthYearMin = 1900;

/**
 * Reads one row: its description, with the raw text beside every reading, or the reason why it is
 * refused. Pure. A row is refused if reading it would mean guessing whom it describes; what is
 * merely not understood is kept as stated, with a remark.
 */
export function readRow(row: ListedLine, reading: RowReading): ReadRow {
  if (row.problem !== undefined) return refused([{ column: null, code: 'row.broken' }]);
  const cells = new Cells(row.cells, reading.columns);
  const refusals = refusalsOf(cells, reading);
  if (refusals.length > 0) return refused(refusals);
  const notes: RowNote[] = [];
  const names = namesOf(cells, reading.language);
  if (names.length === 0) return refused([{ column: cells.indexOf('name'), code: 'row.no_name' }]);
  const birth = dateOf(cells, 'birth', notes) ?? dateOf(cells, 'birth_year', notes);
  const captured = dateOf(cells, 'captured', notes);
  const lastContact = dateOf(cells, 'last_contact', notes);
  const sex = sexOf(cells.text('sex'));
  const documents = cells.all('document');
  const relatives = cells.all('relatives');
  const note = noteOf(cells, { reading, notes });
  const description: Description = {
    names,
    ...(sex ? { sex } : {}),
    ...(birth ? { birth } : {}),
    ...texts(cells),
    ...(captured ? { captured } : {}),
    ...(lastContact ? { lastContact } : {}),
    ...(documents.length > 0 ? { documents } : {}),
    ...(relatives.length > 0 ? { relatives } : {}),
    ...(note ? { note } : {}),
  };
  const event = eventOf(cells, { captured, notes });
  return { kind: 'read', description, event, number: rowNumberOf(cells), notes };
}

/** The key by which the sender identifies the person from one list to the next. */
function rowNumberOf(cells: Cells): string | null {
  return cells.text('number') ?? cells.text('army_number') ?? null;
}

/** Cells by the field of their column. */
class Cells {
  readonly #cells: readonly ListCell[];
  readonly columns: readonly ColumnMapping[];

  constructor(cells: readonly ListCell[], columns: readonly ColumnMapping[]) {
    this.#cells = cells;
    this.columns = columns;
  }

  at(index: number): ListCell {
    return this.#cells[index] ?? { text: '', kind: 'empty' };
  }

  /** True if there is content to the right of the last column. */
  reachBeyond(columns: number): boolean {
    return this.#cells.slice(columns).some(({ text }) => clean(text) !== undefined);
  }

  indexOf(field: Field): number | null {
    return this.columns.find((column) => column.field === field)?.index ?? null;
  }

  columnOf(field: Field): ColumnMapping | undefined {
    return this.columns.find((column) => column.field === field);
  }

  /** Undefined for an empty cell: an absent value is not a value. */
  text(field: Field): string | undefined {
    const index = this.indexOf(field);
    return index === null ? undefined : clean(this.at(index).text);
  }

  all(field: Field): readonly string[] {
    return this.columns.flatMap((column) => {
      const text = column.field === field ? clean(this.at(column.index).text) : undefined;
      return text === undefined ? [] : [text];
    });
  }
}

const silences = new Set([
  '-',
  '–',
  '—',
  'н/д',
  'нд',
  'n/a',
  'невідомо',
  'неизвестно',
  'unknown',
  '?',
  '.',
]);

function clean(text: string): string | undefined {
  const trimmed = unguardCell(text)
    .replace(/[\u00ad\u200b\u2060\ufeff]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
  return trimmed === '' || silences.has(trimmed.toLowerCase()) ? undefined : trimmed;
}

const nameFields: readonly Field[] = ['name', 'surname', 'given', 'patronymic', 'maiden_name'];
const dateFields: readonly Field[] = ['birth', 'captured', 'last_contact', 'event_date'];
const keyFields: ReadonlySet<Field> = new Set([
  ...nameFields,
  ...dateFields,
  'birth_year',
  'number',
  'army_number',
]);

// Marks that change the direction of writing make a name look different from what is stored.
const directionMarks = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controlMarks = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd]/u;

/** Every reason for which the row is refused, each with its cell. */
function refusalsOf(cells: Cells, reading: RowReading): readonly RowNote[] {
  const found: RowNote[] = [];
  for (const column of cells.columns) {
    if (column.field === 'ordinal') continue;
    const cell = cells.at(column.index);
    const code = column.field === null ? markCode(cell.text) : cellCode(cell, column, reading);
    if (code) found.push({ column: column.index, code });
  }
  // An extra delimiter inside a cell shifts all that follow by one, so their columns are uncertain.
  if (cells.reachBeyond(columnsOf(reading)))
    found.push({ column: null, code: 'row.cells_too_many' });
  return found;
}

function columnsOf({ columns }: RowReading): number {
  return columns.reduce((most, column) => Math.max(most, column.index + 1), 0);
}

function markCode(text: string): string | null {
  if (directionMarks.test(text)) return 'row.direction_marks';
  return controlMarks.test(text) ? 'row.control_marks' : null;
}

function cellCode(cell: ListCell, column: ColumnMapping, reading: RowReading): string | null {
  const field = column.field;
  if (field === null || clean(cell.text) === undefined) return null;
  const marks = markCode(cell.text);
  if (marks) return marks;
  // A computed cell repeats another cell; it is not a statement about this person.
  const computed = cell.kind === 'formula' || /^[=@].*[\d()!]/u.test(clean(cell.text) ?? '');
  if (computed && keyFields.has(field)) return 'row.formula';
  if (nameFields.includes(field)) {
    if (cell.text.trim().length > nameChars) return 'row.name_too_long';
    return peopleIn(cell.text) > 1 ? 'row.two_people' : null;
  }
  if (cell.text.length > (field === 'note' ? noteChars : textChars)) return 'row.text_too_long';
  if (dateFields.includes(field)) return dateCode(readCell(cell.text, column), column, reading);
  return null;
}

function dateCode(
  date: DateReading,
  column: ColumnMapping,
  { yearMax }: RowReading,
): string | null {
  if (date.value === null) return date.rule === 'no-such-day' ? 'row.no_such_day' : null;
  const year = Number(date.value.slice(0, 4));
  if (year > yearMax) return 'row.date_in_future';
  return column.field === 'birth' && year < birthYearMin ? 'row.birth_too_early' : null;
}

function readCell(text: string, column: ColumnMapping): DateReading {
  return readDate(text, {
    ...(column.order ? { order: column.order } : {}),
    of: column.field === 'birth' || column.field === 'birth_year' ? 'birth' : 'event',
  });
}

function dateOf(cells: Cells, field: Field, notes: RowNote[]): DateReading | null {
  const column = cells.columnOf(field);
  const text = cells.text(field);
  if (!column || text === undefined) return null;
  const date = readCell(text, column);
  if (date.value === null) notes.push({ column: column.index, code: 'row.date_not_understood' });
  else if (date.alternative) notes.push({ column: column.index, code: 'row.date_ambiguous' });
  return date;
}

function namesOf(cells: Cells, language: string | null): readonly WrittenName[] {
  const [whole, surname, given, patronymic] = (
    ['name', 'surname', 'given', 'patronymic'] as const
  ).map((field) => cells.text(field));
  const full = whole ?? [surname, given, patronymic].filter(Boolean).join(' ');
  if (!/\p{L}{2}/u.test(full)) return [];
  const tongue = language ? { language } : {};
  const main: WrittenName = {
    full,
    ...(surname ? { surname } : {}),
    ...(given ? { given } : {}),
    ...(patronymic ? { patronymic } : {}),
    ...tongue,
    kind: 'main',
  };
  const maiden = cells.text('maiden_name');
  if (!maiden) return [main];
  const former = [maiden, given, patronymic].filter(Boolean).join(' ');
  return [main, { full: former, surname: maiden, ...tongue, kind: 'maiden' }];
}

function sexOf(text: string | undefined): Sex | null {
  if (!text) return null;
  if (/^(?:ж|f|w)/iu.test(text)) return 'f';
  return /^(?:ч|м|m)/iu.test(text) ? 'm' : null;
}

const textFields = {
  birthplace: 'birthplace',
  unit: 'unit',
  rank: 'rank',
  callsign: 'callsign',
  capturedPlace: 'captured_place',
  lastSeenPlace: 'last_seen_place',
  father: 'father',
  motherMaidenName: 'mother_maiden_name',
  kinAddress: 'kin_address',
  power: 'power',
  armyNumber: 'army_number',
  sourceNumber: 'number',
  taxNumber: 'tax_number',
} as const satisfies Partial<Record<keyof Description, Field>>;

function texts(cells: Cells): { readonly [Key in keyof typeof textFields]?: string } {
  return Object.fromEntries(
    Object.entries(textFields).flatMap(([key, field]) => {
      const text = cells.text(field);
      return text === undefined ? [] : [[key, text]];
    }),
  );
}

/** Remarks, and every cell of an unnamed column: nothing that a source states is lost. */
function noteOf(
  cells: Cells,
  { reading: { headed }, notes }: { reading: RowReading; notes: RowNote[] },
): string | null {
  const lines = cells.columns.flatMap((column) => {
    const { field, index, heading } = column;
    if (field !== null && field !== 'note' && field !== 'held_place' && field !== 'event')
      return [];
    const text = clean(cells.at(index).text);
    if (text === undefined) return [];
    return [field === 'note' || !headed || heading === '' ? text : `${heading}: ${text}`];
  });
  const note = lines.join('\n');
  if (note.length > noteChars) notes.push({ column: null, code: 'row.note_cut' });
  return note === '' ? null : note.slice(0, noteChars);
}

function eventOf(
  cells: Cells,
  { captured, notes }: { captured: DateReading | null; notes: RowNote[] },
): RowEvent {
  const words = cells.text('event');
  const kind = words ? readEventWords(words) : null;
  const column = cells.indexOf('event');
  if (words && !kind && column !== null) notes.push({ column, code: 'row.event_not_understood' });
  const date = dateOf(cells, 'event_date', notes);
  return {
    kind,
    occurred: date?.value ? dateRange(date.value) : null,
    capturedMonth: captured?.value ? dateRange(monthOf(captured.value)) : null,
  };
}

function monthOf<Text extends string>(value: Text): Text {
  return value.slice(0, 7) as Text; // A shorter form of a partial date also counts.
}

function refused(notes: readonly RowNote[]): ReadRow {
  return { kind: 'refused', notes };
}
