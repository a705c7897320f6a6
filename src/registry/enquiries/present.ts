import { contactDates, nextContactOn, readableFrom } from './contact-days.ts';
import type { OpenedEnquiry } from './desk-actions.ts';
import type { DuplicateRow } from './duplicates.ts';
import { type Enquiry, isEndedForFamily, isVerified } from './enquiry.ts';
import type { Intake } from './filing.ts';
import type { OwnFile } from './own-file.ts';
import type { EnquiryListRow, KinRow } from './queries.ts';

/** What the desk sees of one enquiry. The notices module adds notices. */
export function presentForDesk(opened: OpenedEnquiry) {
  const { enquiry, written } = opened;
  return {
    enquiryId: enquiry.enquiryId,
    version: enquiry.version,
    state: enquiry.state,
    filedAt: enquiry.filedAt.toISOString(),
    language: enquiry.language,
    channel: enquiry.channel,
    kinship: enquiry.kinship,
    enquirer: written?.enquirer ?? null,
    sought: written?.sought ?? null,
    circumstances: written?.circumstances ?? null,
    consents: written?.consents ?? null,
    ladderStep: enquiry.ladderStep,
    nextContactOn: enquiry.nextContactOn,
    checks: opened.checks.map((check) => ({
      kind: check.kind,
      outcome: check.outcome,
      means: check.means,
      kinship: check.kinship,
      by: opened.names.get(check.staffId) ?? null,
      at: check.recordedAt.toISOString(),
    })),
    contacts: opened.contacts.map((contact) => ({
      contactId: contact.contactId,
      kind: contact.kind,
      at: contact.occurredAt.toISOString(),
      by: contact.staffId ? (opened.names.get(contact.staffId) ?? null) : null,
      outcome: contact.outcome,
      note: contact.note,
    })),
    thread: opened.thread.map((entry) => ({
      at: entry.recordedAt.toISOString(),
      by: entry.writtenBy,
      text: entry.text,
    })),
    papers: opened.papers.map((paper) => ({
      paperId: paper.paperId,
      kind: paper.kind,
      format: paper.format,
      size: paper.size,
      at: paper.recordedAt.toISOString(),
    })),
    personId: opened.personId,
  };
}

function presentKin(row: KinRow) {
  const { enquiryId, kinship, state, filedAt } = row;
  return { enquiryId, kinship, state, filedAt: filedAt.toISOString() };
}

/** An enquiry that may be about the same person: masked until it is opened. */
export function presentDuplicate(row: DuplicateRow) {
  const { initials, birthYear, band } = row;
  return { ...presentKin(row), initials, birthYear, band };
}

/** One row of the desk's list; nothing personal. */
export function presentRow(row: EnquiryListRow) {
  return {
    enquiryId: row.enquiryId,
    state: row.state,
    filedAt: row.filedAt.toISOString(),
    nextContactOn: row.nextContactOn,
    language: row.language,
    channel: row.channel,
    unread: row.unread,
    ladderStep: row.ladderStep,
  };
}

export interface FamilyView {
  readonly version: number;
  readonly language: Enquiry['language'];
  readonly phase: 'waiting' | 'open' | 'ended';
  /** Null until identity and kinship are proven: before that there is no step to show. */
  readonly ladderStep: number | null;
  readonly filedOn: string;
  readonly nextContactOn: string | null;
  readonly done: readonly { readonly on: string; readonly what: DoneKind }[];
  readonly thread: readonly {
    readonly at: string;
    readonly by: 'family' | 'desk';
    readonly text: string | null;
  }[];
  readonly papers: readonly { readonly kind: string; readonly on: string }[];
  readonly wordsOpen: boolean;
}

export type DoneKind =
  | 'filed'
  | 'first'
  | 'second'
  | 'erasure'
  | 'monthly'
  | 'verified'
  | 'telephone'
  | 'letter'
  | 'visit'
  | 'timetable';

/**
 * What a family sees of its own file. Until kinship is proven everything except the family's own
 * actions is a function of the time since filing. State, checks, suspension and the time of
 * the desk's messages are hidden. Suspended, rejected and unknown read the same.
 */
export function presentForFamily(file: OwnFile, now: Date): FamilyView {
  const { enquiry } = file;
  const verified = isVerified(enquiry);
  const ended = isEndedForFamily(enquiry);
  return {
    version: enquiry.ownVersion,
    language: enquiry.language,
    phase: ended ? 'ended' : verified ? 'open' : 'waiting',
    ladderStep: verified ? enquiry.ladderStep : null,
    filedOn: dayOf(enquiry.filedAt),
    nextContactOn: ended ? null : nextContactOn(enquiry.filedAt, now),
    done: verified ? doneWhenVerified(file, now) : doneBefore(enquiry, now),
    thread: file.thread
      .filter((entry) => isReadable(entry, { enquiry, verified, now }))
      .map((entry) => ({
        at: entry.recordedAt.toISOString(),
        by: entry.writtenBy,
        text: entry.text,
      })),
    papers: file.papers.map((paper) => ({ kind: paper.kind, on: dayOf(paper.recordedAt) })),
    wordsOpen: file.wordsOpen,
  };
}

function isReadable(
  entry: OwnFile['thread'][number],
  held: { enquiry: Enquiry; verified: boolean; now: Date },
): boolean {
  if (entry.writtenBy === 'family' || held.verified) return true;
  return readableFrom(entry.recordedAt, held.enquiry.filedAt) <= held.now;
}

function doneBefore(enquiry: Enquiry, now: Date): FamilyView['done'] {
  const contacts = contactDates(enquiry.filedAt, enquiry.filedAt, now);
  return [
    { on: dayOf(enquiry.filedAt), what: 'filed' as const },
    ...contacts.map(({ on, kind }) => ({ on, what: kind })),
  ];
}

function doneWhenVerified(file: OwnFile, now: Date): FamilyView['done'] {
  const { enquiry } = file;
  const verifiedAt = enquiry.kinshipProvenAt ?? enquiry.filedAt;
  const before = doneBefore(enquiry, verifiedAt < now ? verifiedAt : now);
  const people = file.contacts
    .filter((contact) => contact.occurredAt >= verifiedAt)
    .flatMap(({ kind, occurredAt }) =>
      kind === 'telephone' || kind === 'letter' || kind === 'visit' || kind === 'timetable'
        ? [{ on: dayOf(occurredAt), what: kind }]
        : [],
    );
  const verified = { on: dayOf(verifiedAt), what: 'verified' as const };
  return [...before, verified, ...people].sort((a, b) => a.on.localeCompare(b.on));
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** The family's own words, as we hold them; nothing that others said. */
export function presentFiling(written: Partial<Intake>) {
  const { sought, enquirer } = written;
  return {
    names: sought?.names.map((name) => name.full) ?? [],
    birth: sought?.birth ? { written: sought.birth.raw, understood: sought.birth.value } : null,
    birthplace: sought?.birthplace ?? null,
    lastContact: sought?.lastContact
      ? { written: sought.lastContact.raw, understood: sought.lastContact.value }
      : null,
    lastSeenPlace: sought?.lastSeenPlace ?? null,
    father: sought?.father ?? null,
    motherMaidenName: sought?.motherMaidenName ?? null,
    unit: sought?.unit ?? null,
    rank: sought?.rank ?? null,
    callsign: sought?.callsign ?? null,
    documents: sought?.documents ?? [],
    circumstances: written.circumstances ?? null,
    enquirerName: enquirer?.name ?? null,
    phone: enquirer?.phone ?? null,
    email: enquirer?.email ?? null,
    consents: written.consents ?? null,
  };
}

export type OwnFiling = ReturnType<typeof presentFiling>;
