import pg from 'pg';
import type { CopyRows } from './copy-rows.ts';
import { newClient } from './pool.ts';

/** One connection for work in bulk: no limit of time, rows by COPY, statements kept prepared. */
export interface Bulk {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Like `query`; the statement is parsed once and kept under its name. */
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
      client.query(new CopyIn(`copy ${target} from stdin (format binary)`, rows.end())).done,
    transaction: async (run) => {
      await query('begin');
      try {
        const result = await run();
        await query('commit');
        return result;
      } catch (error) {
        await query('rollback').catch(() => undefined); // The first failure is the one to tell.
        throw error;
      }
    },
    close: () => client.end(),
  };
}

/** A name as an identifier in a statement. */
export function quoteName(name: string): string {
  return pg.escapeIdentifier(name);
}

/** Makes the database where the server has none of that name; answers its URL. */
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

/** One COPY into a table, as the driver's queue of statements takes it. */
class CopyIn implements pg.Submittable {
  readonly done: Promise<void>;
  readonly #text: string;
  readonly #pages: readonly Uint8Array[];
  #resolve: () => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;

  constructor(text: string, pages: readonly Uint8Array[]) {
    this.#text = text;
    this.#pages = pages;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: pg.Connection): void {
    connection.query(this.#text);
  }

  handleCopyInResponse(connection: Receiving): void {
    for (const page of this.#pages) connection.sendCopyFromChunk(page);
    connection.endCopyFrom();
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#resolve();
  }

  handleError(error: Error): void {
    this.#reject(error);
  }
}

/** What the driver's connection offers while a COPY is open; its types leave it out. */
interface Receiving {
  sendCopyFromChunk(page: Uint8Array): void;
  endCopyFrom(): void;
}
