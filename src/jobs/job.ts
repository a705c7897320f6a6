import type { z } from 'zod';
import type { Context } from '../audit/context.ts';

/** A kind of job: its payload holds ids only, since queues are read by many eyes. */
export interface Job<Payload> {
  readonly name: string;
  readonly payload: z.ZodType<Payload>;
  readonly retries: number;
  readonly expireMinutes: number;
}

/** Declares a job, so that it can be enqueued. Its handler is declared where the work can be done. */
export function defineJob<Payload>(job: Job<Payload>): Job<Payload> {
  return job;
}

/** A job with its handler, which must be safe to run twice. */
export interface JobHandler extends Omit<Job<unknown>, 'payload'> {
  /** Parses the payload again: what a queue gives back is checked like any other input. */
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

/** Work that falls due by the clock, in UTC. Safe to run twice: a missed run is made up for. */
export interface TimedJob {
  readonly name: string;
  /** How often, in minutes; without it once an hour. */
  readonly everyMinutes?: number;
  /** How many minutes after the full hour, or after each of those intervals. */
  readonly minute: number;
  /** Deletes what is due by the clock: it waits while the clock may be wrong. */
  readonly erases?: true;
  readonly run: (ctx: Context) => Promise<unknown>;
}
