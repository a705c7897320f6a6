import { command, protectedRead } from '../../access/command.ts';
import { colleaguesByPseudonym } from '../../access/log.ts';
import type { Context, OpenedField } from '../../audit/context.ts';
import { fetchSalts, objectHash } from '../../audit/entry.ts';
import type { ReadCall } from '../../audit/read.ts';
import type { Db } from '../../db/connect.ts';
import type { Description } from '../../kernel/description.ts';
import type { CommandId, EventId, PersonId, RecordId } from '../../kernel/ids.ts';
import { dateRange, type PartialDate } from '../../kernel/partial-date.ts';
import { refused } from '../../kernel/problem.ts';
import { newId } from '../../vault/random.ts';
import { personFacts } from '../persons/facts.ts';
import { personPermissions } from '../persons/permissions.ts';
import { findConflicts } from '../persons/person.ts';
import {
  findPerson,
  listEnquiriesOfPerson,
  listJudgementsOfPerson,
  listLooks,
  listOtherPersons,
  listRecordIdsAsOf,
  listStaffNames,
} from '../persons/queries.ts';
import {
  type Correction,
  findNewer,
  requireNewest,
  sealCorrection,
  storeCorrection,
} from '../records/actions.ts';
import { recordPermissions } from '../records/permissions.ts';
import { listRecordsOfPerson, listSourcesOf, lockRecord } from '../records/queries.ts';
import type { PersonRecord } from '../records/record.ts';
import { type CorrectionNote, sealedCorrection, sealedDescription } from '../records/sealed.ts';
import { type EventKind, type Grade, type PersonEvent, requireOrder } from './event.ts';
import { eventFacts } from './facts.ts';
import { eventPermissions } from './permissions.ts';
import { insertEvents, listEventsOfPerson, listEventsOfRecords } from './queries.ts';
import { standing } from './standing.ts';

export interface RecordEvent {
  readonly recordId: RecordId;
  readonly kind: EventKind;
  readonly occurredFrom: string | null;
  readonly occurredTo: string | null;
  readonly grade: Grade;
  readonly correctsId?: EventId | null;
  readonly commandId: CommandId;
}

/** Records that something happened, as one record says. Standing follows by itself. */
export const recordEvent = command({
  permission: eventPermissions.record,
  noun: 'record',
  subject: (input: RecordEvent) => ({
    objectId: input.recordId,
    commandId: input.commandId,
    body: input,
  }),
  load: (tx, { recordId }) => lockRecord(tx, recordId),
  facts: eventFacts,
  complete: async (tx, record, { input }) => ({
    ...record,
    known: input.correctsId ? await listEventsOfPerson(tx, record.personId) : [],
  }),
  step: ({ known, officeId }, input, { actor, now }) => {
    if (input.correctsId && !known.some(({ id }) => id === input.correctsId)) {
      throw refused('event');
    }
    requireOrder(input);
    const event: PersonEvent = {
      id: newId<'event'>(),
      recordId: input.recordId,
      kind: input.kind,
      occurredFrom: input.occurredFrom,
      occurredTo: input.occurredTo,
      knownAt: now,
      grade: input.grade,
      placeId: null,
      recordedBy: actor.kind === 'staff' ? actor.staffId : null,
      correctsId: input.correctsId ?? null,
    };
    return { ...event, officeId };
  },
  write: async (tx, { next: event }, { now }) => {
    await insertEvents(tx, [event], now);
    return { eventId: event.id };
  },
});

export interface CorrectRecord extends Correction {
  readonly commandId: CommandId;
}

/**
 * Corrects what a record says. If a list gave the date of capture and that date is corrected, the
 * event is corrected too; everything else that is derived follows by itself.
 */
export const correctRecord = command({
  permission: recordPermissions.correct,
  noun: 'record',
  subject: (input: CorrectRecord) => ({
    objectId: input.recordId,
    commandId: input.commandId,
    body: input,
  }),
  load: (tx, { recordId }) => lockRecord(tx, recordId),
  facts: eventFacts,
  complete: findNewer,
  step: requireNewest,
  prepare: (ctx, _old, input) => sealCorrection(ctx, input),
  write: async (tx, { input, next: old, prepared }, { now }) => {
    const { newer } = prepared;
    await storeCorrection(tx, { ...prepared, old }, now);
    const said = await listEventsOfRecords(tx, [old.id]);
    const captured = said.findLast((event) => event.kind === 'captured');
    const month = input.description.captured?.value?.slice(0, 7);
    if (captured && month && !captured.occurredFrom?.startsWith(month)) {
      const put = { ...captured, id: newId<'event'>(), recordId: newer, correctsId: captured.id };
      const { from, to } = dateRange(month as PartialDate); // The first part of one.
      const event = { ...put, occurredFrom: from, occurredTo: to, knownAt: now };
      await insertEvents(tx, [{ ...event, officeId: old.officeId }], now);
    }
    return { recordId: newer };
  },
});

export type PersonPage = Awaited<ReturnType<typeof readPerson>>;

interface PersonRequest {
  readonly personId: PersonId;
  readonly asOf?: Date;
}

/**
 * Everything known of a person: records as stated, judgements, events, standing as of a day,
 * readers.
 */
export async function readPerson(ctx: Context, asked: PersonRequest) {
  const lookers = await colleaguesByPseudonym(ctx);
  const salts = await fetchSalts(ctx, [asked.personId]);
  const personHash = objectHash(salts.get(asked.personId) ?? '', asked.personId);
  return { ...(await readSaid(ctx, { ...asked, personHash })), lookers };
}

const readSaid = protectedRead({
  permission: personPermissions.read,
  noun: 'person',
  objectId: (asked: PersonRequest & { readonly personHash: string }) => asked.personId,
  load: (tx, { personId }) => findPerson(tx, personId),
  facts: personFacts,
  opens: true,
  find: async (tx, { loaded: person, input: { personId, asOf, personHash } }, { now }) => {
    const records = await listRecordsOfPerson(tx, personId);
    if (records.length === 0) throw refused('person');
    const ids = records.map((record) => record.id);
    const judgements = await listJudgementsOfPerson(tx, personId);
    const joinedThen = await joinedAsOf(tx, records, asOf);
    const events = joinedThen
      ? await listEventsOfRecords(tx, joinedThen)
      : await listEventsOfPerson(tx, personId);
    const known = {
      person,
      asOf: asOf ?? null,
      joinedThen,
      records,
      judgements,
      conflicts: findConflicts(judgements, records),
      events,
      standing: standing(events, asOf ?? now),
      sources: await listSourcesOf(tx, ids),
      enquiries: await listEnquiriesOfPerson(tx, personId),
    };
    const fields = ids.flatMap((rowId) => [
      sealedDescription.of(rowId),
      sealedCorrection.of(rowId),
    ]);
    // A record that was split off since belongs to another person now, who is seen as well.
    const alsoSeen = await listOtherPersons(tx, { recordIds: joinedThen ?? [], personId });
    return {
      ask: async ({ broker, asking, load }: ReadCall) => {
        const opened = await broker.open({ ...asking, fields, alsoSeen });
        const corrections = columnOf<CorrectionNote>(opened, 'correction');
        const staff = [
          ...judgements.flatMap((each) => [each.judgedBy, each.confirmedBy]),
          ...[...corrections.values()].flatMap(({ by }) => by ?? []),
        ];
        // Read after the entry of this read was committed, so that it is included.
        const looks = await load((inner) => listLooks(inner, personHash));
        const names = await load((inner) => listStaffNames(inner, staff));
        const descriptions = columnOf<Description>(opened, 'description');
        return { ...known, descriptions, corrections, looks, names };
      },
    };
  },
});

/**
 * The records that belonged together with the person's oldest record on that day; null for today.
 */
async function joinedAsOf(
  tx: Db,
  records: readonly PersonRecord[],
  at: Date | undefined,
): Promise<readonly RecordId[] | null> {
  const [oldest] = records;
  return at && oldest ? listRecordIdsAsOf(tx, { recordId: oldest.id, at }) : null;
}

function columnOf<Content>(
  opened: readonly OpenedField[],
  columnName: string,
): ReadonlyMap<string, Content> {
  const fields = opened.filter((field) => field.columnName === columnName);
  return new Map(fields.map(({ rowId, content }) => [rowId, content as Content])); // Sealed as such.
}
