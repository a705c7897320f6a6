import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { boundConnections } from './connections.ts';

const most = 50;
let server: Server;
let port: number;
const slow: Socket[] = [];

beforeEach(async () => {
  server = createServer((_, response) => response.end('served'));
  boundConnections(server, most);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port; // Listening on TCP.
});
afterEach(() => {
  for (const socket of slow.splice(0)) socket.destroy();
  server.closeAllConnections();
  server.close();
});

/** A connection that never finishes its headers. */
function openSlow(): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('GET / HTTP/1.1\r\nhost: one\r\nx-slow: ');
      resolve();
    });
    socket.on('error', () => undefined);
    slow.push(socket);
  });
}

const connections = () =>
  new Promise<number>((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );

describe('a server with bounded connections', () => {
  it('serves honest visitors among many slow ones', async () => {
    for (let at = 0; at < 300; at += 1) {
      await openSlow();
      if (at % 30 !== 29) continue;
      const answer = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
      expect(await answer.text()).toBe('served');
    }
    expect(await connections()).toBeLessThanOrEqual(most + 1);
  });

  it('ends a connection whose request brings a body where none belongs', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write('GET / HTTP/1.1\r\nhost: one\r\ncontent-length: 2400000000\r\n\r\nxxxx');
      });
      let text = '';
      socket.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      socket.on('error', reject).on('close', () => resolve(text));
    });
    expect(answer).toContain('served');
    expect(answer.toLowerCase()).toContain('connection: close');
  });
});
