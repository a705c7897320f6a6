/**
 * The disclosure matrix: practice under GC III 122-123 and our do-no-harm rules, one letter per
 * cell. Presenters and dispatches are tested against it cell by cell (S-08).
 *
 * `always` yes · `never` no · `consent` with the subject's consent · `checked` after a risk check
 * and a second person · `own` only what the reader itself gave · `aggregate` counts of ten and
 * more.
 */
export type Cell = 'always' | 'never' | 'consent' | 'checked' | 'own' | 'aggregate' | 'compartment';

export const readers = [
  'family',
  'otherRelative',
  'ownBureau',
  'centralAgency',
  'adverseBureau',
  'delegate',
  'monitor',
  'prosecutor',
  'public',
] as const;
export type Reader = (typeof readers)[number];

/** One row of the table: a cell for every reader. */
export type Cells = Readonly<Record<Reader, Cell>>;

/** Rows of the matrix by datum; each module declares those of its data. */
export type Disclosure = Readonly<Record<string, Cells>>;

/** The cells of one datum, in the order of `readers`. */
export function cells(
  ...row: readonly [Cell, Cell, Cell, Cell, Cell, Cell, Cell, Cell, Cell]
): Cells {
  // Nine readers, nine cells: the tuple type above counts them.
  return Object.fromEntries(readers.map((reader, at) => [reader, row[at]])) as Cells;
}

/** True if the cell permits its reader to see the datum, given the consents and checks. */
export function mayLearn(
  cell: Cell,
  given: { readonly consent?: boolean; readonly checked?: boolean; readonly own?: boolean } = {},
): boolean {
  if (cell === 'always') return true;
  if (cell === 'consent') return given.consent === true;
  if (cell === 'checked') return given.checked === true;
  return cell === 'own' && given.own === true;
}
