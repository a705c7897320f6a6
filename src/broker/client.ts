import { connect, type Socket } from 'node:net';
import type { BrokerPort } from '../audit/context.ts';
import { assert } from '../kernel/assert.ts';
import { Problem } from '../kernel/problem.ts';
import { type Answer, decode, encode, fromWire, LineSplitter } from './protocol.ts';

/** A connection to the broker that finds its way back after the broker was restarted. */
export interface BrokerClient extends BrokerPort {
  /** Control calls of the command line: `unlock`, `lock`, `state`. */
  control(call: 'unlock' | 'lock' | 'state' | 'learn', argument: unknown): Promise<unknown>;
  close(): void;
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

const callTimeoutMs = 30_000;
const waitingMax = 2_000;

/**
 * Opens lazily; a call while the broker is away is refused at once with `broker.away`. The
 * pass says which process asks; the command line has none.
 */
export function brokerClient(socketPath: string, pass = ''): BrokerClient {
  const link = new Link(socketPath, pass);
  const call = <T>(name: string, argument: unknown) => link.call(name, argument) as Promise<T>; // Same code at both ends.
  return {
    salts: (objectIds) => call('salts', objectIds),
    sealMany: (items) => call('sealMany', items),
    open: (request) => call('open', request),
    mask: (request) => call('mask', request),
    maskMatches: (request) => call('maskMatches', request),
    search: (request) => call('search', request),
    openMatch: (request) => call('openMatch', request),
    adoptIntake: (request) => call('adoptIntake', request),
    intakeKey: () => call('intakeKey', null),
    signingKey: () => call('signingKey', null),
    unlocked: () => call('unlocked', null),
    control: (name, argument) => call(name, argument),
    close: () => link.close(),
  };
}

class Link {
  readonly #path: string;
  readonly #pass: string;
  #socket: Socket | null = null;
  #next = 1;
  readonly #waiting = new Map<number, Waiting>();

  constructor(path: string, pass: string) {
    this.#path = path;
    this.#pass = pass;
  }

  call(name: string, argument: unknown): Promise<unknown> {
    if (this.#waiting.size >= waitingMax) return Promise.reject(away());
    const socket = this.#socket ?? this.#open();
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#settle(id, { error: away() }), callTimeoutMs);
      timer.unref();
      this.#waiting.set(id, { resolve, reject, timer });
      socket.write(encode({ id, call: name, argument }));
    });
  }

  close(): void {
    this.#socket?.destroy();
    this.#fail();
  }

  #open(): Socket {
    const socket = connect(this.#path);
    const splitter = new LineSplitter();
    socket.setEncoding('utf8');
    socket.write(encode({ id: 0, call: 'introduce', argument: this.#pass }));
    socket.on('data', (chunk: string) => {
      for (const line of splitter.push(chunk)) this.#read(decode(line) as Answer); // The broker's own form.
    });
    socket.on('error', () => this.#fail(socket));
    socket.on('close', () => this.#fail(socket));
    this.#socket = socket;
    return socket;
  }

  #read(answer: Answer): void {
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
  return new Problem('broker.away', 503, 'The key service is not answering.', {
    retryAfterSeconds: 5,
  });
}
