import type { Db } from '../db/connect.ts';
import { insertSealed } from '../db/sealed-rows.ts';
import { inTransaction } from '../db/transaction.ts';
import type { Description } from '../kernel/description.ts';
import { newId } from '../vault/random.ts';
import { bandOf } from './band.ts';
import type { BrokerParts } from './broker.ts';
import { lastFixedHour } from './fixed-hours.ts';
import { followCorrections, letGo } from './lapses.ts';
import type { MatcherCandidate } from './matcher.ts';
import { AskedPairs } from './pairs.ts';
import {
  insertMatches,
  listCorrections,
  listDescriptions,
  listJudgedPairs,
  listOutcomes,
  listPairs,
  listPersonsOf,
  listSealed,
  listUnmatched,
  markMatched,
  markMatchesChanged,
  type NewMatch,
  systemRows,
  type UnmatchedRecord,
} from './queries.ts';

/** The matcher's memory between runs: pairs already proposed or judged never return (C16). */
export interface RoundMemory {
  readonly pairs: AskedPairs;
  lastSequence: number;
  /** The last fixed hour for which everything was matched, in milliseconds; -1 at the start. */
  lastHour: number;
}

const pageSize = 1_000;
const roundSize = 100;
const candidatesPerRecord = 20;
const listPairFrom = 0.5;

/** The memory of a broker that has read nothing yet. */
export function emptyMemory(): RoundMemory {
  return { pairs: new AskedPairs(), lastSequence: 0, lastHour: -1 };
}

/**
 * Rebuilds the index and the memory of pairs from sealed rows, after unlocking. Given the memory of a
 * rebuild that failed, it resumes after the last record that is in the index.
 */
export async function rebuild(
  parts: BrokerParts,
  officeId: string,
  memory = emptyMemory(),
): Promise<RoundMemory> {
  await readNewRecords(parts, memory, officeId);
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const rows = await inTransaction(parts.db, systemRows(officeId), (tx) =>
      listPairs(tx, { after, limit: pageSize }),
    );
    const contents = await parts.ring.open(
      rows.map(({ officeId: _, enquiryId: __, ...row }) => row),
    );
    for (const [at, content] of contents.entries()) {
      const pair = content as { leftRecordId: string; rightRecordId: string }; // Sealed below.
      memory.pairs.add(pair.leftRecordId, pair.rightRecordId, rows[at]?.rowId ?? null);
    }
    const last = rows.at(-1);
    if (!last || rows.length < pageSize) break;
    after = last.rowId;
  }
  const judged = await inTransaction(parts.db, systemRows(officeId), listJudgedPairs);
  for (const pair of judged) memory.pairs.add(pair.leftRecordId, pair.rightRecordId);
  await inheritAll(parts, memory, officeId);
  return memory;
}

/**
 * Judgements of a record hold for its corrections; oldest first, so that they pass along a chain.
 */
async function inheritAll(
  parts: BrokerParts,
  memory: RoundMemory,
  officeId: string,
): Promise<void> {
  for (let after = 0; ; ) {
    const corrections = await inTransaction(parts.db, systemRows(officeId), (tx) =>
      listCorrections(tx, { after, limit: pageSize }),
    );
    for (const { id, supersedesId } of corrections) {
      await inTransaction(parts.db, systemRows(officeId), (tx) =>
        inheritAnswers(tx, memory, { id, supersedesId }),
      );
    }
    const last = corrections.at(-1);
    if (!last || corrections.length < pageSize) return;
    after = last.sequence;
  }
}

/** The database is not queried for a record without earlier pairs. */
async function inheritAnswers(
  tx: Db,
  { pairs }: RoundMemory,
  { id, supersedesId }: { readonly id: string; readonly supersedesId: string },
): Promise<void> {
  const ids = pairs.of(supersedesId).flatMap(({ matchId }) => (matchId ? [matchId] : []));
  if (pairs.of(supersedesId).length === 0) return;
  pairs.inherit(id, supersedesId, await listOutcomes(tx, ids));
}

/** Reads records that were added since the last reading into the index. */
export async function readNewRecords(
  parts: BrokerParts,
  memory: RoundMemory,
  officeId: string,
): Promise<number> {
  let read = 0;
  for (;;) {
    const rows = await inTransaction(parts.db, systemRows(officeId), (tx) =>
      listDescriptions(tx, { after: memory.lastSequence, limit: pageSize }),
    );
    const contents = await parts.ring.open(
      rows.map(({ rowId, tableName, columnName, subjectId, compartment, keyVersion, sealed }) => ({
        rowId,
        tableName,
        columnName,
        subjectId,
        compartment,
        keyVersion,
        sealed,
      })),
    );
    await parts.matcher.add(
      rows.map((row, at) => ({ id: row.rowId, description: contents[at] as Description })),
    );
    read += rows.length;
    const last = rows.at(-1);
    if (!last) return read;
    memory.lastSequence = last.sequence;
  }
}

/**
 * One matching run: records that staff added are matched now, verified enquiries at the fixed hours
 * only. Proposals and the mark that the record was matched are one transaction, so a killed
 * run is repeated.
 */
export async function matchRound(
  parts: BrokerParts,
  memory: RoundMemory,
  officeId: string,
): Promise<number> {
  const now = parts.clock();
  const fixedHour = lastFixedHour(now, parts.policy.matchingHours);
  const due = fixedHour.getTime() !== memory.lastHour;
  const kinds = due ? (['arrival', 'fixed_hour'] as const) : (['arrival'] as const);
  await letGo(parts, memory.pairs, officeId);
  let asked = 0;
  for (const matchAt of kinds) {
    const work = await inTransaction(parts.db, systemRows(officeId), (tx) =>
      listUnmatched(tx, {
        matchAt,
        limit: roundSize,
        ...(matchAt === 'fixed_hour' ? { before: fixedHour, now } : {}),
      }),
    );
    if (work.length > 0) await proposeFor(parts, memory, work);
    asked += work.length;
    if (matchAt === 'fixed_hour' && work.length < roundSize) {
      memory.lastHour = fixedHour.getTime();
    }
  }
  return asked;
}

async function proposeFor(
  parts: BrokerParts,
  memory: RoundMemory,
  work: readonly UnmatchedRecord[],
): Promise<void> {
  const officeId = work[0]?.officeId ?? '';
  await followCorrections(parts, memory.pairs, { officeId, work });
  const proposals: Proposal[] = [];
  // Remembered permanently only once it is stored: a failed run is repeated.
  const inRound = new AskedPairs();
  const descriptions = await openDescriptions(
    parts,
    officeId,
    work.map((row) => row.id),
  );
  for (const record of work) {
    const description = descriptions.get(record.id);
    if (!description) continue;
    const found = await parts.matcher.find(description, {
      top: candidatesPerRecord,
      exclude: [record.id],
    });
    proposals.push(...(await worthwhile(parts, [memory.pairs, inRound], { record, found })));
  }
  const now = parts.clock();
  const sealed = await parts.ring.seal(proposals.map(pairField), now);
  await inTransaction(parts.db, systemRows(officeId), async (tx) => {
    await insertMatches(
      tx,
      proposals.map((proposal) => proposal.match),
      now,
    );
    await insertSealed(tx, sealed, { officeId, now });
    await markMatched(
      tx,
      work.map((row) => row.id),
      now,
    );
    const matchId = proposals[0]?.match.id;
    if (matchId) await markMatchesChanged(tx, { officeId, matchId, now });
  });
  for (const { match, pair } of proposals)
    memory.pairs.add(pair.leftRecordId, pair.rightRecordId, match.id);
}

interface Proposal {
  readonly match: NewMatch;
  readonly pair: { readonly leftRecordId: string; readonly rightRecordId: string };
}

/** Candidates of another source and another person, in pairs that were not proposed before. */
async function worthwhile(
  parts: BrokerParts,
  [asked, inRound]: readonly [AskedPairs, AskedPairs],
  { record, found }: { record: UnmatchedRecord; found: readonly MatcherCandidate[] },
): Promise<readonly Proposal[]> {
  const likely = found.filter((each) => each.probability >= parts.policy.proposeFrom);
  const facts = new Map(
    (
      await inTransaction(parts.db, systemRows(record.officeId), (tx) =>
        listPersonsOf(
          tx,
          likely.map((each) => each.id),
        ),
      )
    ).map((row) => [row.id, row]),
  );
  const proposals: Proposal[] = [];
  for (const candidate of likely) {
    const other = facts.get(candidate.id);
    if (!other || other.supersededAt || other.matchAt === 'never') continue;
    if (other.officeId !== record.officeId) continue;
    if (other.sourceId === record.sourceId || other.personId === record.personId) continue;
    const facet = facetOf(record.side, other.side);
    if (facet !== 'enquiry_list' && candidate.probability < listPairFrom) continue;
    const { id } = candidate;
    if (asked.knows(record.id, id) || inRound.knows(record.id, id)) continue;
    inRound.add(record.id, id);
    proposals.push({
      match: {
        id: newId<'match'>(),
        officeId: record.officeId,
        band: bandOf(candidate.probability),
        facet,
        modelVersion: parts.matcher.modelVersion,
      },
      pair: orient(record, { id: candidate.id, side: other.side }),
    });
  }
  return proposals;
}

async function openDescriptions(parts: BrokerParts, officeId: string, ids: readonly string[]) {
  const rows = await inTransaction(parts.db, systemRows(officeId), (tx) =>
    listSealed(
      tx,
      ids.map((rowId) => ({ rowId, columnName: 'description' })),
    ),
  );
  const contents = await parts.ring.open(rows.map(({ officeId: _, enquiryId: __, ...row }) => row));
  return new Map(rows.map((row, at) => [row.rowId, contents[at] as Description]));
}

function pairField({ match, pair }: Proposal) {
  return {
    tableName: 'matches',
    columnName: 'pair',
    rowId: match.id,
    subjectId: match.id,
    compartment: 'work',
    content: pair,
  } as const;
}

/** The sought person is on the left of the comparison, the list on the right. */
function orient(record: { id: string; side: string }, other: { id: string; side: string }) {
  const swap = other.side === 'sought' && record.side !== 'sought';
  return swap
    ? { leftRecordId: other.id, rightRecordId: record.id }
    : { leftRecordId: record.id, rightRecordId: other.id };
}

function facetOf(left: string, right: string): NewMatch['facet'] {
  if (left === 'sought' && right === 'sought') return 'enquiry_enquiry';
  return left === 'sought' || right === 'sought' ? 'enquiry_list' : 'list_list';
}
