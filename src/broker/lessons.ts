import type { Context } from '../audit/context.ts';
import { writeEntry } from '../audit/entry.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Description } from '../kernel/description.ts';
import type { OfficeId } from '../kernel/ids.ts';
import type { Lessons } from '../matching/lessons.ts';
import { type BrokerParts, makeBroker } from './broker.ts';
import { type AnsweredPair, listAnsweredPairs, listSealed, systemRows } from './queries.ts';

const atOnce = 500;
/** More answers than this teach nothing new. */
const pairsMax = 50_000;

/**
 * What the desk's answers would change in the model: numbers only, and nothing is changed by asking.
 * The entry stands before anything is opened; what is opened stays in the broker's memory.
 */
export async function learnFromAnswers(parts: BrokerParts, officeId: OfficeId): Promise<Lessons> {
  parts.ring.kek(); // Locked: say so before anything is entered.
  await enter(parts, officeId, 'matching.learn');
  let after = '00000000-0000-0000-0000-000000000000';
  for (let read = 0; read < pairsMax; read += atOnce) {
    const pairs = await inTransaction(parts.db, systemRows(officeId), (tx) =>
      listAnsweredPairs(tx, { after, limit: atOnce }),
    );
    await parts.matcher.study(await openPairs(parts, officeId, pairs));
    const last = pairs.at(-1);
    if (!last || pairs.length < atOnce) break;
    after = last.id;
  }
  return parts.matcher.lessons();
}

/** Enters in the log that weights other than the program's own are in force. */
export async function enterAdoption(parts: BrokerParts, officeId: OfficeId): Promise<void> {
  await enter(parts, officeId, 'matching.adopt');
}

async function enter(parts: BrokerParts, officeId: OfficeId, action: string): Promise<void> {
  const ctx: Context = {
    actor: { kind: 'system', name: 'command', officeId },
    purpose: { kind: 'upkeep' },
    now: parts.clock(),
    db: parts.db,
    broker: makeBroker(parts),
  };
  const asked = { model: parts.matcher.modelVersion };
  await inTransaction(parts.db, systemRows(officeId), (tx) =>
    writeEntry(ctx, tx, { action, objectId: null, outcome: 'done', asked }),
  );
}

async function openPairs(parts: BrokerParts, officeId: string, pairs: readonly AnsweredPair[]) {
  const ids = pairs.flatMap(({ leftRecordId, rightRecordId }) => [leftRecordId, rightRecordId]);
  const fields = [...new Set(ids)].map((rowId) => ({ rowId, columnName: 'description' }));
  const rows = await inTransaction(parts.db, systemRows(officeId), (tx) => listSealed(tx, fields));
  const contents = await parts.ring.open(rows.map(({ officeId: _, enquiryId: __, ...row }) => row));
  const byId = new Map(rows.map((row, at) => [row.rowId, contents[at] as Description])); // Sealed so.
  return pairs.flatMap(({ leftRecordId, rightRecordId, answer }) => {
    const left = byId.get(leftRecordId);
    const right = byId.get(rightRecordId);
    return left && right ? [{ left, right, same: answer === 'same' }] : [];
  });
}
