import { act } from '../../audit/act.ts';
import type { Context } from '../../audit/context.ts';
import { insertSealed } from '../../db/sealed-rows.ts';
import type { CommandId, EnquiryId } from '../../kernel/ids.ts';
import { impossible, invalid } from '../../kernel/problem.ts';
import { newId, sha256, sha256Hex } from '../../vault/random.ts';
import { endedAlready, isEndedForFamily } from './enquiry.ts';
import { mustHave } from './lock.ts';
import { insertPaper, listPapers, type PaperKind, type PaperRow } from './queries.ts';

/** 25 MiB a file, twenty files an enquiry. */
export const paperBytesMax = 25 * 1024 * 1024;
const papersMax = 20;

export interface AddPaper {
  readonly enquiryId: EnquiryId;
  readonly kind: PaperKind;
  readonly bytes: Buffer;
  readonly commandId: CommandId;
}

/**
 * Keeps a paper that proves who asks or that they are kin. The original is sealed as it came and
 * never parsed here; only its first bytes say what it is.
 */
export function addPaper(
  ctx: Context,
  { enquiryId, kind, bytes, commandId }: AddPaper,
): Promise<{ readonly paperId: string }> {
  const format = formatOf(bytes);
  const digest = sha256Hex(bytes);
  const subject = {
    objectId: enquiryId,
    commandId,
    body: { kind, hash: digest },
  };
  return act(ctx, 'enquiry.add_paper', subject, async (tx) => {
    const enquiry = await mustHave(ctx, tx, { enquiryId, action: 'enquiry.add_paper' });
    if (!format) throw invalid('paper.wrong_format', 'paper', 'JPEG, PNG or PDF, please.');
    if (bytes.length > paperBytesMax) throw invalid('paper.too_large', 'paper', 'At most 25 MiB.');
    if (isEndedForFamily(enquiry)) throw endedAlready();
    const papers = await listPapers(tx, enquiryId);
    if (papers.length >= papersMax) throw impossible('paper.too_many', 'Twenty papers at most.');
    const paperId = newId<'paper'>();
    const contentHash = await saltedHash(ctx, enquiryId, digest);
    const sealed = await ctx.broker.sealMany([
      {
        tableName: 'family_papers',
        columnName: 'original',
        rowId: paperId,
        subjectId: enquiryId,
        compartment: 'contact',
        content: { base64: bytes.toString('base64') },
      },
    ]);
    await insertPaper(tx, {
      paperId,
      kind,
      format,
      size: bytes.length,
      recordedAt: ctx.now,
      officeId: enquiry.officeId,
      enquiryId,
      contentHash,
    });
    await insertSealed(tx, sealed, { officeId: enquiry.officeId, enquiryId, now: ctx.now });
    return { paperId };
  });
}

/**
 * Salted with the enquiry's own salt: by the bare digest whoever sends in a paper and later holds a
 * copy of the database could find every other family that sent the same one (S-12b).
 */
async function saltedHash(ctx: Context, enquiryId: EnquiryId, digest: string): Promise<Buffer> {
  const [salt] = await ctx.broker.salts([enquiryId]);
  return sha256(`${salt}|paper|${digest}`);
}

/** What the first bytes say; null for everything that is not taken, archives and markup among it. */
export function formatOf(bytes: Uint8Array): PaperRow['format'] | null {
  const begins = (...magic: readonly number[]) => magic.every((byte, at) => bytes[at] === byte);
  if (begins(0xff, 0xd8, 0xff)) return 'jpeg';
  if (begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png';
  return begins(0x25, 0x50, 0x44, 0x46, 0x2d) ? 'pdf' : null;
}
