import { command, protectedRead } from '../../access/command.ts';
import {
  keepUpload,
  pieceBytes,
  pieceContent,
  pieceFields,
  type StagedUpload,
  type UploadContent,
  withUpload,
} from '../../access/uploads.ts';
import type { Context } from '../../audit/context.ts';
import type { CommandId, EnquiryId } from '../../kernel/ids.ts';
import { impossible, invalid, type Problem, refused } from '../../kernel/problem.ts';
import { sha256 } from '../../vault/random.ts';
import { endedAlready, isEndedForFamily } from './enquiry.ts';
import { enquiryFacts } from './facts.ts';
import { onEnquiry } from './lock.ts';
import { enquiryPermissions } from './permissions.ts';
import { findEnquiry, insertPaper, listPapers, type PaperKind, type PaperRow } from './queries.ts';
import { sealedPaper } from './sealed.ts';

/** 25 MiB a file, twenty files an enquiry. */
export const paperBytesMax = 25 * 1024 * 1024;
const papersMax = 20;

export interface AddPaper {
  readonly enquiryId: EnquiryId;
  readonly kind: PaperKind;
  /** The document as a stream, or whole. */
  readonly bytes: UploadContent;
  readonly commandId: CommandId;
}

/**
 * Stores a document that proves identity or kinship. The original is sealed as it arrives and never
 * parsed here; only its first bytes identify its format.
 */
export function addPaper(
  ctx: Context,
  { bytes, ...about }: AddPaper,
): Promise<{ readonly paperId: string }> {
  const form: { format: PaperRow['format'] | null } = { format: null };
  const checkStart = (start: Uint8Array) => {
    form.format = formatOf(start);
    if (!form.format) throw wrongFormat();
  };
  const place = { ...paperPlace, enquiryId: about.enquiryId, checkStart };
  return withUpload(ctx, { place, content: bytes }, (staged) =>
    keepPaper(ctx, { ...about, ...staged, format: form.format }),
  );
}

const paperPlace = {
  purpose: 'document',
  field: sealedPaper,
  permission: enquiryPermissions.addPaper,
} as const;

interface StagedPaper extends StagedUpload, Omit<AddPaper, 'bytes'> {
  readonly format: PaperRow['format'] | null;
}

const keepPaper = command({
  ...onEnquiry(enquiryPermissions.addPaper),
  subject: ({ enquiryId, commandId, kind, digest }: StagedPaper) => ({
    objectId: enquiryId,
    commandId,
    body: { kind, hash: digest },
  }),
  complete: async (tx, enquiry) => ({
    enquiry,
    count: (await listPapers(tx, enquiry.enquiryId)).length,
  }),
  step: ({ enquiry, count }, { size, format }) => {
    if (size === 0) throw invalid('paper.empty', 'paper', 'The file is empty.');
    if (!format) throw wrongFormat();
    if (size > paperBytesMax) throw invalid('paper.too_large', 'paper', 'At most 25 MiB.');
    if (isEndedForFamily(enquiry)) throw endedAlready();
    if (count >= papersMax) throw impossible('paper.too_many', 'Twenty papers at most.');
    const { enquiryId, officeId } = enquiry;
    return { enquiryId, officeId, format };
  },
  prepare: (ctx, { enquiryId }, { digest }) => saltedHash(ctx, enquiryId, digest),
  write: async (tx, { input, next, prepared: contentHash }, { now }) => {
    const { uploadId, kind, size } = input;
    await insertPaper(tx, { paperId: uploadId, ...next, kind, size, recordedAt: now, contentHash });
    await keepUpload(tx, uploadId);
    return { paperId: uploadId };
  },
});

function wrongFormat(): Problem {
  return invalid('paper.wrong_format', 'paper', 'JPEG, PNG or PDF, please.');
}

export interface PaperRequest {
  readonly enquiryId: EnquiryId;
  readonly paperId: string;
}

export interface OpenedPaper {
  readonly format: PaperRow['format'];
  readonly size: number;
  /** The document in order. Each further part is decided, counted and logged like the first. */
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * Opens one document for the check of identity or kinship; a long one part by part as it is read.
 */
export async function readPaper(ctx: Context, asked: PaperRequest): Promise<OpenedPaper> {
  const first = await openPart(ctx, { ...asked, part: 0 });
  const { format, size } = first.paper;
  async function* content(): AsyncIterable<Uint8Array> {
    yield* first.pieces;
    for (let part = 1; part * piecesAtOnce * pieceBytes < size; part += 1) {
      yield* (await openPart(ctx, { ...asked, part })).pieces;
    }
  }
  return { format, size, content: content() };
}

/** Pieces that are opened together, with one entry in the log. */
const piecesAtOnce = 8;

const openPart = protectedRead({
  permission: enquiryPermissions.readPaper,
  noun: 'enquiry',
  objectId: ({ enquiryId }: PaperRequest & { readonly part: number }) => enquiryId,
  load: (tx, { enquiryId }) => findEnquiry(tx, enquiryId),
  facts: enquiryFacts,
  opens: true,
  find: async (tx, { input: { enquiryId, paperId, part } }) => {
    const paper = (await listPapers(tx, enquiryId)).find((each) => each.paperId === paperId);
    if (!paper) throw refused('enquiry');
    const pieces = pieceFields(sealedPaper, { uploadId: paperId, size: paper.size });
    const wanted = pieces.slice(part * piecesAtOnce, (part + 1) * piecesAtOnce);
    // Documents from before there were pieces are in one field.
    const whole = part === 0 ? [sealedPaper.of(paperId)] : [];
    const fields = [...wanted, ...whole];
    return {
      fields,
      answer: (opened) => {
        const found = fields.flatMap((field) => {
          const piece = opened.find((each) => each.columnName === field.columnName);
          return piece ? [pieceContent(piece.content)] : [];
        });
        if (found.length === 0) throw refused('enquiry');
        return { paper, pieces: found };
      },
    };
  },
});

/**
 * Salted with the enquiry's own salt. With the bare digest, a person who sends in a document and
 * later holds a copy of the database could find every other family that sent the same one (S-12b).
 */
async function saltedHash(ctx: Context, enquiryId: EnquiryId, digest: string): Promise<Buffer> {
  const [salt] = await ctx.broker.salts([enquiryId]);
  return sha256(`${salt}|paper|${digest}`);
}

/**
 * The format that the first bytes show; null for formats that are not accepted, such as archives
 * and markup.
 */
function formatOf(bytes: Uint8Array): PaperRow['format'] | null {
  const begins = (...magic: readonly number[]) => magic.every((byte, at) => bytes[at] === byte);
  if (begins(0xff, 0xd8, 0xff)) return 'jpeg';
  if (begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png';
  return begins(0x25, 0x50, 0x44, 0x46, 0x2d) ? 'pdf' : null;
}
