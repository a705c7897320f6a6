import { command } from '../../access/command.ts';
import type { Permission } from '../../access/permission.ts';
import { type Context, rowContextOf, type SealedItem } from '../../audit/context.ts';
import type { Db } from '../../db/connect.ts';
import { insertSealed } from '../../db/sealed-rows.ts';
import { inTransaction } from '../../db/transaction.ts';
import { enqueue } from '../../jobs/queue.ts';
import type { ImportId } from '../../kernel/ids.ts';
import { Problem } from '../../kernel/problem.ts';
import { sha256Hex } from '../../vault/random.ts';
import {
  applySaved,
  type ColumnMapping,
  isOwnHeading,
  recogniseColumns,
  withoutUnknownHeadings,
} from './columns.ts';
import { importFacts } from './facts.ts';
import {
  type ImportShape,
  inspected,
  interrupt,
  isOver,
  type ListForm,
  type ListImport,
  type ListReader,
  refuse,
} from './import.ts';
import { carryOutJob, inspectJob } from './import-jobs.ts';
import { fileContent, type Sample, sampleField } from './list-file.ts';
import { importPermissions } from './permissions.ts';
import {
  deleteFile,
  findImport,
  findSender,
  listUnfinished,
  lockImport,
  updateImport,
} from './queries.ts';

const sampleRows = 20;

/**
 * `import.inspect`: has a list inspected in the sandbox and recognises its columns, so that a
 * person can correct them. Safe to run twice: an inspected list is not changed.
 */
export async function inspectImport(
  ctx: Context,
  { importId }: { readonly importId: ImportId },
  lists: ListReader,
): Promise<void> {
  const list = await readAsSystem(ctx, (tx) => findImport(tx, importId));
  if (list?.state !== 'received') return;
  let form: ListForm;
  try {
    form = await resuming(ctx, importId, () => lists.inspect(fileContent(ctx, list)));
  } catch (error) {
    if (!(error instanceof Problem) || !error.code.startsWith('list.')) throw error;
    await refuseImport(ctx, { importId, code: error.code });
    return;
  }
  await keepInspected(ctx, list, form);
}

/** Attempts in a row without progress; then the queue retries later. */
const idleMax = 5;
const attemptsMax = 10_000;
const firstPauseMs = 250;

/**
 * Runs the reading of a list again as long as it is interrupted. A killed child says nothing about
 * the list, and only the list's own limits refuse it. Each interruption is recorded for the desk.
 */
export async function resuming<Answer>(
  ctx: Context,
  importId: ImportId,
  run: () => Promise<Answer>,
): Promise<Answer> {
  let rowsRead = -1;
  let idle = 0;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'sandbox.interrupted') throw error;
      const now = await noteInterruption(ctx, importId);
      idle = now > rowsRead ? 0 : idle + 1;
      rowsRead = now;
      if (idle >= idleMax || attempt >= attemptsMax) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, firstPauseMs * 2 ** idle));
  }
}

interface OfImport {
  readonly importId: ImportId;
}

/** The common parts of the system's own commands on one import. */
function onImport(permission: Permission) {
  return {
    permission,
    noun: 'import',
    subject: ({ importId }: OfImport) => ({ objectId: importId }),
    load: (tx: Db, { importId }: OfImport) => lockImport(tx, importId),
    facts: importFacts,
  };
}

/** Returns how many rows are recorded. */
async function noteInterruption(ctx: Context, importId: ImportId): Promise<number> {
  const { rowsRead } = await countInterruption(ctx, { importId });
  return rowsRead;
}

const countInterruption = command({
  ...onImport(importPermissions.interrupt),
  write: async (tx, { next: list }) => {
    if (isOver(list)) return { rowsRead: 0 };
    await updateImport(tx, interrupt(list));
    return { rowsRead: list.rowsRead };
  },
});

async function keepInspected(ctx: Context, list: ListImport, form: ListForm): Promise<void> {
  const found = recogniseColumns(form.rows);
  const [salt] = await ctx.broker.salts([list.senderId ?? list.officeId]);
  const keyed = withoutUnknownHeadings(found.columns, (key) =>
    sha256Hex(`${salt}|heading|${key}`).slice(0, 32),
  );
  const sender = list.senderId
    ? await readAsSystem(ctx, (tx) => findSender(tx, list.senderId ?? ''))
    : null;
  const columns = applySaved(keyed, sender?.mapping ?? null);
  const headings = found.columns.map((column) => column.heading);
  const shape: ImportShape = {
    ...list.shape,
    encoding: form.encoding,
    delimiter: form.delimiter,
    columns: columns.length,
    headed: found.headed,
    counted: form.isCounted,
    partial: headings.some(isOwnHeading),
  };
  const sealed = await ctx.broker.sealMany([
    sampleField(list.id, sampleOf(form, headings, found.headed)),
  ]);
  await storeInspected(ctx, {
    importId: list.id,
    form,
    sealed,
    shape,
    columns,
    isHeaded: found.headed,
  });
}

interface Inspected extends OfImport {
  readonly form: ListForm;
  readonly sealed: readonly SealedItem[];
  readonly shape: ImportShape;
  readonly columns: readonly ColumnMapping[];
  readonly isHeaded: boolean;
}

const storeInspected = command({
  ...onImport(importPermissions.inspect),
  subject: ({ importId }: Inspected) => ({ objectId: importId }),
  write: async (tx, { input, next: list }, { now }) => {
    if (list.state !== 'received') return { state: list.state };
    const { form, shape, columns } = input;
    const { format } = form;
    const rowsEstimate = Math.max(1, form.rowsEstimate - (input.isHeaded ? 1 : 0));
    await updateImport(tx, inspected(list, { format, shape, mapping: { columns }, rowsEstimate }));
    await insertSealed(tx, input.sealed, { officeId: list.officeId, now });
    return { state: 'inspected' };
  },
});

function sampleOf(form: ListForm, headings: readonly string[], headed: boolean): Sample {
  const rows = form.rows.filter((row) => row.problem === undefined).slice(headed ? 1 : 0);
  return {
    headings,
    rows: rows.slice(0, sampleRows).map((row) => row.cells.map((cell) => cell.text.slice(0, 200))),
  };
}

/** Ends an import for a reason that its sender must fix; the list itself is deleted. */
export const refuseImport = command({
  ...onImport(importPermissions.refuse),
  subject: ({ importId }: OfImport & { readonly code: string }) => ({ objectId: importId }),
  write: async (tx, { input: { importId, code }, next: list }, { now }) => {
    if (isOver(list)) return { state: list.state };
    await updateImport(tx, refuse(list, code, now));
    await deleteFile(tx, importId);
    return { state: 'refused' };
  },
});

/** Deletes the list of an import that was cancelled. */
export const forgetFile = command({
  ...onImport(importPermissions.forgetFile),
  write: async (tx, { next: { id } }) => {
    await deleteFile(tx, id);
    return { forgotten: true };
  },
});

/**
 * Enqueues every list that a worker left unfinished. For the start of a worker: a job that is
 * enqueued twice does its work once.
 */
export async function resumeImports(ctx: Context): Promise<number> {
  return readAsSystem(ctx, async (tx) => {
    const left = await listUnfinished(tx);
    for (const { id, state } of left) {
      const importId = id as ImportId; // A column of ids.
      await enqueue(tx, state === 'received' ? inspectJob : carryOutJob, { importId });
    }
    return left.length;
  });
}

function readAsSystem<Answer>(
  ctx: Context,
  run: Parameters<typeof inTransaction<Answer>>[2],
): Promise<Answer> {
  return inTransaction(ctx.db, rowContextOf(ctx.actor), run);
}
