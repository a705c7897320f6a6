import type { WrittenName } from '../../kernel/description.ts';
import { presentDescription, presentSource, presentUnderstood } from '../records/present.ts';
import type { PersonPage } from './actions.ts';
import type { Axis, Basis, Standing } from './standing.ts';

/** Standing on both axes with its basis and the contradicting events. */
export function presentStanding(standing: Standing) {
  const axis = <Step>({ step, at, basis, contradictions }: Axis<Step>) => ({
    step,
    at,
    basis: basis ? presentBasis(basis) : null,
    contradictions: contradictions.map(presentBasis),
  });
  return {
    custody: axis(standing.custody),
    life: axis(standing.life),
    asOf: standing.asOf.toISOString(),
  };
}

function presentBasis({ eventId, kind, grade, recordId, at }: Basis) {
  return { eventId, kind, grade, recordId, at };
}

/** The page of a person, for the desk. */
export function presentPersonForDesk(page: PersonPage) {
  const wasKnown = (at: Date) => page.asOf === null || at <= page.asOf;
  const then = page.joinedThen && new Set<string>(page.joinedThen);
  const shown = page.records.flatMap((record) => {
    const description = page.descriptions.get(record.id);
    return description && (then === null || then.has(record.id)) ? [{ record, description }] : [];
  });
  const own = new Set<string>(page.records.map(({ id }) => id));
  const corrected = new Set(page.events.flatMap((event) => event.correctsId ?? []));
  const standing = shown.filter(
    ({ record }) => !isSuperseded(record, page.asOf) && record.matchAt !== 'never',
  );
  return {
    personId: page.person.id,
    version: page.person.version,
    // Records that were corrected, or withdrawn by the family, are not at the head of the page.
    names: namesOf(standing.flatMap(({ description }) => description.names)),
    standing: presentStanding(page.standing),
    joinedSince: then
      ? page.records.filter((each) => wasKnown(each.recordedAt) && !then.has(each.id)).length
      : 0,
    partedSince: page.joinedThen?.filter((id) => !own.has(id)).length ?? 0,
    conflicts: page.conflicts.map((conflict) => ({
      different: conflict.different,
      same: conflict.same,
    })),
    records: shown.map(({ record, description }) => ({
      recordId: record.id,
      side: record.side,
      line: record.line,
      description: presentDescription(description),
      understood: presentUnderstood(description),
      source: presentSource(page.sources.get(record.id)),
      superseded: isSuperseded(record, page.asOf),
      takenBack: record.matchAt === 'never',
      supersedes: record.supersedesId,
      correction: presentCorrection(page, record.id),
    })),
    events: page.events
      .filter((event) => wasKnown(event.knownAt))
      .map((event) => ({
        eventId: event.id,
        recordId: event.recordId,
        kind: event.kind,
        occurredFrom: event.occurredFrom,
        occurredTo: event.occurredTo,
        knownAt: event.knownAt.toISOString(),
        grade: event.grade,
        placeId: event.placeId,
        corrected: corrected.has(event.id),
      })),
    judgements: page.judgements
      .filter(({ confirmedAt }) => wasKnown(confirmedAt))
      .map(presentJudgement(page)),
    enquiries: page.enquiries.map(presentEnquiry),
    looks: page.looks.map((entry) => ({
      at: entry.recordedAt.toISOString(),
      by: page.lookers.get(entry.actorPseudonym) ?? entry.actorPseudonym.slice(0, 8),
      action: entry.action,
      purpose: entry.purpose,
    })),
  };
}

function presentJudgement(page: PersonPage) {
  const nameOf = (staffId: string) => page.names.get(staffId) ?? null;
  return (judgement: PersonPage['judgements'][number]) => ({
    judgementId: judgement.id,
    leftRecordId: judgement.leftRecordId,
    rightRecordId: judgement.rightRecordId,
    answer: judgement.answer,
    judgedAt: judgement.judgedAt.toISOString(),
    by: nameOf(judgement.judgedBy),
    confirmedBy: nameOf(judgement.confirmedBy),
    withdrawnAt: judgement.withdrawnAt?.toISOString() ?? null,
    version: judgement.version,
  });
}

function presentEnquiry(enquiry: PersonPage['enquiries'][number]) {
  return {
    enquiryId: enquiry.enquiryId,
    state: enquiry.state,
    kinship: enquiry.kinship,
    filedAt: enquiry.filedAt.toISOString(),
    isPrimary: enquiry.primary,
    isDisputed: enquiry.disputed,
  };
}

function isSuperseded(record: PersonPage['records'][number], asOf: Date | null): boolean {
  return record.supersededAt !== null && (asOf === null || record.supersededAt <= asOf);
}

/** Why this record replaced an earlier one; null if none was corrected by hand. */
function presentCorrection(page: PersonPage, recordId: string) {
  const note = page.corrections.get(recordId);
  if (!note) return null;
  return { reason: note.reason, by: note.by ? (page.names.get(note.by) ?? null) : null };
}

/** Each spelling once, with its script and the number of sources that write it so. */
function namesOf(names: readonly WrittenName[]) {
  const counts = new Map<string, number>();
  for (const { full } of names) counts.set(full, (counts.get(full) ?? 0) + 1);
  return [...counts].map(([full, sources]) => ({ full, script: scriptOf(full), sources }));
}

function scriptOf(text: string): string {
  if (/\p{Script=Cyrillic}/u.test(text)) return 'Cyrl';
  return /\p{Script=Latin}/u.test(text) ? 'Latn' : 'other';
}
