import { command, requirePermission, staffOf } from '../../access/command.ts';
import {
  keepUpload,
  type StagedUpload,
  type UploadContent,
  withUpload,
} from '../../access/uploads.ts';
import { type Context, type Moment, rowContextOf } from '../../audit/context.ts';
import type { Db } from '../../db/connect.ts';
import { inTransaction } from '../../db/transaction.ts';
import { enqueue } from '../../jobs/queue.ts';
import { type CommandId, type ImportId, idFromBytes } from '../../kernel/ids.ts';
import { impossible, invalid, refused } from '../../kernel/problem.ts';
import { newId, sha256 } from '../../vault/random.ts';
import { columnsProblem, correctColumns } from './columns.ts';
import { importFacts } from './facts.ts';
import type { Field } from './headings.ts';
import { cancel, type ListedSide, type ListImport, type SourceKind, start } from './import.ts';
import { carryOutJob, inspectJob } from './import-jobs.ts';
import { listPlace } from './list-file.ts';
import { importPermissions, sourcePermissions } from './permissions.ts';
import {
  findByHash,
  findSender,
  findSenderByLabel,
  insertImport,
  insertSender,
  insertSource,
  lockImport,
  type NewSource,
  saveMapping,
  updateImport,
} from './queries.ts';

// Later modules use this one only through this file.
export {
  advance,
  type ChunkCounts,
  finish,
  isOver,
  type ListedLine,
  type ListImport,
  type ListReader,
} from './import.ts';
export { forgetFile, refuseImport, resuming } from './jobs.ts';
export { fileContent, openFields, rawField, type Sample } from './list-file.ts';
export type { ListSource } from './queries.ts';
export { type ReadRow, type RowEvent, type RowReading, readRow } from './read-row.ts';
export { readImport, readImportRows, readImports, readSenders, refusedCsv } from './reading.ts';
export { digestRow, marksField, type RowMark, readMarks, StandingList } from './row-index.ts';

/** longer lists must be split. */
export const listBytesMax = 100 * 1024 * 1024;
const labelChars = 120;

export interface BringList {
  /** The list as a stream, or whole. */
  readonly bytes: UploadContent;
  readonly kind: SourceKind;
  /** Reliability A-F and credibility 1-6, for example `B2`. */
  readonly reliability: string;
  readonly sender: { readonly senderId: string } | { readonly label: string } | null;
  /** ISO day of the list's content, if it gives one. */
  readonly asOf: string | null;
  readonly side: ListedSide;
  readonly language: string | null;
  readonly commandId?: CommandId | undefined;
}

interface Brought {
  readonly importId: ImportId;
  readonly known: boolean;
}

/** Refuses actors who may not upload lists; a site checks before it reads a byte of the list. */
export function requireBringer(ctx: Context): Promise<void> {
  return requirePermission(ctx, sourcePermissions.bring, 'source');
}

/**
 * Receives a list: seals it as it arrives, and has it inspected in the sandbox. Nothing of it is
 * parsed here. If the same file of the same sender is already known, its first import is returned.
 */
export async function bringList(ctx: Context, input: BringList): Promise<Brought> {
  await requireBringer(ctx);
  checkAbout(input);
  const sender = await findOrPlanSender(ctx, input.sender);
  const { bytes, ...about } = input;
  return withUpload(ctx, { place: listPlace, content: bytes }, (staged) =>
    keepList(ctx, about, { staged, sender }),
  );
}

/** An existing sender, or one that this list creates. */
interface PlannedSender {
  readonly id: string;
  readonly newLabel: string | null;
}

async function keepList(
  ctx: Context,
  about: Omit<BringList, 'bytes'>,
  { staged, sender }: { readonly staged: StagedUpload; readonly sender: PlannedSender | null },
): Promise<Brought> {
  const { commandId, ...body } = about;
  const { digest } = staged;
  const importId = commandId
    ? idFromBytes<'import'>(sha256(`import|${commandId}|${digest}`).subarray(0, 16))
    : newId<'import'>();
  const fileHash = await hashOfFile(ctx, digest, sender);
  return storeList(ctx, {
    ...about,
    body: { ...body, digest },
    importId,
    fileHash,
    staged,
    sender,
  });
}

interface ArrivedList extends Omit<BringList, 'bytes' | 'sender'> {
  readonly body: unknown;
  readonly importId: ImportId;
  readonly fileHash: Buffer;
  readonly staged: StagedUpload;
  readonly sender: PlannedSender | null;
}

const storeList = command({
  permission: sourcePermissions.bring,
  noun: 'source',
  subject: ({ importId: objectId, commandId, body }: ArrivedList) => ({
    objectId,
    ...(commandId ? { commandId } : {}),
    body,
  }),
  load: async (_tx, _list, { actor: { officeId } }) => ({ officeId }),
  facts: importFacts,
  write: async (tx, { input }, at): Promise<Brought> => {
    const { importId, staged, sender, fileHash } = input;
    if (staged.size === 0) throw invalid('list.empty', 'file', 'The file is empty.');
    if (staged.size > listBytesMax) throw invalid('list.too_large', 'file', 'At most 100 MiB.');
    if (sender?.newLabel) await addSender(at, tx, { id: sender.id, label: sender.newLabel });
    const earlier = await findByHash(tx, fileHash);
    if (earlier) return { importId: earlier.id, known: true };
    const list = newImport(at, input);
    await insertSource(tx, sourceOf(list, input), at.now);
    await insertImport(tx, list);
    await keepUpload(tx, staged.uploadId);
    await enqueue(tx, inspectJob, { importId });
    return { importId, known: false };
  },
});

function sourceOf(list: ListImport, about: Omit<BringList, 'bytes' | 'sender'>): NewSource {
  return {
    id: list.sourceId,
    officeId: list.officeId,
    kind: about.kind,
    reliability: about.reliability,
    language: about.language,
    senderId: list.senderId,
    asOf: about.asOf,
  };
}

function checkAbout({ reliability, sender, asOf }: BringList): void {
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

function findOrPlanSender(ctx: Context, asked: BringList['sender']): Promise<PlannedSender | null> {
  return inTransaction(ctx.db, rowContextOf(ctx.actor), async (tx) => {
    if (!asked) return null;
    if ('senderId' in asked) {
      const sender = await findSender(tx, asked.senderId);
      if (!sender) throw refused('sender');
      return { id: sender.id, newLabel: null };
    }
    const label = asked.label.trim();
    const known = await findSenderByLabel(tx, label);
    return known ? { id: known.id, newLabel: null } : { id: newId<'sender'>(), newLabel: label };
  });
}

async function addSender(
  { actor, now }: Moment,
  tx: Db,
  { id, label }: { readonly id: string; readonly label: string },
): Promise<void> {
  // The hash of the file was salted for another sender than the present one.
  if (await findSenderByLabel(tx, label)) {
    throw impossible(
      'source.sender_changed',
      'This sender was added meanwhile. Please send again.',
    );
  }
  await insertSender(tx, { id, officeId: actor.officeId, label }, now);
}

/** Salted, so that a stolen copy of the database does not reveal whether we hold a given list. */
async function hashOfFile(
  ctx: Context,
  digest: string,
  sender: { readonly id: string } | null,
): Promise<Buffer> {
  const [salt] = await ctx.broker.salts([sender?.id ?? ctx.actor.officeId]);
  return sha256(`${salt}|list|${digest}`);
}

function newImport(at: Moment, made: ArrivedList): ListImport {
  return {
    id: made.importId,
    officeId: at.actor.officeId,
    sourceId: newId<'source'>(),
    senderId: made.sender?.id ?? null,
    state: 'received',
    refusalCode: null,
    format: null,
    fileHash: made.fileHash,
    fileSize: made.staged.size,
    uploadId: made.staged.uploadId,
    shape: { side: made.side },
    mapping: null,
    rowsEstimate: null,
    rowsRead: 0,
    rowsRecorded: 0,
    rowsUnchanged: 0,
    rowsChanged: 0,
    rowsGone: 0,
    rowsRefused: 0,
    version: 1,
    broughtBy: staffOf(at),
    recordedAt: at.now,
    finishedAt: null,
  };
}

export interface StartImport {
  readonly importId: ImportId;
  readonly version: number;
  /** The content of each column, as a person at the desk checked and corrected it. */
  readonly columns: readonly { readonly index: number; readonly field: Field | null }[];
  readonly saveForSender: boolean;
  readonly commandId: CommandId;
}

export interface ImportStep {
  readonly importId: ImportId;
  readonly state: string;
  readonly version: number;
}

/** Starts importing a list after a person has checked its columns. */
export const startImport = command({
  ...onImport(),
  subject: (input: StartImport) => ({
    objectId: input.importId,
    commandId: input.commandId,
    version: input.version,
    body: input,
  }),
  version: ({ version }) => version,
  step: (list, input) => {
    const columns = correctColumns(list.mapping?.columns ?? [], input.columns);
    const problem = columnsProblem(columns);
    const started = start(list, { columns });
    if (problem) throw invalid(problem, 'columns', 'These columns cannot be read as people.');
    return { started, columns };
  },
  write: async (tx, { input, next: { started, columns } }): Promise<ImportStep> => {
    await updateImport(tx, started);
    if (input.saveForSender && started.senderId) {
      const kept = columns.flatMap(({ key, field }) => (key ? [{ key, field }] : []));
      await saveMapping(tx, started.senderId, { columns: kept });
    }
    return carryOut(tx, started);
  },
});

export interface CancelImport {
  readonly importId: ImportId;
  readonly commandId: CommandId;
}

/** Cancels an import. Rows already recorded are kept; the next job deletes the list itself. */
export const cancelImport = command({
  ...onImport(),
  subject: ({ importId, commandId }: CancelImport) => ({
    objectId: importId,
    commandId,
    body: { cancelled: true },
  }),
  // No version is required: a running import changes it with every chunk, and stopping is intended
  // whatever happened meanwhile.
  step: (list, _input, { now }) => cancel(list, now),
  write: async (tx, { next: cancelled }): Promise<ImportStep> => {
    await updateImport(tx, cancelled);
    return carryOut(tx, cancelled);
  },
});

/** The common parts of commands on one import. */
function onImport() {
  return {
    permission: importPermissions.decide,
    noun: 'import',
    load: (tx: Db, { importId }: { readonly importId: ImportId }) => lockImport(tx, importId),
    facts: importFacts,
  };
}

async function carryOut(tx: Db, { id: importId, state, version }: ListImport): Promise<ImportStep> {
  await enqueue(tx, carryOutJob, { importId });
  return { importId, state, version };
}
