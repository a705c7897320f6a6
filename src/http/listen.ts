import type { Server } from 'node:http';
import { createAdaptorServer, type serve } from '@hono/node-server';
import { boundConnections } from './connections.ts';

export interface Listening {
  readonly port: number;
  /** Stops accepting, lets running answers finish, and cuts off those that do not. */
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** How long a request may take to arrive: an upload over a slow line. */
  readonly requestTimeoutMs: number;
  /** How long running answers have when the server closes. */
  readonly drainMs: number;
}

/**
 * Connections that wait to be accepted. They are served before later ones, so a long queue means a
 * long wait; the operating system makes the others retry.
 */
const backlog = 512;

/** Listens. Slow senders are cut off. */
export function listen(
  app: { readonly fetch: Parameters<typeof serve>[0]['fetch'] },
  options: ListenOptions,
): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: {
      headersTimeout: 10_000,
      requestTimeout: options.requestTimeoutMs,
      keepAliveTimeout: 10_000,
      maxHeaderSize: 16 * 1024,
      connectionsCheckingInterval: 5_000,
    },
  }) as Server; // HTTP/2 is not enabled.
  boundConnections(server);
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen({ host: options.host, port: options.port, backlog }, () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : options.port;
      resolve({ port, close: () => closing(server, options.drainMs) });
    });
  });
}

function closing(server: Server, drainMs: number): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => {
      server.closeAllConnections();
    }, drainMs);
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
    server.closeIdleConnections();
  });
}
