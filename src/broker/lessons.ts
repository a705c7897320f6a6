import type { Context } from '../audit/context.ts';
import { entryWriter, fetchSalts } from '../audit/entry.ts';
import type { Db } from '../db/connect.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Description } from '../kernel/description.ts';
import type { OfficeId } from '../kernel/ids.ts';
import { answersMin, type Lessons } from '../matching/learning/training-report.ts';
import {
  type ActMark,
  type AnsweredPair,
  countAnswerActs,
  findAnswerAct,
  listAnsweredPairs,
} from './answer-queries.ts';
import { type BrokerParts, makeBroker } from './broker.ts';
import type { AnsweredDescriptions } from './matcher.ts';
import { listSealed, systemRows } from './queries.ts';

/**
 * Answers and withdrawals count in whole blocks of this size. A report before and after a
 * single one is the same, and after a block it is not visible which of them changed what. It is
 * also the minimum for learning.
 */
export const answersBlock = answersMin;
/**
 * An answer is stored within ten seconds of its time or not at all; until then its position is
 * open.
 */
const settledMs = 60_000;
const blocksAtOnce = 16;
/** More answers than this add nothing. */
const pairsMax = 50_000;
const first: ActMark = { at: new Date(0), id: '00000000-0000-0000-0000-000000000000' };

/**
 * Reports what the desk's answers would change in the model: only numbers, and nothing changes. The
 * entry is committed before anything is opened; opened content remains in the broker's memory.
 */
export async function learnFromAnswers(
  parts: BrokerParts,
  officeId: OfficeId,
  block = answersBlock,
): Promise<Lessons> {
  parts.ring.kek(); // When locked, refuse before anything is logged.
  await enter(parts, officeId, 'matching.learn');
  const read = <T>(query: (tx: Db) => Promise<T>) =>
    inTransaction(parts.db, systemRows(officeId), query);
  const before = new Date(parts.clock().getTime() - settledMs);
  const all = await read((tx) => countAnswerActs(tx, before));
  const acts = all - (all % block);
  const until = acts > 0 ? await read((tx) => findAnswerAct(tx, acts)) : null;
  const limit = blocksAtOnce * block;
  let after = first;
  for (let taken = 0; until && taken < pairsMax; taken += limit) {
    const pairs = await read((tx) => listAnsweredPairs(tx, { until, after, limit }));
    const blocks = Array.from({ length: Math.ceil(pairs.length / block) }, (_, at) =>
      pairs.slice(at * block, (at + 1) * block),
    );
    await parts.matcher.study(await openBlocks(parts, officeId, blocks));
    const last = pairs.at(-1);
    if (!last || pairs.length < limit) break;
    after = last;
  }
  return parts.matcher.lessons(acts);
}

/** Logs that weights other than the program's own are active. */
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
  const enter = entryWriter(ctx, await fetchSalts(ctx, []));
  await inTransaction(parts.db, systemRows(officeId), (tx) =>
    enter(tx, { action, objectId: null, outcome: 'done', asked }),
  );
}

/**
 * A block with an erased pair is left out whole: its absence alone would reveal something about
 * that pair.
 */
async function openBlocks(
  parts: BrokerParts,
  officeId: string,
  blocks: readonly (readonly AnsweredPair[])[],
): Promise<readonly AnsweredDescriptions[]> {
  const pairs = blocks.flat();
  const ids = pairs.flatMap(({ leftRecordId, rightRecordId }) => [leftRecordId, rightRecordId]);
  const fields = [...new Set(ids)].map((rowId) => ({ rowId, columnName: 'description' }));
  const rows = await inTransaction(parts.db, systemRows(officeId), (tx) => listSealed(tx, fields));
  const contents = await parts.ring.open(rows.map(({ officeId: _, enquiryId: __, ...row }) => row));
  const byId = new Map(rows.map((row, at) => [row.rowId, contents[at] as Description])); // Sealed so.
  return blocks.flatMap((block) => {
    const opened = block.flatMap(({ leftRecordId, rightRecordId, answer }) => {
      const left = byId.get(leftRecordId);
      const right = byId.get(rightRecordId);
      return left && right ? [{ left, right, same: answer === 'same' }] : [];
    });
    return opened.length === block.length ? opened : [];
  });
}
