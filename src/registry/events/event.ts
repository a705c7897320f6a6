import type { EventId, PlaceId, RecordId, StaffId } from '../../kernel/ids.ts';
import { invalid } from '../../kernel/problem.ts';
import type { EventKindDeclaration } from '../module.ts';

/**
 * Kinds of events by name. A module that adds one augments this interface and declares the kind.
 */
export interface EventKindNames {
  captured: true;
  reported_held: true;
  seen: true;
  witnessed: true;
  listed: true;
  notified: true;
  confirmed: true;
  visited: true;
  released: true;
  exchanged: true;
  escaped: true;
  repatriated: true;
  proof_of_life: true;
  reported_dead: true;
  confirmed_dead: true;
  identified: true;
}
export type EventKind = keyof EventKindNames;

/** How an event's kind moves standing, as its module declares it. */
export type EventMeaning = Pick<EventKindDeclaration, 'axis' | 'effect' | 'rank' | 'showsLife'>;

/** Reliability of the source A-F and credibility of the statement 1-6; `A1` is the best. */
export type Grade = string & { readonly __grade: true };

/** Something that happened to a person, as one record says; never overwritten. */
export interface PersonEvent {
  readonly id: EventId;
  readonly recordId: RecordId;
  readonly kind: EventKind;
  /** The days between which it happened; null if the source does not say. */
  readonly occurredFrom: string | null;
  readonly occurredTo: string | null;
  readonly knownAt: Date;
  readonly grade: Grade;
  readonly placeId: PlaceId | null;
  readonly recordedBy: StaffId | null;
  /** The earlier event that this one corrects; the earlier one is kept and no longer counts. */
  readonly correctsId: EventId | null;
}

/** An event with the meaning of its kind for standing. */
export type KnownEvent = PersonEvent & EventMeaning;

const gradeShape = /^[A-F][1-6]$/;

export function parseGrade(text: string): Grade | null {
  return gradeShape.test(text) ? (text as Grade) : null; // Shape checked.
}

/** Positive if the first grade is better. */
export function compareGrades(one: Grade, other: Grade): number {
  return other.localeCompare(one);
}

/** Refuses an interval that ends before it begins; ISO days compare as text. */
export function requireOrder(event: Pick<PersonEvent, 'occurredFrom' | 'occurredTo'>): void {
  const { occurredFrom: from, occurredTo: to } = event;
  if (from === null || to === null || from <= to) return;
  throw invalid('event.dates_reversed', 'occurredTo', 'The last day is before the first.');
}
