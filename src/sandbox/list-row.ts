/** One cell of the file as raw text; its analysis comes later. */
export interface Cell {
  readonly text: string;
  readonly kind: 'text' | 'number' | 'date' | 'formula' | 'empty';
}

/** One row of a list with its line in the file; `problem` says why a row could not be read. */
export interface ListRow {
  readonly line: number;
  readonly cells: readonly Cell[];
  readonly problem?: string;
}

/** The form of a list before it is imported. */
export interface ListShape {
  readonly format: 'xlsx' | 'csv' | 'ndjson';
  readonly encoding: string | null;
  readonly delimiter: string | null;
  readonly rows: readonly ListRow[];
  readonly rowsEstimate: number;
  /** True if the list was read to its end, so that the estimate is the exact number of rows. */
  readonly isCounted: boolean;
}

/** Limits on hostile files. */
export const listLimits = {
  fileBytes: 100 * 1024 * 1024,
  unpackedBytes: 200 * 1024 * 1024,
  entries: 500,
  ratio: 100,
  cellsPerRow: 200,
  cellChars: 10_000,
  rows: 2_000_000,
} as const;

export function cell(text: string, kind: Cell['kind'] = 'text'): Cell {
  if (text === '') return { text: '', kind: 'empty' };
  return { text: text.slice(0, listLimits.cellChars), kind };
}
