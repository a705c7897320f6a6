import { sql } from 'kysely';
import type { Db } from '../../db/connect.ts';
import type { PersonEvent } from './event.ts';

export type NewEvent = PersonEvent & { readonly officeId: string };

/** Events are only ever added; a trigger keeps them as they are. */
export async function insertEvents(tx: Db, events: readonly NewEvent[], now: Date): Promise<void> {
  if (events.length === 0) return;
  await tx
    .insertInto('events')
    .values(events.map((event) => ({ ...event, recordedAt: now })))
    .execute();
}

/** Events of every record of the person, in the order they became known. */
export async function listEventsOfPerson(
  tx: Db,
  personId: string,
): Promise<readonly PersonEvent[]> {
  return listEvents(tx, sql`r.person_id = ${personId}`);
}

export async function listEventsOfRecords(
  tx: Db,
  recordIds: readonly string[],
): Promise<readonly PersonEvent[]> {
  return listEvents(tx, sql`r.id = any(${[...recordIds]}::uuid[])`);
}

async function listEvents(tx: Db, where: ReturnType<typeof sql>): Promise<readonly PersonEvent[]> {
  const rows = await sql<PersonEvent>`
    select e.id, e.record_id, e.kind, e.occurred_from, e.occurred_to, e.known_at, e.grade,
      e.place_id, e.recorded_by, e.corrects_id
    from events e join records r on r.id = e.record_id and r.office_id = e.office_id
    where ${where}
    order by e.known_at, e.id limit 2000`.execute(tx);
  return rows.rows;
}
