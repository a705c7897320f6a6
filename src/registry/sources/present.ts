import type { ListedImport, Sender } from './queries.ts';
import type { OpenedImport, OpenedRow } from './reading.ts';

/** One line of the desk's list of imports; nothing personal. */
export function presentListed(row: ListedImport) {
  return {
    importId: row.id,
    state: row.state,
    sender: row.sender,
    format: row.format,
    rowsRead: row.rowsRead,
    rowsRecorded: row.rowsRecorded,
    rowsRefused: row.rowsRefused,
    recordedAt: row.recordedAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

/** One import as the desk shows it; headings and sample only while its columns are checked. */
export function presentImport({ list, sender, sample }: OpenedImport) {
  const headings = sample?.headings ?? list.mapping?.columns.map((column) => column.heading) ?? [];
  return {
    importId: list.id,
    version: list.version,
    state: list.state,
    refusalCode: list.refusalCode,
    format: list.format,
    sender,
    side: list.shape.side,
    shape:
      list.shape.columns === undefined
        ? null
        : {
            encoding: list.shape.encoding ?? null,
            delimiter: list.shape.delimiter ?? null,
            headed: list.shape.headed ?? true,
            sheets: [],
            headings,
            sampleRows: sample?.rows ?? [],
          },
    mapping: list.mapping && {
      columns: list.mapping.columns.map((column) => ({
        index: column.index,
        heading: headings[column.index] ?? column.heading,
        field: column.field,
        confidence: column.confidence,
        rule: column.rule,
      })),
    },
    interrupted: list.shape.interrupted ?? null,
    rowsEstimate: list.rowsEstimate,
    isCounted: list.state === 'done' || (list.shape.counted ?? false),
    rowsRead: list.rowsRead,
    rowsRecorded: list.rowsRecorded,
    rowsUnchanged: list.rowsUnchanged,
    rowsChanged: list.rowsChanged,
    rowsGone: list.rowsGone,
    rowsRefused: list.rowsRefused,
    /**
     * Records of people who are on the sender's earlier list and not on this one; the first of
     * them.
     */
    gone: list.shape.gone ?? [],
    recordedAt: list.recordedAt.toISOString(),
    finishedAt: list.finishedAt?.toISOString() ?? null,
  };
}

/** The outcome of one row. Raw text is shown of refused rows only; the rest is in the records. */
export function presentImportRow(row: OpenedRow) {
  return {
    line: row.line,
    outcome: row.outcome,
    recordId: row.recordId,
    notes: row.notes.map((note) => ({
      column: note.column === null ? '' : String(note.column),
      code: note.code,
      raw: note.column === null ? null : (row.cells?.[note.column]?.slice(0, 200) ?? null),
    })),
    ...(row.cells ? { cells: row.cells.map((text) => text.slice(0, 200)) } : {}),
  };
}

export function presentSender(sender: Sender) {
  return { senderId: sender.id, label: sender.label };
}
