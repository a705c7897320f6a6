import { command, onOffice, protectedRead, staffOf } from '../../access/command.ts';
import { queuePermissions } from '../../access/permissions.ts';
import type { Context, Moment, SealedItem } from '../../audit/context.ts';
import type { Found } from '../../audit/read.ts';
import type { Db } from '../../db/connect.ts';
import { insertSealed } from '../../db/sealed-rows.ts';
import type { CommandId, EnquiryId, RecordId, SourceId } from '../../kernel/ids.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { newId } from '../../vault/random.ts';
import { listStaffNames } from '../persons/queries.ts';
import { recordFromEnquiry } from '../records/actions.ts';
import { consentField } from './consents.ts';
import {
  type Check,
  type CheckMeans,
  type ClosingReason,
  type ContactOutcome,
  check,
  close,
  type Enquiry,
  type EnquiryState,
} from './enquiry.ts';
import type { Intake } from './filing.ts';
import { onEnquiry } from './lock.ts';
import { contactsShown, threadShown, writtenFields, writtenOf } from './own-file.ts';
import { contactPermissions, enquiryPermissions } from './permissions.ts';
import {
  type CheckRow,
  type ContactRow,
  type EnquiryListRow,
  findPersonOf,
  insertCheck,
  insertContact,
  insertTracingSource,
  listChecks,
  listContacts,
  listEnquiries,
  listPapers,
  listThread,
  type PaperRow,
  type ThreadEntryRow,
  updateEnquiry,
} from './queries.ts';
import { sealedContactNote, sealedThreadText } from './sealed.ts';

/** An enquiry with everything that belongs to it, opened; presenters choose what is shown. */
export interface OpenedEnquiry {
  readonly enquiry: Enquiry;
  /** Null if it cannot be opened now, or was erased. */
  readonly written: Partial<Intake> | null;
  readonly thread: readonly (ThreadEntryRow & { readonly text: string | null })[];
  readonly contacts: readonly (ContactRow & { readonly note: string | null })[];
  readonly papers: readonly PaperRow[];
  readonly checks: readonly CheckRow[];
  readonly personId: string | null;
  /** Work names of the colleagues who checked and telephoned. */
  readonly names: ReadonlyMap<string, string>;
}

/** What the desk's page of an enquiry opens; part of a read that decides and logs. */
export async function findEnquiryParts(tx: Db, enquiry: Enquiry): Promise<Found<OpenedEnquiry>> {
  const { enquiryId } = enquiry;
  const thread = await listThread(tx, { enquiryId, limit: threadShown });
  const contacts = await listContacts(tx, enquiryId, contactsShown);
  const fields = [
    ...writtenFields(enquiry),
    ...(await consentField(tx, enquiryId)),
    ...thread.map((entry) => sealedThreadText.of(entry.entryId)),
    ...contacts.map((contact) => sealedContactNote.of(contact.contactId)),
  ];
  const checks = await listChecks(tx, enquiryId);
  const people = [...checks, ...contacts].flatMap(({ staffId }) => (staffId ? [staffId] : []));
  const known = {
    enquiry,
    names: await listStaffNames(tx, people),
    papers: await listPapers(tx, enquiryId),
    checks,
    personId: enquiry.recordId ? await findPersonOf(tx, enquiry.recordId) : null,
  };
  return {
    fields: enquiry.state === 'erased' ? [] : fields,
    answer: (opened) => ({
      ...known,
      written: writtenOf(enquiry, opened),
      thread: thread.map((entry) => ({
        ...entry,
        text: sealedThreadText.read(opened, entry.entryId)?.text ?? null,
      })),
      contacts: contacts.map((contact) => ({
        ...contact,
        note: sealedContactNote.read(opened, contact.contactId)?.text ?? null,
      })),
    }),
  };
}

type EnquiryPageRequest = PageRequest & { readonly state?: EnquiryState | undefined };

/** One page of the desk's list; nothing sealed is opened. */
export const listEnquiryPage = protectedRead({
  ...onOffice('enquiry'),
  permission: queuePermissions.read,
  find: async (
    tx,
    { input }: { readonly input: EnquiryPageRequest },
  ): Promise<Found<Page<EnquiryListRow>>> => {
    const page = await listEnquiries(tx, input);
    return { fields: [], answer: () => page };
  },
});

export interface CheckEnquiry extends Check {
  readonly enquiryId: EnquiryId;
  readonly version: number;
  readonly means: CheckMeans;
  readonly commandId: CommandId;
}

/**
 * Records the result of a check of identity or kinship. When both are proven the filing becomes a
 * source with one record, matched at the next fixed hour (ruling 6).
 */
export const checkEnquiry = command({
  ...onEnquiry(enquiryPermissions.check),
  subject: ({ enquiryId, version, commandId, kind, outcome, means, kinship }: CheckEnquiry) => ({
    objectId: enquiryId,
    commandId,
    version,
    body: { version, kind, outcome, means, kinship: kinship ?? null },
  }),
  version: ({ version }) => version,
  step: (enquiry, { kind, outcome, kinship }, { now }) =>
    check(enquiry, { kind, outcome, kinship }, now),
  prepare: (ctx, checked) =>
    checked.state === 'open' ? openIntake(ctx, checked.enquiryId) : Promise.resolve(null),
  write: async (tx, { input, next: checked, prepared: intake }, at) => {
    const { enquiryId, kind, outcome, means, kinship } = input;
    await insertCheck(tx, {
      id: newId<'check'>(),
      officeId: checked.officeId,
      enquiryId,
      kind,
      outcome,
      means,
      kinship: kinship ?? null,
      staffId: staffOf(at),
      recordedAt: at.now,
    });
    const opened = intake ? await adopt(at, tx, { enquiry: checked, ...intake }) : checked;
    await updateEnquiry(tx, opened);
    return { state: opened.state, version: opened.version };
  },
});

interface OpenedIntake {
  readonly recordId: RecordId;
  readonly sealed: readonly SealedItem[];
}

/** Opens the filing's intake, sealed as the record that it becomes. */
async function openIntake(ctx: Context, enquiryId: EnquiryId): Promise<OpenedIntake> {
  const { sessionToken, actor, purpose } = ctx;
  const recordId = newId<'record'>() as RecordId; // The same brand.
  const { name: action } = enquiryPermissions.check;
  const asking = { sessionToken, actor, purpose, action, objectId: enquiryId };
  const asked = { ...asking, enquiryId, recordId };
  return { recordId, sealed: await ctx.broker.adoptIntake(asked) };
}

/** Turns the filing into a source, a record and the file's own fields. */
async function adopt(
  at: Moment,
  tx: Db,
  { enquiry, recordId, sealed }: OpenedIntake & { readonly enquiry: Enquiry },
): Promise<Enquiry> {
  const { enquiryId, officeId, language } = enquiry;
  const sourceId = newId<'source'>() as SourceId; // The same brand.
  const { now } = at;
  await insertTracingSource(tx, { sourceId, officeId, enquiryId, language, recordedAt: now });
  await recordFromEnquiry(at, tx, { enquiryId, recordId, sourceId });
  await insertSealed(tx, sealed, { officeId, enquiryId, now });
  return { ...enquiry, recordId };
}

export interface RecordContact {
  readonly enquiryId: EnquiryId;
  readonly kind: 'telephone' | 'letter' | 'visit';
  readonly outcome: ContactOutcome;
  readonly note: string;
  readonly occurredAt: Date;
  readonly commandId: CommandId;
}

/** One line of the contact log; the words are sealed. */
export const recordContact = command({
  ...onEnquiry(contactPermissions.record),
  subject: ({ enquiryId, kind, outcome, note, occurredAt, commandId }: RecordContact) => ({
    objectId: enquiryId,
    commandId,
    body: { kind, outcome, note, occurredAt },
  }),
  prepare: async (ctx, _enquiry, { enquiryId, note }) => {
    const contactId = newId<'contact'>();
    const field = sealedContactNote.item(
      { rowId: contactId, subjectId: enquiryId },
      { text: note },
    );
    return { contactId, sealed: note === '' ? [] : await ctx.broker.sealMany([field]) };
  },
  write: async (tx, { input, next: { enquiryId, officeId }, prepared }, at) => {
    const { kind, outcome, occurredAt } = input;
    const { contactId, sealed } = prepared;
    await insertContact(tx, {
      id: contactId,
      officeId,
      enquiryId,
      kind,
      occurredAt,
      staffId: staffOf(at),
      outcome,
      recordedAt: at.now,
    });
    // No enquiry id on the seal: the family may not open the desk's note of a call.
    await insertSealed(tx, sealed, { officeId, now: at.now });
    return { contactId };
  },
});

export interface CloseEnquiry {
  readonly enquiryId: EnquiryId;
  readonly version: number;
  readonly reason: ClosingReason;
  readonly commandId: CommandId;
}

/** Closes an enquiry for a reason that people gave; never for age (domain 3.1). */
export const closeEnquiry = command({
  ...onEnquiry(enquiryPermissions.close),
  subject: ({ enquiryId, version, reason, commandId }: CloseEnquiry) => ({
    objectId: enquiryId,
    commandId,
    version,
    body: { version, reason },
  }),
  version: ({ version }) => version,
  step: (enquiry, { reason }) => close(enquiry, reason),
  write: async (tx, { next: closed }) => {
    await updateEnquiry(tx, closed);
    return { state: closed.state, version: closed.version };
  },
});
