import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import type { BrokerPort } from '../audit/context.ts';
import { refused } from '../kernel/problem.ts';
import { type Caller, mayCall } from './caller.ts';
import { type Ask, decode, encode, LineSplitter, toWire } from './protocol.ts';

/** Calls a socket may make: the port that everybody uses, and what the command line controls. */
export type Calls = Readonly<Record<string, (argument: never) => Promise<unknown>>>;

/** The port as a table of calls by name; a name that is not here is answered with a failure. */
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
    intakeKey: () => port.intakeKey(),
    signingKey: () => port.signingKey(),
    unlocked: () => port.unlocked(),
    ...control,
  };
}

export interface Serving {
  readonly calls: Calls;
  /** Which process shows this pass; null for the command line and for strangers. */
  readonly callerOf: (pass: string) => Caller | null;
  readonly onFailure: (call: string, error: unknown) => void;
}

/** Listens on a unix socket only; the file is for the owner alone. */
export async function serveBroker(socketPath: string, serving: Serving): Promise<Server> {
  await rm(socketPath, { force: true });
  const server = createServer((socket) => answerOn(socket, serving));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  await chmod(socketPath, 0o600);
  return server;
}

function answerOn(socket: Socket, { calls, callerOf, onFailure }: Serving): void {
  let caller: Caller | null = null;
  const splitter = new LineSplitter();
  socket.setEncoding('utf8');
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: string) => {
    for (const line of splitter.push(chunk)) {
      const ask = decode(line) as Ask; // Only our own processes can open the socket.
      if (ask.call === 'introduce') {
        caller = callerOf(String(ask.argument));
        continue;
      }
      answer(calls, ask, caller).then(
        (result) => socket.write(encode({ id: ask.id, answer: result ?? null })),
        (error: unknown) => {
          const problem = toWire(error);
          if (problem.httpStatus === 500) onFailure(ask.call, error);
          socket.write(encode({ id: ask.id, problem }));
        },
      );
    }
  });
}

async function answer(calls: Calls, ask: Ask, caller: Caller | null): Promise<unknown> {
  const call = Object.hasOwn(calls, ask.call) ? calls[ask.call] : undefined;
  if (!call) throw new Error('unknown call');
  if (!mayCall(caller, ask.call, ask.argument)) throw refused('record');
  return call(ask.argument as never); // The caller is our own client, typed by BrokerPort.
}
