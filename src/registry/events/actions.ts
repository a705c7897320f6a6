import { decide } from '../../access/decide.ts';
import { colleaguesByPseudonym } from '../../access/log.ts';
import { act } from '../../audit/act.ts';
import type { Context } from '../../audit/context.ts';
import { objectHash } from '../../audit/entry.ts';
import { look } from '../../audit/look.ts';
import type { Description } from '../../kernel/description.ts';
import type { CommandId, EventId, PersonId, RecordId } from '../../kernel/ids.ts';
import { refused } from '../../kernel/problem.ts';
import { newId } from '../../vault/random.ts';
import { findConflicts } from '../persons/person.ts';
import { personFacts } from '../persons/policy.ts';
import {
  findPerson,
  listEnquiriesOfPerson,
  listJudgementsOfPerson,
  listLooks,
  listStaffNames,
} from '../persons/queries.ts';
import { listRecordsOfPerson, listSourcesOf, lockRecord } from '../records/queries.ts';
import type { EventKind, Grade, PersonEvent } from './event.ts';
import { eventFacts } from './policy.ts';
import { insertEvents, listEventsOfPerson } from './queries.ts';
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

export type PersonPage = Awaited<ReturnType<typeof readPerson>>;

/** Everything known of a person: records as said, judgements, events, standing as of a day, looks. */
export function readPerson(ctx: Context, asked: { personId: PersonId; asOf?: Date }) {
  const { personId } = asked;
  return look(ctx, 'person.read', { objectId: personId }, async (tx, unseal) => {
    const person = await findPerson(tx, personId);
    if (!person || !decide(ctx, 'person.read', personFacts(person))) throw refused('person');
    const records = await listRecordsOfPerson(tx, personId);
    if (records.length === 0) throw refused('person');
    const ids = records.map((record) => record.id);
    const opened = await unseal(ids.map((rowId) => ({ rowId, columnName: 'description' })));
    const descriptions = new Map(
      opened.map((field) => [field.rowId, field.content as Description]), // Sealed as such.
    );
    const judgements = await listJudgementsOfPerson(tx, personId);
    const events = await listEventsOfPerson(tx, personId);
    const [salt = ''] = await ctx.broker.salts([personId]);
    return {
      person,
      records,
      descriptions,
      judgements,
      conflicts: findConflicts(judgements),
      events,
      standing: standing(events, asked.asOf ?? ctx.now),
      sources: await listSourcesOf(tx, ids),
      enquiries: await listEnquiriesOfPerson(tx, personId),
      looks: await listLooks(tx, objectHash(salt, personId)),
      lookers: await colleaguesByPseudonym(ctx, tx),
      names: await listStaffNames(
        tx,
        judgements.flatMap((each) => [each.judgedBy, each.confirmedBy]),
      ),
    };
  });
}
