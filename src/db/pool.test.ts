import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../test/database.ts';
import { Problem } from '../kernel/problem.ts';
import { connect } from './connect.ts';
import { inTransaction } from './transaction.ts';
import { asUnavailable } from './unavailable.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await cloneDatabase();
});
afterAll(() => test.drop());

const nobody = { actorKind: 'door', actorId: 'door', officeId: '', subjectId: '' };
const away = { code: 'database.away', httpStatus: 503 };

describe('a database that is away', () => {
  it('ends a connection inside a transaction, and the process goes on', async () => {
    const { db, close } = connect(test.urlOf('homeward_family'), { max: 1 });
    const cut = inTransaction(db, nobody, async (tx) => {
      const found = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
      // The connection is checked out and no statement is running: the driver emits an error.
      await sql`select pg_terminate_backend(${found.rows[0]?.pid}, 2000)`.execute(test.db);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await sql`select 1`.execute(tx);
    });
    await expect(cut).rejects.toMatchObject(away);
    expect((await sql`select 1`.execute(db)).rows).toHaveLength(1);
    await close();
  });

  it('ends a connection while a statement runs', async () => {
    const { db, close } = connect(test.urlOf('homeward_family'), { max: 1 });
    const cut = inTransaction(db, nobody, async (tx) => {
      const found = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
      const terminate = sql`select pg_terminate_backend(${found.rows[0]?.pid}, 2000)`;
      await Promise.all([sql`select pg_sleep(4)`.execute(tx), terminate.execute(test.db)]);
    });
    await expect(cut).rejects.toMatchObject(away);
    await close();
  });

  it('takes too long for a statement', async () => {
    const { db, close } = connect(test.urlOf('homeward_family'), { max: 1 });
    const slow = inTransaction(db, nobody, async (tx) => {
      await sql`set local statement_timeout = 30`.execute(tx);
      await sql`select pg_sleep(5)`.execute(tx);
    });
    await expect(slow).rejects.toMatchObject(away);
    // The connection itself is intact: the next caller gets it.
    expect((await sql`select 1`.execute(db)).rows).toHaveLength(1);
    await close();
  });

  it('has no connection left within the time given', async () => {
    const { db, close } = connect(test.urlOf('homeward_family'), { max: 1, acquireMs: 1_500 });
    await inTransaction(db, nobody, async () => {
      await expect(sql`select 1`.execute(db)).rejects.toMatchObject(away);
    });
    await close();
  });

  it('is not reached at all', async () => {
    for (const url of ['postgres://one@127.0.0.1:1/none', 'postgres:///none?host=/nowhere']) {
      const { db, close } = connect(url, { max: 1 });
      await expect(sql`select 1`.execute(db)).rejects.toMatchObject(away);
      await close();
    }
  });

  it('leaves a fault of ours as it is', async () => {
    const { db, close } = connect(test.urlOf('homeward_family'), { max: 1 });
    await expect(sql`select no_such_column`.execute(db)).rejects.toMatchObject({ code: '42703' });
    await close();
  });
});

describe('asUnavailable', () => {
  const coded = (code: string) => Object.assign(new Error('said by the server'), { code });

  it.each(['08006', '25P03', '53100', '53300', '57014', '57P01', '57P03', 'ECONNREFUSED'])(
    'translates %s and keeps the cause',
    (code) => {
      const error = coded(code);
      expect(asUnavailable(error)).toMatchObject({ ...away, cause: error });
      expect(asUnavailable(new AggregateError([new Error('first'), error]))).toMatchObject(away);
      expect(asUnavailable(new Error('outer', { cause: error }))).toMatchObject(away);
    },
  );

  it.each(['23505', '42P01', '22P02', '28P01', '25P02', 'ERR_INVALID_ARG_TYPE'])(
    'leaves %s alone',
    (code) => {
      expect(asUnavailable(coded(code))).toBeNull();
    },
  );

  it('leaves other refusals alone', () => {
    expect(asUnavailable(new Problem('enquiry.not_found', 404, 'Not found.'))).toBeNull();
  });
});
