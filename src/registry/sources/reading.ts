import { decide } from '../../access/decide.ts';
import type { Action } from '../../access/rules.ts';
import type { Context } from '../../audit/context.ts';
import { look, type Unseal } from '../../audit/look.ts';
import type { Db } from '../../db/connect.ts';
import type { ImportId } from '../../kernel/ids.ts';
import { type Page, pageLimitMax } from '../../kernel/page.ts';
import { refused } from '../../kernel/problem.ts';
import { ownHeadings } from './columns.ts';
import type { ListImport } from './import.ts';
import { rawRowId, type Sample } from './list-file.ts';
import { importFacts } from './policy.ts';
import {
  findImport,
  findSender,
  type ImportRow,
  type ListedImport,
  listImportRows,
  listImports,
  listSenders,
  type RowOutcome,
  type Sender,
} from './queries.ts';
import { writeCsv } from './refused-csv.ts';

const csvRowsMax = 10_000;

/** Lists that came in, newest first. */
export function readImports(
  ctx: Context,
  asked: { readonly after: string | null; readonly limit: number },
): Promise<Page<ListedImport>> {
  const limit = Math.min(asked.limit, pageLimitMax);
  return look(ctx, 'import.read', { objectId: ctx.actor.officeId }, async (tx) => {
    if (!decide(ctx, 'import.read', importFacts(ctx.actor))) throw refused('import');
    const rows = await listImports(tx, { after: asked.after, limit });
    return { rows, nextAfter: rows.length < limit ? null : (rows.at(-1)?.id ?? null) };
  });
}

export interface OpenedImport {
  readonly list: ListImport;
  readonly sender: string | null;
  /** Headings and first rows; only while somebody has to look at the columns. */
  readonly sample: Sample | null;
}

/** One import: how it stands and, before it is started, what its columns look like. */
export function readImport(ctx: Context, importId: ImportId): Promise<OpenedImport> {
  return look(ctx, 'import.read', { objectId: importId }, async (tx, unseal) => {
    const list = await mustRead(ctx, tx, { importId, action: 'import.read' });
    const sender = list.senderId ? await findSender(tx, list.senderId) : null;
    const sample = list.state === 'inspected' ? await openSample(unseal, importId) : null;
    return { list, sender: sender?.label ?? null, sample };
  });
}

async function openSample(unseal: Unseal, importId: string): Promise<Sample | null> {
  const [opened] = await unseal([{ rowId: importId, columnName: 'sample' }]);
  return opened ? (opened.content as Sample) : null; // Sealed by the inspection.
}

export interface OpenedRow extends ImportRow {
  /** The cells as they stood, of refused rows only. */
  readonly cells: readonly string[] | null;
}

export interface ReadImportRows {
  readonly importId: ImportId;
  readonly outcome: RowOutcome | null;
  readonly after: number;
  readonly limit: number;
}

/** What became of each row, in the order of the file; refused rows with their cells. */
export function readImportRows(ctx: Context, asked: ReadImportRows): Promise<Page<OpenedRow>> {
  const { importId } = asked;
  const limit = Math.min(asked.limit, pageLimitMax);
  const action = asked.outcome === 'refused' ? 'import.rejected_rows' : 'import.read';
  return look(ctx, action, { objectId: importId }, async (tx, unseal) => {
    await mustRead(ctx, tx, { importId, action });
    const found = await listImportRows(tx, { ...asked, limit });
    const cells =
      action === 'import.rejected_rows' ? await openCells(unseal, importId, found) : new Map();
    const rows = found.map((row) => ({ ...row, cells: cells.get(row.line) ?? null }));
    return { rows, nextAfter: rows.length < limit ? null : String(rows.at(-1)?.line) };
  });
}

async function openCells(
  unseal: Unseal,
  importId: string,
  rows: readonly ImportRow[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  const refusedRows = rows.filter((row) => row.outcome === 'refused');
  const lineOf = new Map(refusedRows.map((row) => [rawRowId(importId, row.line), row.line]));
  const opened = await unseal([...lineOf.keys()].map((rowId) => ({ rowId, columnName: 'raw' })));
  return new Map(
    opened.flatMap(({ rowId, content }) => {
      const line = lineOf.get(rowId);
      const { cells } = content as { cells: readonly string[] }; // Sealed by the carrying out.
      return line === undefined ? [] : [[line, cells] as const];
    }),
  );
}

/**
 * The refused rows as a list to correct and to send again: the columns as they came, and before them
 * line and reason, which the next import leaves out.
 */
export function refusedCsv(ctx: Context, importId: ImportId): Promise<string> {
  return look(ctx, 'import.rejected_rows', { objectId: importId }, async (tx, unseal) => {
    await mustRead(ctx, tx, { importId, action: 'import.rejected_rows' });
    const asked = { importId, outcome: 'refused', after: -1, limit: csvRowsMax } as const;
    const rows = await listImportRows(tx, asked);
    const lineOf = new Map(rows.map((row) => [rawRowId(importId, row.line), row]));
    const opened = await unseal([
      { rowId: importId, columnName: 'sample' },
      ...[...lineOf.keys()].map((rowId) => ({ rowId, columnName: 'raw' })),
    ]);
    const sample = opened.find((field) => field.columnName === 'sample')?.content as
      | Sample
      | undefined; // Sealed by the inspection.
    const cells = new Map(opened.map(({ rowId, content }) => [rowId, content]));
    const lines = [...lineOf].map(([rowId, row]) => {
      const raw = cells.get(rowId) as { cells: readonly string[] } | undefined; // Sealed by us.
      const reasons = row.notes.map((note) => note.code).join(' ');
      return [String(row.line), reasons, ...(raw?.cells ?? [])];
    });
    return writeCsv([[...ownHeadings, ...(sample?.headings ?? [])], ...lines]);
  });
}

/** Who sends lists to this office. */
export function readSenders(ctx: Context): Promise<readonly Sender[]> {
  return look(ctx, 'import.read', { objectId: ctx.actor.officeId }, async (tx) => {
    if (!decide(ctx, 'import.read', importFacts(ctx.actor))) throw refused('sender');
    return listSenders(tx);
  });
}

async function mustRead(
  ctx: Context,
  tx: Db,
  asked: { readonly importId: ImportId; readonly action: Action },
): Promise<ListImport> {
  const list = await findImport(tx, asked.importId);
  if (!list || !decide(ctx, asked.action, importFacts(list))) throw refused('import');
  return list;
}
