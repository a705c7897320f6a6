import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { CopyRows } from './copy-rows.ts';
import { newClient } from './pool.ts';

/** One connection for bulk work: no time limit, rows by COPY, prepared statements. */
export interface Bulk {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Like `query`; the statement is parsed once and cached under its name. */
  prepared<Row extends object>(statement: Prepared): Promise<readonly Row[]>;
  /** Copies rows into the table and columns that `target` names. */
  copy(target: string, rows: CopyRows): Promise<void>;
  /** Runs everything in one transaction, or nothing of it. */
  transaction<T>(run: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface Prepared {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

export async function openBulk(url: string): Promise<Bulk> {
  const client = newClient({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  const query = async <Row extends object>(text: string, values: readonly unknown[] = []) =>
    (await client.query<Row>(text, [...values])).rows;
  return {
    query,
    prepared: async <Row extends object>({ name, text, values }: Prepared) =>
      (await client.query<Row>({ name, text, values: [...values] })).rows,
    copy: (target, rows) =>
      pipeline(
        Readable.from(rows.end()),
        client.query(copyFrom(`copy ${target} from stdin (format binary)`)),
      ),
    transaction: async (run) => {
      await query('begin');
      try {
        const result = await run();
        await query('commit');
        return result;
      } catch (error) {
        await query('rollback').catch(() => undefined); // The first failure is the one to report.
        throw error;
      }
    },
    close: () => client.end(),
  };
}

/** A name quoted as an identifier. */
export function quoteName(name: string): string {
  return pg.escapeIdentifier(name);
}

/** Creates the database if the server has none of that name; returns its URL. */
export async function makeDatabase(serverUrl: string, name: string): Promise<string> {
  const server = await openBulk(serverUrl);
  try {
    const there = await server.query('select 1 from pg_database where datname = $1', [name]);
    if (there.length === 0) await server.query(`create database ${quoteName(name)}`);
  } finally {
    await server.close();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
