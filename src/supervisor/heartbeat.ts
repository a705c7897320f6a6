import type { Storage } from './disk-reserve.ts';
import type { BrokerState } from './keep-intake-keys.ts';

/** What a process reports about itself with each heartbeat: fixed words and counts, nothing else. */
export interface Vitals {
  /** What is wrong although the process runs; null when nothing is. */
  readonly problem: 'jobs_stopped' | null;
  /** The broker alone: its keys and its index. */
  readonly broker?: BrokerState;
}

/** A running process: what ends it, and what it reports. */
export interface Running {
  stop(): Promise<void>;
  vitals(): Vitals;
}

/** Messages from a process to its supervisor. */
export interface Report {
  readonly heartbeat?: Vitals;
  /** Sent once, when the process begins its work. */
  readonly ready?: true;
}

/** What the supervisor tells a process: whether the disk has room for what people send. */
export interface Order {
  readonly storage: Storage;
}

/** What the supervisor told last about the disk, and who wants to hear of each change. */
export interface StorageNews {
  readonly current: () => Storage;
  readonly onChange: (listener: (storage: Storage) => void) => void;
}

/** Listens to the supervisor; until it speaks the disk counts as having room. */
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
 * Sends a heartbeat each second from the event loop, so a frozen or blocked process falls silent.
 * While one message waits in the channel no other is queued: a frozen supervisor costs no memory.
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
