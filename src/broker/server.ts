import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import type { BrokerPort } from '../audit/context.ts';
import { asUnavailable } from '../db/unavailable.ts';
import { Problem, refused } from '../kernel/problem.ts';
import { type Caller, mayCall } from './caller.ts';
import {
  type Answer,
  type Ask,
  answerBytesMax,
  askBytesMax,
  encode,
  FrameReader,
  readAsk,
  tooLarge,
  toWire,
} from './protocol.ts';

/** The calls of a socket: the public interface, and the control calls of the command line. */
export type Calls = Readonly<Record<string, (argument: never) => Promise<unknown>>>;

/** The interface as a table of calls by name; an unknown name is refused. */
export function callsOf(port: BrokerPort, control: Calls): Calls {
  return {
    salts: port.salts,
    sealMany: port.sealMany,
    open: port.open,
    mask: port.mask,
    maskMatches: port.maskMatches,
    search: port.search,
    openMatch: port.openMatch,
    adoptIntake: port.adoptIntake,
    forgetUploads: port.forgetUploads,
    intakeKey: () => port.intakeKey(),
    signingKey: () => port.signingKey(),
    unlocked: () => port.unlocked(),
    ...control,
  };
}

export interface Serving {
  readonly calls: Calls;
  /** The process that presents this credential; null for the command line and for strangers. */
  readonly callerOf: (pass: string) => Caller | null;
  readonly onFailure: (call: string, error: unknown) => void;
}

const connectionsMax = 100;

/** Listens on a unix socket only; only the owner may use the file. */
export async function serveBroker(socketPath: string, serving: Serving): Promise<Server> {
  await rm(socketPath, { force: true });
  const server = createServer((socket) => new Conversation(socket, serving).begin());
  server.maxConnections = connectionsMax;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // For example no free file descriptor: the next connection may find one.
  server.on('error', (error) => serving.onFailure('accept', error));
  await chmod(socketPath, 0o600);
  return server;
}

/** Calls of one connection that run at once; further ones wait, finally in the sender's buffer. */
const callsMax = 256;
/** Unsent answers of a slow reader. Above this, nothing more is read from it. */
const unreadBytesMax = 32 * 1024 * 1024;

/** One connection. Nothing that arrives on it can end more than this connection. */
class Conversation {
  readonly #socket: Socket;
  readonly #serving: Serving;
  readonly #reader = new FrameReader(askBytesMax);
  #frames: Buffer[] = [];
  #caller: Caller | null = null;
  #calls = 0;

  constructor(socket: Socket, serving: Serving) {
    this.#socket = socket;
    this.#serving = serving;
  }

  begin(): void {
    this.#socket.on('error', () => this.#socket.destroy());
    this.#socket.on('drain', () => this.#work());
    this.#socket.on('data', (chunk: Buffer) => {
      this.#frames.push(...this.#reader.push(chunk));
      this.#work();
    });
  }

  /** Starts as many calls as may run, and reads on only if it could start another. */
  #work(): void {
    if (this.#socket.destroyed) return;
    while (!this.#isFull() && this.#frames.length > 0) {
      const ask = readAsk(this.#frames.shift() ?? Buffer.alloc(0));
      if (!ask) {
        this.#end();
        return;
      }
      if (ask.call === 'introduce') this.#caller = this.#serving.callerOf(String(ask.argument));
      else void this.#take(ask);
    }
    if (this.#reader.broken && this.#frames.length === 0) this.#end();
    else if (this.#isFull()) this.#socket.pause();
    else this.#socket.resume();
  }

  #isFull(): boolean {
    return this.#calls >= callsMax || this.#socket.writableLength > unreadBytesMax;
  }

  /** An unreadable frame is not our message, and nothing after it can be trusted. */
  #end(): void {
    this.#frames = [];
    this.#socket.destroy();
    this.#serving.onFailure('unreadable', new Error('a message could not be read'));
  }

  async #take(ask: Ask): Promise<void> {
    this.#calls += 1;
    const caller = this.#caller;
    const reply = await replyTo(ask, caller, this.#serving);
    this.#calls -= 1;
    if (this.#socket.writable) this.#socket.write(reply);
    this.#work();
  }
}

/** The frame that answers a call; never rejects, so that no call can end the process. */
async function replyTo(ask: Ask, caller: Caller | null, serving: Serving): Promise<Buffer> {
  try {
    const answered = await answer(serving.calls, ask, caller);
    return framed({ id: ask.id, answer: answered ?? null });
  } catch (error) {
    const problem = toWire(asUnavailable(error) ?? error);
    if (problem.httpStatus === 500) serving.onFailure(ask.call, error);
    return framed({ id: ask.id, problem });
  }
}

function framed(message: Answer): Buffer {
  const frame = encode(message, answerBytesMax);
  if (!frame) throw tooLarge();
  return frame;
}

async function answer(calls: Calls, ask: Ask, caller: Caller | null): Promise<unknown> {
  const call = Object.hasOwn(calls, ask.call) ? calls[ask.call] : undefined;
  if (!call) throw new Problem('broker.unknown_call', 404, 'There is no such call.');
  if (!mayCall(caller, ask.call, ask.argument)) throw refused('record');
  return call(ask.argument as never); // The caller is our own client, typed by BrokerPort.
}
