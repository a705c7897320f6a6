import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Connection limits of one server, and of one address other than this machine. */
const connectionsMax = 2_000;
const perAddressMax = 200;

interface Line {
  readonly address: string;
  /** Requests whose answer is not finished. */
  busy: number;
}

/**
 * Limits the connections of a server. When there are too many, the one that has waited longest
 * without a complete request is closed: many slow or idle connections cannot block an honest
 * visitor (F-14). Visitors behind our own proxy share its address, so this machine is not limited
 * by address.
 */
export function boundConnections(server: Server, most: number = connectionsMax): void {
  const lines = new Map<Socket, Line>();
  const perAddress = new Map<string, number>();
  server.on('connection', (socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (perAddress.get(address) ?? 0) + 1;
    if (!isLoopback(address) && count > perAddressMax) return void socket.destroy();
    if (lines.size >= most && !dropIdle(lines)) return void socket.destroy();
    lines.set(socket, { address, busy: 0 });
    perAddress.set(address, count);
    socket.once('close', () => {
      lines.delete(socket);
      const left = (perAddress.get(address) ?? 1) - 1;
      if (left > 0) perAddress.set(address, left);
      else perAddress.delete(address);
    });
  });
  // Before the application, which may answer at once.
  server.prependListener('request', (request, response) => {
    // An unexpected body is not read to its end: the connection closes with the answer.
    if (/^(GET|HEAD)$/.test(request.method ?? '') && bringsBody(request.headers)) {
      response.shouldKeepAlive = false;
    }
    const line = lines.get(request.socket);
    if (!line) return;
    line.busy += 1;
    response.once('close', () => {
      line.busy -= 1;
      // Idle from now on: it moves to the end of the queue for closing.
      if (lines.delete(request.socket)) lines.set(request.socket, line);
    });
  });
}

/** Closes the connection that is idle longest; false if each has a running request. */
function dropIdle(lines: Map<Socket, Line>): boolean {
  for (const [socket, { busy }] of lines) {
    if (busy > 0) continue;
    lines.delete(socket);
    socket.destroy();
    return true;
  }
  return false;
}

function bringsBody(headers: { readonly [name: string]: unknown }): boolean {
  return 'transfer-encoding' in headers || Number(headers['content-length'] ?? 0) > 0;
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');
}
