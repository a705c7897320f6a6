import type { Colleague } from './colleague.ts';
import { type Answer, type Door, pause } from './door.ts';
import { Family } from './family.ts';
import type { Ledger } from './ledger.ts';
import type { Load } from './load.ts';

/** What must work for the installation to count as recovered. */
export const signs = ['page', 'filing', 'sign-in', 'desk read', 'desk write'] as const;
export type Sign = (typeof signs)[number];

export interface Recovery {
  /** Time until the last sign of life. */
  readonly ms: number;
  readonly each: Readonly<Record<Sign, number>>;
}

const triesForMs = 180_000;
const tryEveryMs = 50;
const waitMs = 3_000;

/** Checks both sites as people use them: a page, a filing, a sign-in, an opened file, a message. */
export class Probe {
  readonly #around: { family: Door; ledger: Ledger; load: Load };
  readonly #vera: Colleague;
  #enquiryId = '';
  /** Who signs in: the family that filed after the fault before, since sign-ins an hour are limited. */
  #filing: Awaited<ReturnType<Family['file']>> = null;
  #newest: Awaited<ReturnType<Family['file']>> = null;

  constructor(around: { family: Door; ledger: Ledger; load: Load }) {
    this.#around = around;
    this.#vera = around.load.colleague('Vera');
  }

  /** A family that is proven, so that the desk opens sealed fields of it. */
  async prepare(): Promise<void> {
    const { family: door, ledger, load } = this.#around;
    this.#filing = await new Family(door, ledger).file(load.surname());
    if (!this.#filing) throw new Error('The first filing was refused.');
    this.#enquiryId = this.#filing.enquiryId;
    if (!(await load.prove(this.#vera, this.#enquiryId))) {
      throw new Error('The first enquiry cannot be proven.');
    }
  }

  /** Waits until everything works; null if something does not within minutes. */
  async recover(): Promise<Recovery | null> {
    const began = Date.now();
    this.#filing = this.#newest ?? this.#filing;
    const each = Object.fromEntries(
      await Promise.all(
        signs.map(async (sign) => [sign, await this.#firstSuccess(sign, began)] as const),
      ),
    ) as Record<Sign, number>; // Every sign has its entry.
    const ms = Math.max(...Object.values(each));
    return Number.isFinite(ms) ? { ms, each } : null;
  }

  async #firstSuccess(sign: Sign, began: number): Promise<number> {
    while (Date.now() - began < triesForMs) {
      if (await this.#try(sign).catch(() => false)) return Date.now() - began;
      await pause(tryEveryMs);
    }
    return Number.POSITIVE_INFINITY;
  }

  async #try(sign: Sign): Promise<boolean> {
    const { family: door, ledger, load } = this.#around;
    const family = new Family(door, ledger);
    const path = `/enquiries/${this.#enquiryId}`;
    switch (sign) {
      case 'page':
        return isGood(await family.send('/uk/ask', {}, waitMs));
      case 'filing':
        this.#newest = await family.file(load.surname(), waitMs);
        return this.#newest !== null;
      case 'sign-in':
        return this.#filing !== null && (await family.signIn(this.#filing, waitMs));
      case 'desk read':
        return isGood(await this.#vera.read(path, 'tracing', waitMs));
      case 'desk write': {
        const body = { text: 'Ми тут.' };
        const ticket = ledger.begin('thread', this.#enquiryId);
        const answer = await this.#vera.command({
          path: `${path}/thread`,
          body,
          purpose: 'tracing',
          waitMs,
        });
        if (isGood(answer)) ticket.acknowledged();
        else ticket.refused();
        return isGood(answer);
      }
    }
  }
}

function isGood(answer: Answer | null): boolean {
  return answer?.code === 200;
}
