import { sql } from 'kysely';
import type { Db } from '../db/connect.ts';
import type { AccountId, EnquiryId, OfficeId, SessionId } from '../kernel/ids.ts';
import { lockOwner } from './session-queries.ts';

export type ChallengeIntent = 'enrol' | 'sign_in' | 'step_up' | 'family_enrol' | 'family_sign_in';

export interface Challenge {
  readonly id: string;
  readonly challenge: string;
  readonly intent: ChallengeIntent;
  readonly ownerId: string | null;
  /** The session that began the ceremony; null before sign-in. */
  readonly sessionId: SessionId | null;
  readonly expiresAt: Date;
}

const sweptAtOnce = 20;

/** Stores a challenge, and removes some that have expired unanswered. */
export async function insertChallenge(tx: Db, challenge: Challenge, now: Date): Promise<void> {
  await sql`delete from challenges where id in (
    select id from challenges where expires_at < ${now}
    order by expires_at limit ${sweptAtOnce} for update skip locked)`.execute(tx);
  await tx.insertInto('challenges').values(challenge).execute();
}

/**
 * Consumes a challenge: it is valid once, and only for the session that requested it (R-15, S-17).
 */
export async function takeChallenge(
  tx: Db,
  asked: Pick<Challenge, 'id' | 'intent' | 'sessionId'> & { readonly now: Date },
): Promise<{ readonly challenge: string; readonly ownerId: string | null } | null> {
  const row = await tx
    .deleteFrom('challenges')
    .where('id', '=', asked.id)
    .where('intent', '=', asked.intent)
    .where('sessionId', 'is not distinct from', asked.sessionId)
    .returning(['challenge', 'ownerId', 'expiresAt'])
    .executeTakeFirst();
  return row && row.expiresAt > asked.now ? row : null;
}

interface Passkey {
  readonly credentialId: string;
  readonly publicKey: Buffer;
  readonly counter: number;
}

export interface NewPasskey extends Passkey {
  readonly ownerKind: 'staff' | 'family';
  /** Account id or enquiry id. */
  readonly ownerId: string;
  readonly officeId: OfficeId;
  readonly transports: readonly string[];
  readonly recordedAt: Date;
}

const passkeysMax = 5;

/**
 * Stores a passkey in the owner's first free place. The lock makes parallel requests wait; the
 * places are unique, so the database enforces the limit even without it.
 */
export async function insertPasskey(tx: Db, key: NewPasskey): Promise<'kept' | 'full' | 'known'> {
  await lockOwner(tx, key.ownerId);
  const { rows } = await sql<{ place: number }>`
    select place from generate_series(1, ${passkeysMax}::int) as free (place)
    where not exists (select from passkeys p where p.owner_kind = ${key.ownerKind}
      and p.owner_id = ${key.ownerId} and p.place = free.place)
    order by place limit 1`.execute(tx);
  const place = rows[0]?.place;
  if (place === undefined) return 'full';
  const answer = await tx
    .insertInto('passkeys')
    .values({ ...key, transports: [...key.transports], place })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return answer.numInsertedOrUpdatedRows === 1n ? 'kept' : 'known';
}

export async function usedPasskey(
  tx: Db,
  used: { readonly credentialId: string; readonly counter: number; readonly now: Date },
): Promise<void> {
  await tx
    .updateTable('passkeys')
    .set({ counter: used.counter, lastUsedAt: used.now })
    .where('credentialId', '=', used.credentialId)
    .execute();
}

export interface StaffPasskey extends Passkey {
  readonly accountId: AccountId;
}

export async function findStaffPasskey(tx: Db, credentialId: string): Promise<StaffPasskey | null> {
  const rows = await sql<StaffPasskey>`
    select credential_id, owner_id as account_id, public_key, counter from passkeys
    where credential_id = ${credentialId} and owner_kind = 'staff'`.execute(tx);
  return rows.rows[0] ?? null;
}

export interface FamilyPasskey extends Passkey {
  readonly enquiryId: EnquiryId;
}

export async function findFamilyPasskey(
  tx: Db,
  credentialId: string,
): Promise<FamilyPasskey | null> {
  const rows = await sql<FamilyPasskey>`
    select credential_id, owner_id as enquiry_id, public_key, counter from passkeys
    where credential_id = ${credentialId} and owner_kind = 'family'`.execute(tx);
  return rows.rows[0] ?? null;
}
