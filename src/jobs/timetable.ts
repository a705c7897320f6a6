import { monotonicMs } from '../kernel/clock.ts';

/** Work that falls due by the clock, in UTC. */
export interface TimedWork {
  readonly name: string;
  /** How often, in minutes; without it once an hour. */
  readonly everyMinutes?: number;
  /** How many minutes after the full hour, or after each of those intervals. */
  readonly minute: number;
  /** Safe to run twice: a run that failed or was missed is made up for. */
  readonly run: () => Promise<unknown>;
}

export interface TimetableParts {
  readonly works: readonly TimedWork[];
  readonly clock: () => Date;
  /** The monotonic clock; a test brings its own. */
  readonly monotonic?: () => number;
  readonly onFailure: (name: string, error: unknown) => void;
  /** The wall clock was set: by how much, negative when it was set back. */
  readonly onJump: (byMs: number) => Promise<void>;
}

const lookEveryMs = 1_000;
/** Less than this is the slow correction that every clock gets. */
const jumpMs = 60_000;

/**
 * Runs timed work. It is not a cron inside the database: that one skips what falls due while the
 * machine is off or while its clock jumps, and stands still after a clock was set back. Here work is
 * due when the newest interval that began is not the one it was done for, so a jump in either direction
 * and every start make it run, and a failure makes it run again at the next look.
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

  /** One look at the clock: tells of a jump, then does what is due. */
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
    this.#before = now; // Only now: what a jump asks for is tried again when it failed.
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
