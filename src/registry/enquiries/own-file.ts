import { protectedRead } from '../../access/command.ts';
import type { Context, OpenedField } from '../../audit/context.ts';
import type { Found, WantedField } from '../../audit/read.ts';
import type { Db } from '../../db/connect.ts';
import type { EnquiryId } from '../../kernel/ids.ts';
import { sealedDescription } from '../records/sealed.ts';
import { consentField, consentsOf } from './consents.ts';
import { lastContactTime } from './contact-days.ts';
import { type Enquiry, isVerified } from './enquiry.ts';
import { enquiryFacts } from './facts.ts';
import type { Intake } from './filing.ts';
import { enquiryPermissions } from './permissions.ts';
import {
  type ContactRow,
  findEnquiry,
  listContacts,
  listPapers,
  listThread,
  type PaperRow,
  type ThreadEntryRow,
} from './queries.ts';
import { sealedCircumstances, sealedEnquirer, sealedIntake, sealedThreadText } from './sealed.ts';

export const threadShown = 40;
export const contactsShown = 60;

export interface OwnFile {
  readonly enquiry: Enquiry;
  readonly thread: readonly (ThreadEntryRow & { readonly text: string | null })[];
  readonly contacts: readonly ContactRow[];
  readonly papers: readonly PaperRow[];
  /** False while the installation is locked: the page is shown without the sealed words. */
  readonly wordsOpen: boolean;
}

interface AskedFile {
  readonly enquiryId: EnquiryId;
}

/** The family's own page. Works while the broker is locked, without the words of the thread. */
export async function readOwnFile(ctx: Context, asked: AskedFile): Promise<OwnFile> {
  return readFile(ctx, { ...asked, unlocked: await ctx.broker.unlocked() });
}

const readFile = protectedRead({
  ...onRead(),
  opens: true,
  find: async (
    tx,
    { loaded: enquiry, input: { enquiryId, unlocked } },
    { now },
  ): Promise<Found<OwnFile>> => {
    // What the family may not read yet is not opened either. It would spend the family's budget,
    // and the page would then close and reveal that the desk wrote.
    const limited = isVerified(enquiry)
      ? {}
      : { deskBefore: lastContactTime(enquiry.filedAt, now) };
    const thread = await listThread(tx, { enquiryId, limit: threadShown, ...limited });
    const fields = thread.map((entry) => sealedThreadText.of(entry.entryId));
    const contacts = await listContacts(tx, enquiryId, contactsShown);
    const papers = await listPapers(tx, enquiryId);
    return words({ enquiry, unlocked, fields }, (opened) => ({
      enquiry,
      thread: thread.map((entry) => ({
        ...entry,
        text: sealedThreadText.read(opened ?? [], entry.entryId)?.text ?? null,
      })),
      contacts,
      papers,
      wordsOpen: opened !== null,
    }));
  },
});

/** The name as we hold it: the family's own words. */
export async function readOwnFiling(ctx: Context, asked: AskedFile): Promise<OwnFiling> {
  return readFiled(ctx, { ...asked, unlocked: await ctx.broker.unlocked() });
}

export interface OwnFiling {
  readonly enquiry: Enquiry;
  readonly written: Partial<Intake> | null;
}

const readFiled = protectedRead({
  ...onRead(),
  opens: true,
  find: async (
    tx,
    { loaded: enquiry, input: { enquiryId, unlocked } },
  ): Promise<Found<OwnFiling>> => {
    const fields = [...writtenFields(enquiry), ...(await consentField(tx, enquiryId))];
    return words({ enquiry, unlocked, fields }, (opened) => ({
      enquiry,
      written: opened ? writtenOf(enquiry, opened) : null,
    }));
  },
});

/** The common parts of reads of one's own file. Whether the broker is locked is checked first. */
function onRead() {
  type Asked = AskedFile & { readonly unlocked: boolean };
  return {
    permission: enquiryPermissions.read,
    noun: 'enquiry',
    objectId: ({ enquiryId }: Asked) => enquiryId,
    load: (tx: Db, { enquiryId }: Asked) => findEnquiry(tx, enquiryId),
    facts: enquiryFacts,
  };
}

/**
 * If the broker is locked or the budget spent, the page is shown with null in place of the words.
 */
function words<Answer>(
  of: {
    readonly enquiry: Enquiry;
    readonly unlocked: boolean;
    readonly fields: readonly WantedField[];
  },
  answer: (opened: readonly OpenedField[] | null) => Answer,
): Found<Answer> {
  const isErased = of.enquiry.state === 'erased';
  return {
    fields: isErased || !of.unlocked ? [] : of.fields,
    answer: (opened) => answer(isErased || of.unlocked ? opened : null),
    overBudget: () => answer(null),
  };
}

/** Before adoption everything is in the intake; after it, separated by compartment. */
export function writtenFields({ enquiryId, recordId }: Enquiry): readonly WantedField[] {
  if (!recordId) return [sealedIntake.of(enquiryId)];
  return [
    sealedEnquirer.of(enquiryId),
    sealedCircumstances.of(enquiryId),
    sealedDescription.of(recordId),
  ];
}

export function writtenOf(
  { enquiryId, recordId }: Enquiry,
  opened: readonly OpenedField[],
): Partial<Intake> | null {
  const latest = consentsOf(opened);
  if (!recordId) {
    const intake = sealedIntake.read(opened, enquiryId);
    return intake ? { ...intake, consents: latest ?? intake.consents } : null;
  }
  const sought = sealedDescription.read(opened, recordId);
  const enquirer = sealedEnquirer.read(opened, enquiryId);
  const rest = sealedCircumstances.read(opened, enquiryId);
  return {
    ...(sought ? { sought } : {}),
    ...(enquirer ? { enquirer } : {}),
    ...(rest ? { circumstances: rest.circumstances, consents: latest ?? rest.consents } : {}),
  };
}
