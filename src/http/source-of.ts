import type { HttpBindings } from '@hono/node-server';

/** As much of a request as is needed to tell where it came from. */
interface Asked {
  readonly env: unknown;
  readonly req: { header(name: string): string | undefined };
}

/**
 * Where a request came from, for the brakes at the door; of IPv6 the network, since a visitor has all
 * of it. Behind TLS a proxy of ours stands on this machine, and the last address it names is the only
 * one a visitor cannot choose.
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
