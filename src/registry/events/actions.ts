import { decide } from '../../access/decide.ts';
import { colleaguesByPseudonym } from '../../access/log.ts';
import { act } from '../../audit/act.ts';
import type { Context, OpenedField } from '../../audit/context.ts';
import { objectHash } from '../../audit/entry.ts';
import { look } from '../../audit/look.ts';
import type { Db } from '../../db/connect.ts';
import type { Description } from '../../kernel/description.ts';
import type { CommandId, EventId, PersonId, RecordId } from '../../kernel/ids.ts';
import { dateRange, type PartialDate } from '../../kernel/partial-date.ts';
import { refused } from '../../kernel/problem.ts';
import { newId } from '../../vault/random.ts';
import { findConflicts } from '../persons/person.ts';
import { personFacts } from '../persons/policy.ts';
import {
  findPerson,
  listEnquiriesOfPerson,
  listJudgementsOfPerson,
  listLooks,
  listOtherPersons,
  listRecordIdsAsOf,
  listStaffNames,
} from '../persons/queries.ts';
import { type Correction, type CorrectionNote, storeCorrection } from '../records/actions.ts';
import { listRecordsOfPerson, listSourcesOf, lockRecord } from '../records/queries.ts';
import type { PersonRecord } from '../records/record.ts';
import { type EventKind, type Grade, type PersonEvent, requireOrder } from './event.ts';
import { eventFacts } from './policy.ts';
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

/** Records that something happened, as one record tells it. Standing follows by itself. */
export function recordEvent(ctx: Context, input: RecordEvent): Promise<{ eventId: EventId }> {
  const { recordId, commandId } = input;
  return act(ctx, 'event.record', { objectId: recordId, commandId, body: input }, async (tx) => {
    const record = await lockRecord(tx, recordId);
    if (!record || !decide(ctx, 'event.record', eventFacts(record))) throw refused('record');
    const known = input.correctsId ? await listEventsOfPerson(tx, record.personId) : [];
    if (input.correctsId && !known.some(({ id }) => id === input.correctsId)) {
      throw refused('event');
    }
    requireOrder(input);
    const event: PersonEvent = {
      id: newId<'event'>(),
      recordId,
      kind: input.kind,
      occurredFrom: input.occurredFrom,
      occurredTo: input.occurredTo,
      knownAt: ctx.now,
      grade: input.grade,
      placeId: null,
      recordedBy: ctx.actor.kind === 'staff' ? ctx.actor.staffId : null,
      correctsId: input.correctsId ?? null,
    };
    await insertEvents(tx, [{ ...event, officeId: record.officeId }], ctx.now);
    return { eventId: event.id };
  });
}

export interface CorrectRecord extends Correction {
  readonly commandId: CommandId;
}

/**
 * Corrects what a record says. Where a list told when somebody was captured and that date is put
 * right, the event is put right too; everything else that is derived follows by itself.
 */
export function correctRecord(
  ctx: Context,
  input: CorrectRecord,
): Promise<{ readonly recordId: RecordId }> {
  const { recordId, commandId } = input;
  return act(ctx, 'record.correct', { objectId: recordId, commandId, body: input }, async (tx) => {
    const { old, newer } = await storeCorrection(ctx, tx, input);
    const said = await listEventsOfRecords(tx, [recordId]);
    const captured = said.findLast((event) => event.kind === 'captured');
    const month = input.description.captured?.value?.slice(0, 7);
    if (captured && month && !captured.occurredFrom?.startsWith(month)) {
      const put = { ...captured, id: newId<'event'>(), recordId: newer, correctsId: captured.id };
      const { from, to } = dateRange(month as PartialDate); // The first part of one.
      const event = { ...put, occurredFrom: from, occurredTo: to, knownAt: ctx.now };
      await insertEvents(tx, [{ ...event, officeId: old.officeId }], ctx.now);
    }
    return { recordId: newer };
  });
}

export type PersonPage = Awaited<ReturnType<typeof readPerson>>;

/** Everything known of a person: records as said, judgements, events, standing as of a day, looks. */
export function readPerson(ctx: Context, asked: { personId: PersonId; asOf?: Date }) {
  const { personId } = asked;
  return look(ctx, 'person.read', { objectId: personId }, async (tx, unseal, alsoSeen) => {
    const person = await findPerson(tx, personId);
    if (!person || !decide(ctx, 'person.read', personFacts(person))) throw refused('person');
    const records = await listRecordsOfPerson(tx, personId);
    if (records.length === 0) throw refused('person');
    const ids = records.map((record) => record.id);
    const opened = await unseal(
      ids.flatMap((rowId) => [
        { rowId, columnName: 'description' },
        { rowId, columnName: 'correction' },
      ]),
    );
    const judgements = await listJudgementsOfPerson(tx, personId);
    const joinedThen = await joinedAsOf(tx, records, asked.asOf);
    // What has parted since is another person's by now, who is seen as well.
    for (const other of await listOtherPersons(tx, { recordIds: joinedThen ?? [], personId })) {
      await alsoSeen(other);
    }
    const events = joinedThen
      ? await listEventsOfRecords(tx, joinedThen)
      : await listEventsOfPerson(tx, personId);
    const corrections = columnOf<CorrectionNote>(opened, 'correction');
    const [salt = ''] = await ctx.broker.salts([personId]);
    return {
      person,
      asOf: asked.asOf ?? null,
      joinedThen,
      records,
      descriptions: columnOf<Description>(opened, 'description'),
      corrections,
      judgements,
      conflicts: findConflicts(judgements, records),
      events,
      standing: standing(events, asked.asOf ?? ctx.now),
      sources: await listSourcesOf(tx, ids),
      enquiries: await listEnquiriesOfPerson(tx, personId),
      looks: await listLooks(tx, objectHash(salt, personId)),
      lookers: await colleaguesByPseudonym(ctx, tx),
      names: await listStaffNames(tx, [
        ...judgements.flatMap((each) => [each.judgedBy, each.confirmedBy]),
        ...[...corrections.values()].flatMap(({ by }) => by ?? []),
      ]),
    };
  });
}

/** What hung together with the person's oldest record on that day; null where today is asked for. */
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
