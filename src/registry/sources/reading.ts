import { decide } from '../../access/decide.ts';
import type { Action } from '../../access/rules.ts';
import type { Context, OpenedField } from '../../audit/context.ts';
import { look, lookInside } from '../../audit/look.ts';
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
  return lookInside(ctx, { action: 'import.read', objectId: importId }, async (tx) => {
    const list = await mustRead(ctx, tx, { importId, action: 'import.read' });
    const sender = list.senderId ? await findSender(tx, list.senderId) : null;
    const isLookedAt = list.state === 'inspected';
    return {
      fields: isLookedAt ? [{ rowId: importId, columnName: 'sample' }] : [],
      answer: (opened) => ({ list, sender: sender?.label ?? null, sample: sampleOf(opened) }),
    };
  });
}

function sampleOf(opened: readonly OpenedField[]): Sample | null {
  const field = opened.find(({ columnName }) => columnName === 'sample');
  return field ? (field.content as Sample) : null; // Sealed by the inspection.
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
  return lookInside(ctx, { action, objectId: importId }, async (tx) => {
    await mustRead(ctx, tx, { importId, action });
    const found = await listImportRows(tx, { ...asked, limit });
    const nextAfter = found.length < limit ? null : String(found.at(-1)?.line);
    const shown = action === 'import.rejected_rows' ? found : [];
    const refusedRows = shown.filter((row) => row.outcome === 'refused');
    return {
      fields: refusedRows.map(({ line }) => rawFieldOf(importId, line)),
      answer: (opened) => {
        const cells = cellsOf(opened);
        const cellsAt = (line: number) => cells.get(rawRowId(importId, line)) ?? null;
        return { rows: found.map((row) => ({ ...row, cells: cellsAt(row.line) })), nextAfter };
      },
    };
  });
}

function rawFieldOf(importId: string, line: number) {
  return { rowId: rawRowId(importId, line), columnName: 'raw' };
}

/** The cells of refused rows, by the row that they are sealed for. */
function cellsOf(opened: readonly OpenedField[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    opened.flatMap(({ rowId, columnName, content }) => {
      if (columnName !== 'raw') return [];
      const { cells } = content as { cells: readonly string[] }; // Sealed by the carrying out.
      return [[rowId, cells] as const];
    }),
  );
}

/**
 * The refused rows as a list to correct and to send again: the columns as they came, and before them
 * line and reason, which the next import leaves out.
 */
export function refusedCsv(ctx: Context, importId: ImportId): Promise<string> {
  const action = 'import.rejected_rows';
  return lookInside(ctx, { action, objectId: importId }, async (tx) => {
    await mustRead(ctx, tx, { importId, action });
    const asked = { importId, outcome: 'refused', after: -1, limit: csvRowsMax } as const;
    const rows = await listImportRows(tx, asked);
    return {
      fields: [
        { rowId: importId, columnName: 'sample' },
        ...rows.map(({ line }) => rawFieldOf(importId, line)),
      ],
      answer: (opened) => {
        const cells = cellsOf(opened);
        const lines = rows.map(({ line, notes }) => {
          const reasons = notes.map(({ code }) => code).join(' ');
          return [String(line), reasons, ...(cells.get(rawRowId(importId, line)) ?? [])];
        });
        return writeCsv([[...ownHeadings, ...(sampleOf(opened)?.headings ?? [])], ...lines]);
      },
    };
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
