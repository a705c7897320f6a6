import { insertAlert } from '../access/queries.ts';
import type { Db } from '../db/connect.ts';
import { inTransaction } from '../db/transaction.ts';
import { newId } from '../vault/random.ts';
import type { BrokerParts } from './broker.ts';
import type { AskedPairs } from './pairs.ts';
import {
  lapseMatches,
  leaveMatching,
  listOutcomes,
  listTakenBack,
  markMatchesChanged,
  systemRows,
  type UnmatchedRecord,
} from './queries.ts';

const atOnce = 100;

/**
 * A corrected record is matched again (C17). Proposals about its former text expire. If a person
 * had answered one, or had judged the record, the desk is alerted, since the answer was about the
 * former text. Repeated after a kill, it raises no second alert.
 */
export async function followCorrections(
  parts: BrokerParts,
  pairs: AskedPairs,
  { officeId, work }: { readonly officeId: string; readonly work: readonly UnmatchedRecord[] },
): Promise<void> {
  for (const record of work) {
    const { supersedesId } = record;
    if (!supersedesId) continue;
    await parts.matcher.remove([supersedesId]);
    const asked = pairs.of(supersedesId);
    if (asked.length === 0) continue;
    const now = parts.clock();
    await inTransaction(parts.db, systemRows(officeId), async (tx) => {
      const { isJudged, outcomes } = await lapse(tx, { asked, officeId, now });
      pairs.inherit(record.id, supersedesId, outcomes);
      if (isJudged) await raise(tx, { ...record, kind: 'record_changed', now });
    });
  }
}

/** Expires the proposals and reports whether a person had answered any. */
async function lapse(
  tx: Db,
  of: {
    readonly asked: ReturnType<AskedPairs['of']>;
    readonly officeId: string;
    readonly now: Date;
  },
) {
  const ids = of.asked.flatMap(({ matchId }) => (matchId ? [matchId] : []));
  const outcomes = await listOutcomes(tx, ids);
  const fallen = await lapseMatches(tx, ids);
  const [matchId] = ids;
  if (matchId) await markMatchesChanged(tx, { officeId: of.officeId, matchId, now: of.now });
  return { outcomes, isJudged: fallen > 0 || [...outcomes.values()].includes('answered') };
}

async function raise(
  tx: Db,
  alert: { officeId: string; personId: string; kind: string; now: Date },
): Promise<void> {
  const { officeId, personId: objectId, kind, now: raisedAt } = alert;
  await insertAlert(tx, { id: newId<'alert'>(), officeId, kind, objectId, raisedAt });
}

/**
 * The family withdrew its enquiry, or the enquirer was an impostor: the record is no longer matched
 * or found, and proposals about it expire. If people had answered one, the desk is alerted, since
 * the join made through it may have to be undone.
 */
export async function letGo(
  parts: BrokerParts,
  pairs: AskedPairs,
  officeId: string,
): Promise<void> {
  const gone = await inTransaction(parts.db, systemRows(officeId), (tx) =>
    listTakenBack(tx, atOnce),
  );
  for (const each of gone) {
    await parts.matcher.remove(each.recordIds);
    const asked = each.recordIds.flatMap((recordId) => pairs.of(recordId));
    await inTransaction(parts.db, systemRows(each.officeId), async (tx) => {
      const { isJudged } = await lapse(tx, { asked, officeId: each.officeId, now: parts.clock() });
      await leaveMatching(tx, each, parts.clock());
      if (isJudged) await raise(tx, { ...each, kind: 'enquiry_taken_back', now: parts.clock() });
    });
  }
}
