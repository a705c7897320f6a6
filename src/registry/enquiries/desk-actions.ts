import { decide } from '../../access/decide.ts';
import { act } from '../../audit/act.ts';
import type { Context } from '../../audit/context.ts';
import { look } from '../../audit/look.ts';
import type { Db } from '../../db/connect.ts';
import { insertSealed } from '../../db/sealed-rows.ts';
import type { CommandId, EnquiryId, RecordId, SourceId } from '../../kernel/ids.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { refused, requireVersion } from '../../kernel/problem.ts';
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
  lockEnquiry,
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
export function readEnquiry(
  ctx: Context,
  { enquiryId }: { readonly enquiryId: EnquiryId },
): Promise<OpenedEnquiry> {
  return look(ctx, 'enquiry.read', { objectId: enquiryId }, async (tx, unseal) => {
    const enquiry = await findEnquiry(tx, enquiryId);
    if (!enquiry || !decide(ctx, 'enquiry.read', enquiryFacts(enquiry))) throw refused('enquiry');
    const thread = await listThread(tx, { enquiryId, limit: threadShown });
    const contacts = await listContacts(tx, enquiryId, contactsShown);
    const fields = [
      ...writtenFields(enquiry),
      ...(await consentField(tx, enquiryId)),
      ...thread.map((entry) => ({ rowId: entry.entryId, columnName: 'text' })),
      ...contacts.map((contact) => ({ rowId: contact.contactId, columnName: 'note' })),
    ];
    const opened = enquiry.state === 'erased' ? [] : await unseal(fields);
    const checks = await listChecks(tx, enquiryId);
    const people = [...checks, ...contacts].flatMap(({ staffId }) => (staffId ? [staffId] : []));
    return {
      enquiry,
      names: await listStaffNames(tx, people),
      written: writtenOf(enquiry, opened),
      thread: thread.map((entry) => ({ ...entry, text: textOf(opened, entry.entryId, 'text') })),
      contacts: contacts.map((contact) => ({
        ...contact,
        note: textOf(opened, contact.contactId, 'note'),
      })),
      papers: await listPapers(tx, enquiryId),
      checks,
      personId: enquiry.recordId ? await findPersonOf(tx, enquiry.recordId) : null,
    };
  });
}

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
export function checkEnquiry(
  ctx: Context,
  input: CheckEnquiry,
): Promise<{ readonly state: EnquiryState; readonly version: number }> {
  const { enquiryId, version, commandId, kind, outcome, means, kinship } = input;
  const body = { version, kind, outcome, means, kinship: kinship ?? null };
  return act(ctx, 'enquiry.check', { objectId: enquiryId, commandId, body }, async (tx) => {
    const enquiry = await deskEnquiry(ctx, tx, { enquiryId, action: 'enquiry.check' });
    requireVersion('enquiry', enquiry.version, version);
    const checked = check(enquiry, { kind, outcome, kinship }, ctx.now);
    await insertCheck(tx, {
      id: newId<'check'>(),
      officeId: enquiry.officeId,
      enquiryId,
      kind,
      outcome,
      means,
      kinship: kinship ?? null,
      staffId: staffOf(ctx),
      recordedAt: ctx.now,
    });
    const opened = checked.state === 'open' ? await adopt(ctx, tx, checked) : checked;
    await updateEnquiry(tx, opened);
    return { state: opened.state, version: opened.version };
  });
}

/** Takes the filing out of its box and makes of it a source, a record and the file's own fields. */
async function adopt(ctx: Context, tx: Db, enquiry: Enquiry): Promise<Enquiry> {
  const { enquiryId, officeId } = enquiry;
  const recordId = newId<'record'>() as RecordId;
  const sourceId = newId<'source'>() as SourceId;
  const sealed = await ctx.broker.adoptIntake({
    sessionToken: ctx.sessionToken,
    actor: ctx.actor,
    purpose: ctx.purpose,
    enquiryId,
    recordId,
  });
  await insertTracingSource(tx, {
    sourceId,
    officeId,
    enquiryId,
    language: enquiry.language,
    recordedAt: ctx.now,
  });
  await recordFromEnquiry(ctx, tx, { enquiryId, recordId, sourceId });
  await insertSealed(tx, sealed, { officeId, enquiryId, now: ctx.now });
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
export function recordContact(
  ctx: Context,
  { enquiryId, kind, outcome, note, occurredAt, commandId }: RecordContact,
): Promise<{ readonly contactId: string }> {
  const body = { kind, outcome, note, occurredAt };
  return act(ctx, 'contact.record', { objectId: enquiryId, commandId, body }, async (tx) => {
    const enquiry = await deskEnquiry(ctx, tx, { enquiryId, action: 'contact.record' });
    const contactId = newId<'contact'>();
    const sealed =
      note === ''
        ? []
        : await ctx.broker.sealMany([
            {
              tableName: 'contacts',
              columnName: 'note',
              rowId: contactId,
              subjectId: enquiryId,
              compartment: 'contact',
              content: { text: note },
            },
          ]);
    await insertContact(tx, {
      id: contactId,
      officeId: enquiry.officeId,
      enquiryId,
      kind,
      occurredAt,
      staffId: staffOf(ctx),
      outcome,
      recordedAt: ctx.now,
    });
    // No enquiry id on the seal: what the desk notes of a call is not the family's to open.
    await insertSealed(tx, sealed, { officeId: enquiry.officeId, now: ctx.now });
    return { contactId };
  });
}

/** Closes an enquiry for a reason that people gave; never for age (domain 3.1). */
export function closeEnquiry(
  ctx: Context,
  input: {
    readonly enquiryId: EnquiryId;
    readonly version: number;
    readonly reason: ClosingReason;
    readonly commandId: CommandId;
  },
): Promise<{ readonly state: EnquiryState; readonly version: number }> {
  const { enquiryId, version, reason, commandId } = input;
  const subject = { objectId: enquiryId, commandId, body: { version, reason } };
  return act(ctx, 'enquiry.close', subject, async (tx) => {
    const enquiry = await deskEnquiry(ctx, tx, { enquiryId, action: 'enquiry.close' });
    requireVersion('enquiry', enquiry.version, version);
    const closed = close(enquiry, reason);
    await updateEnquiry(tx, closed);
    return { state: closed.state, version: closed.version };
  });
}

type DeskAction = 'enquiry.check' | 'contact.record' | 'enquiry.close';

async function deskEnquiry(
  ctx: Context,
  tx: Db,
  asked: { readonly enquiryId: EnquiryId; readonly action: DeskAction },
): Promise<Enquiry> {
  const enquiry = await lockEnquiry(tx, asked.enquiryId);
  if (!enquiry || !decide(ctx, asked.action, enquiryFacts(enquiry))) throw refused('enquiry');
  return enquiry;
}

/** Only staff pass `decide` for the desk's actions. */
function staffOf(ctx: Context) {
  if (ctx.actor.kind !== 'staff') throw refused('enquiry');
  return ctx.actor.staffId;
}
