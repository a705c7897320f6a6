import { type Generated, type Kysely, type KyselyPlugin, sql } from 'kysely';
import type { Compartment } from '../audit/context.ts';
import { requireNoTransaction } from '../db/open-transaction.ts';

/** The keystore is a separate database; only this file reads and writes its four tables. */
export type KeystoreDb = Kysely<KeystoreTables>;

/** A keystore that does not answer must not keep a transaction of the main database open. */
const outsideTransactions: KyselyPlugin = {
  transformQuery: ({ node }) => {
    requireNoTransaction('the keystore');
    return node;
  },
  transformResult: async ({ result }) => result,
};

/** The keystore over a connection to its database. */
export function keystoreOf(db: Kysely<never>): KeystoreDb {
  const keystore = db as unknown as KeystoreDb; // The keystore's migrations create these four tables.
  return keystore.withPlugin(outsideTransactions);
}

interface KeystoreTables {
  dataKeys: {
    subjectId: string;
    compartment: string;
    version: number;
    wrapped: Buffer;
    recordedAt: Date;
  };
  intakeKeys: {
    id: string;
    publicKey: Buffer;
    wrappedPrivate: Buffer;
    validFrom: Date;
    eraseAfter: Date;
    sequence: Generated<number>;
  };
  objectSalts: { objectId: string; salt: Buffer };
  nodeKeys: { name: string; publicKey: Buffer | null; wrapped: Buffer; recordedAt: Date };
}

export interface WrappedKey {
  readonly subjectId: string;
  readonly compartment: Compartment;
  readonly version: number;
  readonly wrapped: Buffer;
}

export interface KeyName {
  readonly subjectId: string;
  readonly compartment: Compartment;
}

/** The newest key of each subject and compartment that has one. */
export async function findDataKeys(
  keystore: KeystoreDb,
  names: readonly KeyName[],
): Promise<readonly WrappedKey[]> {
  if (names.length === 0) return [];
  const found = await sql<WrappedKey>`
    select distinct on (k.subject_id, k.compartment) k.subject_id, k.compartment, k.version, k.wrapped
    from unnest(${names.map((name) => name.subjectId)}::uuid[],
      ${names.map((name) => name.compartment)}::text[]) as wanted (subject_id, compartment)
    join data_keys k on k.subject_id = wanted.subject_id and k.compartment = wanted.compartment
    order by k.subject_id, k.compartment, k.version desc`.execute(keystore);
  return found.rows;
}

/** Stores new keys; one that another process stored first is kept, and the caller reads again. */
export async function insertDataKeys(
  keystore: KeystoreDb,
  keys: readonly WrappedKey[],
  now: Date,
): Promise<void> {
  if (keys.length === 0) return;
  await keystore
    .insertInto('dataKeys')
    .values(keys.map((key) => ({ ...key, recordedAt: now })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function deleteDataKeys(
  keystore: KeystoreDb,
  names: readonly KeyName[],
): Promise<void> {
  if (names.length === 0) return;
  await sql`delete from data_keys k using unnest(${names.map((name) => name.subjectId)}::uuid[],
      ${names.map((name) => name.compartment)}::text[]) as wanted (subject_id, compartment)
    where k.subject_id = wanted.subject_id and k.compartment = wanted.compartment`.execute(
    keystore,
  );
}

/**
 * Salts of the given objects; missing ones are created from `fresh`, one per object. It takes three
 * statements, since a statement does not see rows inserted after it began.
 */
export async function getSalts(
  keystore: KeystoreDb,
  objectIds: readonly string[],
  fresh: readonly Buffer[],
): Promise<ReadonlyMap<string, Buffer>> {
  const found = await findSalts(keystore, objectIds);
  if (objectIds.every((id) => found.has(id))) return found;
  await sql`insert into object_salts (object_id, salt)
    select * from unnest(${[...objectIds]}::uuid[], ${[...fresh]}::bytea[]) as w (object_id, salt)
    order by object_id on conflict do nothing`.execute(keystore);
  return findSalts(keystore, objectIds);
}

async function findSalts(
  keystore: KeystoreDb,
  objectIds: readonly string[],
): Promise<ReadonlyMap<string, Buffer>> {
  const found = await sql<{ objectId: string; salt: Buffer }>`
    select object_id, salt from object_salts
    where object_id = any(${[...objectIds]}::uuid[])`.execute(keystore);
  return new Map(found.rows.map((row) => [row.objectId, row.salt]));
}

export interface IntakeKeyRow {
  readonly id: string;
  readonly publicKey: Buffer;
  readonly wrappedPrivate: Buffer;
}

/** When an intake key was made and until when it is kept at least; read without its halves. */
export interface IntakeKeyDates {
  readonly id: string;
  readonly validFrom: Date;
  readonly eraseAfter: Date;
}

/**
 * The newest intake key, in order of creation and never by the clock, which may have jumped since
 * (B7). However old it is, families file under it until there is a newer one.
 */
export async function findNewestIntakeKey(
  keystore: KeystoreDb,
): Promise<(IntakeKeyRow & IntakeKeyDates) | null> {
  const row = await keystore
    .selectFrom('intakeKeys')
    .select(['id', 'publicKey', 'wrappedPrivate', 'validFrom', 'eraseAfter'])
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/**
 * Every intake key that is kept, newest first. One is made per week, so a thousand last many years.
 */
export function listIntakeKeys(keystore: KeystoreDb): Promise<IntakeKeyDates[]> {
  return keystore
    .selectFrom('intakeKeys')
    .select(['id', 'validFrom', 'eraseAfter'])
    .orderBy('sequence', 'desc')
    .limit(1_000)
    .execute();
}

/** Deletes an intake key for good: filings sealed to it can never be opened again. */
export async function deleteIntakeKey(keystore: KeystoreDb, id: string): Promise<void> {
  await keystore.deleteFrom('intakeKeys').where('id', '=', id).execute();
}

export async function findIntakeKeyById(
  keystore: KeystoreDb,
  id: string,
): Promise<IntakeKeyRow | null> {
  const row = await keystore
    .selectFrom('intakeKeys')
    .select(['id', 'publicKey', 'wrappedPrivate'])
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

export async function insertIntakeKey(
  keystore: KeystoreDb,
  row: IntakeKeyRow & { readonly validFrom: Date; readonly eraseAfter: Date },
): Promise<void> {
  await keystore.insertInto('intakeKeys').values(row).execute();
}

export async function findNodeKey(
  keystore: KeystoreDb,
  name: string,
): Promise<{ readonly publicKey: Buffer | null; readonly wrapped: Buffer } | null> {
  const row = await keystore
    .selectFrom('nodeKeys')
    .select(['publicKey', 'wrapped'])
    .where('name', '=', name)
    .executeTakeFirst();
  return row ?? null;
}

export async function insertNodeKey(
  keystore: KeystoreDb,
  row: { name: string; publicKey: Buffer | null; wrapped: Buffer; recordedAt: Date },
): Promise<void> {
  await keystore.insertInto('nodeKeys').values(row).execute();
}
