import type { JudgementId, PersonId, RecordId, StaffId } from '../../kernel/ids.ts';

/** A human being we know of: records linked by confirmed judgements, never merged. */
export interface Person {
  readonly id: PersonId;
  readonly version: number;
}

/** A confirmed human answer to a match; withdrawn, never deleted. */
export interface Judgement {
  readonly id: JudgementId;
  readonly leftRecordId: RecordId;
  readonly rightRecordId: RecordId;
  readonly answer: 'same' | 'different';
  readonly judgedBy: StaffId;
  readonly judgedAt: Date;
  readonly confirmedBy: StaffId;
  readonly confirmedAt: Date;
  readonly withdrawnAt: Date | null;
  readonly version: number;
}

/** Why a judgement is withdrawn. Codes: free text here would be stored in clear. */
export const withdrawalReasons = ['new_evidence', 'mistake', 'two_people', 'wrong_source'] as const;
export type WithdrawalReason = (typeof withdrawalReasons)[number];

/** "Different" within a chain of "same": people must check again (design 2.2). */
export interface Conflict {
  readonly different: JudgementId;
  /** The shortest chain of "same" that still joins the two records. */
  readonly same: readonly JudgementId[];
}

type Link = Pick<Judgement, 'id' | 'leftRecordId' | 'rightRecordId' | 'answer' | 'withdrawnAt'>;
type Corrected = { readonly id: RecordId; readonly supersedesId: RecordId | null };

/**
 * A correction belongs with the record that it corrects, as if people had judged the two the same.
 */
function correctionLinks(records: readonly Corrected[]): readonly Link[] {
  return records.flatMap(({ id, supersedesId }) =>
    supersedesId
      ? [
          {
            id: `${id}` as JudgementId, // Never stored or shown: it only joins the two here.
            leftRecordId: supersedesId,
            rightRecordId: id,
            answer: 'same' as const,
            withdrawnAt: null,
          },
        ]
      : [],
  );
}

/** Groups records by the standing "same" judgements; each record is in exactly one group. */
export function groupRecords(
  records: readonly Corrected[],
  judgements: readonly Link[],
): readonly (readonly RecordId[])[] {
  const neighbours = linksOf([...judgements, ...correctionLinks(records)]);
  const seen = new Set<RecordId>();
  const groups: RecordId[][] = [];
  for (const { id: start } of records) {
    if (seen.has(start)) continue;
    seen.add(start);
    const group: RecordId[] = [start];
    for (const record of group) {
      for (const { to } of neighbours.get(record) ?? []) {
        if (seen.has(to)) continue;
        seen.add(to);
        group.push(to);
      }
    }
    groups.push(group);
  }
  return groups;
}

/**
 * Every "different" whose two records a chain of "same" joins, with the shortest such chain. The
 * chain includes corrections, but only judgements are named in it.
 */
export function findConflicts(
  judgements: readonly Link[],
  records: readonly Corrected[] = [],
): readonly Conflict[] {
  const neighbours = linksOf([...judgements, ...correctionLinks(records)]);
  const said = new Set(judgements.map(({ id }) => id));
  return judgements.flatMap((judgement) => {
    if (judgement.answer !== 'different' || judgement.withdrawnAt) return [];
    const chain = shortestChain(neighbours, judgement.leftRecordId, judgement.rightRecordId);
    return chain ? [{ different: judgement.id, same: chain.filter((id) => said.has(id)) }] : [];
  });
}

interface Neighbour {
  readonly to: RecordId;
  readonly by: JudgementId;
}

function linksOf(judgements: readonly Link[]): ReadonlyMap<RecordId, readonly Neighbour[]> {
  const neighbours = new Map<RecordId, Neighbour[]>();
  const add = (from: RecordId, neighbour: Neighbour) => {
    const known = neighbours.get(from);
    if (known) known.push(neighbour);
    else neighbours.set(from, [neighbour]);
  };
  for (const judgement of judgements) {
    if (judgement.answer !== 'same' || judgement.withdrawnAt) continue;
    add(judgement.leftRecordId, { to: judgement.rightRecordId, by: judgement.id });
    add(judgement.rightRecordId, { to: judgement.leftRecordId, by: judgement.id });
  }
  return neighbours;
}

function shortestChain(
  neighbours: ReadonlyMap<RecordId, readonly Neighbour[]>,
  from: RecordId,
  goal: RecordId,
): readonly JudgementId[] | null {
  const cameBy = new Map<RecordId, { previous: RecordId; by: JudgementId }>();
  const queue: RecordId[] = [from];
  for (const record of queue) {
    if (record === goal) break;
    for (const { to, by } of neighbours.get(record) ?? []) {
      if (to === from || cameBy.has(to)) continue;
      cameBy.set(to, { previous: record, by });
      queue.push(to);
    }
  }
  const chain: JudgementId[] = [];
  for (let at = goal; at !== from; ) {
    const step = cameBy.get(at);
    if (!step) return null;
    chain.unshift(step.by);
    at = step.previous;
  }
  return chain;
}
