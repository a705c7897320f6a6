import { sql } from 'kysely';
import type { Db } from '../db/connect.ts';
import type { Role } from '../kernel/actor.ts';
import type { AccountId, OfficeId, SessionId, StaffId } from '../kernel/ids.ts';
import type { Page } from '../kernel/page.ts';

export async function insertOffice(
  tx: Db,
  office: { readonly id: OfficeId; readonly name: string; readonly recordedAt: Date },
): Promise<void> {
  await tx.insertInto('offices').values(office).execute();
}

export async function findOfficeName(tx: Db, officeId: OfficeId): Promise<string | null> {
  const row = await tx
    .selectFrom('offices')
    .select('name')
    .where('id', '=', officeId)
    .executeTakeFirst();
  return row?.name ?? null;
}

export async function insertPolicy(
  tx: Db,
  policy: {
    readonly version: number;
    readonly content: string;
    readonly signature: Uint8Array;
    readonly inForceAt: Date;
  },
): Promise<void> {
  await tx
    .insertInto('policies')
    .values({ ...policy, signature: Buffer.from(policy.signature) })
    .execute();
}

/** A staff member and the account with which this person signs in. */
export interface NewStaff {
  readonly staffId: StaffId;
  readonly accountId: AccountId;
  readonly workName: string;
  readonly roles: readonly Role[];
  readonly language: 'uk' | 'ru' | 'en';
  /** Digest of a one-time enrolment code, while the person has to register a passkey. */
  readonly enrolmentHash?: Buffer;
  readonly enrolmentExpiresAt?: Date;
}

export async function insertStaff(
  tx: Db,
  person: NewStaff & { readonly officeId: OfficeId },
  now: Date,
): Promise<void> {
  await tx
    .insertInto('staff')
    .values({
      id: person.staffId,
      officeId: person.officeId,
      workName: person.workName,
      roles: [...person.roles],
      language: person.language,
      recordedAt: now,
    })
    .execute();
  await tx
    .insertInto('staffAccounts')
    .values({
      id: person.accountId,
      staffId: person.staffId,
      officeId: person.officeId,
      enrolmentHash: person.enrolmentHash ?? null,
      enrolmentExpiresAt: person.enrolmentExpiresAt ?? null,
      recordedAt: now,
    })
    .execute();
}

export interface StaffRow {
  readonly staffId: StaffId;
  readonly accountId: AccountId;
  readonly workName: string;
  readonly roles: readonly Role[];
  readonly language: 'uk' | 'ru' | 'en';
}

/** All staff members with an account, by name. */
export async function listStaff(tx: Db, limit: number): Promise<readonly StaffRow[]> {
  const rows = await sql<StaffRow>`
    select s.id as staff_id, a.id as account_id, s.work_name, s.roles, s.language
    from staff s join staff_accounts a on a.staff_id = s.id and a.office_id = s.office_id
    where s.disabled_at is null order by s.work_name limit ${limit}`.execute(tx);
  return rows.rows;
}

export interface StaffPerson {
  readonly workName: string;
  readonly roles: readonly Role[];
  readonly language: 'uk' | 'ru' | 'en';
  readonly disabledAt: Date | null;
  readonly lockedAt: Date | null;
}

/** The staff member with this id; before sign-in, row security shows no other. */
export async function findStaffPerson(tx: Db, staffId: StaffId): Promise<StaffPerson | null> {
  const rows = await sql<StaffPerson>`
    select work_name, roles, language, disabled_at, locked_at from staff
    where id = ${staffId}`.execute(tx);
  return rows.rows[0] ?? null;
}

export async function setStaffLanguage(
  tx: Db,
  staffId: StaffId,
  language: 'uk' | 'ru' | 'en',
): Promise<void> {
  await tx.updateTable('staff').set({ language }).where('id', '=', staffId).execute();
}

export async function insertStaffSession(
  tx: Db,
  session: {
    readonly id: SessionId;
    readonly tokenHash: Buffer;
    readonly staffId: StaffId;
    readonly accountId: AccountId;
    readonly officeId: OfficeId;
    readonly startedAt: Date;
    readonly endsAt: Date;
    readonly freshUntil: Date;
  },
): Promise<void> {
  await tx
    .insertInto('sessions')
    .values({ ...session, kind: 'staff', seenAt: session.startedAt })
    .execute();
}

export interface StaffSession {
  readonly sessionId: SessionId;
  readonly staffId: StaffId;
  readonly accountId: AccountId;
  readonly officeId: OfficeId;
  readonly seenAt: Date;
  readonly endsAt: Date;
  readonly freshUntil: Date | null;
}

export async function findStaffSession(tx: Db, tokenHash: Buffer): Promise<StaffSession | null> {
  const rows = await sql<StaffSession>`
    select id as session_id, staff_id, account_id, office_id, seen_at, ends_at, fresh_until
    from sessions where token_hash = ${tokenHash} and kind = 'staff' and ended_at is null`.execute(
    tx,
  );
  return rows.rows[0] ?? null;
}

export async function touchSession(tx: Db, tokenHash: Buffer, now: Date): Promise<void> {
  await tx
    .updateTable('sessions')
    .set({ seenAt: now })
    .where('tokenHash', '=', tokenHash)
    .execute();
}

export async function endSession(tx: Db, tokenHash: Buffer, now: Date): Promise<void> {
  await tx
    .updateTable('sessions')
    .set({ endedAt: now })
    .where('tokenHash', '=', tokenHash)
    .where('endedAt', 'is', null)
    .execute();
}

export interface EnrolmentRow {
  readonly accountId: AccountId;
  readonly staffId: StaffId;
}

/** The account whose enrolment code was presented, while the code is valid. */
export async function findEnrolment(
  tx: Db,
  codeHash: Buffer,
  now: Date,
): Promise<EnrolmentRow | null> {
  const rows = await sql<EnrolmentRow>`
    select id as account_id, staff_id from staff_accounts
    where enrolment_hash = ${codeHash} and enrolment_expires_at > ${now}`.execute(tx);
  return rows.rows[0] ?? null;
}

/**
 * Uses up the enrolment code; false if another request did so first. Selected by the account's id,
 * since row security permits only changes after which the row is still visible.
 */
export async function useEnrolment(
  tx: Db,
  used: { readonly accountId: AccountId; readonly codeHash: Buffer },
): Promise<boolean> {
  const answer = await tx
    .updateTable('staffAccounts')
    .set({ enrolmentHash: null, enrolmentExpiresAt: null })
    .where('id', '=', used.accountId)
    .where('enrolmentHash', '=', used.codeHash)
    .executeTakeFirst();
  return answer.numUpdatedRows === 1n;
}

export async function findAccountOwner(tx: Db, accountId: string): Promise<StaffId | null> {
  const rows = await sql<{ staffId: StaffId }>`
    select staff_id from staff_accounts where id = ${accountId}`.execute(tx);
  return rows.rows[0]?.staffId ?? null;
}

export interface AlertRow {
  readonly alertId: string;
  readonly kind: string;
  readonly objectId: string | null;
  readonly raisedAt: Date;
  /** How often it was raised before it was seen, and when last. */
  readonly times: number;
  readonly lastRaisedAt: Date;
  readonly seenBy: string | null;
  readonly seenAt: Date | null;
}

/** A page of the office's alerts: unseen ones first, newest first. */
export async function listAlerts(
  tx: Db,
  page: { readonly offset: number; readonly limit: number },
): Promise<Page<AlertRow>> {
  const found = await sql<AlertRow>`
    select a.id as alert_id, a.kind, a.object_id, a.raised_at, a.times, a.last_raised_at,
      s.work_name as seen_by, a.seen_at
    from alerts a left join staff s on s.id = a.seen_by and s.office_id = a.office_id
    order by a.seen_at is not null, a.last_raised_at desc, a.id
    offset ${page.offset} limit ${page.limit + 1}`.execute(tx);
  const hasMore = found.rows.length > page.limit;
  return {
    rows: found.rows.slice(0, page.limit),
    nextAfter: hasMore ? String(page.offset + page.limit) : null,
  };
}

export interface NewAlert {
  readonly id: string;
  readonly officeId: string;
  readonly kind: string;
  readonly objectId: string | null;
  readonly raisedAt: Date;
}

/**
 * Raises an alert for the staff of an office until one of them has seen it. Until then the same
 * kind about the same object is only counted.
 */
export async function insertAlert(tx: Db, alert: NewAlert): Promise<void> {
  await tx
    .insertInto('alerts')
    .values({ ...alert, lastRaisedAt: alert.raisedAt })
    .onConflict((conflict) =>
      conflict
        .columns(['officeId', 'kind', 'objectId'])
        .where('seenAt', 'is', null)
        .doUpdateSet({ times: sql`alerts.times + 1`, lastRaisedAt: alert.raisedAt }),
    )
    .execute();
}

/**
 * The alert of a condition that persists and is checked every minute: it remains one alert and is
 * not counted.
 */
export async function insertLastingAlert(tx: Db, alert: NewAlert): Promise<void> {
  await tx
    .insertInto('alerts')
    .values({ ...alert, lastRaisedAt: alert.raisedAt })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function countUnseenAlerts(tx: Db): Promise<number> {
  const row = await tx
    .selectFrom('alerts')
    .select((where) => where.fn.countAll<number>().as('count'))
    .where('seenAt', 'is', null)
    .executeTakeFirstOrThrow();
  return row.count;
}

export async function findAlertOffice(tx: Db, alertId: string): Promise<OfficeId | null> {
  const rows = await sql<{ officeId: OfficeId }>`
    select office_id from alerts where id = ${alertId}`.execute(tx);
  return rows.rows[0]?.officeId ?? null;
}

/** Records who saw the alert; the first one remains. */
export async function markAlertSeen(
  tx: Db,
  seen: { readonly alertId: string; readonly staffId: StaffId; readonly now: Date },
): Promise<boolean> {
  const answer = await tx
    .updateTable('alerts')
    .set({ seenBy: seen.staffId, seenAt: seen.now })
    .where('id', '=', seen.alertId)
    .where('seenAt', 'is', null)
    .executeTakeFirst();
  return answer.numUpdatedRows === 1n;
}
