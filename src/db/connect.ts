import { CamelCasePlugin, Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { Tables } from './tables.ts';

/** A database or a transaction in it. */
export type Db = Kysely<Tables>;

export interface Connection<T = Tables> {
  readonly db: Kysely<T>;
  close(): Promise<void>;
}

// Counts and sequences come as numbers; none of ours passes 2^53. Dates stay the text they are.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);

/** Opens a bounded pool. `max` is the most connections this process takes. */
export function connect<T = Tables>(url: string, options: { readonly max: number }): Connection<T> {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    statement_timeout: 5_000,
    idle_in_transaction_session_timeout: 10_000,
  });
  // A connection lost while idle is replaced at the next use; the pool must not end the process.
  pool.on('error', () => undefined);
  const db = new Kysely<T>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin()],
  });
  return { db, close: () => db.destroy() };
}

/** Whether the database answers at all, within the time that a connection may take. */
export function answers(db: Db): Promise<boolean> {
  return sql`select 1`.execute(db).then(
    () => true,
    () => false,
  );
}
