import { readFile } from 'node:fs/promises';

const lookEveryMs = 200;
/** The state of a listening socket in the system's table. */
const listening = '0A';

/**
 * How many connections wait to be accepted at a port of this machine. Node accepts one in each turn
 * of its event loop, so under load visitors wait here, where the process does not see them. Only
 * Linux reports this; elsewhere it is zero.
 */
export class ListenQueue {
  readonly #port: string;
  #length = 0;
  #lookAt = 0;
  #isLooking = false;

  constructor(port: number) {
    this.#port = port.toString(16).toUpperCase().padStart(4, '0');
  }

  /** The length at the last check; checks again in the background when that is too old. */
  get length(): number {
    if (!this.#isLooking && performance.now() >= this.#lookAt) void this.look();
    return this.#length;
  }

  async look(): Promise<void> {
    this.#isLooking = true;
    const table = await readFile('/proc/net/tcp', 'latin1').catch(() => '');
    this.#length = waitingAt(table, this.#port);
    this.#lookAt = performance.now() + lookEveryMs;
    this.#isLooking = false;
  }
}

/**
 * The second queue number, which for a listening socket counts connections waiting to be accepted.
 */
function waitingAt(table: string, port: string): number {
  const row = new RegExp(`:${port} [0-9A-F]{8}:0000 ${listening} [0-9A-F]{8}:([0-9A-F]{8})`, 'u');
  const waiting = row.exec(table)?.[1];
  return waiting ? Number.parseInt(waiting, 16) : 0;
}
