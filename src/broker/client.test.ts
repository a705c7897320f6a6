import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../../test/scratch.ts';
import { type BrokerClient, brokerClient } from './client.ts';
import { type Ask, answerBytesMax, askBytesMax, encode, FrameReader, readAsk } from './protocol.ts';

/** A broker's socket that can be frozen: it receives requests and answers them when it thaws. */
class FreezableSocket {
  isFrozen = false;
  asked = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server = createServer((socket) => {
    this.#sockets.add(socket);
    const reader = new FrameReader(askBytesMax);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      for (const frame of reader.push(chunk)) this.#take(socket, readAsk(frame));
    });
  });

  listen(path: string): Promise<void> {
    return new Promise((resolve) => this.#server.listen(path, resolve));
  }

  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #take(socket: Socket, ask: Ask | null): void {
    if (!ask || ask.id === 0) return;
    this.asked += 1;
    const frame = encode({ id: ask.id, answer: true }, answerBytesMax);
    if (frame && !this.isFrozen) socket.write(frame);
  }
}

let broker: FreezableSocket;
let client: BrokerClient;
const away = { code: 'broker.away', httpStatus: 503 };

beforeEach(async () => {
  const path = join(await scratchFolder('test'), 'broker.sock');
  broker = new FreezableSocket();
  await broker.listen(path);
  client = brokerClient(path, '', { callMs: 150, silentMs: 50 });
});
afterEach(async () => {
  client.close();
  await broker.close();
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a frozen broker', () => {
  it('holds a call no longer than the patience given', async () => {
    broker.isFrozen = true;
    await expect(client.unlocked()).rejects.toMatchObject(away);
  });

  it('is not asked further while nothing is heard of it', async () => {
    broker.isFrozen = true;
    const held = expect(client.unlocked()).rejects.toMatchObject(away);
    await pause(80);
    for (let at = 0; at < 500; at += 1) await expect(client.unlocked()).rejects.toMatchObject(away);
    expect(broker.asked).toBe(1);
    await held;
    // Lost: one call at a time checks whether it has returned.
    const tries = Array.from({ length: 20 }, () => client.unlocked());
    await Promise.allSettled(tries);
    expect(broker.asked).toBe(2);
  });

  it('is asked as before once it answers again', async () => {
    broker.isFrozen = true;
    await expect(client.unlocked()).rejects.toMatchObject(away);
    broker.isFrozen = false;
    expect(await client.unlocked()).toBe(true);
    expect(await Promise.all([client.unlocked(), client.unlocked()])).toEqual([true, true]);
  });
});
