import { connect } from 'node:net';

/** One answer as it arrives: how many bytes before and after the empty line. */
export interface OnTheWire {
  readonly code: number;
  readonly headBytes: number;
  readonly bodyBytes: number;
  readonly setCookie: string | null;
  readonly text: string;
}

export interface Asked {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Requests over a connection of its own, as plain bytes, and counts everything that is returned.
 */
export function onTheWire(port: number, asked: Asked): Promise<OnTheWire> {
  const body = Buffer.from(asked.body ?? '');
  const headers = {
    host: `localhost:${port}`,
    connection: 'close',
    ...(asked.method === 'POST' ? { 'content-length': String(body.length) } : {}),
    ...asked.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const parts: Buffer[] = [];
    socket.on('data', (part: Buffer) => parts.push(part));
    socket.on('error', reject);
    socket.on('end', () => {
      const all = Buffer.concat(parts);
      const headBytes = all.indexOf('\r\n\r\n') + 4;
      const head = all.subarray(0, headBytes).toString('latin1');
      resolve({
        code: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0),
        headBytes,
        bodyBytes: all.length - headBytes,
        setCookie: /^set-cookie: ([^;\r]*)/im.exec(head)?.[1] ?? null,
        text: all.subarray(headBytes).toString('utf8'),
      });
    });
    socket.write(`${asked.method} ${asked.path} HTTP/1.1\r\n${lines.join('')}\r\n`);
    socket.write(body);
  });
}
