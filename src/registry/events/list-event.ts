import type { RecordId } from '../../kernel/ids.ts';
import { newId } from '../../vault/random.ts';
import type { ListSource, RowEvent } from '../sources/actions.ts';
import type { EventKind, Grade } from './event.ts';
import { eventKinds } from './event-kinds.ts';
import type { NewEvent } from './queries.ts';

/** What a list states about every person on it, by its kind. */
const byKind: Readonly<Record<ListSource['kind'], EventKind>> = {
  official_list: 'listed',
  unofficial_list: 'reported_held',
  card: 'notified',
  dispatch: 'notified',
  tracing_request: 'reported_held',
  testimony: 'witnessed',
  media: 'seen',
  visit: 'visited',
};

/**
 * The events that one row of a list of held people states: the one it names or the one of its kind
 * of source, and the capture if it gives the date. Dates of capture are stored by the month (ruling
 * 1).
 */
export function eventsOfRow(
  row: { readonly recordId: RecordId; readonly event: RowEvent },
  source: ListSource,
  at: { readonly officeId: string; readonly now: Date },
): readonly NewEvent[] {
  const { event, recordId } = row;
  const said = eventKinds.find(({ kind }) => kind === event.kind)?.kind;
  const asOf = source.asOf ? { from: source.asOf, to: source.asOf } : null;
  const occurred = event.occurred ?? asOf;
  const base = {
    officeId: at.officeId,
    recordId,
    knownAt: at.now,
    grade: source.reliability as Grade, // Held by a check constraint.
    placeId: null,
    recordedBy: null,
    correctsId: null,
  };
  const main: NewEvent = {
    ...base,
    id: newId<'event'>(),
    kind: said ?? byKind[source.kind],
    occurredFrom: occurred?.from ?? null,
    occurredTo: occurred?.to ?? null,
  };
  if (!event.capturedMonth || main.kind === 'captured') return [main];
  const captured: NewEvent = {
    ...base,
    id: newId<'event'>(),
    kind: 'captured',
    occurredFrom: event.capturedMonth.from,
    occurredTo: event.capturedMonth.to,
  };
  return [captured, main];
}
