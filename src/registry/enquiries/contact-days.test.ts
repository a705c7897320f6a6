import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contactDates,
  contactTime,
  eraseAfter,
  nextContactOn,
  readableFrom,
  waitsOf,
} from './contact-days.ts';

const dayMs = 86_400_000;
const anyTime = fc.date({
  min: new Date('2024-01-01T00:00:00Z'),
  max: new Date('2030-12-31T23:59:59Z'),
  noInvalidDate: true,
});

interface Found {
  readonly filedAt: Date;
  /** When the desk found a match, or null. */
  readonly matchedAt: Date | null;
}

/** 2,000 enquiries, half of them matched at a random hour within ninety days. */
function simulate(): readonly Found[] {
  return Array.from({ length: 2000 }, (_, at) => {
    const filedAt = new Date(Date.UTC(2026, 0, 1) + at * 7_919_000);
    const matchedAt =
      at % 2 ? new Date(filedAt.getTime() + ((at * 104_729) % 7_776_000) * 1000) : null;
    return { filedAt, matchedAt };
  });
}

type Schedule = (found: Found) => readonly string[];

function ninetyDays(filedAt: Date): Date {
  return new Date(filedAt.getTime() + 90 * dayMs);
}

/** Contacts of matched enquiries that an unmatched one filed at that moment would not have. */
function differing(schedule: Schedule): number {
  return simulate().filter((found) => {
    const control = schedule({ ...found, matchedAt: null });
    return schedule(found).join() !== control.join();
  }).length;
}

const contactsOf: Schedule = ({ filedAt }) =>
  contactDates(filedAt, null, ninetyDays(filedAt)).map(({ on }) => on);

describe('contacts before kinship is proven (S-03)', () => {
  it('are the same for matched and unmatched: 0 of 2,000 differ', () => {
    expect(differing(contactsOf)).toBe(0);
  });

  it('would differ if a match were told at once (negative control)', () => {
    const immediate: Schedule = (found) =>
      found.matchedAt ? [...contactsOf(found), found.matchedAt.toISOString()] : contactsOf(found);
    expect(differing(immediate)).toBe(1000);
  });

  it('come on day 1, 14 and 30 and on no other', () => {
    const filedAt = new Date('2026-03-02T23:59:00Z');
    expect(contactDates(filedAt, null, ninetyDays(filedAt))).toEqual([
      { on: '2026-03-03', kind: 'first' },
      { on: '2026-03-16', kind: 'second' },
      { on: '2026-04-01', kind: 'erasure' },
    ]);
  });

  it('depend on the day of filing, not on its hour', () => {
    fc.assert(
      fc.property(anyTime, (filedAt) => {
        const midnight = new Date(`${filedAt.toISOString().slice(0, 10)}T00:00:00Z`);
        const until = new Date(midnight.getTime() + 100 * dayMs);
        expect(contactDates(filedAt, null, until)).toEqual(contactDates(midnight, null, until));
      }),
    );
  });

  it('are announced and then made: the next one is later than now and never more than a month off', () => {
    fc.assert(
      fc.property(anyTime, fc.integer({ min: 0, max: 400 * dayMs }), (filedAt, passed) => {
        const now = new Date(filedAt.getTime() + passed);
        const next = contactTime(nextContactOn(filedAt, now)).getTime();
        expect(next).toBeGreaterThan(now.getTime());
        expect(next - now.getTime()).toBeLessThanOrEqual(31 * dayMs);
      }),
    );
  });

  it('are announced alike whether or not identity is proven', () => {
    const filedAt = new Date('2026-03-02T09:00:00Z');
    const afterThree = new Date('2026-04-10T00:00:00Z');
    const monthly = contactDates(filedAt, afterThree, new Date('2026-05-02T00:00:00Z')).at(-1);
    expect(monthly).toEqual({ on: nextContactOn(filedAt, afterThree), kind: 'monthly' });
  });

  it('bring the words of the desk too, at whatever hour they were written', () => {
    const filedAt = new Date('2026-03-02T09:00:00Z');
    const written = ['2026-03-03T06:00:01Z', '2026-03-09T12:00:00Z', '2026-03-16T05:59:59Z'];
    const readable = written.map((at) => readableFrom(new Date(at), filedAt).toISOString());
    expect(new Set(readable)).toEqual(new Set(['2026-03-16T06:00:00.000Z']));
  });
});

describe('erasure of a filing whose identity is not proven', () => {
  const filedAt = new Date('2026-03-02T09:00:00Z');
  const at = (day: number) => new Date(filedAt.getTime() + day * dayMs);

  it('waits while the family waits for the desk', () => {
    expect(eraseAfter(filedAt, waitsOf([at(29)], []))).toBeNull();
  });

  it('does not count the days that the desk took', () => {
    const due = eraseAfter(filedAt, []);
    const later = eraseAfter(filedAt, waitsOf([at(3), at(5)], [at(8)]));
    expect(due).toEqual(new Date('2026-04-01T06:00:00Z'));
    expect(later).toEqual(new Date((due?.getTime() ?? 0) + 5 * dayMs));
  });

  it('counts a wait once however many papers came in it', () => {
    expect(waitsOf([at(4), at(3), at(5)], [at(6)])).toEqual([{ from: at(3), to: at(6) }]);
  });
});
