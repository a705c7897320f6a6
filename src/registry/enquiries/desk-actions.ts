import { command, protectedRead, staffOf } from '../../access/command.ts';
import { decide } from '../../access/decide.ts';
import type { Context, Moment, SealedItem } from '../../audit/context.ts';
import { type Found, look } from '../../audit/look.ts';
import type { Db } from '../../db/connect.ts';
import { insertSealed } from '../../db/sealed-rows.ts';
import type { CommandId, EnquiryId, RecordId, SourceId } from '../../kernel/ids.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { refused } from '../../kernel/problem.ts';
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
import { contactsShown, textOf, threadShown, writtenFields, writtenOf } from './own-file.ts';
import { enquiryFacts } from './policy.ts';
import {
  type CheckRow,
  type ContactRow,
  type EnquiryListRow,
  findEnquiry,
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

/** An enquiry with all that hangs on it, opened; presenters choose what of it leaves. */
export interface OpenedEnquiry {
  readonly enquiry: Enquiry;
  /** Null when it cannot be opened now, or was erased. */
  readonly written: Partial<Intake> | null;
  readonly thread: readonly (ThreadEntryRow & { readonly text: string | null })[];
  readonly contacts: readonly (ContactRow & { readonly note: string | null })[];
  readonly papers: readonly PaperRow[];
  readonly checks: readonly CheckRow[];
  readonly personId: string | null;
  /** Working names of the colleagues who checked and rang. */
  readonly names: ReadonlyMap<string, string>;
}

/** Opens an enquiry for the desk. */
export const readEnquiry = protectedRead({
  action: 'enquiry.read',
  noun: 'enquiry',
  objectId: ({ enquiryId }: { readonly enquiryId: EnquiryId }) => enquiryId,
  load: (tx, { enquiryId }) => findEnquiry(tx, enquiryId),
  facts: enquiryFacts,
  find: async (tx, { loaded: enquiry, input: { enquiryId } }): Promise<Found<OpenedEnquiry>> => {
    const thread = await listThread(tx, { enquiryId, limit: threadShown });
    const contacts = await listContacts(tx, enquiryId, contactsShown);
    const fields = [
      ...writtenFields(enquiry),
      ...(await consentField(tx, enquiryId)),
      ...thread.map((entry) => ({ rowId: entry.entryId, columnName: 'text' })),
      ...contacts.map((contact) => ({ rowId: contact.contactId, columnName: 'note' })),
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
        thread: thread.map((entry) => ({ ...entry, text: textOf(opened, entry.entryId, 'text') })),
        contacts: contacts.map((contact) => ({
          ...contact,
          note: textOf(opened, contact.contactId, 'note'),
        })),
      }),
    };
  },
});

/** One page of the desk's list; nothing sealed is opened. */
export function listEnquiryPage(
  ctx: Context,
  asked: PageRequest & { readonly state?: EnquiryState | undefined },
): Promise<Page<EnquiryListRow>> {
  const { officeId } = ctx.actor;
  return look(ctx, 'queue.read', { objectId: officeId }, async (tx) => {
    if (!decide(ctx, 'queue.read', { officeId })) throw refused('enquiry');
    return listEnquiries(tx, asked);
  });
}

export interface CheckEnquiry extends Check {
  readonly enquiryId: EnquiryId;
  readonly version: number;
  readonly means: CheckMeans;
  readonly commandId: CommandId;
}

/**
 * Records what a person of the desk found on checking identity or kinship. When both are proven the
 * filing becomes a source with one record, matched at the next fixed hour (settled 6).
 */
export const checkEnquiry = command({
  ...onEnquiry('enquiry.check'),
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

/** Takes the filing out of its box, sealed as the record that it becomes. */
async function openIntake(ctx: Context, enquiryId: EnquiryId): Promise<OpenedIntake> {
  const { sessionToken, actor, purpose } = ctx;
  const recordId = newId<'record'>() as RecordId; // The same brand.
  const asked = { sessionToken, actor, purpose, enquiryId, recordId };
  return { recordId, sealed: await ctx.broker.adoptIntake(asked) };
}

/** Makes of the filing a source, a record and the file's own fields. */
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

/** One line of the contact log; what was said is sealed. */
export const recordContact = command({
  ...onEnquiry('contact.record'),
  subject: ({ enquiryId, kind, outcome, note, occurredAt, commandId }: RecordContact) => ({
    objectId: enquiryId,
    commandId,
    body: { kind, outcome, note, occurredAt },
  }),
  prepare: async (ctx, _enquiry, { enquiryId, note }) => {
    const contactId = newId<'contact'>();
    const field = {
      tableName: 'contacts',
      columnName: 'note',
      rowId: contactId,
      subjectId: enquiryId,
      compartment: 'contact',
      content: { text: note },
    } as const;
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
    // No enquiry id on the seal: what the desk notes of a call is not the family's to open.
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
  ...onEnquiry('enquiry.close'),
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
