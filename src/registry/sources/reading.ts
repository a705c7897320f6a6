import { onOffice, protectedRead } from '../../access/command.ts';
import type { Permission } from '../../access/permission.ts';
import type { Context, OpenedField } from '../../audit/context.ts';
import type { Found } from '../../audit/read.ts';
import type { Db } from '../../db/connect.ts';
import type { ImportId } from '../../kernel/ids.ts';
import { type Page, pageLimitMax } from '../../kernel/page.ts';
import { ownHeadings } from './columns.ts';
import { importFacts } from './facts.ts';
import type { ListImport } from './import.ts';
import { rawRowId, type Sample } from './list-file.ts';
import { importPermissions } from './permissions.ts';
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
import { sealedRow, sealedSample } from './sealed.ts';

const csvRowsMax = 10_000;

interface ImportsRequest {
  readonly after: string | null;
  readonly limit: number;
}

/** Uploaded lists, newest first. */
export const readImports = protectedRead({
  ...onOffice('import'),
  permission: importPermissions.read,
  find: async (tx, of: { readonly input: ImportsRequest }): Promise<Found<Page<ListedImport>>> => {
    const limit = Math.min(of.input.limit, pageLimitMax);
    const rows = await listImports(tx, { after: of.input.after, limit });
    const nextAfter = rows.length < limit ? null : (rows.at(-1)?.id ?? null);
    return { fields: [], answer: () => ({ rows, nextAfter }) };
  },
});

export interface OpenedImport {
  readonly list: ListImport;
  readonly sender: string | null;
  /** Headings and first rows; only while a person has to check the columns. */
  readonly sample: Sample | null;
}

interface ImportRequest {
  readonly importId: ImportId;
}

/** The common parts of reads of one import. */
function onImport(permission: Permission) {
  return {
    permission,
    noun: 'import',
    objectId: ({ importId }: ImportRequest) => importId,
    load: (tx: Db, { importId }: ImportRequest) => findImport(tx, importId),
    facts: importFacts,
  };
}

/** One import: its progress and, before it is started, its columns. */
export const readImport = protectedRead({
  ...onImport(importPermissions.read),
  opens: true,
  find: async (tx, { loaded: list }): Promise<Found<OpenedImport>> => {
    const sender = list.senderId ? await findSender(tx, list.senderId) : null;
    const isLookedAt = list.state === 'inspected';
    return {
      fields: isLookedAt ? [sealedSample.of(list.id)] : [],
      answer: (opened) => ({
        list,
        sender: sender?.label ?? null,
        sample: sealedSample.read(opened, list.id),
      }),
    };
  },
});

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

/** The outcome of each row, in the order of the file; refused rows with their cells. */
export function readImportRows(ctx: Context, asked: ReadImportRows): Promise<Page<OpenedRow>> {
  return asked.outcome === 'refused' ? readRefusedRows(ctx, asked) : readRows(ctx, asked);
}

const readRows = protectedRead({
  ...onImport(importPermissions.read),
  find: async (tx, of: { readonly input: ReadImportRows }): Promise<Found<Page<OpenedRow>>> => {
    const { rows, nextAfter } = await pageOf(tx, of.input);
    const shown = rows.map((row) => ({ ...row, cells: null }));
    return { fields: [], answer: () => ({ rows: shown, nextAfter }) };
  },
});

const readRefusedRows = protectedRead({
  ...onImport(importPermissions.rejectedRows),
  opens: true,
  find: async (tx, of: { readonly input: ReadImportRows }): Promise<Found<Page<OpenedRow>>> => {
    const { importId } = of.input;
    const { rows, nextAfter } = await pageOf(tx, of.input);
    return {
      fields: rows.map(({ line }) => sealedRow.of(rawRowId(importId, line))),
      answer: (opened) => ({
        rows: rows.map((row) => ({ ...row, cells: cellsAt(opened, importId, row.line) })),
        nextAfter,
      }),
    };
  },
});

async function pageOf(tx: Db, asked: ReadImportRows): Promise<Page<ImportRow>> {
  const limit = Math.min(asked.limit, pageLimitMax);
  const rows = await listImportRows(tx, { ...asked, limit });
  return { rows, nextAfter: rows.length < limit ? null : String(rows.at(-1)?.line) };
}

/** The cells of a refused row; none if they were deleted. */
function cellsAt(opened: readonly OpenedField[], importId: string, line: number) {
  return sealedRow.read(opened, rawRowId(importId, line))?.cells ?? null;
}

/**
 * The refused rows as a list to correct and send again: the original columns, with line and reason
 * before them, which the next import ignores.
 */
export const refusedCsv = protectedRead({
  ...onImport(importPermissions.rejectedRows),
  opens: true,
  find: async (tx, { input: { importId } }): Promise<Found<string>> => {
    const asked = { importId, outcome: 'refused', after: -1, limit: csvRowsMax } as const;
    const rows = await listImportRows(tx, asked);
    return {
      fields: [
        sealedSample.of(importId),
        ...rows.map(({ line }) => sealedRow.of(rawRowId(importId, line))),
      ],
      answer: (opened) => {
        const lines = rows.map(({ line, notes }) => {
          const reasons = notes.map(({ code }) => code).join(' ');
          return [String(line), reasons, ...(cellsAt(opened, importId, line) ?? [])];
        });
        return writeCsv([
          [...ownHeadings, ...(sealedSample.read(opened, importId)?.headings ?? [])],
          ...lines,
        ]);
      },
    };
  },
});

/** The senders of lists to this office. */
export const readSenders = protectedRead({
  ...onOffice('sender'),
  permission: importPermissions.read,
  find: async (tx): Promise<Found<readonly Sender[]>> => {
    const senders = await listSenders(tx);
    return { fields: [], answer: () => senders };
  },
});
