import { decide } from '../../access/decide.ts';
import { act } from '../../audit/act.ts';
import type { Context } from '../../audit/context.ts';
import { look } from '../../audit/look.ts';
import type { Db } from '../../db/connect.ts';
import { insertSealed } from '../../db/sealed-rows.ts';
import type {
  CommandId,
  DisputeId,
  EnquiryId,
  OfficeId,
  PersonId,
  PrimaryContactId,
  StaffId,
} from '../../kernel/ids.ts';
import { impossible, refused, requireVersion } from '../../kernel/problem.ts';
import { newId } from '../../vault/random.ts';
import type { Enquiry } from '../enquiries/enquiry.ts';
import { findEnquiry, lockEnquiry } from '../enquiries/queries.ts';
import { bumpPersons, listStaffNames, lockPersons } from '../persons/queries.ts';
import {
  type Dispute,
  type DisputeOutcome,
  type DisputeReason,
  type PrimaryContact,
  type PrimaryEnding,
  type PrimaryReason,
  type Relative,
  requireProven,
} from './kin.ts';
import { kinFacts } from './policy.ts';
import {
  closeDisputeRow,
  endPrimaryContacts,
  findDispute,
  findPersonAskedFor,
  insertDispute,
  insertPrimaryContact,
  listDisputes,
  listPrimaryContacts,
  listRelatives,
} from './queries.ts';

/** Everybody who asks after the person of one enquiry, and how they stand to each other. */
export interface OpenedKin {
  readonly enquiryId: EnquiryId;
  /** Changes are held to this: it is the person's, since a choice concerns all who ask. */
  readonly version: number;
  readonly relatives: readonly Relative[];
  readonly primaries: readonly PrimaryContact[];
  readonly disputes: readonly (Dispute & { readonly note: string | null })[];
  readonly names: ReadonlyMap<string, string>;
}

/** For the desk alone: no family learns that another asks, is told first, or is at odds (S-42). */
export function readKin(
  ctx: Context,
  { enquiryId }: { readonly enquiryId: EnquiryId },
): Promise<OpenedKin> {
  return look(ctx, 'kin.read', { objectId: enquiryId }, async (tx, unseal) => {
    const enquiry = await findEnquiry(tx, enquiryId);
    if (!enquiry || !decide(ctx, 'kin.read', kinFacts(enquiry))) throw refused('enquiry');
    const person = await findPersonAskedFor(tx, enquiryId);
    const known = { enquiryId, version: person?.version ?? 0 };
    if (!person) return { ...known, relatives: [], primaries: [], disputes: [], names: new Map() };
    const primaries = await listPrimaryContacts(tx, person.id);
    const disputes = await listDisputes(tx, person.id);
    const notes = disputes.map(({ id }) => ({ rowId: id, columnName: 'note' }));
    const opened = notes.length > 0 ? await unseal(notes) : [];
    const words = new Map(opened.map(({ rowId, content }) => [rowId, content as { text: string }])); // Sealed so.
    const staff = [
      ...primaries.flatMap((each) => [each.chosenBy, each.endedBy ?? []]),
      ...disputes.flatMap((each) => [each.openedBy, each.closedBy ?? []]),
    ].flat();
    return {
      ...known,
      relatives: await listRelatives(tx, person.id),
      primaries,
      disputes: disputes.map((each) => ({ ...each, note: words.get(each.id)?.text ?? null })),
      names: await listStaffNames(tx, staff),
    };
  });
}

interface KinCommand {
  readonly enquiryId: EnquiryId;
  readonly version: number;
  readonly commandId: CommandId;
}

/**
 * Marks the relative who is told first; whoever was so before is so no longer. One person does it: it
 * tells nobody anything, and whoever approves a notice sees who was marked, by whom and why.
 */
export function choosePrimary(
  ctx: Context,
  input: KinCommand & { readonly reason: PrimaryReason },
): Promise<{ readonly version: number }> {
  const { enquiryId, commandId, reason } = input;
  const subject = { objectId: enquiryId, commandId, body: input };
  return act(ctx, 'kin.choose_primary', subject, async (tx) => {
    const kin = await lockKin(ctx, tx, { ...input, action: 'kin.choose_primary' });
    requireProven(kin.enquiry);
    const held = await listMarks(tx, kin.personId);
    if (held.length === 1 && held[0]?.enquiryId === enquiryId) {
      throw impossible('kin.primary_already', 'This relative is the primary contact already.');
    }
    await endMarks(ctx, tx, { held, ending: 'replaced' });
    await insertPrimaryContact(tx, {
      id: newId<'primaryContact'>() as PrimaryContactId, // The same brand.
      officeId: kin.officeId,
      enquiryId,
      reason,
      chosenBy: staffOf(ctx),
      chosenAt: ctx.now,
    });
    return changed(tx, kin);
  });
}

/** The relative is told first no longer, and nobody is until another is chosen. */
export function withdrawPrimary(
  ctx: Context,
  input: KinCommand & { readonly ending: PrimaryEnding },
): Promise<{ readonly version: number }> {
  const { enquiryId, commandId, ending } = input;
  const subject = { objectId: enquiryId, commandId, body: input };
  return act(ctx, 'kin.withdraw_primary', subject, async (tx) => {
    const kin = await lockKin(ctx, tx, { ...input, action: 'kin.withdraw_primary' });
    const held = (await listMarks(tx, kin.personId)).filter((each) => each.enquiryId === enquiryId);
    if (held.length === 0) {
      throw impossible('kin.no_primary', 'This relative is not the primary contact.');
    }
    await endMarks(ctx, tx, { held, ending });
    return changed(tx, kin);
  });
}

/** Records that relatives are at odds, or that one of them is in danger. What was said is sealed. */
export function openDispute(
  ctx: Context,
  input: KinCommand & {
    readonly reason: DisputeReason;
    readonly withEnquiryId: EnquiryId | null;
    readonly note: string;
  },
): Promise<{ readonly disputeId: DisputeId; readonly version: number }> {
  const { enquiryId, commandId, reason, withEnquiryId, note } = input;
  const subject = { objectId: enquiryId, commandId, body: input };
  return act(ctx, 'kin.open_dispute', subject, async (tx) => {
    const kin = await lockKin(ctx, tx, { ...input, action: 'kin.open_dispute' });
    requireProven(kin.enquiry);
    const relatives = await listRelatives(tx, kin.personId);
    const isRelative = relatives.some((each) => each.enquiryId === withEnquiryId);
    if (withEnquiryId && (!isRelative || withEnquiryId === enquiryId)) throw refused('enquiry');
    const disputeId = newId<'dispute'>() as DisputeId; // The same brand.
    await insertDispute(tx, {
      id: disputeId,
      officeId: kin.officeId,
      enquiryId,
      withEnquiryId,
      reason,
      openedBy: staffOf(ctx),
      openedAt: ctx.now,
    });
    if (note !== '') await sealNote(ctx, tx, { disputeId, enquiryId, note });
    return { disputeId, ...(await changed(tx, kin)) };
  });
}

/** The dispute is over, as people said; it stays in the history. */
export function closeDispute(
  ctx: Context,
  input: Omit<KinCommand, 'enquiryId'> & {
    readonly disputeId: DisputeId;
    readonly outcome: DisputeOutcome;
  },
): Promise<{ readonly version: number }> {
  const { disputeId, version, commandId, outcome } = input;
  const subject = { objectId: disputeId, commandId, body: input };
  return act(ctx, 'kin.close_dispute', subject, async (tx) => {
    const found = await findDispute(tx, disputeId);
    if (!found || !decide(ctx, 'kin.close_dispute', kinFacts(found))) throw refused('dispute');
    const asked = { enquiryId: found.enquiryId, version, action: 'kin.close_dispute' } as const;
    const kin = await lockKin(ctx, tx, asked);
    // Read again under the lock: a colleague may have closed it while we waited.
    if ((await findDispute(tx, disputeId))?.closedAt !== null) {
      throw impossible('kin.dispute_closed', 'This dispute was closed before.');
    }
    await closeDisputeRow(tx, disputeId, { closedBy: staffOf(ctx), closedAt: ctx.now, outcome });
    return changed(tx, kin);
  });
}

type KinAction =
  | 'kin.choose_primary'
  | 'kin.withdraw_primary'
  | 'kin.open_dispute'
  | 'kin.close_dispute';

interface LockedKin {
  readonly enquiry: Enquiry;
  readonly officeId: OfficeId;
  readonly personId: PersonId;
  readonly version: number;
}

/**
 * Locks the enquiry and the person it asks after. The version is the person's: what is chosen for one
 * relative is chosen among all (S-42).
 */
async function lockKin(
  ctx: Context,
  tx: Db,
  asked: { readonly enquiryId: EnquiryId; readonly version: number; readonly action: KinAction },
): Promise<LockedKin> {
  const enquiry = await lockEnquiry(tx, asked.enquiryId);
  if (!enquiry || !decide(ctx, asked.action, kinFacts(enquiry))) throw refused('enquiry');
  const before = await findPersonAskedFor(tx, asked.enquiryId);
  // Until kinship is proven there is no record, and so no person and nobody beside (settled 6).
  if (!before) throw impossible('kin.not_proven', 'Identity and kinship are not proven.');
  await lockPersons(tx, [before.id]);
  const person = await findPersonAskedFor(tx, asked.enquiryId);
  requireVersion('person', person?.version ?? 0, asked.version);
  return {
    enquiry,
    officeId: enquiry.officeId,
    personId: before.id,
    version: asked.version,
  };
}

async function changed(tx: Db, kin: LockedKin): Promise<{ readonly version: number }> {
  await bumpPersons(tx, [kin.personId]);
  return { version: kin.version + 1 };
}

/** Marks that nobody ended, those of relatives whose enquiry is closed included. */
async function listMarks(tx: Db, personId: PersonId): Promise<readonly PrimaryContact[]> {
  return (await listPrimaryContacts(tx, personId)).filter(({ endedAt }) => endedAt === null);
}

async function endMarks(
  ctx: Context,
  tx: Db,
  { held, ending }: { readonly held: readonly PrimaryContact[]; readonly ending: PrimaryEnding },
): Promise<void> {
  const ids = held.map(({ id }) => id);
  await endPrimaryContacts(tx, ids, { endedBy: staffOf(ctx), endedAt: ctx.now, ending });
}

async function sealNote(
  ctx: Context,
  tx: Db,
  of: { readonly disputeId: DisputeId; readonly enquiryId: EnquiryId; readonly note: string },
): Promise<void> {
  const sealed = await ctx.broker.sealMany([
    {
      tableName: 'disputes',
      columnName: 'note',
      rowId: of.disputeId,
      subjectId: of.enquiryId,
      compartment: 'contact',
      content: { text: of.note },
    },
  ]);
  // No enquiry id on the seal: what the desk notes of a dispute is no family's to open.
  await insertSealed(tx, sealed, { officeId: ctx.actor.officeId, now: ctx.now });
}

/** Only staff pass the rules for these acts. */
function staffOf(ctx: Context): StaffId {
  if (ctx.actor.kind !== 'staff') throw refused('enquiry');
  return ctx.actor.staffId;
}
