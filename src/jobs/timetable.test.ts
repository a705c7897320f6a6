import { describe, expect, it } from 'vitest';
import { Timetable } from './timetable.ts';

const hour = 3_600_000;

function started(at: string) {
  const time = { wall: new Date(at).getTime(), monotonic: 0 };
  const runs: string[] = [];
  const jumps: number[] = [];
  const failures: string[] = [];
  const state = { fails: false };
  const timetable = new Timetable({
    clock: () => new Date(time.wall),
    monotonic: () => time.monotonic,
    works: [
      {
        name: 'work',
        minute: 5,
        run: async () => {
          if (state.fails) throw new Error('the database is away');
          runs.push(new Date(time.wall).toISOString().slice(0, 16));
        },
      },
    ],
    onFailure: (name) => failures.push(name),
    onJump: async (byMs) => void jumps.push(byMs),
  });
  const pass = async (ms: number) => {
    time.wall += ms;
    time.monotonic += ms;
    await timetable.look();
  };
  const jump = async (ms: number) => {
    time.wall += ms;
    await timetable.look();
  };
  return { timetable, runs, jumps, failures, state, pass, jump };
}

describe('the timetable of the worker', () => {
  it('runs at the start, and then once in each hour at its minute', async () => {
    const { timetable, runs, pass, jumps } = started('2028-02-29T22:30:00Z');
    await timetable.look();
    for (let minute = 0; minute < 180; minute += 1) await pass(60_000);
    expect(runs).toEqual([
      '2028-02-29T22:30',
      '2028-02-29T23:05',
      '2028-03-01T00:05',
      '2028-03-01T01:05',
    ]);
    expect(jumps).toEqual([]);
  });

  it.each([
    ['a day ahead', 24 * hour],
    ['95 days ahead', 95 * 24 * hour],
    ['an hour back', -hour],
    ['two years back', -730 * 24 * hour],
  ])('runs at once after a jump %s, and in every hour after it', async (_what, by) => {
    const { timetable, runs, jumps, pass, jump } = started('2027-06-01T12:30:00Z');
    await timetable.look();
    await jump(by);
    expect(jumps).toEqual([by]);
    expect(runs).toHaveLength(2);
    for (let minute = 0; minute < 120; minute += 1) await pass(60_000);
    expect(runs).toHaveLength(4);
    expect(jumps).toEqual([by]);
  });

  it('runs again at the next look after a failure', async () => {
    const { timetable, runs, failures, state, pass } = started('2027-06-01T12:30:00Z');
    state.fails = true;
    await timetable.look();
    await pass(5_000);
    expect([runs.length, failures]).toEqual([0, ['work', 'work']]);
    state.fails = false;
    await pass(5_000);
    await pass(5_000);
    expect(runs).toHaveLength(1);
  });
});
