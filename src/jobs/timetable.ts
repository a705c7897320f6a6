import { monotonicMs } from '../kernel/clock.ts';

/** Work that is due by the clock, in UTC. */
export interface TimedWork {
  readonly name: string;
  /** The interval in minutes; once an hour by default. */
  readonly everyMinutes?: number;
  /** Minutes after the full hour, or after the start of each interval. */
  readonly minute: number;
  /** Safe to run twice: a run that failed or was missed is made up for. */
  readonly run: () => Promise<unknown>;
}

export interface TimetableParts {
  readonly works: readonly TimedWork[];
  readonly clock: () => Date;
  /** The monotonic clock; tests pass their own. */
  readonly monotonic?: () => number;
  readonly onFailure: (name: string, error: unknown) => void;
  /** The wall clock was set: by how much, negative if it was set back. */
  readonly onJump: (byMs: number) => Promise<void>;
}

const lookEveryMs = 1_000;
/** Less than this is the gradual correction that every clock gets. */
const jumpMs = 60_000;

/**
 * Runs timed work. A cron in the database would skip what is due while the machine is off or its
 * clock jumps, and would stop after the clock is set back. Here work is due if the latest interval
 * that began is not the one it ran for. So a jump in either direction and every start make it run,
 * and a failure makes it run again at the next check.
 */
export class Timetable {
  readonly #parts: TimetableParts;
  readonly #doneFor = new Map<string, number>();
  #before: { readonly wallMs: number; readonly monotonicMs: number } | null = null;
  #stopping = false;
  #running: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;

  constructor(parts: TimetableParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running = this.#repeat();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake();
    await this.#running;
  }

  /** One check of the clock: reports a jump, then runs what is due. */
  async look(): Promise<void> {
    try {
      await this.#noticeJump();
    } catch (error) {
      this.#parts.onFailure('clock', error);
    }
    for (const work of this.#parts.works) {
      if (this.#stopping) return;
      const everyMs = (work.everyMinutes ?? 60) * 60_000;
      const interval = Math.floor((this.#parts.clock().getTime() - work.minute * 60_000) / everyMs);
      if (this.#doneFor.get(work.name) === interval) continue;
      try {
        await work.run();
        this.#doneFor.set(work.name, interval);
      } catch (error) {
        this.#parts.onFailure(work.name, error);
      }
    }
  }

  async #noticeJump(): Promise<void> {
    const now = {
      wallMs: this.#parts.clock().getTime(),
      monotonicMs: (this.#parts.monotonic ?? monotonicMs)(),
    };
    const { wallMs, monotonicMs: steadyMs } = this.#before ?? now;
    const byMs = now.wallMs - wallMs - (now.monotonicMs - steadyMs);
    if (Math.abs(byMs) > jumpMs) await this.#parts.onJump(byMs);
    this.#before = now; // Only now: the reaction to a jump is retried if it failed.
  }

  async #repeat(): Promise<void> {
    while (!this.#stopping) {
      await this.look();
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, lookEveryMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
