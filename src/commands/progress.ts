import { performance } from 'node:perf_hooks';

const everyMs = 10_000;
const everyMsOnTerminal = 200;

/**
 * The progress of a long run: rows per second, the share done and the remaining time, on one line.
 */
export class Progress {
  readonly #stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly #total: number;
  readonly #startedAt = performance.now();
  readonly #startedWith: number;
  #saidAt = this.#startedAt;

  /** `done` rows were done by an earlier run. */
  constructor(
    stderr: NodeJS.WritableStream & { readonly isTTY?: boolean },
    { total, done }: { readonly total: number; readonly done: number },
  ) {
    this.#stderr = stderr;
    this.#total = total;
    this.#startedWith = done;
  }

  /** May be called often; prints from time to time. */
  tell(done: number): void {
    const now = performance.now();
    if (now - this.#saidAt < (this.#stderr.isTTY ? everyMsOnTerminal : everyMs)) return;
    this.#saidAt = now;
    const line = this.#line(done, now);
    this.#stderr.write(this.#stderr.isTTY ? `\r${line}   ` : `${line}\n`);
  }

  end(): void {
    if (this.#stderr.isTTY) this.#stderr.write('\r\u001b[K');
  }

  #line(done: number, now: number): string {
    const perSecond = ((done - this.#startedWith) * 1000) / Math.max(1, now - this.#startedAt);
    const left = perSecond > 0 ? Math.ceil((this.#total - done) / perSecond) : 0;
    const share = Math.floor((100 * done) / Math.max(1, this.#total));
    return (
      `${done} of ${this.#total} rows (${share} %), ${Math.round(perSecond)} rows a second, ` +
      `about ${left < 120 ? `${left} seconds` : `${Math.round(left / 60)} minutes`} left`
    );
  }
}
