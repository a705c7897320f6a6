import { command, officeFacts, protectedRead, staffOf } from '../../access/command.ts';
import { insertAlert } from '../../access/queries.ts';
import type { FoundRecord, Moment } from '../../audit/context.ts';
import type { ReadCall } from '../../audit/read.ts';
import type { Db } from '../../db/connect.ts';
import { assert } from '../../kernel/assert.ts';
import type { CommandId, JudgementId, PersonId, RecordId } from '../../kernel/ids.ts';
import { impossible, refused } from '../../kernel/problem.ts';
import { newId } from '../../vault/random.ts';
import { listRecords, listRecordsOfPerson } from '../records/queries.ts';
import type { Side } from '../records/record.ts';
import { personFacts } from './facts.ts';
import { judgementPermissions, personPermissions } from './permissions.ts';
import { findConflicts, groupRecords, type WithdrawalReason } from './person.ts';
import {
  bumpPersons,
  insertJudgement,
  insertPersons,
  listJudgementsOfPerson,
  lockJudgement,
  lockPersons,
  moveRecords,
  type NewJudgement,
  reopenMatch,
  withdrawJudgementRow,
} from './queries.ts';

/**
 * Stores a confirmed judgement and joins the two persons if it says "same". Part of the command
 * that confirms; it has decided the four eyes, and the table's own check enforces them.
 */
export async function applyJudgement(
  at: Moment,
  tx: Db,
  judgement: NewJudgement,
): Promise<PersonId> {
  const records = await listRecords(tx, [judgement.leftRecordId, judgement.rightRecordId]);
  const left = records.find((record) => record.id === judgement.leftRecordId);
  const right = records.find((record) => record.id === judgement.rightRecordId);
  if (!left || !right) throw refused('record');
  await lockPersons(tx, [left.personId, right.personId]);
  await insertJudgement(tx, { ...judgement, ...inOrder(judgement) });
  if (judgement.answer === 'different' || left.personId === right.personId) {
    await bumpPersons(tx, [left.personId, right.personId]);
    await alertOfConflict(at, tx, { personId: left.personId, judgementId: judgement.id });
    return left.personId;
  }
  // The person whose first record is older keeps its id; the other's records move to it.
  const leftRecords = await listRecordsOfPerson(tx, left.personId);
  const rightRecords = await listRecordsOfPerson(tx, right.personId);
  const [kept, moved] = isOlder(leftRecords, rightRecords)
    ? [left.personId, rightRecords]
    : [right.personId, leftRecords];
  await moveRecords(
    tx,
    moved.map((record) => record.id),
    kept,
  );
  await bumpPersons(tx, [left.personId, right.personId]);
  await alertOfConflict(at, tx, { personId: kept, judgementId: judgement.id });
  return kept;
}

/** "Different" inside a chain of "same" is shown at once, to all staff. */
async function alertOfConflict(
  at: Moment,
  tx: Db,
  { personId, judgementId }: { readonly personId: PersonId; readonly judgementId: JudgementId },
): Promise<void> {
  const judgements = await listJudgementsOfPerson(tx, personId);
  const records = await listRecordsOfPerson(tx, personId);
  const made = findConflicts(judgements, records).filter(
    ({ different, same }) => different === judgementId || same.includes(judgementId),
  );
  if (made.length > 0) await raise(at, tx, { kind: 'conflict', personIds: [personId] });
}

function inOrder(pair: { leftRecordId: RecordId; rightRecordId: RecordId }) {
  const { leftRecordId, rightRecordId } = pair;
  return leftRecordId < rightRecordId
    ? pair
    : { leftRecordId: rightRecordId, rightRecordId: leftRecordId };
}

function isOlder(
  one: readonly { recordedAt: Date; id: string }[],
  other: readonly { recordedAt: Date; id: string }[],
): boolean {
  const [first] = one;
  const [second] = other;
  assert(first && second, 'a person has a record');
  const apart = first.recordedAt.getTime() - second.recordedAt.getTime();
  return apart < 0 || (apart === 0 && first.id < second.id);
}

export interface WithdrawJudgement {
  readonly judgementId: JudgementId;
  readonly reason: WithdrawalReason;
  readonly version: number;
  readonly commandId: CommandId;
}

/**
 * Withdraws a judgement. If it joined a person, the person splits exactly as it was joined: each
 * group of records that is still linked is a person again. Everything derived follows, since
 * standing is computed from records.
 */
export const withdrawJudgement = command({
  permission: judgementPermissions.withdraw,
  noun: 'judgement',
  subject: (input: WithdrawJudgement) => ({
    objectId: input.judgementId,
    commandId: input.commandId,
    version: input.version,
    body: input,
  }),
  load: (tx, { judgementId }) => lockJudgement(tx, judgementId),
  facts: personFacts,
  version: ({ version }) => version,
  step: (judgement) => {
    if (judgement.withdrawnAt) {
      throw impossible('judgement.withdrawn', 'This judgement was withdrawn before.');
    }
    return judgement;
  },
  write: async (tx, { input, next: judgement }, at) => {
    const { judgementId: id, reason } = input;
    await withdrawJudgementRow(tx, { id, by: staffOf(at), at: at.now, reason });
    // The question is open again: a judgement withdrawn by mistake can be given again.
    if (judgement.matchId) await reopenMatch(tx, judgement.matchId);
    const [record] = await listRecords(tx, [judgement.leftRecordId]);
    if (!record) throw refused('record');
    const personIds = await splitPerson(at, tx, record.personId);
    // What was told about the whole person may be based on the part that was split off: people
    // check each case.
    if (personIds.length > 1) await raise(at, tx, { kind: 'person_split', personIds });
    return { personIds };
  },
});

async function raise(
  at: Moment,
  tx: Db,
  alert: { readonly kind: string; readonly personIds: readonly PersonId[] },
): Promise<void> {
  for (const objectId of alert.personIds) {
    const { officeId } = at.actor;
    const id = newId<'alert'>();
    await insertAlert(tx, { id, officeId, kind: alert.kind, objectId, raisedAt: at.now });
  }
}

async function splitPerson(at: Moment, tx: Db, personId: PersonId): Promise<readonly PersonId[]> {
  await lockPersons(tx, [personId]);
  const records = await listRecordsOfPerson(tx, personId);
  const judgements = await listJudgementsOfPerson(tx, personId);
  const groups = groupRecords(records, judgements);
  const [, ...apart] = groups;
  const fresh = apart.map((group) => ({ id: newId<'person'>() as PersonId, group }));
  await insertPersons(
    tx,
    fresh.map(({ id }) => ({ id, officeId: at.actor.officeId })),
    at.now,
  );
  for (const { id, group } of fresh) await moveRecords(tx, group, id);
  await bumpPersons(tx, [personId]);
  return [personId, ...fresh.map(({ id }) => id)];
}

export interface SearchPersons {
  readonly name: string;
  readonly birth?: string;
}

type FoundPerson = FoundRecord & { readonly personId: PersonId; readonly side: Side };

/** A staff search by name: masked rows only, for an enquiry, one page of budget. */
export const searchRecords = protectedRead({
  permission: personPermissions.search,
  noun: 'person',
  objectId: (_query: SearchPersons, { purpose }) => purpose.enquiryId ?? '',
  // The broker decides by the enquiry that the search serves.
  load: async (_tx, _query, { actor: { officeId } }) => ({ officeId }),
  facts: officeFacts,
  opens: true,
  find: async (_tx, { input: query }) => ({
    ask: async ({ broker, asking, load }: ReadCall): Promise<readonly FoundPerson[]> => {
      const found = await broker.search({ ...asking, query, limit: 20 });
      return load((tx) => withPersons(tx, found));
    },
  }),
});

async function withPersons(tx: Db, found: readonly FoundRecord[]): Promise<readonly FoundPerson[]> {
  const ids = found.map((each) => each.recordId);
  const records = new Map((await listRecords(tx, ids)).map((each) => [each.id as string, each]));
  return found.flatMap((each) => {
    const record = records.get(each.recordId);
    return record ? [{ ...each, personId: record.personId, side: record.side }] : [];
  });
}
