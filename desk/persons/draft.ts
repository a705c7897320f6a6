import type { DateReading, Description, WrittenName } from '../api/shapes.ts';

/** One name being corrected: whole, and in parts if the source had parts. */
export interface NameDraft {
  readonly full: string;
  readonly kind: string;
  readonly parts: NameParts | null;
  readonly language: string | null;
}
export interface NameParts {
  readonly surname: string;
  readonly given: string;
  readonly patronymic: string;
}

/** Every field of a record besides its names, in reading order. */
export const draftFields = [
  'sex',
  'birth',
  'birthplace',
  'father',
  'motherMaidenName',
  'relatives',
  'kinAddress',
  'power',
  'rank',
  'unit',
  'callsign',
  'captured',
  'capturedPlace',
  'lastContact',
  'lastSeenPlace',
  'armyNumber',
  'documents',
  'taxNumber',
  'sourceNumber',
  'note',
] as const;
export type DraftField = (typeof draftFields)[number];

/**
 * The statements of a record as plain text that a person can change; lists have a line for each.
 */
export interface Draft {
  readonly names: readonly NameDraft[];
  readonly values: Readonly<Record<DraftField, string>>;
  /** How dates were read on their list: a date whose text is unchanged keeps its reading. */
  readonly readings: Readonly<Partial<Record<DraftField, DateReading>>>;
}

export function draftOf(description: Description): Draft {
  const { names, birth, captured, lastContact, relatives, documents, ...rest } = description;
  const dates = { birth: birth?.raw, captured: captured?.raw, lastContact: lastContact?.raw };
  const lists = { relatives: relatives?.join('\n'), documents: documents?.join('\n') };
  const said: Readonly<Record<string, unknown>> = { ...rest, ...dates, ...lists };
  const values = Object.fromEntries(
    draftFields.map((field) => [field, typeof said[field] === 'string' ? said[field] : '']),
  ) as Record<DraftField, string>; // One entry for each field.
  const readings = Object.fromEntries(
    Object.entries({ birth, captured, lastContact }).filter(([, reading]) => reading),
  );
  return { names: names.map(nameDraftOf), values, readings };
}

function nameDraftOf(name: WrittenName): NameDraft {
  const { full, surname = '', given = '', patronymic = '' } = name;
  const isParted = surname !== '' || given !== '' || patronymic !== '';
  return {
    full,
    kind: name.kind ?? 'main',
    parts: isParted ? { surname, given, patronymic } : null,
    language: name.language ?? null,
  };
}

export const emptyName: NameDraft = { full: '', kind: 'alias', parts: null, language: null };

/** The name with its parts changed; the whole form follows them. */
export function withParts(name: NameDraft, parts: NameParts): NameDraft {
  const { surname, given, patronymic } = parts;
  return { ...name, parts, full: [surname, given, patronymic].filter(Boolean).join(' ') };
}

/** The draft as a description for the API: empty fields are absent. */
export function bodyOf({ names, values, readings }: Draft): Readonly<Record<string, unknown>> {
  const given = draftFields.flatMap((field): [string, unknown][] => {
    const text = values[field].trim();
    const reading = readings[field];
    if (text === '') return [];
    if (reading?.raw.trim() === text) return [[field, reading]];
    return [[field, field === 'relatives' || field === 'documents' ? linesOf(text) : text]];
  });
  return {
    names: names.filter(({ full }) => full.trim() !== '').map(nameBodyOf),
    ...(Object.fromEntries(given) as Record<string, unknown>), // Pairs as made above.
  };
}

function nameBodyOf({ full, kind, parts, language }: NameDraft) {
  const said = Object.entries(parts ?? {}).filter(([, text]) => text.trim() !== '');
  return {
    full: full.trim(),
    ...(Object.fromEntries(said) as Record<string, string>), // Pairs of two texts.
    kind,
    ...(language ? { language } : {}),
  };
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => line.trim() || []);
}

export type DraftKey = 'names' | DraftField;
const draftKeys: readonly DraftKey[] = ['names', ...draftFields];

/** One field as text, for showing and comparing. */
function textOf(draft: Draft, key: DraftKey): string {
  if (key !== 'names') return draft.values[key].trim();
  return draft.names
    .map(({ full }) => full.trim())
    .filter(Boolean)
    .join('; ');
}

export type DraftVersion = 'mine' | 'theirs';
export interface Difference {
  readonly key: DraftKey;
  readonly mine: string;
  readonly theirs: string;
  /**
   * The version that changed the field, if only one did; null if both did and a person must choose.
   */
  readonly side: DraftVersion | null;
}

/** Where my version and the one recorded meanwhile differ, relative to their common origin. */
export function findDifferences(drafts: {
  readonly base: Draft;
  readonly mine: Draft;
  readonly theirs: Draft;
}): readonly Difference[] {
  return draftKeys.flatMap((key) => {
    const mine = textOf(drafts.mine, key);
    const theirs = textOf(drafts.theirs, key);
    if (mine === theirs) return [];
    const base = textOf(drafts.base, key);
    const side = mine === base ? 'theirs' : theirs === base ? 'mine' : null;
    return [{ key, mine, theirs, side }];
  });
}

/** The version recorded meanwhile, with my words where mine were chosen. */
export function settled(
  drafts: { readonly mine: Draft; readonly theirs: Draft },
  chosen: Readonly<Partial<Record<DraftKey, DraftVersion>>>,
): Draft {
  const from = (key: DraftKey) => (chosen[key] === 'mine' ? drafts.mine : drafts.theirs);
  const values = Object.fromEntries(
    draftFields.map((field) => [field, from(field).values[field]]),
  ) as Record<DraftField, string>; // One entry for each field.
  const readings = Object.fromEntries(
    draftFields.map((field) => [field, from(field).readings[field]]),
  );
  return { names: from('names').names, values, readings };
}

/** True if the draft differs from its initial values. */
export function isChanged(base: Draft, draft: Draft): boolean {
  return JSON.stringify(bodyOf(base)) !== JSON.stringify(bodyOf(draft));
}
