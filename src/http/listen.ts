import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { boundConnections } from './connections.ts';

export interface Listening {
  readonly port: number;
  /** Takes no more, lets answers under way finish, and cuts off what does not. */
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** How long a request may take to arrive: an upload over a slow line. */
  readonly requestTimeoutMs: number;
  /** How long answers under way have when the server closes. */
  readonly drainMs: number;
}

/** Listens. Slow senders are cut off. */
export function listen(
  app: { readonly fetch: Parameters<typeof serve>[0]['fetch'] },
  options: ListenOptions,
): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = serve(
      {
        fetch: app.fetch,
        hostname: options.host,
        port: options.port,
        serverOptions: {
          headersTimeout: 10_000,
          requestTimeout: options.requestTimeoutMs,
          keepAliveTimeout: 10_000,
          maxHeaderSize: 16 * 1024,
          connectionsCheckingInterval: 5_000,
        },
      },
      (address) => resolve({ port: address.port, close: () => closing(server, options.drainMs) }),
    );
    server.on('error', reject);
    boundConnections(server as Server); // No HTTP/2 is asked for above.
  });
}

function closing(server: ReturnType<typeof serve>, drainMs: number): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => {
      if ('closeAllConnections' in server) server.closeAllConnections();
    }, drainMs);
    server.close(() => {
      clearTimeout(force);
      resolve();
    });
    if ('closeIdleConnections' in server) server.closeIdleConnections();
  });
}
