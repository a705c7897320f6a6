import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seeded } from '../../test/safety/support/seeded.ts';
import { overloaded } from '../kernel/problem.ts';
import { type BrokerClient, brokerClient } from './client.ts';
import { answerBytesMax, askBytesMax, encode, FrameReader, readAnswer } from './protocol.ts';
import { type Calls, serveBroker } from './server.ts';

let folder: string;
let path: string;
let server: Server;
let client: BrokerClient;
let failures: string[];

/** Calls that need no keys: the protocol is tested here, not the calls. */
const calls: Calls = {
  salts: async (ids: readonly string[]) => ids.map((id) => `salt of ${id}`),
  sealMany: async (items: readonly unknown[]) =>
    items.map((item) => ({ sealed: Buffer.from(JSON.stringify(item)) })),
  open: async ({ bytes }: { bytes: number }) => 'x'.repeat(bytes),
  state: async () => ({ at: new Date(0) }),
  unlock: async () => Promise.reject(new Error('a failure with a name in it')),
  lock: async () => Promise.reject(overloaded('broker.busy', 5)),
  unlocked: async () => true,
  learn: async () => 10n,
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'homeward-wire-'));
  path = join(folder, 'socket');
  failures = [];
  server = await serve(path);
  client = brokerClient(path, 'pass');
});
afterEach(async () => {
  client.close();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

function serve(at: string): Promise<Server> {
  const callerOf = (pass: string) => (pass === 'pass' ? ('homeward_worker' as const) : null);
  return serveBroker(at, { calls, callerOf, onFailure: (call) => failures.push(call) });
}

const item = (length: number) => ({
  tableName: 'imports',
  columnName: 'file.0',
  rowId: 'row',
  subjectId: 'subject',
  compartment: 'work' as const,
  content: 'x'.repeat(length),
});

function stranger(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => resolve(socket));
    socket.once('error', reject);
  });
}

const closed = (socket: Socket) =>
  new Promise<void>((resolve) => {
    socket.on('error', () => undefined); // A reset is an end as well.
    socket.on('close', () => resolve());
    socket.resume();
  });

describe('the broker answers over its socket', () => {
  it('dates, bytes, refusals and failures', async () => {
    expect(await client.salts(['a', 'b'])).toEqual(['salt of a', 'salt of b']);
    expect(await client.control('state', null)).toEqual({ at: new Date(0) });
    const [sealed] = await client.sealMany([item(10)]);
    expect(Buffer.from(sealed?.sealed ?? []).toString()).toContain('xxxxxxxxxx');
    await expect(client.control('lock', null)).rejects.toMatchObject({ code: 'broker.busy' });
    const failure = client.control('unlock', null);
    await expect(failure).rejects.not.toThrow('a name in it');
    expect(failures).toEqual(['unlock']);
  });

  it('as a failure when an answer cannot be written at all', async () => {
    await expect(client.control('learn', null)).rejects.toThrow('the broker failed');
    expect(await client.unlocked()).toBe(true);
  });

  it('many contents in as many calls as it takes', async () => {
    const many = Array.from({ length: 9 }, () => item(2 * 1024 * 1024));
    expect(await client.sealMany(many)).toHaveLength(9);
  });

  it('refuses a call one byte too long before it is sent, and takes one at the limit', async () => {
    const frame = encode({ id: 1, call: 'sealMany', argument: [item(0)] }, askBytesMax);
    const room = askBytesMax - ((frame?.length ?? 0) - 4);
    expect(await client.sealMany([item(room)])).toHaveLength(1);
    await expect(client.sealMany([item(room + 1)])).rejects.toMatchObject({
      code: 'broker.message_too_large',
      httpStatus: 413,
    });
    expect(await client.unlocked()).toBe(true);
  });

  it('refuses an answer too long for the wire, and keeps the connection', async () => {
    const asked = { bytes: answerBytesMax } as never;
    await expect(client.open(asked)).rejects.toMatchObject({ code: 'record.not_found' });
    await expect(client.salts('x'.repeat(10) as never)).rejects.toThrow('the broker failed');
    const actor = { kind: 'system' };
    await expect(client.open({ bytes: answerBytesMax, actor } as never)).rejects.toMatchObject({
      code: 'broker.message_too_large',
    });
    expect(await client.unlocked()).toBe(true);
  });

  it('refuses calls that there are not', async () => {
    for (const call of ['nothing', 'constructor', '__proto__', 'toString']) {
      const asked = client.control(call as 'state', null);
      await expect(asked).rejects.toMatchObject({ code: 'broker.unknown_call' });
    }
  });
});

describe('whatever arrives on the socket', () => {
  const framed = (text: string | Buffer) => {
    const body = Buffer.from(text);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(body.length, 0);
    return Buffer.concat([head, body]);
  };

  it.each([
    ['a length beyond the limit', Buffer.from([0xff, 0xff, 0xff, 0xff, 1])],
    ['a length of nothing', Buffer.alloc(4)],
    ['what is not JSON', framed('{"id":1,"call":')],
    ['JSON that is no call', framed('[1,2,3]')],
    ['a call without a name', framed('{"id":1,"argument":{}}')],
    ['an id that is no number', framed('{"id":"1","call":"state"}')],
    ['nothing but null', framed('null')],
    ['JSON of a hundred thousand levels', framed('['.repeat(100_000))],
    ['a byte that is no UTF-8', framed(Buffer.from([0xff, 0xfe, 0xfd]))],
  ])('%s ends that connection and nothing else', async (_what, bytes) => {
    const socket = await stranger();
    socket.write(bytes);
    await closed(socket);
    expect(failures).toEqual(['unreadable']);
    expect(await client.unlocked()).toBe(true);
  });

  it('arguments of any shape are refusals or failures of that call', async () => {
    const shapes = [null, 1, 'x', [], {}, { actor: 1 }, { $date: 'no date' }, { $bytes: '%' }];
    for (const shape of shapes) {
      await client.salts(shape as never).catch(() => undefined); // The call itself decides how it is refused.
      await client.open(shape as never).catch(() => undefined);
    }
    expect(await client.unlocked()).toBe(true);
  });

  it('garbage of every kind leaves the broker answering', async () => {
    const dice = seeded(20_261_130);
    for (let round = 0; round < 150; round += 1) {
      const socket = await stranger();
      const garbage = Buffer.from(Array.from({ length: dice.below(4_000) }, () => dice.below(256)));
      // Half of it looks like frames, so that it passes the framing.
      socket.write(round % 2 === 0 ? garbage : framed(garbage));
      if (round % 3 === 0) socket.destroy();
      else socket.end();
      await closed(socket);
    }
    expect(await client.unlocked()).toBe(true);
    expect(server.listening).toBe(true);
  });

  it('a caller that leaves before its answer is not waited for', async () => {
    for (let round = 0; round < 20; round += 1) {
      const socket = await stranger();
      const ask = encode({ id: round, call: 'unlocked', argument: null }, askBytesMax);
      socket.write(ask ?? '');
      if (round % 2 === 0) socket.end();
      else socket.destroy();
      await closed(socket);
    }
    expect(await client.unlocked()).toBe(true);
    expect(failures).toEqual([]);
  });

  it('a caller that reads nothing is asked to wait, and then gets every answer', async () => {
    const socket = await stranger();
    const introduction = encode({ id: 0, call: 'introduce', argument: 'pass' }, askBytesMax);
    socket.write(introduction ?? '');
    const asks = 60;
    const bytes = 2 * 1024 * 1024;
    for (let id = 1; id <= asks; id += 1) {
      const argument = { bytes, actor: { kind: 'system' } };
      socket.write(encode({ id, call: 'open', argument }, askBytesMax) ?? '');
    }
    await client.unlocked();
    const reader = new FrameReader(answerBytesMax);
    const answered = new Set<number>();
    await new Promise<void>((resolve) => {
      socket.on('data', (chunk: Buffer) => {
        for (const frame of reader.push(chunk)) answered.add(readAnswer(frame)?.id ?? -1);
        if (answered.size === asks) resolve();
      });
    });
    expect(answered.size).toBe(asks);
    socket.destroy();
  });
});

describe('the client', () => {
  it('tells every caller when the broker goes, and finds it again', async () => {
    server.close();
    client.close();
    await expect(client.unlocked()).rejects.toMatchObject({ code: 'broker.away' });
    server = await serve(path);
    expect(await client.unlocked()).toBe(true);
  });

  it.each([
    ['garbage', Buffer.from('neither a length nor a message')],
    ['a frame that is no answer', encode({ id: 1, call: 'x', argument: 1 }, 1_000)],
    ['an end', null],
  ])('survives %s from the other side', async (_what, bytes) => {
    const other = join(folder, 'other');
    const impostor = createServer((socket) => {
      socket.on('error', () => undefined); // The client hangs up.
      socket.once('data', () => (bytes ? socket.write(bytes) : socket.end()));
    });
    await new Promise<void>((resolve) => impostor.listen(other, resolve));
    const asking = brokerClient(other);
    await expect(asking.unlocked()).rejects.toMatchObject({ code: 'broker.away' });
    await expect(asking.unlocked()).rejects.toMatchObject({ code: 'broker.away' });
    asking.close();
    impostor.close();
  });
});
