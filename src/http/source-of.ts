import type { HttpBindings } from '@hono/node-server';

/** The parts of a request that identify the client's address. */
interface Asked {
  readonly env: unknown;
  readonly req: { header(name: string): string | undefined };
}

/**
 * The client IP address of a request, for rate limits. For IPv6 it is the network, since one
 * visitor has all of it. With TLS, our own proxy runs on this machine, and the last address that it
 * adds is the only one a visitor cannot choose.
 */
export function sourceOf(origin: string): (c: Asked) => string {
  return (c) => {
    const bindings = c.env as Partial<HttpBindings> | undefined; // Set by the Node server.
    const socket = bindings?.incoming?.socket.remoteAddress ?? 'one';
    if (!origin.startsWith('https:')) return networkOf(socket);
    const named = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim();
    return networkOf(named || socket);
  };
}

function networkOf(address: string): string {
  return address.includes(':') && !address.startsWith('::ffff:')
    ? address.split(':').slice(0, 4).join(':')
    : address;
}
