import { command, protectedRead, staffOf } from '../../access/command.ts';
import type { Permission } from '../../access/permission.ts';
import type { Moment } from '../../audit/context.ts';
import type { Found } from '../../audit/read.ts';
import type { Db } from '../../db/connect.ts';
import { insertSealed } from '../../db/sealed-rows.ts';
import type {
  CommandId,
  DisputeId,
  EnquiryId,
  PersonId,
  PrimaryContactId,
} from '../../kernel/ids.ts';
import { impossible, refused, requireVersion } from '../../kernel/problem.ts';
import { newId } from '../../vault/random.ts';
import type { Enquiry } from '../enquiries/enquiry.ts';
import { findEnquiry, lockEnquiry } from '../enquiries/queries.ts';
import { bumpPersons, listStaffNames, lockPersons } from '../persons/queries.ts';
import { kinFacts } from './facts.ts';
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
import { kinPermissions } from './permissions.ts';
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
import { sealedDisputeNote } from './sealed.ts';

/** All who ask about the person of one enquiry, and their relations. */
export interface OpenedKin {
  readonly enquiryId: EnquiryId;
  /** Changes must carry it: it is the person's version, since a choice concerns all who ask. */
  readonly version: number;
  readonly relatives: readonly Relative[];
  readonly primaries: readonly PrimaryContact[];
  readonly disputes: readonly (Dispute & { readonly note: string | null })[];
  readonly names: ReadonlyMap<string, string>;
}

/**
 * Only for the desk: no family learns that another asks, is told first, or is in dispute (S-42).
 */
export const readKin = protectedRead({
  permission: kinPermissions.read,
  noun: 'enquiry',
  objectId: ({ enquiryId }: { readonly enquiryId: EnquiryId }) => enquiryId,
  load: (tx, { enquiryId }) => findEnquiry(tx, enquiryId),
  facts: kinFacts,
  opens: true,
  find: async (tx, { input: { enquiryId } }): Promise<Found<OpenedKin>> => {
    const person = await findPersonAskedFor(tx, enquiryId);
    const primaries = person ? await listPrimaryContacts(tx, person.id) : [];
    const disputes = person ? await listDisputes(tx, person.id) : [];
    const staff = [
      ...primaries.flatMap((each) => [each.chosenBy, each.endedBy ?? []]),
      ...disputes.flatMap((each) => [each.openedBy, each.closedBy ?? []]),
    ].flat();
    const known = {
      enquiryId,
      version: person?.version ?? 0,
      relatives: person ? await listRelatives(tx, person.id) : [],
      primaries,
      names: await listStaffNames(tx, staff),
    };
    return {
      fields: disputes.map(({ id }) => sealedDisputeNote.of(id)),
      answer: (opened) => {
        const noted = disputes.map((each) => ({
          ...each,
          note: sealedDisputeNote.read(opened, each.id)?.text ?? null,
        }));
        return { ...known, disputes: noted };
      },
    };
  },
});

interface KinCommand {
  readonly enquiryId: EnquiryId;
  readonly version: number;
  readonly commandId: CommandId;
}

/**
 * Marks the relative who is told first and ends an earlier mark. One person may do it: it discloses
 * nothing, and the approver of a notice sees who was marked, by whom and why.
 */
export const choosePrimary = command({
  ...onKin(kinPermissions.choosePrimary),
  subject: (input: KinCommand & { readonly reason: PrimaryReason }) => subjectOf(input),
  step: (kin, { version }) => {
    const known = requireKnown(kin, version);
    requireProven(known.enquiry);
    return known;
  },
  write: async (tx, { input, next: kin }, at) => {
    const { enquiryId, reason } = input;
    const held = await listMarks(tx, kin.person.id);
    if (held.length === 1 && held[0]?.enquiryId === enquiryId) {
      throw impossible('kin.primary_already', 'This relative is the primary contact already.');
    }
    await endMarks(at, tx, { held, ending: 'replaced' });
    await insertPrimaryContact(tx, {
      id: newId<'primaryContact'>() as PrimaryContactId, // The same brand.
      officeId: kin.enquiry.officeId,
      enquiryId,
      reason,
      chosenBy: staffOf(at),
      chosenAt: at.now,
    });
    return changed(tx, kin);
  },
});

/** Ends the mark of the relative who is told first; there is none until another is chosen. */
export const withdrawPrimary = command({
  ...onKin(kinPermissions.withdrawPrimary),
  subject: (input: KinCommand & { readonly ending: PrimaryEnding }) => subjectOf(input),
  step: (kin, { version }) => requireKnown(kin, version),
  write: async (tx, { input, next: kin }, at) => {
    const { enquiryId, ending } = input;
    const held = (await listMarks(tx, kin.person.id)).filter(
      (each) => each.enquiryId === enquiryId,
    );
    if (held.length === 0) {
      throw impossible('kin.no_primary', 'This relative is not the primary contact.');
    }
    await endMarks(at, tx, { held, ending });
    return changed(tx, kin);
  },
});

export interface OpenDispute extends KinCommand {
  readonly reason: DisputeReason;
  readonly withEnquiryId: EnquiryId | null;
  readonly note: string;
}

/**
 * Records that relatives are in dispute, or that one of them is in danger. The words are sealed.
 */
export const openDispute = command({
  ...onKin(kinPermissions.openDispute),
  subject: (input: OpenDispute) => subjectOf(input),
  complete: async (tx, enquiry) => {
    const kin = await lockKin(tx, enquiry);
    return { ...kin, relatives: kin.person ? await listRelatives(tx, kin.person.id) : [] };
  },
  step: (kin, { version, enquiryId, withEnquiryId }) => {
    const known = requireKnown(kin, version);
    requireProven(known.enquiry);
    const isRelative = kin.relatives.some((each) => each.enquiryId === withEnquiryId);
    if (withEnquiryId && (!isRelative || withEnquiryId === enquiryId)) throw refused('enquiry');
    return known;
  },
  prepare: async (ctx, _kin, input) => {
    const disputeId = newId<'dispute'>() as DisputeId; // The same brand.
    const { note } = input;
    const at = { rowId: disputeId, subjectId: input.enquiryId };
    const sealed =
      note === '' ? [] : await ctx.broker.sealMany([sealedDisputeNote.item(at, { text: note })]);
    return { disputeId, sealed };
  },
  write: async (tx, { input, next: kin, prepared: { disputeId, sealed } }, at) => {
    const { enquiryId, withEnquiryId, reason } = input;
    const { officeId } = kin.enquiry;
    await insertDispute(tx, {
      id: disputeId,
      officeId,
      enquiryId,
      withEnquiryId,
      reason,
      openedBy: staffOf(at),
      openedAt: at.now,
    });
    // No enquiry id on the seal: no family may open the desk's note of a dispute.
    await insertSealed(tx, sealed, { officeId, now: at.now });
    return { disputeId, ...(await changed(tx, kin)) };
  },
});

export interface CloseDispute extends Omit<KinCommand, 'enquiryId'> {
  readonly disputeId: DisputeId;
  readonly outcome: DisputeOutcome;
}

/** The dispute is over, as people said; it remains in the history. */
export const closeDispute = command({
  permission: kinPermissions.closeDispute,
  noun: 'dispute',
  subject: (input: CloseDispute) => ({
    objectId: input.disputeId,
    commandId: input.commandId,
    body: input,
  }),
  load: (tx, { disputeId }) => findDispute(tx, disputeId),
  facts: kinFacts,
  complete: async (tx, { id, enquiryId }) => {
    const enquiry = await lockEnquiry(tx, enquiryId);
    if (!enquiry) throw refused('enquiry');
    const kin = await lockKin(tx, enquiry);
    // Read again under the lock: a colleague may have closed it meanwhile.
    return { ...kin, dispute: await findDispute(tx, id) };
  },
  step: (kin, { version }) => {
    const known = requireKnown(kin, version);
    if (kin.dispute?.closedAt !== null) {
      throw impossible('kin.dispute_closed', 'This dispute was closed before.');
    }
    return known;
  },
  write: async (tx, { input: { disputeId, outcome }, next: kin }, at) => {
    await closeDisputeRow(tx, disputeId, { closedBy: staffOf(at), closedAt: at.now, outcome });
    return changed(tx, kin);
  },
});

interface AskedPerson {
  readonly id: PersonId;
  readonly version: number;
}

interface Kin {
  readonly enquiry: Enquiry;
  /** Null until kinship is proven: there is no record, and so no person (ruling 6). */
  readonly person: AskedPerson | null;
}

type KnownKin = Kin & { readonly person: AskedPerson };

/** The common parts of commands on one relative. */
function onKin(permission: Permission) {
  return {
    permission,
    noun: 'enquiry',
    load: (tx: Db, { enquiryId }: KinCommand) => lockEnquiry(tx, enquiryId),
    facts: kinFacts,
    complete: lockKin,
  };
}

function subjectOf(input: KinCommand) {
  return { objectId: input.enquiryId, commandId: input.commandId, body: input };
}

/** Locks the person that a locked enquiry is about. */
async function lockKin(tx: Db, enquiry: Enquiry): Promise<Kin> {
  const before = await findPersonAskedFor(tx, enquiry.enquiryId);
  if (!before) return { enquiry, person: null };
  await lockPersons(tx, [before.id]);
  const locked = await findPersonAskedFor(tx, enquiry.enquiryId);
  return { enquiry, person: { id: before.id, version: locked?.version ?? 0 } };
}

/** The version is the person's: what is chosen for one relative is chosen among all (S-42). */
function requireKnown({ enquiry, person }: Kin, version: number): KnownKin {
  if (!person) throw impossible('kin.not_proven', 'Identity and kinship are not proven.');
  requireVersion('person', person.version, version);
  return { enquiry, person };
}

async function changed(tx: Db, { person }: KnownKin): Promise<{ readonly version: number }> {
  await bumpPersons(tx, [person.id]);
  return { version: person.version + 1 };
}

/** Open marks, including those of relatives whose enquiry is closed. */
async function listMarks(tx: Db, personId: PersonId): Promise<readonly PrimaryContact[]> {
  return (await listPrimaryContacts(tx, personId)).filter(({ endedAt }) => endedAt === null);
}

async function endMarks(
  at: Moment,
  tx: Db,
  { held, ending }: { readonly held: readonly PrimaryContact[]; readonly ending: PrimaryEnding },
): Promise<void> {
  const ids = held.map(({ id }) => id);
  await endPrimaryContacts(tx, ids, { endedBy: staffOf(at), endedAt: at.now, ending });
}
