import type { EventId, RecordId } from '../../kernel/ids.ts';
import { compareGrades, type EventKind, type Grade, type KnownEvent } from './event.ts';

/** The kind of the event that custody is based on. */
export type CustodyStep = 'unknown' | EventKind;

/** The kind of the death that life is based on, or the presumption without one. */
export type LifeStep = 'presumed_alive' | EventKind;

export interface Basis {
  readonly eventId: EventId;
  readonly kind: EventKind;
  readonly grade: Grade;
  /** The record that states it, and its day; null if no source gives one. */
  readonly recordId: RecordId;
  readonly at: string | null;
}

export interface Axis<Step> {
  readonly step: Step;
  /** The day of its basis, ISO; null if no source gives one. */
  readonly at: string | null;
  readonly basis: Basis | null;
  /** Events that cannot be true together with the basis. */
  readonly contradictions: readonly Basis[];
}

/** What we hold to be true of one person at one time: two axes, never one. */
export interface Standing {
  readonly custody: Axis<CustodyStep>;
  readonly life: Axis<LifeStep>;
  readonly asOf: Date;
}

/**
 * Standing as a pure function of a person's events, as far as they were known at `asOf`. It can be
 * recomputed at any time and for any day. Rank alone resolves nothing: what cannot be true together
 * is kept as a contradiction, so that a buried man who phones home is possible.
 */
export function standing(events: readonly KnownEvent[], asOf: Date): Standing {
  const corrected = new Set(
    events.filter((event) => event.knownAt <= asOf).flatMap((event) => event.correctsId ?? []),
  );
  const counting = events.filter((event) => event.knownAt <= asOf && !corrected.has(event.id));
  return { custody: custodyOf(counting), life: lifeOf(counting), asOf };
}

function custodyOf(events: readonly KnownEvent[]): Axis<CustodyStep> {
  const held = pickStrongest(events, 'evidence');
  const ending = pickLatest(events.filter((event) => event.effect === 'ending'));
  if (!held && !ending) return { step: 'unknown', at: null, basis: null, contradictions: [] };
  if (!ending) return axis(held, []);
  // Held again after the end: recaptured, or one of the two sources is wrong.
  const after = events.filter(
    (event) => event.effect === 'evidence' && firstDay(event) > lastDay(ending),
  );
  if (after.length === 0) return axis(ending, []);
  const recaptured = events.some(
    (event) => event.effect === 'capture' && firstDay(event) >= lastDay(ending),
  );
  return axis(pickStrongest(after, 'evidence'), recaptured ? [] : [ending]);
}

function lifeOf(events: readonly KnownEvent[]): Axis<LifeStep> {
  const dead = pickStrongest(events, 'death');
  const alive = pickLatest(events.filter((event) => event.showsLife));
  if (!dead && !alive) return { step: 'presumed_alive', at: null, basis: null, contradictions: [] };
  if (!dead) return lifeAxis(alive, 'proof_of_life', []);
  if (!alive || lastDay(alive) < firstDay(dead)) return lifeAxis(dead, null, []);
  // Alive after the day of death: the sign of life comes first, and the death is kept beside it.
  const against = events.filter((event) => event.effect === 'death');
  return lifeAxis(alive, 'proof_of_life', against);
}

function axis(event: KnownEvent | null, against: readonly KnownEvent[]): Axis<CustodyStep> {
  if (!event) return { step: 'unknown', at: null, basis: null, contradictions: [] };
  return {
    step: event.kind,
    at: event.occurredTo ?? event.occurredFrom,
    basis: basisOf(event),
    contradictions: against.map(basisOf),
  };
}

function lifeAxis(
  event: KnownEvent | null,
  step: LifeStep | null,
  against: readonly KnownEvent[],
): Axis<LifeStep> {
  if (!event) return { step: 'presumed_alive', at: null, basis: null, contradictions: [] };
  return {
    step: step ?? event.kind,
    at: event.occurredTo ?? event.occurredFrom,
    basis: basisOf(event),
    contradictions: against.map(basisOf),
  };
}

function basisOf(event: KnownEvent): Basis {
  const { id: eventId, kind, grade, recordId } = event;
  return { eventId, kind, grade, recordId, at: event.occurredTo ?? event.occurredFrom };
}

/** The highest rank; among equals the best grade, then the latest day. */
function pickStrongest(
  events: readonly KnownEvent[],
  effect: 'evidence' | 'death',
): KnownEvent | null {
  const ordered = events
    .filter((event) => event.effect === effect)
    .sort(
      (one, other) =>
        other.rank - one.rank ||
        -compareGrades(one.grade, other.grade) ||
        lastDay(other).localeCompare(lastDay(one)) ||
        one.id.localeCompare(other.id),
    );
  return ordered[0] ?? null;
}

function pickLatest(events: readonly KnownEvent[]): KnownEvent | null {
  const ordered = [...events].sort(
    (one, other) =>
      lastDay(other).localeCompare(lastDay(one)) ||
      -compareGrades(one.grade, other.grade) ||
      one.id.localeCompare(other.id),
  );
  return ordered[0] ?? null;
}

/** An undated event happened at the latest when it became known. */
function firstDay(event: KnownEvent): string {
  return event.occurredFrom ?? event.occurredTo ?? event.knownAt.toISOString().slice(0, 10);
}

function lastDay(event: KnownEvent): string {
  return event.occurredTo ?? event.occurredFrom ?? event.knownAt.toISOString().slice(0, 10);
}
