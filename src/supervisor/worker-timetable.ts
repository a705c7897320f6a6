import { insertAlert, insertLastingAlert } from '../access/queries.ts';
import { type Context, rowContextOf } from '../audit/context.ts';
import { inTransaction } from '../db/transaction.ts';
import { releaseFutureJobs } from '../jobs/queries.ts';
import { Timetable } from '../jobs/timetable.ts';
import { monotonicMs } from '../kernel/clock.ts';
import type { Declared } from '../registry/module.ts';
import { newId } from '../vault/random.ts';
import { logEvent } from './log-event.ts';

const hourMs = 3_600_000;
/** A clock is corrected by seconds; a larger correction needs attention. */
const alarmingMs = 10 * 60_000;
/**
 * Further ahead than a machine sleeps overnight: the clock may be wrong, and an erasure cannot be
 * undone.
 */
const doubtfulMs = 36 * hourMs;
const doubtForMs = 24 * hourMs;

interface Moment {
  /** The context of the system. */
  readonly now: () => Context;
  /** What the modules declare for the timetable. */
  readonly declared: Pick<Declared, 'timedJobs' | 'resumes' | 'afterClockSetBack'>;
  /** The monotonic clock; tests pass their own. */
  readonly monotonic?: () => number;
}

/** The worker's hourly work, and its corrections after the clock was set. */
export function workerTimetable({ now, declared, monotonic = monotonicMs }: Moment): Timetable {
  let doubtedUntil = Number.NEGATIVE_INFINITY;
  // Lost with the process: a restart, by the operator or after a fault, ends the wait.
  const isDoubted = () => monotonic() < doubtedUntil;
  return new Timetable({
    works: declared.timedJobs.map(({ run, erases, ...job }) => ({
      ...job,
      run: async () => (erases && isDoubted() ? undefined : run(now())),
    })),
    clock: () => now().now,
    monotonic,
    onFailure: (call, error) => logEvent('job.failed', { call, error }),
    onJump: async (byMs) => {
      logEvent('clock.jumped', { ms: Math.round(byMs) });
      if (byMs > doubtfulMs) doubtedUntil = monotonic() + doubtForMs;
      await putRight(now(), byMs, declared);
    },
  });
}

async function putRight(
  ctx: Context,
  byMs: number,
  { resumes, afterClockSetBack }: Moment['declared'],
): Promise<void> {
  const { officeId } = ctx.actor;
  await inTransaction(ctx.db, rowContextOf(ctx.actor), async (tx) => {
    await releaseFutureJobs(tx);
    if (Math.abs(byMs) < alarmingMs) return;
    await insertAlert(tx, {
      id: newId<'alert'>(),
      officeId,
      kind: 'clock_jumped',
      objectId: officeId,
      raisedAt: ctx.now,
    });
  });
  if (byMs < 0) for (const reset of afterClockSetBack) await reset(ctx);
  for (const resume of resumes) await resume(ctx);
}

/** Shows at the desk that the disk is nearly full, until a person has seen it. */
export async function alertOfDisk(ctx: Context): Promise<void> {
  const { officeId } = ctx.actor;
  await inTransaction(ctx.db, rowContextOf(ctx.actor), (tx) =>
    insertLastingAlert(tx, {
      id: newId<'alert'>(),
      officeId,
      kind: 'disk_low',
      objectId: officeId,
      raisedAt: ctx.now,
    }),
  );
}
