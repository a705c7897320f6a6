import type { Cell, ListRow, ListShape } from './list-row.ts';

/** A row as the child sends it: line, cells as kind and text, and its problem if it has one. */
export type PackedRow = readonly [number, readonly string[], string?];

/** The output of the child, one JSON object per line. */
export type ChildLine =
  | { readonly shape: ListShape }
  | { readonly rows: readonly PackedRow[] }
  | { readonly end: true }
  | { readonly problem: { readonly code: string; readonly message: string } };

const letters = { text: 't', number: 'n', date: 'd', formula: 'f', empty: 'e' } as const;
const kinds: Readonly<Record<string, Cell['kind']>> = {
  t: 'text',
  n: 'number',
  d: 'date',
  f: 'formula',
  e: 'empty',
};

export function packRow(row: ListRow): PackedRow {
  const cells = row.cells.map((cell) => letters[cell.kind] + cell.text);
  return row.problem === undefined ? [row.line, cells] : [row.line, cells, row.problem];
}

export function unpackRow([line, cells, problem]: PackedRow): ListRow {
  const row = {
    line,
    cells: cells.map((text) => ({ text: text.slice(1), kind: kinds[text.charAt(0)] ?? 'text' })),
  };
  return problem === undefined ? row : { ...row, problem };
}
