import { sql } from 'kysely';
import type { Db } from './connect.ts';
import { markOpen } from './open-transaction.ts';
import { asUnavailable } from './unavailable.ts';

/** The actor, as row security sees it; the settings apply to one transaction only. */
export interface RowContext {
  readonly actorKind: string;
  readonly actorId: string;
  readonly officeId: string;
  readonly subjectId: string;
}

const attemptsMax = 5;
/** Serialization failure and deadlock: the whole transaction is retried. */
const retried: ReadonlySet<string> = new Set(['40001', '40P01']);

/**
 * Runs `fn` in a transaction under the given row context. Inside a transaction it nests as a
 * savepoint and restores the outer context when it ends. `fn` calls no other process.
 */
export async function inTransaction<Answer>(
  db: Db,
  context: RowContext,
  fn: (tx: Db) => Promise<Answer>,
): Promise<Answer> {
  if (db.isTransaction) return inSavepoint(db, context, fn);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().execute(async (tx) => {
        await setContext(tx, context);
        return markOpen(() => fn(tx));
      });
    } catch (error) {
      if (!isRetried(error)) throw error;
      if (attempt >= attemptsMax) throw asUnavailable(error) ?? error;
      await pause(attempt * 10 + (process.hrtime()[1] % 10));
    }
  }
}

async function inSavepoint<Answer>(
  tx: Db,
  context: RowContext,
  fn: (tx: Db) => Promise<Answer>,
): Promise<Answer> {
  const outer = await readContext(tx);
  await sql`savepoint nested`.execute(tx);
  try {
    await setContext(tx, context);
    const answer = await markOpen(() => fn(tx));
    await sql`release savepoint nested`.execute(tx);
    await setContext(tx, outer);
    return answer;
  } catch (error) {
    // Rolling back to the savepoint restores the settings as well.
    await sql`rollback to savepoint nested`.execute(tx);
    await sql`release savepoint nested`.execute(tx);
    throw error;
  }
}

async function setContext(tx: Db, context: RowContext): Promise<void> {
  await sql`select set_config('homeward.actor_kind', ${context.actorKind}, true),
    set_config('homeward.actor_id', ${context.actorId}, true),
    set_config('homeward.office_id', ${context.officeId}, true),
    set_config('homeward.subject_id', ${context.subjectId}, true)`.execute(tx);
}

async function readContext(tx: Db): Promise<RowContext> {
  const found = await sql<RowContext>`
    select coalesce(current_setting('homeward.actor_kind', true), '') as actor_kind,
      coalesce(current_setting('homeward.actor_id', true), '') as actor_id,
      coalesce(current_setting('homeward.office_id', true), '') as office_id,
      coalesce(current_setting('homeward.subject_id', true), '') as subject_id`.execute(tx);
  const row = found.rows[0];
  return row ?? { actorKind: '', actorId: '', officeId: '', subjectId: '' };
}

function isRetried(error: unknown): boolean {
  return error instanceof Error && 'code' in error && retried.has(String(error.code));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
