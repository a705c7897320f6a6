import { decide } from '../../access/decide.ts';
import type { Action } from '../../access/rules.ts';
import { act } from '../../audit/act.ts';
import type { Context } from '../../audit/context.ts';
import type { Db } from '../../db/connect.ts';
import { enqueue } from '../../jobs/queue.ts';
import { assert } from '../../kernel/assert.ts';
import { type CommandId, type ImportId, idFromBytes } from '../../kernel/ids.ts';
import { invalid, refused, requireVersion } from '../../kernel/problem.ts';
import { newId, sha256, sha256Hex } from '../../vault/random.ts';
import { columnsProblem, correctColumns } from './columns.ts';
import type { Field } from './headings.ts';
import { cancel, type ListedSide, type ListImport, type SourceKind, start } from './import.ts';
import { storeFile } from './list-file.ts';
import { importFacts } from './policy.ts';
import {
  findByHash,
  findSender,
  findSenderByLabel,
  insertImport,
  insertSender,
  insertSource,
  lockImport,
  type Sender,
  saveMapping,
  updateImport,
} from './queries.ts';

// What later nouns use of this one passes through this file.
export {
  advance,
  type ChunkCounts,
  finish,
  isOver,
  type ListedLine,
  type ListImport,
  type ListReader,
} from './import.ts';
export { forgetFile, refuseImport } from './jobs.ts';
export { fileContent, openFields, rawField, type Sample } from './list-file.ts';
export type { ListSource } from './queries.ts';
export { type ReadRow, type RowEvent, type RowReading, readRow } from './read-row.ts';
export { readImport, readImportRows, readImports, readSenders, refusedCsv } from './reading.ts';
export { digestRow, marksField, type RowMark, readMarks, StandingList } from './row-index.ts';

/** longer lists come in parts. */
export const listBytesMax = 100 * 1024 * 1024;
const labelChars = 120;

export interface BringList {
  readonly bytes: Uint8Array;
  readonly kind: SourceKind;
  /** Who speaks A-F and what is said 1-6, as `B2`. */
  readonly reliability: string;
  readonly sender: { readonly senderId: string } | { readonly label: string } | null;
  /** ISO day for which the list holds, where it says so. */
  readonly asOf: string | null;
  readonly side: ListedSide;
  readonly language: string | null;
  readonly commandId?: CommandId | undefined;
}

/**
 * Takes a list in: seals it as it came, and has it inspected in the sandbox. Nothing of it is parsed
 * here. The same file of the same sender is known already and answers with its first import.
 */
export function bringList(
  ctx: Context,
  input: BringList,
): Promise<{ readonly importId: ImportId; readonly known: boolean }> {
  const { bytes, commandId, ...about } = input;
  const digest = sha256Hex(bytes);
  const importId = commandId
    ? idFromBytes<'import'>(sha256(`import|${commandId}|${digest}`).subarray(0, 16))
    : newId<'import'>();
  const subject = {
    objectId: importId,
    ...(commandId ? { commandId } : {}),
    body: { ...about, digest },
  };
  return act(ctx, 'source.bring', subject, async (tx) => {
    if (!decide(ctx, 'source.bring', importFacts(ctx.actor))) throw refused('source');
    checkList(input);
    const sender = await senderOf(ctx, tx, input.sender);
    const fileHash = await hashOfFile(ctx, digest, sender);
    const earlier = await findByHash(tx, fileHash);
    if (earlier) return { importId: earlier.id, known: true };
    const list = newImport(ctx, input, { importId, fileHash, sender });
    const source = {
      id: list.sourceId,
      officeId: list.officeId,
      kind: input.kind,
      reliability: input.reliability,
      language: input.language,
      senderId: list.senderId,
      asOf: input.asOf,
    };
    await insertSource(tx, source, ctx.now);
    await insertImport(tx, list);
    await storeFile(ctx, tx, { importId, bytes });
    await enqueue(tx, 'import.inspect', { importId });
    return { importId, known: false };
  });
}

function checkList(input: BringList): void {
  const { bytes, reliability, sender, asOf } = input;
  if (bytes.length === 0) throw invalid('list.empty', 'file', 'The file is empty.');
  if (bytes.length > listBytesMax) throw invalid('list.too_large', 'file', 'At most 100 MiB.');
  if (!/^[A-F][1-6]$/u.test(reliability)) {
    throw invalid('source.reliability', 'reliability', 'A letter A to F and a figure 1 to 6.');
  }
  if (asOf !== null && Number.isNaN(Date.parse(`${asOf}T00:00:00Z`))) {
    throw invalid('source.as_of', 'asOf', 'A day as 2024-05-31.');
  }
  if (sender && 'label' in sender) {
    const { length } = sender.label.trim();
    if (length === 0 || length > labelChars) {
      throw invalid('source.sender', 'senderLabel', 'A name of at most 120 letters.');
    }
  }
}

async function senderOf(
  ctx: Context,
  tx: Db,
  asked: BringList['sender'],
): Promise<Pick<Sender, 'id'> | null> {
  if (!asked) return null;
  if ('senderId' in asked) {
    const sender = await findSender(tx, asked.senderId);
    if (!sender) throw refused('sender');
    return sender;
  }
  const label = asked.label.trim();
  const known = await findSenderByLabel(tx, label);
  if (known) return known;
  const sender = { id: newId<'sender'>(), officeId: ctx.actor.officeId, label };
  await insertSender(tx, sender, ctx.now);
  return sender;
}

/** Salted, so that a stolen copy of the database cannot be asked whether we hold a given list. */
async function hashOfFile(
  ctx: Context,
  digest: string,
  sender: { readonly id: string } | null,
): Promise<Buffer> {
  const [salt] = await ctx.broker.salts([sender?.id ?? ctx.actor.officeId]);
  return sha256(`${salt}|list|${digest}`);
}

function newImport(
  ctx: Context,
  input: BringList,
  made: { importId: ImportId; fileHash: Buffer; sender: { readonly id: string } | null },
): ListImport {
  assert(ctx.actor.kind === 'staff', 'only staff bring lists');
  return {
    id: made.importId,
    officeId: ctx.actor.officeId,
    sourceId: newId<'source'>(),
    senderId: made.sender?.id ?? null,
    state: 'received',
    refusalCode: null,
    format: null,
    fileHash: made.fileHash,
    fileSize: input.bytes.length,
    shape: { side: input.side },
    mapping: null,
    rowsEstimate: null,
    rowsRead: 0,
    rowsRecorded: 0,
    rowsUnchanged: 0,
    rowsChanged: 0,
    rowsGone: 0,
    rowsRefused: 0,
    version: 1,
    broughtBy: ctx.actor.staffId,
    recordedAt: ctx.now,
    finishedAt: null,
  };
}

export interface StartImport {
  readonly importId: ImportId;
  readonly version: number;
  /** What each column holds, as the person at the desk saw and corrected it. */
  readonly columns: readonly { readonly index: number; readonly field: Field | null }[];
  readonly saveForSender: boolean;
  readonly commandId: CommandId;
}

export interface ImportStep {
  readonly importId: ImportId;
  readonly state: string;
  readonly version: number;
}

/** Starts carrying out a list whose columns somebody has looked at. */
export function startImport(ctx: Context, input: StartImport): Promise<ImportStep> {
  const { importId, version, commandId } = input;
  return act(ctx, 'import.decide', { objectId: importId, commandId, body: input }, async (tx) => {
    const list = await mustHave(ctx, tx, { importId, action: 'import.decide' });
    requireVersion('import', list.version, version);
    const columns = correctColumns(list.mapping?.columns ?? [], input.columns);
    const problem = columnsProblem(columns);
    const started = start(list, { columns });
    if (problem) throw invalid(problem, 'columns', 'These columns cannot be read as people.');
    await updateImport(tx, started);
    if (input.saveForSender && list.senderId) {
      const kept = columns.flatMap(({ key, field }) => (key ? [{ key, field }] : []));
      await saveMapping(tx, list.senderId, { columns: kept });
    }
    await enqueue(tx, 'import.carry_out', { importId });
    return { importId, state: started.state, version: started.version };
  });
}

export interface CancelImport {
  readonly importId: ImportId;
  readonly commandId: CommandId;
}

/** Gives a list up. Rows that were recorded stay; the list itself is forgotten by the next job. */
export function cancelImport(ctx: Context, input: CancelImport): Promise<ImportStep> {
  const { importId, commandId } = input;
  const subject = { objectId: importId, commandId, body: { cancelled: true } };
  return act(ctx, 'import.decide', subject, async (tx) => {
    const list = await mustHave(ctx, tx, { importId, action: 'import.decide' });
    // No version is asked for: a running import changes it with every chunk, and stopping is meant
    // whatever it did meanwhile.
    const cancelled = cancel(list, ctx.now);
    await updateImport(tx, cancelled);
    await enqueue(tx, 'import.carry_out', { importId });
    return { importId, state: cancelled.state, version: cancelled.version };
  });
}

/** Loads and locks; absent and not allowed are one answer (settled 13). */
async function mustHave(
  ctx: Context,
  tx: Db,
  asked: { readonly importId: ImportId; readonly action: Action },
): Promise<ListImport> {
  const list = await lockImport(tx, asked.importId);
  if (!list || !decide(ctx, asked.action, importFacts(list))) throw refused('import');
  return list;
}
