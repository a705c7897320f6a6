import type { EventId, RecordId } from '../../kernel/ids.ts';
import { compareGrades, type EventKind, type Grade, type PersonEvent } from './event.ts';

export type CustodyStep =
  | 'unknown'
  | 'reported_held'
  | 'seen'
  | 'witnessed'
  | 'listed'
  | 'notified'
  | 'confirmed'
  | 'visited'
  | 'released'
  | 'exchanged'
  | 'escaped'
  | 'repatriated';

export type LifeStep =
  | 'presumed_alive'
  | 'proof_of_life'
  | 'reported_dead'
  | 'confirmed_dead'
  | 'identified';

export interface Basis {
  readonly eventId: EventId;
  readonly kind: EventKind;
  readonly grade: Grade;
  /** The record that tells it, and the day it speaks of; null when no source gives one. */
  readonly recordId: RecordId;
  readonly at: string | null;
}

export interface Axis<Step> {
  readonly step: Step;
  /** The day it rests on, ISO; null when no source gives one. */
  readonly at: string | null;
  readonly basis: Basis | null;
  /** Events that cannot be true together with the basis. */
  readonly contradictions: readonly Basis[];
}

/** What we hold to be so of one person at one time: two axes, never one. */
export interface Standing {
  readonly custody: Axis<CustodyStep>;
  readonly life: Axis<LifeStep>;
  readonly asOf: Date;
}

/** The ladder of custody evidence; a later place is stronger evidence, not a later time. */
const heldLadder = [
  'reported_held',
  'seen',
  'witnessed',
  'listed',
  'notified',
  'confirmed',
  'visited',
] as const;
const endings = ['released', 'exchanged', 'escaped', 'repatriated'] as const;
const deaths = ['reported_dead', 'confirmed_dead', 'identified'] as const;

/** Whoever was visited, let go or came home was alive on that day. */
const showsLife: ReadonlySet<EventKind> = new Set([
  'proof_of_life',
  'visited',
  'released',
  'exchanged',
  'escaped',
  'repatriated',
]);

/**
 * Standing as a pure function of a person's events, as far as they were known at `asOf`. It can be
 * worked out again at any time and for any day. Nothing is resolved by rank alone: what cannot be
 * true together is kept as a contradiction, so that a buried man who phones home is possible.
 */
export function standing(events: readonly PersonEvent[], asOf: Date): Standing {
  const corrected = new Set(
    events.filter((event) => event.knownAt <= asOf).flatMap((event) => event.correctsId ?? []),
  );
  const counting = events.filter((event) => event.knownAt <= asOf && !corrected.has(event.id));
  return { custody: custodyOf(counting), life: lifeOf(counting), asOf };
}

function custodyOf(events: readonly PersonEvent[]): Axis<CustodyStep> {
  const held = pickStrongest(events, heldLadder);
  const ending = pickLatest(events.filter((event) => isOneOf(event.kind, endings)));
  if (!held && !ending) return { step: 'unknown', at: null, basis: null, contradictions: [] };
  if (!ending) return axis(held, []);
  // Held again after the end: either recaptured, or one of the two sources is wrong.
  const after = events.filter(
    (event) => isOneOf(event.kind, heldLadder) && firstDay(event) > lastDay(ending),
  );
  if (after.length === 0) return axis(ending, []);
  const recaptured = events.some(
    (event) => event.kind === 'captured' && firstDay(event) >= lastDay(ending),
  );
  return axis(pickStrongest(after, heldLadder), recaptured ? [] : [ending]);
}

function lifeOf(events: readonly PersonEvent[]): Axis<LifeStep> {
  const dead = pickStrongest(events, deaths);
  const alive = pickLatest(events.filter((event) => showsLife.has(event.kind)));
  if (!dead && !alive) return { step: 'presumed_alive', at: null, basis: null, contradictions: [] };
  if (!dead) return lifeAxis(alive, 'proof_of_life', []);
  if (!alive || lastDay(alive) < firstDay(dead)) return lifeAxis(dead, null, []);
  // Alive after the day of death: the sign of life stands in front, the death stays beside it.
  const against = events.filter((event) => isOneOf(event.kind, deaths));
  return lifeAxis(alive, 'proof_of_life', against);
}

function axis(event: PersonEvent | null, against: readonly PersonEvent[]): Axis<CustodyStep> {
  if (!event) return { step: 'unknown', at: null, basis: null, contradictions: [] };
  return {
    step: event.kind as CustodyStep, // Only kinds of the ladder and the endings are picked.
    at: event.occurredTo ?? event.occurredFrom,
    basis: basisOf(event),
    contradictions: against.map(basisOf),
  };
}

function lifeAxis(
  event: PersonEvent | null,
  step: LifeStep | null,
  against: readonly PersonEvent[],
): Axis<LifeStep> {
  if (!event) return { step: 'presumed_alive', at: null, basis: null, contradictions: [] };
  return {
    step: step ?? (event.kind as LifeStep), // Only deaths come without a step.
    at: event.occurredTo ?? event.occurredFrom,
    basis: basisOf(event),
    contradictions: against.map(basisOf),
  };
}

function basisOf(event: PersonEvent): Basis {
  const { id: eventId, kind, grade, recordId } = event;
  return { eventId, kind, grade, recordId, at: event.occurredTo ?? event.occurredFrom };
}

/** The highest place on the ladder; within it the best grade, then the latest day. */
function pickStrongest(
  events: readonly PersonEvent[],
  ladder: readonly EventKind[],
): PersonEvent | null {
  const place = (event: PersonEvent) => ladder.indexOf(event.kind);
  const onLadder = events.filter((event) => place(event) >= 0);
  const ordered = onLadder.sort(
    (one, other) =>
      place(other) - place(one) ||
      -compareGrades(one.grade, other.grade) ||
      lastDay(other).localeCompare(lastDay(one)) ||
      one.id.localeCompare(other.id),
  );
  return ordered[0] ?? null;
}

function pickLatest(events: readonly PersonEvent[]): PersonEvent | null {
  const ordered = [...events].sort(
    (one, other) =>
      lastDay(other).localeCompare(lastDay(one)) ||
      -compareGrades(one.grade, other.grade) ||
      one.id.localeCompare(other.id),
  );
  return ordered[0] ?? null;
}

/** An undated event happened at the latest when it became known. */
function firstDay(event: PersonEvent): string {
  return event.occurredFrom ?? event.occurredTo ?? event.knownAt.toISOString().slice(0, 10);
}

function lastDay(event: PersonEvent): string {
  return event.occurredTo ?? event.occurredFrom ?? event.knownAt.toISOString().slice(0, 10);
}

function isOneOf(kind: EventKind, kinds: readonly EventKind[]): boolean {
  return kinds.includes(kind);
}
