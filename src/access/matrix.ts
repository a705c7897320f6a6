/**
 * Who may learn what: the table of GC III 122-123 practice and our do-no-harm rules, one cell a
 * letter. Presenters and dispatches are tested against it cell by cell (S-08).
 * `always` yes · `never` no · `consent` with the subject's consent · `checked` after a risk check and
 * a second person · `own` only what the reader itself gave · `aggregate` counts of ten and more.
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

const row = (...cells: readonly [Cell, Cell, Cell, Cell, Cell, Cell, Cell, Cell, Cell]) =>
  Object.fromEntries(readers.map((reader, at) => [reader, cells[at]])) as Readonly<
    Record<Reader, Cell> // Nine readers, nine cells: the tuple type above counts them.
  >;

// prettier: one datum a line, columns in the order of `readers`.
// biome-ignore format: the table is read by its columns
export const disclosure = {
  custody:            row('always',  'consent', 'always',      'always',  'own',     'always',  'checked', 'checked', 'aggregate'),
  placeOfDetention:   row('consent', 'never',   'always',      'always',  'own',     'always',  'checked', 'checked', 'never'),
  health:             row('consent', 'never',   'compartment', 'checked', 'own',     'always',  'checked', 'checked', 'never'),
  militaryDetail:     row('own',     'never',   'always',      'checked', 'never',   'never',   'never',   'checked', 'never'),
  familyContact:      row('own',     'never',   'always',      'compartment', 'never', 'never', 'never',   'checked', 'never'),
  enquirerIdentity:   row('own',     'never',   'always',      'compartment', 'never', 'never', 'never',   'checked', 'never'),
  enquiryExistence:   row('own',     'never',   'always',      'checked', 'checked', 'never',   'never',   'never',   'never'),
  proposedForExchange: row('never',  'never',   'compartment', 'never',   'compartment', 'never', 'never', 'never',   'never'),
  debriefSource:      row('never',   'never',   'compartment', 'never',   'never',   'never',   'consent', 'consent', 'never'),
  anteMortem:         row('own',     'never',   'compartment', 'never',   'never',   'never',   'never',   'checked', 'never'),
  remainsProposal:    row('never',   'never',   'compartment', 'never',   'never',   'never',   'never',   'never',   'never'),
  incidentMedia:      row('consent', 'never',   'compartment', 'never',   'never',   'never',   'checked', 'checked', 'never'),
  coverIdentity:      row('never',   'never',   'compartment', 'never',   'never',   'never',   'never',   'never',   'never'),
} as const;
export type Datum = keyof typeof disclosure;

/** True when the reader may be shown the datum, given what has been consented to and checked. */
export function mayLearn(
  reader: Reader,
  datum: Datum,
  given: { readonly consent?: boolean; readonly checked?: boolean; readonly own?: boolean } = {},
): boolean {
  const cell: Cell = disclosure[datum][reader];
  if (cell === 'always') return true;
  if (cell === 'consent') return given.consent === true;
  if (cell === 'checked') return given.checked === true;
  return cell === 'own' && given.own === true;
}
