import { sql } from 'kysely';
import type { Db } from '../../db/connect.ts';
import type {
  DisputeId,
  EnquiryId,
  OfficeId,
  PersonId,
  PrimaryContactId,
} from '../../kernel/ids.ts';
import type { Dispute, PrimaryContact, Relative } from './kin.ts';

/** All who ask about the person, without those who withdrew; oldest first. */
export async function listRelatives(tx: Db, personId: PersonId): Promise<readonly Relative[]> {
  const found = await sql<Relative>`
    select e.id as enquiry_id, e.kinship, e.state, e.filed_at from enquiries e
    join records r on r.id = e.record_id and r.office_id = e.office_id
    where r.person_id = ${personId} and e.state not in ('withdrawn', 'rejected', 'erased')
    order by e.filed_at, e.id limit 50`.execute(tx);
  return found.rows;
}

/** All enquiries about the person, in any state. */
const askedAfter = (personId: PersonId) => sql`select e.id from enquiries e
  join records r on r.id = e.record_id and r.office_id = e.office_id
  where r.person_id = ${personId}`;

/**
 * Current marks first, then ended ones, newest first: a long history cannot hide the current one.
 */
export async function listPrimaryContacts(
  tx: Db,
  personId: PersonId,
): Promise<readonly PrimaryContact[]> {
  const found = await sql<PrimaryContact>`
    select id, enquiry_id, reason, chosen_by, chosen_at, ended_by, ended_at, ending
    from primary_contacts where enquiry_id in (${askedAfter(personId)})
    order by ended_at is null desc, chosen_at desc, id limit 50`.execute(tx);
  return found.rows;
}

export async function insertPrimaryContact(
  tx: Db,
  chosen: Pick<PrimaryContact, 'id' | 'enquiryId' | 'reason' | 'chosenBy' | 'chosenAt'> & {
    readonly officeId: OfficeId;
  },
): Promise<void> {
  await tx.insertInto('primaryContacts').values(chosen).execute();
}

export async function endPrimaryContacts(
  tx: Db,
  ids: readonly PrimaryContactId[],
  ended: { readonly endedBy: string; readonly endedAt: Date; readonly ending: string },
): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .updateTable('primaryContacts')
    .set(ended)
    .where('id', 'in', [...ids])
    .execute();
}

const disputeColumns = [
  'id',
  'officeId',
  'enquiryId',
  'withEnquiryId',
  'reason',
  'openedBy',
  'openedAt',
  'closedBy',
  'closedAt',
  'outcome',
] as const;

/** Disputes among those who ask about the person, open ones first, then newest first. */
export async function listDisputes(tx: Db, personId: PersonId): Promise<readonly Dispute[]> {
  const rows = await tx
    .selectFrom('disputes')
    .select(disputeColumns)
    .where(
      sql<boolean>`(enquiry_id in (${askedAfter(personId)})
        or with_enquiry_id in (${askedAfter(personId)}))`,
    )
    .orderBy(sql`closed_at is null`, 'desc')
    .orderBy('openedAt', 'desc')
    .orderBy('id')
    .limit(50)
    .execute();
  return rows as unknown as Dispute[]; // Check constraints hold the codes; brands have no run-time form.
}

export async function findDispute(tx: Db, disputeId: DisputeId): Promise<Dispute | null> {
  const row = await tx
    .selectFrom('disputes')
    .select(disputeColumns)
    .where('id', '=', disputeId)
    .executeTakeFirst();
  return (row as unknown as Dispute | undefined) ?? null; // As above.
}

export async function insertDispute(
  tx: Db,
  opened: Omit<Dispute, 'closedBy' | 'closedAt' | 'outcome'>,
): Promise<void> {
  await tx.insertInto('disputes').values(opened).execute();
}

export async function closeDisputeRow(
  tx: Db,
  disputeId: DisputeId,
  closed: { readonly closedBy: string; readonly closedAt: Date; readonly outcome: string },
): Promise<void> {
  await tx.updateTable('disputes').set(closed).where('id', '=', disputeId).execute();
}

/** The person to whom the enquiry's record belongs now, with the version for changes. */
export async function findPersonAskedFor(
  tx: Db,
  enquiryId: EnquiryId,
): Promise<{ readonly id: PersonId; readonly version: number } | null> {
  const row = await tx
    .selectFrom('enquiries as e')
    .innerJoin('records as r', 'r.id', 'e.recordId')
    .innerJoin('persons as p', 'p.id', 'r.personId')
    .select(['p.id', 'p.version'])
    .where('e.id', '=', enquiryId)
    .executeTakeFirst();
  return row ? { id: row.id as PersonId, version: row.version } : null; // A column of ids.
}
