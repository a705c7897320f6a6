import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from 'vitest';
import { ListenQueue } from './listen-queue.ts';

it('sees the connections that wait to be accepted', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // Listening on TCP.
  const queue = new ListenQueue(port);
  await queue.look();
  expect(queue.length).toBe(0);
  const sockets = Array.from({ length: 100 }, () => connect(port, '127.0.0.1'));
  for (const socket of sockets) socket.on('error', () => undefined);
  // The first turns of the event loop accept one each; the others are counted as waiting.
  await new Promise((resolve) => setImmediate(resolve));
  await queue.look();
  if (process.platform === 'linux') expect(queue.length).toBeGreaterThan(20);
  for (const socket of sockets) socket.destroy();
  server.close();
});
