import { connect, type Socket } from 'node:net';
import type { BrokerPort, SealedItem, SealItem } from '../audit/context.ts';
import { requireNoTransaction } from '../db/open-transaction.ts';
import { assert } from '../kernel/assert.ts';
import { overloaded, type Problem, unavailable } from '../kernel/problem.ts';
import {
  type Answer,
  type Ask,
  answerBytesMax,
  askBytesMax,
  encode,
  FrameReader,
  fromWire,
  readAnswer,
  tooLarge,
} from './protocol.ts';

/** A connection to the broker that reconnects after the broker was restarted. */
export interface BrokerClient extends BrokerPort {
  /** Control calls of the command line: `unlock`, `lock`, `state`. */
  control(call: 'unlock' | 'lock' | 'state' | 'learn', argument: unknown): Promise<unknown>;
  close(): void;
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
  readonly sentAt: number;
}

/** Time limits for waiting on the broker. */
export interface Patience {
  /** For one answer. */
  readonly callMs: number;
  /** For any answer at all, before further calls are refused at once. */
  readonly silentMs: number;
}

/** The worker and the command line wait for long operations. */
const longPatience: Patience = { callMs: 30_000, silentMs: 30_000 };
/** People wait for the two sites: a frozen broker must not hold their requests. */
export const sitePatience: Patience = { callMs: 8_000, silentMs: 4_000 };
const waitingMax = 2_000;
/** Unsent bytes: a frozen broker must not fill our memory. */
const unsentBytesMax = 32 * 1024 * 1024;

/**
 * Connects on demand; a call while the broker is away is refused at once with `broker.away`
 * . The credential identifies the calling process; the command line has none.
 */
export function brokerClient(
  socketPath: string,
  pass = '',
  patience: Patience = longPatience,
): BrokerClient {
  const link = new Link({ path: socketPath, pass, patience });
  const call = <T>(name: string, argument: unknown) => link.call(name, argument) as Promise<T>; // Same code at both ends.
  return {
    salts: (objectIds) => call('salts', objectIds),
    sealMany: (items) => sealInParts(link, items),
    open: (request) => call('open', request),
    mask: (request) => call('mask', request),
    maskMatches: (request) => call('maskMatches', request),
    search: (request) => call('search', request),
    openMatch: (request) => call('openMatch', request),
    adoptIntake: (request) => call('adoptIntake', request),
    forgetUploads: (uploadIds) => call('forgetUploads', uploadIds),
    intakeKey: () => call('intakeKey', null),
    signingKey: () => call('signingKey', null),
    unlocked: () => call('unlocked', null),
    control: (name, argument) => call(name, argument),
    close: () => link.close(),
  };
}

/**
 * Seals in as many calls as needed for each to fit; a single content that does not fit is refused.
 */
async function sealInParts(link: Link, items: readonly SealItem[]): Promise<readonly SealedItem[]> {
  const sealed = link.callIfFits('sealMany', items) as Promise<readonly SealedItem[]> | null; // Same code at both ends.
  if (sealed) return sealed;
  if (items.length < 2) throw tooLarge();
  const middle = Math.ceil(items.length / 2);
  const first = await sealInParts(link, items.slice(0, middle));
  return [...first, ...(await sealInParts(link, items.slice(middle)))];
}

class Link {
  readonly #to: { readonly path: string; readonly pass: string; readonly patience: Patience };
  #socket: Socket | null = null;
  #next = 1;
  #heardAt = 0;
  /** A call has timed out and nothing was received since: one call at a time tries again. */
  #isLost = false;
  readonly #waiting = new Map<number, Waiting>();

  constructor(to: { readonly path: string; readonly pass: string; readonly patience: Patience }) {
    this.#to = to;
  }

  async call(name: string, argument: unknown): Promise<unknown> {
    const answer = this.callIfFits(name, argument);
    if (!answer) throw tooLarge();
    return answer;
  }

  /** Null, and nothing sent, if the call is longer than the protocol permits. */
  callIfFits(name: string, argument: unknown): Promise<unknown> | null {
    requireNoTransaction(`the broker's ${name}`);
    const id = this.#next++;
    const frame = encode({ id, call: name, argument }, askBytesMax);
    return frame ? this.#send(id, frame) : null;
  }

  #send(id: number, frame: Buffer): Promise<unknown> {
    if (this.#waiting.size >= waitingMax || this.#isSilent()) return Promise.reject(away());
    const socket = this.#socket ?? this.#open();
    if (socket.writableLength > unsentBytesMax) return Promise.reject(overloaded('broker.busy', 5));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#isLost = true;
        this.#settle(id, { error: away() });
      }, this.#to.patience.callMs);
      timer.unref();
      this.#waiting.set(id, { resolve, reject, timer, sentAt: performance.now() });
      if (socket.writable) socket.write(frame);
      else this.#fail(socket);
    });
  }

  close(): void {
    this.#socket?.destroy();
    this.#fail();
  }

  /** True while calls wait and none has been answered for too long. */
  #isSilent(): boolean {
    const [oldest] = this.#waiting.values();
    if (!oldest) return false;
    const quietMs = performance.now() - Math.max(oldest.sentAt, this.#heardAt);
    return this.#isLost || quietMs > this.#to.patience.silentMs;
  }

  #open(): Socket {
    const socket = connect(this.#to.path);
    const reader = new FrameReader(answerBytesMax);
    socket.on('error', () => this.#fail(socket));
    socket.on('close', () => this.#fail(socket));
    socket.on('data', (chunk: Buffer) => {
      const answers = reader.push(chunk).map(readAnswer);
      for (const answer of answers) if (answer) this.#read(answer);
      // An unreadable answer cannot be assigned: all waiting calls fail, and the next call
      // reconnects.
      if (reader.broken || answers.includes(null)) socket.destroy();
    });
    this.#socket = socket;
    const introduction: Ask = { id: 0, call: 'introduce', argument: this.#to.pass };
    const frame = encode(introduction, askBytesMax);
    assert(frame, 'an introduction is short');
    socket.write(frame);
    return socket;
  }

  #read(answer: Answer): void {
    this.#heardAt = performance.now();
    this.#isLost = false;
    if ('problem' in answer) this.#settle(answer.id, { error: fromWire(answer.problem) });
    else this.#settle(answer.id, { answer: answer.answer });
  }

  #settle(id: number, result: { answer: unknown } | { error: Error }): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    if ('error' in result) waiting.reject(result.error);
    else waiting.resolve(result.answer);
  }

  #fail(socket?: Socket): void {
    if (socket && this.#socket !== socket) return;
    this.#socket = null;
    for (const id of [...this.#waiting.keys()]) this.#settle(id, { error: away() });
    assert(this.#waiting.size === 0, 'nobody waits on a closed connection');
  }
}

function away(): Problem {
  return unavailable('broker.away');
}
