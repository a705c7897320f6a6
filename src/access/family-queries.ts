import { sql } from 'kysely';
import type { Db } from '../db/connect.ts';
import type { EnquiryId, OfficeId, SessionId } from '../kernel/ids.ts';

export interface FamilyFile {
  readonly enquiryId: EnquiryId;
  readonly officeId: OfficeId;
  readonly passphraseHash: string | null;
}

/** Stores a family's credentials; false if the code already exists. */
export async function insertFamilyFile(
  tx: Db,
  file: {
    readonly enquiryId: EnquiryId;
    readonly officeId: OfficeId;
    readonly codeHash: Buffer;
    readonly recordedAt: Date;
  },
): Promise<boolean> {
  const answer = await tx
    .insertInto('familyFiles')
    .values(file)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return answer.numInsertedOrUpdatedRows === 1n;
}

/** The file with the code that was presented; row security shows no other. */
export async function findFamilyFile(tx: Db, codeHash: Buffer): Promise<FamilyFile | null> {
  const row = await tx
    .selectFrom('familyFiles')
    .select(['enquiryId', 'officeId', 'passphraseHash'])
    .where('codeHash', '=', codeHash)
    .executeTakeFirst();
  if (!row) return null;
  return {
    ...row,
    enquiryId: row.enquiryId as EnquiryId, // Written as such by insertFamilyFile.
    officeId: row.officeId as OfficeId,
  };
}

/** Sets the first passphrase; false if one is already set. */
export async function setPassphraseHash(
  tx: Db,
  file: { readonly codeHash: Buffer; readonly passphraseHash: string },
): Promise<boolean> {
  const answer = await tx
    .updateTable('familyFiles')
    .set({ passphraseHash: file.passphraseHash, tries: 0, opened: 0, triesSince: null })
    .where('codeHash', '=', file.codeHash)
    .where('passphraseHash', 'is', null)
    .executeTakeFirst();
  return answer.numUpdatedRows === 1n;
}

/**
 * S-20: limits for one file in one hour, on wrong passphrases and on right ones. Real families sign
 * in far less often.
 */
const triesMax = 10;
const openedMax = 60;

/**
 * Counts an attempt before it is checked; false if none is left. It is one statement, so
 * simultaneous attempts cannot pass the limit. Both counts restart an hour after the first attempt.
 */
export async function reserveTry(tx: Db, codeHash: Buffer, now: Date): Promise<boolean> {
  const hourAgo = new Date(now.getTime() - 3_600_000);
  const answer = await sql`update family_files set
      tries = case when tries_since > ${hourAgo} then tries + 1 else 1 end,
      opened = case when tries_since > ${hourAgo} then opened else 0 end,
      tries_since = case when tries_since > ${hourAgo} then tries_since else ${now} end
    where code_hash = ${codeHash} and (tries_since is null or tries_since <= ${hourAgo}
      or (tries < ${triesMax} and opened < ${openedMax}))`.execute(tx);
  return answer.numAffectedRows === 1n;
}

/** The attempt was right: it no longer counts as a wrong one. */
export async function giveTryBack(tx: Db, codeHash: Buffer): Promise<void> {
  await sql`update family_files set tries = greatest(tries - 1, 0), opened = opened + 1
    where code_hash = ${codeHash}`.execute(tx);
}

export async function insertFamilySession(
  tx: Db,
  session: {
    readonly id: SessionId;
    readonly tokenHash: Buffer;
    readonly enquiryId: EnquiryId;
    readonly officeId: OfficeId;
    readonly startedAt: Date;
    readonly endsAt: Date;
  },
): Promise<void> {
  await tx
    .insertInto('sessions')
    .values({ ...session, kind: 'family', seenAt: session.startedAt })
    .execute();
}

export interface FamilySession {
  readonly sessionId: SessionId;
  readonly enquiryId: EnquiryId;
  readonly officeId: OfficeId;
  readonly seenAt: Date;
  readonly endsAt: Date;
}

export async function findFamilySession(tx: Db, tokenHash: Buffer): Promise<FamilySession | null> {
  const row = await tx
    .selectFrom('sessions')
    .select(['id', 'enquiryId', 'officeId', 'seenAt', 'endsAt'])
    .where('tokenHash', '=', tokenHash)
    .where('kind', '=', 'family')
    .where('endedAt', 'is', null)
    .executeTakeFirst();
  if (!row?.enquiryId) return null;
  return {
    sessionId: row.id as SessionId, // Written as such by insertFamilySession.
    enquiryId: row.enquiryId as EnquiryId,
    officeId: row.officeId as OfficeId,
    seenAt: row.seenAt,
    endsAt: row.endsAt,
  };
}

export async function touchFamilySession(tx: Db, tokenHash: Buffer, now: Date): Promise<void> {
  await tx
    .updateTable('sessions')
    .set({ seenAt: now })
    .where('tokenHash', '=', tokenHash)
    .execute();
}

export async function endFamilySession(tx: Db, tokenHash: Buffer, now: Date): Promise<void> {
  await tx
    .updateTable('sessions')
    .set({ endedAt: now })
    .where('tokenHash', '=', tokenHash)
    .where('endedAt', 'is', null)
    .execute();
}
