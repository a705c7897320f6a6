import type { EventId, PlaceId, RecordId, StaffId } from '../../kernel/ids.ts';
import { invalid } from '../../kernel/problem.ts';

/** The sixteen custody and life events (settled 22); later ones join the lists below and nothing else. */
export const custodyKinds = [
  'captured',
  'reported_held',
  'seen',
  'witnessed',
  'listed',
  'notified',
  'confirmed',
  'visited',
  'released',
  'exchanged',
  'escaped',
  'repatriated',
] as const;
export const lifeKinds = [
  'proof_of_life',
  'reported_dead',
  'confirmed_dead',
  'identified',
] as const;
export const eventKinds = [...custodyKinds, ...lifeKinds] as const;
export type EventKind = (typeof eventKinds)[number];

/** Reliability of the speaker A-F and of what is said 1-6; `A1` is the best. */
export type Grade = string & { readonly __grade: true };

/** Something that happened to a person, as one record tells it; never overwritten. */
export interface PersonEvent {
  readonly id: EventId;
  readonly recordId: RecordId;
  readonly kind: EventKind;
  /** Days between which it happened; null where the source does not say. */
  readonly occurredFrom: string | null;
  readonly occurredTo: string | null;
  readonly knownAt: Date;
  readonly grade: Grade;
  readonly placeId: PlaceId | null;
  readonly recordedBy: StaffId | null;
  /** The earlier event that this one puts right; the earlier one stays and no longer counts. */
  readonly correctsId: EventId | null;
}

const gradeShape = /^[A-F][1-6]$/;

export function parseGrade(text: string): Grade | null {
  return gradeShape.test(text) ? (text as Grade) : null; // Shape checked.
}

/** Positive when the first grade is better. */
export function compareGrades(one: Grade, other: Grade): number {
  return other.localeCompare(one);
}

/** Refuses an interval that ends before it begins; ISO days compare as text. */
export function requireOrder(event: Pick<PersonEvent, 'occurredFrom' | 'occurredTo'>): void {
  const { occurredFrom: from, occurredTo: to } = event;
  if (from === null || to === null || from <= to) return;
  throw invalid('event.dates_reversed', 'occurredTo', 'The last day is before the first.');
}
