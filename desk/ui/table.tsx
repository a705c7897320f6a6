import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly key: string;
  readonly head: string;
  readonly cell: (row: Row) => ReactNode;
  /** Highlighted: the cell that names the row. */
  readonly isHead?: boolean;
  readonly isNumber?: boolean;
}

/** A table that becomes a list of cards on a narrow screen; each cell then has its own heading. */
export function Table<Row>({
  caption,
  columns,
  rows,
  keyOf,
}: {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
}) {
  return (
    <table className="table">
      <caption className="unseen">{caption}</caption>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.key} scope="col" className={column.isNumber ? 'number' : undefined}>
              {column.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map((column) =>
              column.isHead ? (
                <th
                  key={column.key}
                  scope="row"
                  data-head={column.head}
                  className={column.isNumber ? 'number' : undefined}
                >
                  {column.cell(row)}
                </th>
              ) : (
                <td
                  key={column.key}
                  data-head={column.head}
                  className={column.isNumber ? 'number' : undefined}
                >
                  {column.cell(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
