import type { BrokerParts } from '../broker/broker.ts';
import { keepIntakeKeys } from '../broker/intake-key-upkeep.ts';
import { registerKnownIntakeKeys } from '../broker/intake-keys.ts';
import { monotonicMs } from '../kernel/clock.ts';
import type { OfficeId } from '../kernel/ids.ts';
import { logEvent } from './log-event.ts';

const lookEveryMs = 1_000;
const everyMs = 60_000;
/** After a clock change of this size, the intake keys are checked at once. */
const jumpMs = 3_600_000;

/** What the broker reports about its intake keys to `homeward state` and `/healthz`. */
export interface IntakeKeyState {
  /** Age of the current intake key; null until the first check. */
  readonly intakeKeyDays: number | null;
  readonly intakeKeyAlarms: readonly string[];
}

/** The state of the key service. */
export interface BrokerState extends IntakeKeyState {
  readonly unlocked: boolean;
  readonly records: number;
}

/** Maintains the intake keys every minute, locked or not; failures are retried (B7). */
export class IntakeKeys {
  readonly #parts: BrokerParts;
  readonly #officeId: OfficeId;
  #state: IntakeKeyState = { intakeKeyDays: null, intakeKeyAlarms: [] };
  #last: Promise<void> = Promise.resolve();

  constructor(parts: BrokerParts, officeId: OfficeId) {
    this.#parts = parts;
    this.#officeId = officeId;
  }

  /** What `homeward state` shows, together with the broker's other figures. */
  stateWith(unlocked: boolean, records: number): BrokerState {
    return { unlocked, records, ...this.#state };
  }

  async begin(): Promise<void> {
    await registerKnownIntakeKeys(this.#parts);
    void this.#repeat();
  }

  /**
   * Runs once now, after a run in progress: an unlocked broker need not wait a minute for its key.
   */
  keep(): Promise<void> {
    this.#last = this.#last.then(() => this.#keep());
    return this.#last;
  }

  async #repeat(): Promise<void> {
    for (;;) {
      const began = { wallMs: this.#parts.clock().getTime(), steadyMs: monotonicMs() };
      await this.keep();
      const isDue = () =>
        monotonicMs() - began.steadyMs >= everyMs ||
        Math.abs(this.#parts.clock().getTime() - began.wallMs) >= jumpMs;
      while (!isDue()) await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  }

  async #keep(): Promise<void> {
    try {
      const kept = await keepIntakeKeys(this.#parts, this.#officeId);
      const { renewed, deleted, ageDays, alarms } = kept;
      if (renewed) logEvent('intake_key.renewed');
      if (deleted > 0) logEvent('intake_key.erased', { count: deleted });
      const known = this.#state.intakeKeyAlarms;
      for (const alarm of alarms) if (!known.includes(alarm)) logEvent(alarm, { count: ageDays });
      this.#state = { intakeKeyDays: ageDays, intakeKeyAlarms: alarms };
    } catch (error) {
      logEvent('intake_key.upkeep_failed', { error });
    }
  }
}
