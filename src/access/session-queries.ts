import { sql } from 'kysely';
import type { Db } from '../db/connect.ts';
import type { SessionId } from '../kernel/ids.ts';

/** The owner of sessions: a staff member or a family file. */
export interface SessionOwner {
  readonly kind: 'staff' | 'family';
  /** Staff id or enquiry id. */
  readonly ownerId: string;
}

/** Serialises requests of this owner until the transaction ends. */
export async function lockOwner(tx: Db, ownerId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`owner|${ownerId}`}, 7))`.execute(tx);
}

/**
 * Ends all sessions of the owner except this one and the newest others in use. Idle and expired
 * ones take no place. Call it under the owner's row context, after `lockOwner`.
 */
export async function endOldestSessions(
  tx: Db,
  owner: SessionOwner,
  kept: {
    readonly tokenHash: Buffer;
    readonly others: number;
    readonly idleSince: Date;
    readonly now: Date;
  },
): Promise<void> {
  const column = sql.ref(owner.kind === 'staff' ? 'staff_id' : 'enquiry_id');
  await sql`update sessions set ended_at = ${kept.now}
    where ${column} = ${owner.ownerId} and kind = ${owner.kind} and ended_at is null
      and token_hash <> ${kept.tokenHash}
      and id not in (
        select id from sessions
        where ${column} = ${owner.ownerId} and kind = ${owner.kind} and ended_at is null
          and token_hash <> ${kept.tokenHash}
          and ends_at > ${kept.now} and seen_at >= ${kept.idleSince}
        order by started_at desc, ctid desc limit ${kept.others})`.execute(tx);
}

/** Gives the session a new token; false if it has ended. The old token is then unknown. */
export async function renewSession(
  tx: Db,
  renewed: { readonly tokenHash: Buffer; readonly newHash: Buffer; readonly freshUntil: Date },
): Promise<boolean> {
  const answer = await tx
    .updateTable('sessions')
    .set({ tokenHash: renewed.newHash, freshUntil: renewed.freshUntil })
    .where('tokenHash', '=', renewed.tokenHash)
    .where('endedAt', 'is', null)
    .executeTakeFirst();
  return answer.numUpdatedRows === 1n;
}

/**
 * True if the session is open and its person may work. Looked up by id, which outlives its tokens.
 */
export async function isSessionOpen(
  tx: Db,
  asked: { readonly sessionId: SessionId; readonly idleSince: Date; readonly now: Date },
): Promise<boolean> {
  const found = await sql`select 1 from sessions s
    join staff p on p.id = s.staff_id and p.office_id = s.office_id
    where s.id = ${asked.sessionId} and s.ended_at is null and s.ends_at > ${asked.now}
      and s.seen_at >= ${asked.idleSince} and p.disabled_at is null and p.locked_at is null`.execute(
    tx,
  );
  return found.rows.length === 1;
}
