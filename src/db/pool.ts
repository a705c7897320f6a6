import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { unavailable } from '../kernel/problem.ts';
import { asUnavailable } from './unavailable.ts';

export interface PoolOptions {
  /** The maximum number of connections of this process. */
  readonly max: number;
  /** How long a caller waits for one of them. */
  readonly acquireMs?: number;
}

/** Callers that may wait at once, per connection; further callers are refused at once. */
const waitingPerConnection = 40;
const statementMs = 5_000;
/** A frozen server cannot end a statement by itself, so the client ends it a little later. */
const queryMs = statementMs + 2_000;

/**
 * A bounded pool whose connections may break at any moment. Each has an error listener for its
 * whole life: without one, a connection that breaks while in use ends the process. Errors that mean
 * the database is away become one refusal, with the driver's error as its cause.
 */
export function openPool(url: string, options: PoolOptions): PostgresPool {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max,
    connectionTimeoutMillis: options.acquireMs ?? 5_000,
    idleTimeoutMillis: 60_000,
    statement_timeout: statementMs,
    query_timeout: queryMs,
    idle_in_transaction_session_timeout: 10_000,
  });
  pool.on('error', ignoreBroken);
  pool.on('connect', (client) => client.on('error', ignoreBroken));
  return {
    connect: async () => {
      if (pool.waitingCount >= options.max * waitingPerConnection) {
        throw unavailable('database.full');
      }
      return new Client(await pool.connect().catch(refuse));
    },
    end: () => pool.end(),
  };
}

/** A single connection with an error listener, for work at the start: roles, migrations, checks. */
export function newClient(options: pg.ClientConfig): pg.Client {
  const client = new pg.Client(options);
  client.on('error', ignoreBroken);
  return client;
}

/** The running statement fails with the same error, and the pool replaces the connection. */
function ignoreBroken(): void {}

function refuse(error: unknown): never {
  throw asUnavailable(error) ?? error;
}

/** One checked-out connection. After an error of the connection itself it is not reused. */
class Client implements PostgresPoolClient {
  readonly #client: pg.PoolClient;
  #broken: Error | null = null;

  constructor(client: pg.PoolClient) {
    this.#client = client;
  }

  // The interface has a second form for cursors, which nothing here uses.
  query = (async (text: string, values: readonly unknown[]) => {
    if (this.#broken) throw this.#broken;
    try {
      return await this.#client.query(text, [...values]);
    } catch (error) {
      const problem = asRefusal(error);
      if (problem && isOfConnection(error)) await this.#abandon(problem);
      throw problem ?? error;
    }
  }) as unknown as PostgresPoolClient['query'];

  release = (): void => {
    this.#client.release(this.#broken ?? undefined);
  };

  /**
   * Closes the socket, so that neither the rollback nor the next caller waits behind a lost
   * statement.
   */
  async #abandon(problem: Error): Promise<void> {
    this.#broken = problem;
    this.#client.end().catch(ignoreBroken);
  }
}

/** Serialization failures and deadlocks pass unchanged: the transaction is retried. */
function asRefusal(error: unknown): Error | null {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return code === '40001' || code === '40P01' ? null : asUnavailable(error);
}

/**
 * An error with a SQLSTATE came over the connection, which is intact unless the code says that it
 * ends.
 */
function isOfConnection(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return !/^[0-9A-Z]{5}$/.test(code) || /^(08|57P|25P0[34])/.test(code);
}
