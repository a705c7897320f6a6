import type { z } from 'zod';
import type { Context } from '../audit/context.ts';

/**
 * A kind of job. Its payload holds only ids, since many processes and people can read queues
 * (R-121).
 */
export interface Job<Payload> {
  readonly name: string;
  readonly payload: z.ZodType<Payload>;
  readonly retries: number;
  readonly expireMinutes: number;
}

/**
 * Declares a job, so that it can be enqueued. Its handler is declared where the work can be done.
 */
export function defineJob<Payload>(job: Job<Payload>): Job<Payload> {
  return job;
}

/** A job with its handler, which must be safe to run twice. */
export interface JobHandler extends Omit<Job<unknown>, 'payload'> {
  /** Parses the payload again: data from a queue is checked like any other input. */
  readonly run: (ctx: Context, payload: unknown) => Promise<unknown>;
}

/** Joins a job with its handler. */
export function jobHandler<Payload>(
  job: Job<Payload>,
  run: (ctx: Context, payload: Payload) => Promise<unknown>,
): JobHandler {
  const { payload: shape, ...rest } = job;
  return { ...rest, run: async (ctx, payload) => run(ctx, shape.parse(payload)) };
}

/** Work that is due by the clock, in UTC. Safe to run twice: a missed run is made up for. */
export interface TimedJob {
  readonly name: string;
  /** The interval in minutes; once an hour by default. */
  readonly everyMinutes?: number;
  /** Minutes after the full hour, or after the start of each interval. */
  readonly minute: number;
  /** Deletes what is due by the clock: it waits while the clock may be wrong. */
  readonly erases?: true;
  readonly run: (ctx: Context) => Promise<unknown>;
}
