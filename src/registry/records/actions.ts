import { onOffice, protectedRead } from '../../access/command.ts';
import { queuePermissions } from '../../access/permissions.ts';
import type { Context, Moment, SealedItem } from '../../audit/context.ts';
import type { Found, FoundByBroker } from '../../audit/read.ts';
import type { Db } from '../../db/connect.ts';
import { insertSealed } from '../../db/sealed-rows.ts';
import type { Description } from '../../kernel/description.ts';
import type { EnquiryId, PersonId, RecordId, SourceId } from '../../kernel/ids.ts';
import { stale } from '../../kernel/problem.ts';
import { newId } from '../../vault/random.ts';

import { findNewest, insertRecords, listUnmatchedCustody, supersede } from './queries.ts';

import type { PersonRecord } from './record.ts';
import { type CorrectionNote, sealedCorrection, sealedDescription } from './sealed.ts';

export interface Correction {
  readonly recordId: RecordId;
  readonly description: Description;
  readonly reason: string;
}

/** A newer record, sealed and ready to replace the one that it corrects. */
export interface SealedCorrection {
  readonly newer: RecordId;
  readonly sealed: readonly SealedItem[];
}

/**
 * Seals the corrected words, and who corrected them and why. Before the transaction that stores
 * them.
 */
export async function sealCorrection(
  ctx: Context,
  { description, reason }: Correction,
): Promise<SealedCorrection> {
  const newer = newId<'record'>();
  const at = { rowId: newer, subjectId: newer };
  const note: CorrectionNote = {
    reason,
    by: ctx.actor.kind === 'staff' ? ctx.actor.staffId : null,
  };
  const sealed = await ctx.broker.sealMany([
    sealedDescription.item(at, description),
    sealedCorrection.item(at, note),
  ]);
  return { newer, sealed };
}

/** A record to be corrected, and the newer one that has already replaced it. */
export async function findNewer(
  tx: Db,
  old: PersonRecord,
): Promise<{ readonly old: PersonRecord; readonly current: string | null }> {
  return { old, current: old.supersededAt ? await findNewest(tx, old.id) : null };
}

/**
 * A correction of words that were corrected meanwhile is answered with both versions, by id: the
 * record on the screen, and the current one.
 */
export function requireNewest(of: {
  readonly old: PersonRecord;
  readonly current: string | null;
}): PersonRecord {
  if (of.current) throw stale<string>('record', { yours: of.old.id, current: of.current });
  return of.old;
}

/**
 * Stores a correction: a newer record of the same source; the old words are kept and marked as
 * such.
 */
export async function storeCorrection(
  tx: Db,
  { old, newer, sealed }: SealedCorrection & { readonly old: PersonRecord },
  now: Date,
): Promise<void> {
  await supersede(tx, old.id, now);
  // What the family withdrew remains excluded from matching, whatever is corrected in it.
  const matchAt = old.matchAt === 'never' ? 'never' : 'arrival';
  await insertRecords(
    tx,
    [{ ...old, id: newer, importId: null, line: null, supersedesId: old.id, matchAt }],
    now,
  );
  await insertSealed(tx, sealed, { officeId: old.officeId, now });
}

/**
 * The record that an enquiry becomes once identity and kinship are proven (ruling 6): one source,
 * one record of a sought person, matched at the next fixed hour. Part of the enquiry's own command.
 */
export async function recordFromEnquiry(
  { actor, now }: Moment,
  tx: Db,
  from: { readonly enquiryId: EnquiryId; readonly recordId: RecordId; readonly sourceId: SourceId },
): Promise<void> {
  await insertRecords(
    tx,
    [
      {
        id: from.recordId,
        officeId: actor.officeId,
        sourceId: from.sourceId,
        personId: newId<'person'>() as PersonId,
        side: 'sought',
        matchAt: 'fixed_hour',
      },
    ],
    now,
  );
}

interface UnmatchedPage {
  readonly rows: readonly {
    readonly recordId: string;
    readonly personId: string;
    readonly initials: string;
    readonly birthYear: string | null;
    readonly source: string;
    readonly recordedAt: string;
  }[];
  readonly nextAfter: string | null;
}

const pageLimit = 20;

/** Listed people without an enquiry, masked; one page of budget (P23, ruling 15). */
export const readUnmatchedCustody = protectedRead({
  ...onOffice('record'),
  permission: queuePermissions.read,
  opens: true,
  find: async (
    tx,
    { input: { after } }: { readonly input: { readonly after: number } },
  ): Promise<Found<UnmatchedPage> | FoundByBroker<UnmatchedPage>> => {
    const rows = await listUnmatchedCustody(tx, { after, limit: pageLimit });
    const last = rows.at(-1);
    if (!last) return { fields: [], answer: () => ({ rows: [], nextAfter: null }) };
    return {
      ask: async ({ broker, asking }) => {
        const ids = rows.map((row) => row.recordId);
        const field = sealedDescription.name;
        const masked = await broker.mask({ ...asking, field, ids });
        const byId = new Map(masked.map(({ rowId, shown }) => [rowId, shown]));
        return {
          rows: rows.map((row) => ({
            recordId: row.recordId,
            personId: row.personId,
            initials: byId.get(row.recordId)?.['initials'] ?? '—',
            birthYear: byId.get(row.recordId)?.['birthYear'] ?? null,
            source: row.sourceKind,
            recordedAt: row.recordedAt.toISOString(),
          })),
          nextAfter: rows.length === pageLimit ? String(last.sequence) : null,
        };
      },
    };
  },
});
