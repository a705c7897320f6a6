import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import type { BrokerPort } from '../audit/context.ts';
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

/** Listens on a unix socket only; the file is for the owner alone. */
export async function serveBroker(
  socketPath: string,
  calls: Calls,
  onFailure: (call: string, error: unknown) => void,
): Promise<Server> {
  await rm(socketPath, { force: true });
  const server = createServer((socket) => answerOn(socket, { calls, onFailure }));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  await chmod(socketPath, 0o600);
  return server;
}

function answerOn(
  socket: Socket,
  { calls, onFailure }: { calls: Calls; onFailure: (call: string, error: unknown) => void },
): void {
  const splitter = new LineSplitter();
  socket.setEncoding('utf8');
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: string) => {
    for (const line of splitter.push(chunk)) {
      const ask = decode(line) as Ask; // Only our own processes can open the socket.
      answer(calls, ask).then(
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

async function answer(calls: Calls, ask: Ask): Promise<unknown> {
  const call = Object.hasOwn(calls, ask.call) ? calls[ask.call] : undefined;
  if (!call) throw new Error('unknown call');
  return call(ask.argument as never); // The caller is our own client, typed by BrokerPort.
}
