import { decide } from '../../access/decide.ts';
import { act } from '../../audit/act.ts';
import type { Context, FoundRecord } from '../../audit/context.ts';
import { look } from '../../audit/look.ts';
import type { Db } from '../../db/connect.ts';
import { assert } from '../../kernel/assert.ts';
import type { CommandId, JudgementId, PersonId, RecordId } from '../../kernel/ids.ts';
import { impossible, refused, requireVersion } from '../../kernel/problem.ts';
import { newId } from '../../vault/random.ts';
import { listRecords, listRecordsOfPerson } from '../records/queries.ts';
import { groupRecords } from './person.ts';
import { personFacts } from './policy.ts';
import {
  bumpPersons,
  insertJudgement,
  insertPersons,
  listJudgementsOfPerson,
  lockJudgement,
  lockPersons,
  moveRecords,
  type NewJudgement,
  withdrawJudgementRow,
} from './queries.ts';

/**
 * Stores a confirmed judgement and joins the two persons when it says "same". Part of the act that
 * confirms; the four eyes were decided there and are kept by the table's own check.
 */
export async function applyJudgement(tx: Db, judgement: NewJudgement): Promise<PersonId> {
  const records = await listRecords(tx, [judgement.leftRecordId, judgement.rightRecordId]);
  const left = records.find((record) => record.id === judgement.leftRecordId);
  const right = records.find((record) => record.id === judgement.rightRecordId);
  if (!left || !right) throw refused('record');
  await lockPersons(tx, [left.personId, right.personId]);
  await insertJudgement(tx, { ...judgement, ...inOrder(judgement) });
  if (judgement.answer === 'different' || left.personId === right.personId) {
    await bumpPersons(tx, [left.personId, right.personId]);
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
  return kept;
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
  readonly reason: string;
  readonly version: number;
  readonly commandId: CommandId;
}

/**
 * Withdraws a judgement. Where it held a person together, the person splits as cleanly as it was
 * joined: each group of records that still hangs together is a person again, and whatever is derived
 * follows, since standing is worked out from records.
 */
export function withdrawJudgement(
  ctx: Context,
  input: WithdrawJudgement,
): Promise<{ readonly personIds: readonly PersonId[] }> {
  const { judgementId, version, commandId, reason } = input;
  return act(
    ctx,
    'judgement.withdraw',
    { objectId: judgementId, commandId, body: input },
    async (tx) => {
      const judgement = await lockJudgement(tx, judgementId);
      if (!judgement || !decide(ctx, 'judgement.withdraw', personFacts(judgement))) {
        throw refused('judgement');
      }
      requireVersion('judgement', judgement.version, version);
      if (judgement.withdrawnAt) {
        throw impossible('judgement.withdrawn', 'This judgement was withdrawn before.');
      }
      assert(ctx.actor.kind === 'staff', 'only staff withdraw judgements');
      await withdrawJudgementRow(tx, {
        id: judgementId,
        by: ctx.actor.staffId,
        at: ctx.now,
        reason,
      });
      const [record] = await listRecords(tx, [judgement.leftRecordId]);
      if (!record) throw refused('record');
      return { personIds: await splitPerson(ctx, tx, record.personId) };
    },
  );
}

async function splitPerson(ctx: Context, tx: Db, personId: PersonId): Promise<readonly PersonId[]> {
  await lockPersons(tx, [personId]);
  const records = await listRecordsOfPerson(tx, personId);
  const judgements = await listJudgementsOfPerson(tx, personId);
  // A correction stays with the record that it corrects.
  const corrections = records.flatMap((record) =>
    record.supersedesId
      ? [
          {
            id: `${record.id}` as JudgementId, // Never stored: it only joins the two in the grouping.
            leftRecordId: record.supersedesId,
            rightRecordId: record.id,
            answer: 'same' as const,
            withdrawnAt: null,
          },
        ]
      : [],
  );
  const groups = groupRecords(
    records.map((record) => record.id),
    [...judgements, ...corrections],
  );
  const [, ...apart] = groups;
  const fresh = apart.map((group) => ({ id: newId<'person'>() as PersonId, group }));
  await insertPersons(
    tx,
    fresh.map(({ id }) => ({ id, officeId: ctx.actor.officeId })),
    ctx.now,
  );
  for (const { id, group } of fresh) await moveRecords(tx, group, id);
  await bumpPersons(tx, [personId]);
  return [personId, ...fresh.map(({ id }) => id)];
}

export interface SearchPersons {
  readonly name: string;
  readonly birth?: string;
}

/** A staff search by name: masked rows only, for an enquiry, one page of budget. */
export function searchRecords(
  ctx: Context,
  query: SearchPersons,
): Promise<
  readonly (FoundRecord & { readonly personId: PersonId; readonly sourceKind: string })[]
> {
  // The broker decides, counts and enters the search itself; what follows reads states only.
  return ctx.broker
    .search({
      sessionToken: ctx.sessionToken,
      actor: ctx.actor,
      purpose: ctx.purpose,
      query,
      limit: 20,
    })
    .then((found) =>
      look(ctx, 'person.search', { objectId: ctx.purpose.enquiryId ?? '' }, async (tx) => {
        const records = await listRecords(
          tx,
          found.map((each) => each.recordId),
        );
        const persons = new Map(records.map((record) => [record.id as string, record]));
        return found.flatMap((each) => {
          const record = persons.get(each.recordId);
          return record ? [{ ...each, personId: record.personId, sourceKind: record.side }] : [];
        });
      }),
    );
}
