import type { Storage } from './disk-reserve.ts';
import type { BrokerState } from './keep-intake-keys.ts';

/** What a process reports about itself with each heartbeat: only fixed words and counts. */
export interface Vitals {
  /** What is wrong although the process runs; null if nothing is. */
  readonly problem: 'jobs_stopped' | null;
  /** Only for the broker: its keys and its index. */
  readonly broker?: BrokerState;
}

/** A running process: the function that stops it, and its report. */
export interface Running {
  stop(): Promise<void>;
  vitals(): Vitals;
}

/** Messages from a process to its supervisor. */
export interface Report {
  readonly heartbeat?: Vitals;
  /** Sent once, when the process is ready. */
  readonly ready?: true;
}

/** What the supervisor tells a process: whether the disk has space for new data. */
export interface Order {
  readonly storage: Storage;
}

/** The supervisor's last message about the disk, and the listeners for changes. */
export interface StorageNews {
  readonly current: () => Storage;
  readonly onChange: (listener: (storage: Storage) => void) => void;
}

/** Listens to the supervisor; until its first message the disk counts as having space. */
export function listenForStorage(): StorageNews {
  let current: Storage = 'open';
  const listeners: ((storage: Storage) => void)[] = [];
  process.on('message', (message) => {
    if (typeof message !== 'object' || message === null || !('storage' in message)) return;
    current = (message as Order).storage; // Sent by our own supervisor.
    for (const listener of listeners) listener(current);
  });
  return { current: () => current, onChange: (listener) => void listeners.push(listener) };
}

export const heartbeatEveryMs = 1_000;
export const wellVitals: Vitals = { problem: null };

/**
 * Sends a heartbeat each second from the event loop, so that a frozen or blocked process falls
 * silent. While one message waits in the channel no other is queued, so a frozen supervisor costs
 * no memory.
 */
export function startHeartbeat(vitals: () => Vitals): void {
  let isWaiting = false;
  const beat = () => {
    if (isWaiting || !process.send || !process.connected) return;
    isWaiting = true;
    process.send({ heartbeat: vitals() } satisfies Report, undefined, undefined, () => {
      isWaiting = false; // A broken channel also ends the process by `disconnect`.
    });
  };
  beat();
  setInterval(beat, heartbeatEveryMs).unref();
}

/** Reads a message of a process; null for anything else. */
export function readReport(message: unknown): Report | null {
  if (typeof message !== 'object' || message === null) return null;
  return 'ready' in message || 'heartbeat' in message ? (message as Report) : null; // Our own.
}
