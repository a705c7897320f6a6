import { type Context, rowContextOf } from '../audit/context.ts';
import type { WantedField } from '../audit/read.ts';
import { recordRefusal } from '../audit/write.ts';
import type { Db } from '../db/connect.ts';
import { insertSealed } from '../db/sealed-rows.ts';
import { inTransaction } from '../db/transaction.ts';
import type { EnquiryId, Id } from '../kernel/ids.ts';
import { idFromBytes } from '../kernel/ids.ts';
import { Problem } from '../kernel/problem.ts';
import { newId, sha256, startDigest } from '../vault/random.ts';
import { command, onOffice } from './command.ts';
import type { Permission } from './permission.ts';
import { uploadPermissions } from './permissions.ts';
import type { SealedField } from './sealed-field.ts';
import {
  deleteDropped,
  deletePieces,
  dropArriving,
  holdArriving,
  insertUpload,
  keepArrived,
  lockSwept,
} from './upload-queries.ts';

/** The most of a file that is in clear at one time outside the sandbox. */
export const pieceBytes = 1024 * 1024;

/** A file as a stream, or whole if it is in memory anyway. */
export type UploadContent = Uint8Array | AsyncIterable<Uint8Array>;

export type UploadId = Id<'upload'>;

/** The bytes of one piece of a file. */
export interface Piece {
  readonly base64: string;
}

/** The purpose of a file, and the sealed field whose numbered pieces it becomes. */
export interface UploadPlace {
  readonly purpose: 'list' | 'document';
  readonly field: SealedField<Piece>;
  readonly enquiryId: EnquiryId | null;
  /** The purpose of the upload; a refusal during the upload is logged under its name. */
  readonly permission: Permission;
  /** Throws a `Problem` if the first bytes are not of an accepted format. */
  readonly checkStart?: (start: Uint8Array) => void;
}

/** A file that arrived whole. `keepUpload` keeps it in the transaction that refers to it. */
export interface StagedUpload {
  readonly uploadId: UploadId;
  readonly size: number;
  /** SHA-256 in hexadecimal. It must not be stored without a salt (S-12b). */
  readonly digest: string;
}

/**
 * Seals a file piece by piece as it arrives and then runs `run`. Neither the whole file nor a
 * transaction is held meanwhile. An upload that was not kept at the end is dropped and swept.
 */
export async function withUpload<Answer>(
  ctx: Context,
  { place, content }: { readonly place: UploadPlace; readonly content: UploadContent },
  run: (staged: StagedUpload) => Promise<Answer>,
): Promise<Answer> {
  const uploadId = newId<'upload'>();
  const { purpose, enquiryId } = place;
  const { officeId } = ctx.actor;
  await asActor(ctx, (tx) =>
    insertUpload(tx, { id: uploadId, officeId, enquiryId, purpose }, ctx.now),
  );
  try {
    return await run(await stage(ctx, { uploadId, place, content }));
  } finally {
    // If it cannot be dropped now, the sweep finds it later.
    await asActor(ctx, (tx) => dropArriving(tx, uploadId)).catch(() => undefined);
  }
}

/** Keeps a staged upload; call it in the transaction that stores the reference to it. */
export async function keepUpload(tx: Db, uploadId: UploadId): Promise<void> {
  if (!(await keepArrived(tx, uploadId))) throw interrupted();
}

interface Arriving {
  readonly uploadId: UploadId;
  readonly place: UploadPlace;
  readonly content: UploadContent;
}

async function stage(ctx: Context, arriving: Arriving): Promise<StagedUpload> {
  const { uploadId, place } = arriving;
  const digest = startDigest();
  let size = 0;
  let piece = 0;
  try {
    for await (const bytes of inPieces(arriving.content)) {
      if (piece === 0) place.checkStart?.(bytes);
      digest.add(bytes);
      size += bytes.length;
      await atTurn(() => storePiece(ctx, arriving, { piece, bytes }));
      piece += 1;
    }
  } catch (error) {
    const objectId = place.enquiryId ?? ctx.actor.officeId;
    await recordRefusal(ctx, error, { action: place.permission, objectId });
    throw error;
  }
  return { uploadId, size, digest: digest.end().toString('hex') };
}

async function storePiece(
  ctx: Context,
  { uploadId, place }: Arriving,
  { piece, bytes }: { readonly piece: number; readonly bytes: Buffer },
): Promise<void> {
  const { field, enquiryId } = place;
  const at = { rowId: uploadId, subjectId: uploadSubject(uploadId), piece };
  const content = { base64: bytes.toString('base64') };
  const sealed = await ctx.broker.sealMany([field.item(at, content)]);
  await asActor(ctx, async (tx) => {
    if (!(await holdArriving(tx, uploadId))) throw interrupted();
    await insertSealed(tx, sealed, { officeId: ctx.actor.officeId, enquiryId, now: ctx.now });
  });
}

/** Each upload has a key of its own, so that deleting the file can delete its key. */
export function uploadSubject(uploadId: string): string {
  return idFromBytes(sha256(`upload|${uploadId}`).subarray(0, 16));
}

/** The sealed fields of a file of this size, in order. */
export function pieceFields(
  field: SealedField<Piece>,
  { uploadId, size }: { readonly uploadId: string; readonly size: number },
): readonly WantedField[] {
  return Array.from({ length: Math.ceil(size / pieceBytes) }, (_, piece) =>
    field.of(uploadId, piece),
  );
}

/** The bytes of an opened piece. */
export function pieceContent(content: unknown): Buffer {
  return Buffer.from((content as Piece).base64, 'base64'); // Sealed by `storePiece`.
}

/** Cuts a stream into pieces of one size; only the last is shorter. */
export async function* inPieces(content: UploadContent): AsyncIterable<Buffer> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of content instanceof Uint8Array ? [content] : content) {
    let rest = part;
    while (length + rest.length >= pieceBytes) {
      const room = pieceBytes - length;
      yield Buffer.concat([...parts, rest.subarray(0, room)]);
      rest = rest.subarray(room);
      parts = [];
      length = 0;
    }
    if (rest.length > 0) parts.push(rest);
    length += rest.length;
  }
  if (length > 0) yield Buffer.concat(parts);
}

/**
 * A piece on its way to the broker and back briefly takes ten times its size, so only some pieces
 * travel at once. At most as many wait as there are upload slots.
 */
const sealedAtOnce = 4;
let sealing = 0;
const queue: (() => void)[] = [];

async function atTurn(run: () => Promise<void>): Promise<void> {
  if (sealing >= sealedAtOnce) await new Promise<void>((resolve) => queue.push(resolve));
  else sealing += 1;
  try {
    await run();
  } finally {
    const next = queue.shift();
    if (next) next();
    else sealing -= 1;
  }
}

/** No upload takes longer: the sites end it before. */
const staleAfterMs = 30 * 60_000;
const sweptAtOnce = 5;
const roundsMax = 2_000;

/**
 * `upload.sweep`: erases the pieces, the key and the row of every upload that was dropped or
 * interrupted. The row is deleted last, so a sweep that is killed is repeated whole.
 */
export async function sweepUploads(ctx: Context): Promise<{ readonly swept: number }> {
  let swept = 0;
  for (let round = 0; round < roundsMax; round += 1) {
    const found = await sweepSome(ctx);
    swept += found;
    if (found < sweptAtOnce) break;
  }
  return { swept };
}

async function sweepSome(ctx: Context): Promise<number> {
  const staleBefore = new Date(ctx.now.getTime() - staleAfterMs);
  const asked = { staleBefore, limit: sweptAtOnce };
  if ((await asActor(ctx, (tx) => lockSwept(tx, asked))).length === 0) return 0;
  const { uploadIds } = await deleteSwept(ctx, asked);
  if (uploadIds.length === 0) return 0;
  await ctx.broker.forgetUploads(uploadIds);
  await asActor(ctx, (tx) => deleteDropped(tx, uploadIds));
  return uploadIds.length;
}

const deleteSwept = command({
  ...onOffice('upload'),
  permission: uploadPermissions.sweep,
  write: async (tx, { input }: { readonly input: Parameters<typeof lockSwept>[1] }) => {
    const uploadIds = await lockSwept(tx, input);
    if (uploadIds.length > 0) await deletePieces(tx, uploadIds);
    return { uploadIds };
  },
});

function interrupted(): Problem {
  return new Problem(
    'upload.interrupted',
    409,
    'The upload was interrupted. Please send it again.',
  );
}

function asActor<Answer>(ctx: Context, run: (tx: Db) => Promise<Answer>): Promise<Answer> {
  return inTransaction(ctx.db, rowContextOf(ctx.actor), run);
}
