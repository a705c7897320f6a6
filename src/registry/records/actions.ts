import { decide } from '../../access/decide.ts';
import { act } from '../../audit/act.ts';
import type { Context } from '../../audit/context.ts';
import { look } from '../../audit/look.ts';
import type { Db } from '../../db/connect.ts';
import { insertSealed } from '../../db/sealed-rows.ts';
import type { Description } from '../../kernel/description.ts';
import type { CommandId, EnquiryId, PersonId, RecordId, SourceId } from '../../kernel/ids.ts';
import { impossible, refused } from '../../kernel/problem.ts';
import { newId } from '../../vault/random.ts';
import { recordFacts } from './policy.ts';
import { insertRecords, listUnmatchedCustody, lockRecord, supersede } from './queries.ts';

export interface CorrectRecord {
  readonly recordId: RecordId;
  readonly description: Description;
  readonly reason: string;
  readonly commandId: CommandId;
}

/** A correction is a newer record of the same source; the old words stay and are shown as such. */
export function correctRecord(
  ctx: Context,
  input: CorrectRecord,
): Promise<{ readonly recordId: RecordId }> {
  const { recordId, commandId } = input;
  return act(ctx, 'record.correct', { objectId: recordId, commandId, body: input }, async (tx) => {
    const old = await lockRecord(tx, recordId);
    if (!old || !decide(ctx, 'record.correct', recordFacts(old))) throw refused('record');
    if (old.supersededAt) {
      throw impossible('record.superseded', 'This record was corrected before.');
    }
    const newer = newId<'record'>();
    const sealed = await ctx.broker.sealMany([sealedDescription(newer, input.description)]);
    await supersede(tx, recordId, ctx.now);
    await insertRecords(
      tx,
      [{ ...old, id: newer, importId: null, line: null, supersedesId: old.id, matchAt: 'arrival' }],
      ctx.now,
    );
    await insertSealed(tx, sealed, { officeId: old.officeId, now: ctx.now });
    return { recordId: newer };
  });
}

/**
 * The record that an enquiry becomes once identity and kinship are proven (settled 6): one source,
 * one record of a sought person, matched at the next fixed hour. Part of the enquiry's own act.
 */
export async function recordFromEnquiry(
  ctx: Context,
  tx: Db,
  from: { readonly enquiryId: EnquiryId; readonly recordId: RecordId; readonly sourceId: SourceId },
): Promise<void> {
  await insertRecords(
    tx,
    [
      {
        id: from.recordId,
        officeId: ctx.actor.officeId,
        sourceId: from.sourceId,
        personId: newId<'person'>() as PersonId,
        side: 'sought',
        matchAt: 'fixed_hour',
      },
    ],
    ctx.now,
  );
}

/** The sealed field that holds what a record says. */
export function sealedDescription(recordId: RecordId, description: Description) {
  return {
    tableName: 'records',
    columnName: 'description',
    rowId: recordId,
    subjectId: recordId,
    compartment: 'identity',
    content: description,
  } as const;
}

/** People on lists of whom nobody has asked, masked; one page of budget (P23, settled 15). */
export async function readUnmatchedCustody(ctx: Context, { after }: { readonly after: number }) {
  const limit = 20;
  const { officeId } = ctx.actor;
  const rows = await look(ctx, 'queue.read', { objectId: officeId }, async (tx) => {
    if (!decide(ctx, 'queue.read', { officeId })) throw refused('record');
    return listUnmatchedCustody(tx, { after, limit });
  });
  const masked =
    rows.length === 0
      ? []
      : await ctx.broker.mask({
          sessionToken: ctx.sessionToken,
          actor: ctx.actor,
          purpose: ctx.purpose,
          action: 'queue.read',
          objectId: officeId,
          ids: rows.map((row) => row.recordId),
        });
  const byId = new Map(masked.map((row) => [row.recordId, row]));
  const last = rows.at(-1);
  return {
    rows: rows.map((row) => ({
      recordId: row.recordId,
      personId: row.personId,
      initials: byId.get(row.recordId)?.initials ?? '—',
      birthYear: byId.get(row.recordId)?.birthYear ?? null,
      source: row.sourceKind,
      recordedAt: row.recordedAt.toISOString(),
    })),
    nextAfter: rows.length === limit && last ? String(last.sequence) : null,
  };
}
