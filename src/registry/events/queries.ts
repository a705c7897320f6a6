import { sql } from 'kysely';
import type { Db } from '../../db/connect.ts';
import type { KnownEvent, PersonEvent } from './event.ts';

export type NewEvent = PersonEvent & { readonly officeId: string };

/** Events are only added; a trigger prevents changes. */
export async function insertEvents(tx: Db, events: readonly NewEvent[], now: Date): Promise<void> {
  if (events.length === 0) return;
  await tx
    .insertInto('events')
    .values(events.map((event) => rowOf(event, now)))
    .execute();
}

/** The columns of an event: the meaning of its kind is not part of its row. */
function rowOf(event: NewEvent, recordedAt: Date) {
  const { id, officeId, recordId, kind, occurredFrom, occurredTo } = event;
  const { knownAt, grade, placeId, recordedBy, correctsId } = event;
  return {
    ...{ id, officeId, recordId, kind, occurredFrom, occurredTo },
    ...{ knownAt, grade, placeId, recordedBy, correctsId, recordedAt },
  };
}

/** Events of every record of the person, in the order in which they became known. */
export async function listEventsOfPerson(tx: Db, personId: string): Promise<readonly KnownEvent[]> {
  return listEvents(tx, sql`r.person_id = ${personId}`);
}

export async function listEventsOfRecords(
  tx: Db,
  recordIds: readonly string[],
): Promise<readonly KnownEvent[]> {
  return listEvents(tx, sql`r.id = any(${[...recordIds]}::uuid[])`);
}

async function listEvents(tx: Db, where: ReturnType<typeof sql>): Promise<readonly KnownEvent[]> {
  const rows = await sql<KnownEvent>`
    select e.id, e.record_id, e.kind, e.occurred_from, e.occurred_to, e.known_at, e.grade,
      e.place_id, e.recorded_by, e.corrects_id, k.axis, k.effect, k.rank, k.shows_life
    from events e join records r on r.id = e.record_id and r.office_id = e.office_id
    join event_kinds k on k.kind = e.kind
    where ${where}
    order by e.known_at, e.id limit 2000`.execute(tx);
  return rows.rows;
}
