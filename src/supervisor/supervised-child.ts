import type { ChildProcess } from 'node:child_process';
import { unavailableExitCode } from './exit-code.ts';
import { heartbeatEveryMs, type Order, readReport, type Vitals } from './heartbeat.ts';

/** Time limits of a process, and the delays between its restarts. */
export interface ChildLimits {
  /** From launch to ready; after that it is killed and restarted. */
  readonly readyWithinMs: number;
  /** Without a heartbeat for this long it counts as not responding. */
  readonly silentAfterMs: number;
  /** Without a heartbeat for this long it is killed and restarted. */
  readonly hungAfterMs: number;
  /** Delays between restarts double from the first to the longest. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** The longest delay after an exit because a dependency was away, such as a recovering database. */
  readonly unavailableWaitMs: number;
  /** After this long in the ready state, the delays start from the first again. */
  readonly healthyAfterMs: number;
  /** How long it may take to stop when told to. */
  readonly drainWithinMs: number;
}

export const usualLimits: ChildLimits = {
  readyWithinMs: 60_000,
  silentAfterMs: 5_000,
  hungAfterMs: 90_000,
  firstWaitMs: 300,
  longestWaitMs: 30_000,
  unavailableWaitMs: 1_000,
  healthyAfterMs: 15_000,
  drainWithinMs: 10_000,
};

/**
 * `waiting` is between two restarts; `silent` runs without a heartbeat, for example when frozen.
 */
export type ChildState = 'starting' | 'answering' | 'silent' | 'waiting' | 'stopped';

export interface Supervision {
  readonly name: string;
  readonly fork: () => ChildProcess;
  readonly limits: ChildLimits;
  /** Called with fixed words and numbers, for the log. */
  readonly onEvent: (event: string, fields: Readonly<Record<string, string | number>>) => void;
}

const startTriesMax = 3;

/** One process: launched, monitored, killed when it hangs, restarted with growing delays. */
export class SupervisedChild {
  readonly #parts: Supervision;
  #child: ChildProcess | null = null;
  #isWanted = false;
  #readyAt: number | null = null;
  #launchedAt = 0;
  #heardAt = 0;
  #tickedAt = 0;
  #failures = 0;
  #restarts = 0;
  #wasReady = false;
  #vitals: Vitals | null = null;
  #order: Order | null = null;
  #retry: NodeJS.Timeout | null = null;
  #watch: NodeJS.Timeout | null = null;
  #starting: { resolve: () => void; reject: (error: Error) => void } | null = null;

  constructor(parts: Supervision) {
    this.#parts = parts;
  }

  /**
   * Launches it. Resolves when it is first ready and rejects after three failed attempts. In both
   * cases it is kept running until `stop`.
   */
  start(): Promise<void> {
    this.#isWanted = true;
    this.#tickedAt = performance.now();
    this.#watch = setInterval(() => this.#tick(), heartbeatEveryMs);
    return new Promise((resolve, reject) => {
      this.#starting = { resolve, reject };
      this.#launch();
    });
  }

  async stop(): Promise<void> {
    this.#isWanted = false;
    if (this.#retry) clearTimeout(this.#retry);
    if (this.#watch) clearInterval(this.#watch);
    this.#settleStart(new Error(`The process ${this.#parts.name} was stopped.`));
    const child = this.#child;
    if (!child || isGone(child)) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), this.#parts.limits.drainWithinMs);
    await gone;
    clearTimeout(timer);
  }

  /** Sends the process a message now, and again after each restart. */
  tell(order: Order): void {
    this.#order = order;
    this.#send();
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** The state with the latest heartbeat; `vitals` belong to the process that runs now. */
  measure() {
    const ageMs = this.#child ? Math.round(performance.now() - this.#heardAt) : null;
    const { name } = this.#parts;
    return {
      name,
      state: this.#state(ageMs),
      heartbeatAgeMs: ageMs,
      restarts: this.#restarts,
      vitals: this.#vitals,
    };
  }

  #state(ageMs: number | null): ChildState {
    if (!this.#isWanted) return 'stopped';
    if (ageMs === null) return 'waiting';
    if (ageMs > this.#parts.limits.silentAfterMs) return 'silent';
    return this.#readyAt === null ? 'starting' : 'answering';
  }

  #launch(): void {
    this.#retry = null;
    if (!this.#isWanted) return;
    const child = this.#parts.fork();
    const now = performance.now();
    this.#child = child;
    this.#launchedAt = now;
    this.#heardAt = now;
    this.#readyAt = null;
    this.#vitals = null;
    child.on('message', (message) => this.#hear(child, message));
    child.once('exit', (code, signal) => this.#ended(child, signal ?? String(code)));
    // Without a pid nothing was launched and no exit follows; other errors end in an exit.
    child.on('error', () => child.pid === undefined && this.#ended(child, 'not launched'));
    this.#send();
  }

  #hear(child: ChildProcess, message: unknown): void {
    const read = readReport(message);
    if (!read || child !== this.#child) return;
    this.#heardAt = performance.now();
    if (read.heartbeat) this.#vitals = read.heartbeat;
    if (read.ready) {
      this.#readyAt = this.#heardAt;
      this.#wasReady = true;
      this.#settleStart(null);
    }
  }

  #send(): void {
    if (!this.#order || !this.#child?.connected) return;
    this.#child.send(this.#order, () => undefined); // A process that has just ended needs no signal.
  }

  /** Kills a process that is not ready in time or hangs. */
  #tick(): void {
    const now = performance.now();
    // After a pause of the supervisor itself (a suspended machine), its processes are not at fault.
    const lateMs = Math.max(0, now - this.#tickedAt - 2 * heartbeatEveryMs);
    this.#tickedAt = now;
    this.#heardAt = Math.min(now, this.#heardAt + lateMs);
    this.#launchedAt = Math.min(now, this.#launchedAt + lateMs);
    const child = this.#child;
    if (!child || !this.#isWanted) return;
    const { readyWithinMs, hungAfterMs } = this.#parts.limits;
    const isLate = this.#readyAt === null && now - this.#launchedAt > readyWithinMs;
    const isHung = now - this.#heardAt > hungAfterMs;
    if (!isLate && !isHung) return;
    this.#log('process.killed', { state: isLate ? 'not ready' : 'hung' });
    child.kill('SIGKILL');
  }

  #ended(child: ChildProcess, code: string): void {
    if (child !== this.#child) return;
    this.#child = null;
    this.#vitals = null;
    if (!this.#isWanted) return;
    const { firstWaitMs, longestWaitMs, healthyAfterMs } = this.#parts.limits;
    const healthyMs = this.#readyAt === null ? 0 : performance.now() - this.#readyAt;
    if (healthyMs >= healthyAfterMs) this.#failures = 0;
    const isAway = code === String(unavailableExitCode);
    const { unavailableWaitMs } = this.#parts.limits;
    const longestMs = isAway ? unavailableWaitMs : longestWaitMs;
    const waitMs = Math.min(firstWaitMs * 2 ** Math.min(this.#failures, 20), longestMs);
    if (!isAway) this.#failures += 1;
    this.#restarts += 1;
    this.#log('process.ended', { code, ms: waitMs });
    if (!this.#wasReady && this.#failures >= startTriesMax) {
      this.#settleStart(new Error(`The process ${this.#parts.name} does not start.`));
    }
    this.#retry = setTimeout(() => this.#launch(), waitMs);
  }

  #settleStart(error: Error | null): void {
    if (error) this.#starting?.reject(error);
    else this.#starting?.resolve();
    this.#starting = null;
  }

  #log(event: string, fields: Readonly<Record<string, string | number>>): void {
    this.#parts.onEvent(event, { process: this.#parts.name, ...fields });
  }
}

/** A child that was ended by a signal has no exit code. */
function isGone(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}
