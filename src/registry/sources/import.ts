import type { ImportId, OfficeId, SourceId, StaffId } from '../../kernel/ids.ts';
import { impossible } from '../../kernel/problem.ts';
import type { ColumnMapping } from './columns.ts';

/** received → inspected → waiting → running → done; refused and cancelled end it earlier. */
export const importStates = [
  'received',
  'inspected',
  'waiting',
  'running',
  'done',
  'refused',
  'cancelled',
] as const;
export type ImportState = (typeof importStates)[number];

export const sourceKinds = [
  'official_list',
  'unofficial_list',
  'card',
  'dispatch',
  'tracing_request',
  'testimony',
  'media',
  'visit',
] as const;
export type SourceKind = (typeof sourceKinds)[number];

/** What the list says about the people on it: held, sought, or only mentioned. */
export type ListedSide = 'held' | 'sought' | 'spoken_of';

/**
 * The part of a list's form that is stored in clear; its headings and sample rows are sealed
 * (R-45).
 */
export interface ImportShape {
  readonly side: ListedSide;
  readonly encoding?: string | null;
  readonly delimiter?: string | null;
  readonly columns?: number;
  /** False if the very first row describes a person. */
  readonly headed?: boolean;
  /** True if the estimated number of rows is exact. */
  readonly counted?: boolean;
  /** Corrected rows of an earlier list, sent again: people who are not on it are not gone. */
  readonly partial?: boolean;
  /** How often reading was interrupted, and after how many rows the last time. */
  readonly interrupted?: {
    readonly times: number;
    readonly row: number;
    readonly resumed: boolean;
  };
  /** Records of the sender's earlier file that are missing in this one; the first of them. */
  readonly gone?: readonly string[];
}

/** One list being imported, and its progress. */
export interface ListImport {
  readonly id: ImportId;
  readonly officeId: OfficeId;
  readonly sourceId: SourceId;
  readonly senderId: string | null;
  readonly state: ImportState;
  readonly refusalCode: string | null;
  readonly format: string | null;
  readonly fileHash: Buffer;
  readonly fileSize: number;
  /**
   * Where the list is stored; lists from before there were uploads are stored under the import's
   * id.
   */
  readonly uploadId: string | null;
  readonly shape: ImportShape;
  readonly mapping: Mapping | null;
  readonly rowsEstimate: number | null;
  readonly rowsRead: number;
  readonly rowsRecorded: number;
  readonly rowsUnchanged: number;
  readonly rowsChanged: number;
  readonly rowsGone: number;
  readonly rowsRefused: number;
  readonly version: number;
  readonly broughtBy: StaffId;
  readonly recordedAt: Date;
  readonly finishedAt: Date | null;
}

export interface Mapping {
  readonly columns: readonly ColumnMapping[];
}

/** The result of the inspection; the import now waits until a person has checked the columns. */
export interface Inspected {
  readonly format: string;
  readonly shape: ImportShape;
  readonly mapping: Mapping;
  readonly rowsEstimate: number;
}

export function inspected(list: ListImport, found: Inspected): ListImport {
  return next(list, { ...found, state: 'inspected' });
}

export function refuse(list: ListImport, code: string, now: Date): ListImport {
  return next(list, { state: 'refused', refusalCode: code, finishedAt: now });
}

/** Throws if the columns were not checked yet or the import has begun or ended. */
export function start(list: ListImport, mapping: Mapping): ListImport {
  if (list.state !== 'inspected') {
    throw impossible('import.not_ready', 'This list cannot be started now.');
  }
  return next(list, { state: 'waiting', mapping });
}

/** Recorded rows are kept: nothing that a source stated is removed silently. */
export function cancel(list: ListImport, now: Date): ListImport {
  if (isOver(list)) throw impossible('import.over', 'This import has ended already.');
  return next(list, { state: 'cancelled', finishedAt: now });
}

export function isOver(list: Pick<ListImport, 'state'>): boolean {
  return list.state === 'done' || list.state === 'refused' || list.state === 'cancelled';
}

/** How many rows of each outcome one chunk produced. */
export interface ChunkCounts {
  readonly read: number;
  readonly recorded: number;
  readonly unchanged: number;
  readonly changed: number;
  readonly refused: number;
}

/** Reading was interrupted; recorded rows are kept, and reading resumes after them. */
export function interrupt(list: ListImport): ListImport {
  const times = (list.shape.interrupted?.times ?? 0) + 1;
  const interrupted = { times, row: list.rowsRead, resumed: false };
  return next(list, { shape: { ...list.shape, interrupted } });
}

export function advance(list: ListImport, counts: ChunkCounts): ListImport {
  const { interrupted } = list.shape;
  return next(list, {
    state: 'running',
    ...(interrupted
      ? { shape: { ...list.shape, interrupted: { ...interrupted, resumed: true } } }
      : {}),
    rowsRead: list.rowsRead + counts.read,
    rowsRecorded: list.rowsRecorded + counts.recorded,
    rowsUnchanged: list.rowsUnchanged + counts.unchanged,
    rowsChanged: list.rowsChanged + counts.changed,
    rowsRefused: list.rowsRefused + counts.refused,
  });
}

const goneShown = 1_000;

export function finish(list: ListImport, gone: readonly string[], now: Date): ListImport {
  return next(list, {
    state: 'done',
    shape: { ...list.shape, gone: gone.slice(0, goneShown) },
    rowsGone: gone.length,
    rowsEstimate: list.rowsRead,
    finishedAt: now,
  });
}

function next(list: ListImport, change: Partial<ListImport>): ListImport {
  return { ...list, ...change, version: list.version + 1 };
}

/** A cell and a row as the sandbox returns them. */
export interface ListCell {
  readonly text: string;
  readonly kind: 'text' | 'number' | 'date' | 'formula' | 'empty';
}

export interface ListedLine {
  readonly line: number;
  readonly cells: readonly ListCell[];
  readonly problem?: string;
}

export interface ListForm {
  readonly format: string;
  readonly encoding: string | null;
  readonly delimiter: string | null;
  readonly rows: readonly ListedLine[];
  readonly rowsEstimate: number;
  readonly isCounted: boolean;
}

/**
 * Reads a list in the sandbox. The worker binds it to the child process, since a parser of hostile
 * files must not run where the database is.
 */
export interface ListReader {
  inspect(content: AsyncIterable<Uint8Array>): Promise<ListForm>;
  rows(
    content: AsyncIterable<Uint8Array>,
    options: { readonly skip: number },
  ): AsyncIterable<readonly ListedLine[]>;
}
