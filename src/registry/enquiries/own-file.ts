import { decide } from '../../access/decide.ts';
import type { Context, OpenedField } from '../../audit/context.ts';
import { look } from '../../audit/look.ts';
import type { EnquiryId } from '../../kernel/ids.ts';
import { Problem, refused } from '../../kernel/problem.ts';
import { consentField, consentsOf } from './consents.ts';
import { lastContactTime } from './contact-days.ts';
import { type Enquiry, isVerified } from './enquiry.ts';
import type { Consents, Enquirer, Intake } from './filing.ts';
import { enquiryFacts } from './policy.ts';
import {
  type ContactRow,
  findEnquiry,
  listContacts,
  listPapers,
  listThread,
  type PaperRow,
  type ThreadEntryRow,
} from './queries.ts';

export const threadShown = 40;
export const contactsShown = 60;

export interface OwnFile {
  readonly enquiry: Enquiry;
  readonly thread: readonly (ThreadEntryRow & { readonly text: string | null })[];
  readonly contacts: readonly ContactRow[];
  readonly papers: readonly PaperRow[];
  /** False while the installation is locked: the page stands, the words are closed. */
  readonly wordsOpen: boolean;
}

/** The family's own page. Works while the broker is locked, without the words of the thread. */
export function readOwnFile(
  ctx: Context,
  { enquiryId }: { readonly enquiryId: EnquiryId },
): Promise<OwnFile> {
  return look(ctx, 'enquiry.read', { objectId: enquiryId }, async (tx, unseal) => {
    const enquiry = await findEnquiry(tx, enquiryId);
    if (!enquiry || !decide(ctx, 'enquiry.read', enquiryFacts(enquiry))) throw refused('enquiry');
    // What the family may not read yet is not opened either: it would spend the family's budget,
    // and the page that then closes would tell that the desk wrote.
    const limited = isVerified(enquiry)
      ? {}
      : { deskBefore: lastContactTime(enquiry.filedAt, ctx.now) };
    const thread = await listThread(tx, { enquiryId, limit: threadShown, ...limited });
    const fields = thread.map((entry) => ({ rowId: entry.entryId, columnName: 'text' }));
    const opened = enquiry.state === 'erased' ? [] : await openWords(ctx, () => unseal(fields));
    return {
      enquiry,
      thread: thread.map((entry) => ({
        ...entry,
        text: textOf(opened ?? [], entry.entryId, 'text'),
      })),
      contacts: await listContacts(tx, enquiryId, contactsShown),
      papers: await listPapers(tx, enquiryId),
      wordsOpen: opened !== null,
    };
  });
}

/** How the name is held: what the family itself wrote, as it stands with us. */
export function readOwnFiling(
  ctx: Context,
  { enquiryId }: { readonly enquiryId: EnquiryId },
): Promise<{ readonly enquiry: Enquiry; readonly written: Partial<Intake> | null }> {
  return look(ctx, 'enquiry.read', { objectId: enquiryId }, async (tx, unseal) => {
    const enquiry = await findEnquiry(tx, enquiryId);
    if (!enquiry || !decide(ctx, 'enquiry.read', enquiryFacts(enquiry))) throw refused('enquiry');
    const fields = [...writtenFields(enquiry), ...(await consentField(tx, enquiryId))];
    const opened = enquiry.state === 'erased' ? [] : await openWords(ctx, () => unseal(fields));
    return { enquiry, written: opened ? writtenOf(enquiry, opened) : null };
  });
}

/**
 * A locked or spent broker closes the words, not the page. Whether it is locked is asked first, so
 * that a look without words is entered as one; everything else flies on.
 */
async function openWords(
  ctx: Context,
  open: () => Promise<readonly OpenedField[]>,
): Promise<readonly OpenedField[] | null> {
  if (!(await ctx.broker.unlocked())) return null;
  try {
    return await open();
  } catch (error) {
    if (error instanceof Problem && error.code === 'budget.exceeded') return null;
    throw error;
  }
}

/** Before adoption everything lies in the intake; after it, apart by compartment. */
export function writtenFields(enquiry: Enquiry) {
  const rowId = enquiry.enquiryId;
  if (!enquiry.recordId) return [{ rowId, columnName: 'intake' }];
  return [
    { rowId, columnName: 'enquirer' },
    { rowId, columnName: 'circumstances' },
    { rowId: enquiry.recordId, columnName: 'description' },
  ];
}

export function writtenOf(
  enquiry: Enquiry,
  opened: readonly OpenedField[],
): Partial<Intake> | null {
  const contentOf = (column: string) =>
    opened.find((field) => field.columnName === column)?.content;
  const latest = consentsOf(opened);
  if (!enquiry.recordId) {
    const intake = contentOf('intake') as Intake | undefined; // Sealed by fileEnquiry.
    return intake ? { ...intake, consents: latest ?? intake.consents } : null;
  }
  const sought = contentOf('description') as Intake['sought'] | undefined;
  const enquirer = contentOf('enquirer') as Enquirer | undefined;
  const rest = contentOf('circumstances') as
    | { circumstances: string; consents: Consents }
    | undefined;
  return {
    ...(sought ? { sought } : {}),
    ...(enquirer ? { enquirer } : {}),
    ...(rest ? { circumstances: rest.circumstances, consents: latest ?? rest.consents } : {}),
  };
}

export function textOf(
  opened: readonly OpenedField[],
  rowId: string,
  column: string,
): string | null {
  const found = opened.find((field) => field.rowId === rowId && field.columnName === column);
  return (found?.content as { text: string } | undefined)?.text ?? null; // Sealed as { text }.
}
