import { command } from '../../access/command.ts';
import { insertFamilyFile } from '../../access/family-queries.ts';
import type { Context, Moment } from '../../audit/context.ts';
import { insertSealed } from '../../db/sealed-rows.ts';
import { type CommandId, type EnquiryId, idFromBytes } from '../../kernel/ids.ts';
import { impossible } from '../../kernel/problem.ts';
import { sealToBox } from '../../vault/box.ts';
import { newId, sha256 } from '../../vault/random.ts';
import { nextContactOn } from './contact-days.ts';
import { byFamily, type Enquiry, type FilingChannel, type Language, withdraw } from './enquiry.ts';
import { enquiryFacts } from './facts.ts';
import { codeFromSeed, hashCode } from './file-code.ts';
import type { Intake } from './filing.ts';
import { onEnquiry, requireGoingOn } from './lock.ts';
import { enquiryPermissions } from './permissions.ts';
import {
  insertEnquiry,
  insertIntake,
  insertThreadEntry,
  isKeyGone,
  updateEnquiry,
} from './queries.ts';
import { sealedThreadText } from './sealed.ts';

// The family site reaches this module only through this file and `present.ts`.
export { kinships, type Language, languages } from './enquiry.ts';
export { hashCode, newCodeSeed, printCode, readCode } from './file-code.ts';
export {
  cleanTexts,
  type FilingField,
  type FilingProblem,
  filingFields,
  type GentleFinding,
  gentleFindings,
  readFiling,
} from './filing.ts';
export { readOwnFile, readOwnFiling } from './own-file.ts';
export { addPaper, paperBytesMax } from './papers.ts';
export { type PaperKind, paperKinds } from './queries.ts';

export interface FileEnquiry {
  readonly intake: Intake;
  readonly language: Language;
  readonly channel: FilingChannel;
  /**
   * Random text made with the form: id and code follow from it, so that sending it twice gives both
   * again.
   */
  readonly seed: string;
  readonly commandId: CommandId;
}

export interface Filed {
  readonly enquiryId: EnquiryId;
  /** Canonical form; shown once and stored only as its digest. */
  readonly fileCode: string;
}

/** When a family that files at the given moment is first contacted. */
export function firstContactOn(filedAt: Date): string {
  return nextContactOn(filedAt, filedAt);
}

const intakeDays = 90;

/**
 * Files an enquiry: seals, inserts, answers. It reads nothing that depends on the sought person, so
 * neither the answer nor its time reveals whether that person is known (R-30, S-01). It needs only
 * the public intake key, so it works while the broker is locked (ruling 3).
 */
export async function fileEnquiry(ctx: Context, filing: FileEnquiry): Promise<Filed> {
  try {
    return await fileUnderNewestKey(ctx, filing);
  } catch (error) {
    // The key was superseded and deleted since it was fetched: there is a newer one.
    if (isKeyGone(error)) return fileUnderNewestKey(ctx, filing);
    throw error;
  }
}

async function fileUnderNewestKey(ctx: Context, filing: FileEnquiry): Promise<Filed> {
  const fileCode = codeFromSeed(filing.seed);
  const enquiryId = idFromBytes<'enquiry'>(
    sha256(`enquiry|${filing.commandId}|${filing.seed}`).subarray(0, 16),
  );
  const key = await ctx.broker.intakeKey();
  const plaintext = Buffer.from(JSON.stringify(filing.intake), 'utf8');
  const sealed = sealToBox(key.publicKey, `intake|${enquiryId}`, plaintext);
  await storeFiling(ctx, { ...filing, enquiryId, fileCode, sealed, intakeKeyId: key.id });
  return { enquiryId, fileCode };
}

interface SealedFiling extends FileEnquiry, Filed {
  readonly sealed: Buffer;
  readonly intakeKeyId: string;
}

const storeFiling = command({
  permission: enquiryPermissions.file,
  noun: 'enquiry',
  subject: ({ enquiryId, commandId, intake }: SealedFiling) => ({
    objectId: enquiryId,
    commandId,
    body: intake,
  }),
  load: async (_tx, { enquiryId }, { actor: { officeId } }) => ({ officeId, enquiryId }),
  facts: enquiryFacts,
  write: async (tx, { input: filing }, at) => {
    const { enquiryId, sealed, intakeKeyId, fileCode } = filing;
    const { officeId } = at.actor;
    await insertEnquiry(tx, newEnquiry(at, filing));
    await insertIntake(tx, {
      enquiryId,
      officeId,
      intakeKeyId,
      sealed,
      eraseAfter: new Date(at.now.getTime() + intakeDays * 86_400_000),
    });
    const inserted = await insertFamilyFile(tx, {
      enquiryId,
      officeId,
      codeHash: hashCode(fileCode),
      recordedAt: at.now,
    });
    // Reached only by a seed that was sent twice under two command ids.
    if (!inserted) throw impossible('enquiry.filed_already', 'This form was sent before.');
    return { enquiryId };
  },
});

function newEnquiry(
  { actor, now }: Moment,
  filing: Pick<FileEnquiry, 'language' | 'channel'> & { readonly enquiryId: EnquiryId },
): Enquiry {
  return {
    enquiryId: filing.enquiryId,
    officeId: actor.officeId,
    state: 'submitted',
    language: filing.language,
    channel: filing.channel,
    filedAt: now,
    identityProvenAt: null,
    kinshipProvenAt: null,
    kinship: null,
    recordId: null,
    ladderStep: 1,
    nextContactOn: firstContactOn(now),
    version: 1,
    ownVersion: 1,
  };
}

export interface WriteToThread {
  readonly enquiryId: EnquiryId;
  readonly text: string;
  readonly commandId: CommandId;
}

/** One entry in the thread between the family and the desk; both may write. */
export const writeToThread = command({
  ...onEnquiry(enquiryPermissions.write),
  subject: ({ enquiryId, commandId, text }: WriteToThread) => ({
    objectId: enquiryId,
    commandId,
    body: text,
  }),
  step: requireGoingOn,
  prepare: async (ctx, _enquiry, { enquiryId, text }) => {
    const entryId = newId<'entry'>();
    const at = { rowId: entryId, subjectId: enquiryId };
    const sealed = await ctx.broker.sealMany([sealedThreadText.item(at, { text })]);
    return { entryId, sealed };
  },
  write: async (tx, { next: { enquiryId, officeId }, prepared }, { actor, now }) => {
    const staffId = actor.kind === 'staff' ? actor.staffId : null;
    await insertThreadEntry(tx, {
      id: prepared.entryId,
      officeId,
      enquiryId,
      writtenBy: staffId ? 'desk' : 'family',
      staffId,
      recordedAt: now,
    });
    await insertSealed(tx, prepared.sealed, { officeId, enquiryId, now });
    return { entryId: prepared.entryId };
  },
});

export interface ChangeEnquiry {
  readonly enquiryId: EnquiryId;
  /** The version in the form: from a family its own version, from the desk the enquiry's. */
  readonly version: number;
  readonly commandId: CommandId;
}

/** The family withdraws its enquiry; the next hourly job erases what it wrote. */
export const withdrawEnquiry = command({
  ...onEnquiry(enquiryPermissions.withdraw),
  ...onVersion(),
  subject: ({ enquiryId, version, commandId }: ChangeEnquiry) => ({
    objectId: enquiryId,
    commandId,
    version,
    body: { version },
  }),
  step: (enquiry, _input, at) => changedBy(at, withdraw(enquiry)),
  write: async (tx, { next: withdrawn }, at) => {
    await updateEnquiry(tx, withdrawn);
    return { state: withdrawn.state, version: versionFor(at, withdrawn) };
  },
});

/** The language in which we write to the family. */
export const changeLanguage = command({
  ...onEnquiry(enquiryPermissions.write),
  ...onVersion(),
  subject: ({
    enquiryId,
    version,
    commandId,
    language,
  }: ChangeEnquiry & { readonly language: Language }) => ({
    objectId: enquiryId,
    commandId,
    version,
    body: { version, language },
  }),
  step: (enquiry, { language }, at) =>
    changedBy(at, { ...enquiry, language, version: enquiry.version + 1 }),
  write: async (tx, { next: changed }, at) => {
    await updateEnquiry(tx, changed);
    return { version: versionFor(at, changed) };
  },
});

/** For commands that a family and the desk can give, each checked against its own version. */
function onVersion() {
  return { version: (enquiry: Enquiry, at: Moment) => versionFor(at, enquiry) };
}

/** The version that this reader's forms carry. */
function versionFor({ actor }: Moment, enquiry: Enquiry): number {
  return actor.kind === 'family' ? enquiry.ownVersion : enquiry.version;
}

function changedBy({ actor }: Moment, enquiry: Enquiry): Enquiry {
  return actor.kind === 'family' ? byFamily(enquiry) : enquiry;
}
