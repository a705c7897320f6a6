import { sql } from 'kysely';
import type { Db } from '../db/connect.ts';
import { inTransaction, type RowContext } from '../db/transaction.ts';

/** A change: its topic and id, and nothing of its content. */
export interface Change {
  readonly noun: string;
  readonly objectId: string;
}

/** A reader's position in the order of changes. */
export interface ChangePlace {
  readonly writtenBy: string;
  readonly sequence: number;
}

/** The newest change that every reader can see now: the start position of a new reader. */
export function findChangePlace(db: Db, context: RowContext): Promise<ChangePlace> {
  return inTransaction(db, context, async (tx) => {
    const found = await sql<ChangePlace>`
      select (pg_snapshot_xmin(pg_current_snapshot()))::text as written_by,
        0 as sequence`.execute(tx);
    return found.rows[0] ?? { writtenBy: '0', sequence: 0 };
  });
}

/**
 * Changes after the given position, in the order of their transactions. Changes that a running
 * transaction could still precede are held back: a change committed late is read late, never lost.
 */
export function listChanges(
  db: Db,
  context: RowContext,
  asked: { readonly after: ChangePlace; readonly limit: number },
): Promise<readonly (Change & ChangePlace)[]> {
  const { writtenBy, sequence } = asked.after;
  return inTransaction(db, context, async (tx) => {
    const found = await sql<Change & ChangePlace>`
      select noun, object_id, written_by::text as written_by, sequence from changes
      where (written_by, sequence) > (${writtenBy}::xid8, ${sequence})
        and written_by < pg_snapshot_xmin(pg_current_snapshot())
      order by written_by, sequence limit ${asked.limit}`.execute(tx);
    return found.rows;
  });
}
