import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventId, RecordId } from '../../kernel/ids.ts';
import type { EventKind, Grade, KnownEvent } from './event.ts';
import { eventKinds } from './event-kinds.ts';
import { standing } from './standing.ts';

const later = new Date('2026-01-01T00:00:00Z');

function event(kind: EventKind, day: string | null, more: Partial<KnownEvent> = {}): KnownEvent {
  const meaning = eventKinds.find((each) => each.kind === kind);
  if (!meaning) throw new Error('an undeclared kind');
  return {
    ...meaning,
    id: `${kind}|${day}|${more.grade ?? ''}` as EventId,
    recordId: 'r' as RecordId,
    kind,
    occurredFrom: day,
    occurredTo: day,
    knownAt: new Date(`${day ?? '2024-06-01'}T12:00:00Z`),
    grade: 'C3' as Grade,
    placeId: null,
    recordedBy: null,
    correctsId: null,
    ...more,
  };
}

describe('standing', () => {
  it('knows nothing of a person without events and presumes life', () => {
    const found = standing([], later);
    expect(found.custody.step).toBe('unknown');
    expect(found.life.step).toBe('presumed_alive');
  });

  it('rests on the strongest evidence, not on the newest', () => {
    const found = standing([event('listed', '2023-01-01'), event('seen', '2023-05-01')], later);
    expect(found.custody.step).toBe('listed');
    expect(found.custody.at).toBe('2023-01-01');
  });

  it('prefers the better graded of two equal steps', () => {
    const weak = event('listed', '2023-05-01', { grade: 'E5' as Grade });
    const good = event('listed', '2023-01-01', { grade: 'A1' as Grade });
    expect(standing([weak, good], later).custody.basis?.grade).toBe('A1');
  });

  it('lets a buried man phone home, and keeps the burial beside it', () => {
    const found = standing(
      [event('identified', '2023-03-01'), event('proof_of_life', '2023-09-01')],
      later,
    );
    expect(found.life.step).toBe('proof_of_life');
    expect(found.life.contradictions.map((basis) => basis.kind)).toEqual(['identified']);
  });

  it('takes a death after the last sign of life as it is told', () => {
    const found = standing(
      [event('proof_of_life', '2023-01-01'), event('reported_dead', '2023-09-01')],
      later,
    );
    expect(found.life.step).toBe('reported_dead');
    expect(found.life.contradictions).toEqual([]);
  });

  it('ends custody with an exchange and counts it as a sign of life', () => {
    const found = standing(
      [event('confirmed', '2023-01-01'), event('exchanged', '2024-01-01')],
      later,
    );
    expect(found.custody.step).toBe('exchanged');
    expect(found.life.step).toBe('proof_of_life');
  });

  it('shows a contradiction when somebody sent home is said to be held afterwards', () => {
    const events = [event('exchanged', '2024-01-01'), event('seen', '2024-03-01')];
    const found = standing(events, later);
    expect(found.custody.step).toBe('seen');
    expect(found.custody.contradictions.map((basis) => basis.kind)).toEqual(['exchanged']);
    const again = standing([...events, event('captured', '2024-02-01')], later);
    expect(again.custody.contradictions).toEqual([]);
  });

  it('answers as of any day from what was known on that day', () => {
    const events = [event('listed', '2023-01-01'), event('exchanged', '2024-01-01')];
    expect(standing(events, new Date('2023-06-01')).custody.step).toBe('listed');
    expect(standing(events, new Date('2022-06-01')).custody.step).toBe('unknown');
  });

  it('does not count what was put right later', () => {
    const wrong = event('confirmed_dead', '2023-01-01');
    const right = event('seen', '2023-02-01', { correctsId: wrong.id });
    expect(standing([wrong, right], later).life.step).toBe('presumed_alive');
    expect(standing([wrong, right], new Date('2023-01-15')).life.step).toBe('confirmed_dead');
  });

  it('does not depend on the order in which events arrive', () => {
    const anyEvent = fc.record({
      kind: fc.constantFrom(...eventKinds.map((each) => each.kind)),
      day: fc.integer({ min: 1, max: 28 }),
      grade: fc.constantFrom('A1', 'B2', 'F6'),
    });
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 8 }), fc.nat(), (drawn, seed) => {
        const events = drawn.map(({ kind, day, grade }, at) =>
          event(kind, `2023-01-${String(day).padStart(2, '0')}`, {
            id: `e${at}` as EventId,
            grade: grade as Grade,
          }),
        );
        const turned = [...events].sort(
          (one, other) =>
            ((Number(one.id.slice(1)) * 7 + seed) % 5) -
            ((Number(other.id.slice(1)) * 7 + seed) % 5),
        );
        const plain = standing(events, later);
        const shuffled = standing(turned, later);
        expect(shuffled.custody.step).toBe(plain.custody.step);
        expect(shuffled.life.step).toBe(plain.life.step);
        expect(shuffled.custody.basis).toEqual(plain.custody.basis);
      }),
    );
  });
});
