import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { openPool, type PoolOptions } from './pool.ts';
import type { Tables } from './tables.ts';

/** A database or a transaction in it. */
export type Db = Kysely<Tables>;

export interface Connection<T = Tables> {
  readonly db: Kysely<T>;
  close(): Promise<void>;
}

// Counts and sequences are read as numbers; none of ours exceeds 2^53. Dates remain text.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);

/** Opens a bounded pool; see `openPool` for what happens when the database is away. */
export function connect<T = Tables>(url: string, options: PoolOptions): Connection<T> {
  const db = new Kysely<T>({
    dialect: new PostgresDialect({ pool: openPool(url, options) }),
    plugins: [new CamelCasePlugin()],
  });
  return { db, close: () => db.destroy() };
}
