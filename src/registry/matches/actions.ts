import { command, onOffice, protectedRead, staffOf } from '../../access/command.ts';
import type { Permission } from '../../access/permission.ts';
import { queuePermissions } from '../../access/permissions.ts';
import type { Context, MaskedMatch, Moment, OpenedMatch } from '../../audit/context.ts';
import type { Found, FoundByBroker, ReadCall } from '../../audit/read.ts';
import type { Db } from '../../db/connect.ts';
import { assert } from '../../kernel/assert.ts';
import type {
  CommandId,
  JudgementId,
  MatchId,
  PersonId,
  RecordId,
  StaffId,
} from '../../kernel/ids.ts';
import { refused } from '../../kernel/problem.ts';
import { newId } from '../../vault/random.ts';
import { listEventsOfPerson } from '../events/queries.ts';
import { standing } from '../events/standing.ts';
import { applyJudgement } from '../persons/actions.ts';
import { findConflicts } from '../persons/person.ts';
import {
  listEnquiriesOfPerson,
  listJudgementsOfPerson,
  listStaffNames,
} from '../persons/queries.ts';
import { listRecords, listRecordsOfPerson, listSourcesOf } from '../records/queries.ts';
import type { PersonRecord } from '../records/record.ts';
import { matchFacts } from './facts.ts';
import {
  type Answer,
  confirm,
  giveBack,
  judge,
  type Match,
  type MatchState,
  undo,
} from './match.ts';
import { matchPermissions } from './permissions.ts';
import { findMatch, listMatches, lockMatch, updateMatch } from './queries.ts';

interface MatchesRequest {
  readonly state: MatchState;
  readonly offset: number;
}

export interface MatchQueue {
  readonly rows: readonly { readonly match: Match; readonly pair: MaskedMatch | null }[];
  readonly nextOffset: number | null;
}

const pageLimit = 20;

/** A queue of matches with masked pairs; one entry and one page of budget per page (ruling 15). */
export const readMatches = protectedRead({
  ...onOffice('match'),
  permission: queuePermissions.read,
  opens: true,
  find: async (
    tx,
    { input: { state, offset } }: { readonly input: MatchesRequest },
  ): Promise<Found<MatchQueue> | FoundByBroker<MatchQueue>> => {
    const rows = await listMatches(tx, { state, offset, limit: pageLimit });
    const nextOffset = rows.length === pageLimit ? offset + pageLimit : null;
    if (rows.length === 0) return { fields: [], answer: () => ({ rows: [], nextOffset }) };
    return {
      ask: async ({ broker, asking }) => {
        const ids = rows.map((match) => match.id);
        const masked = await broker.maskMatches({ ...asking, ids });
        const pairs = new Map(masked.map((pair) => [pair.matchId, pair]));
        const shown = rows.map((match) => ({ match, pair: pairs.get(match.id) ?? null }));
        return { rows: shown, nextOffset };
      },
    };
  },
});

interface MatchRequest {
  readonly matchId: MatchId;
}

export type Comparison = Awaited<ReturnType<typeof openMatch>>;

/**
 * Opens a match: both records as stated, the matcher's reasons, the sources, each person's
 * standing, and earlier judgements. Costs two records.
 */
export const openMatch = protectedRead({
  permission: matchPermissions.read,
  noun: 'match',
  objectId: ({ matchId }: MatchRequest) => matchId,
  load: (tx, { matchId }) => findMatch(tx, matchId),
  facts: matchFacts,
  opens: true,
  find: async (_tx, { loaded: match }, { now }) => ({
    ask: async ({ broker, asking, load }: ReadCall) => {
      const opened = await broker.openMatch({ ...asking, matchId: match.id });
      return load((tx) => compare(tx, { match, opened, now }));
    },
  }),
});

async function compare(
  tx: Db,
  of: { readonly match: Match; readonly opened: OpenedMatch; readonly now: Date },
) {
  const { match, opened, now } = of;
  const ids = [opened.leftRecordId, opened.rightRecordId];
  const records = await listRecords(tx, ids);
  const [left, right] = ids.map((id) => records.find((record) => record.id === id));
  if (!left || !right) throw refused('match');
  const judgements = await listJudgementsOfBoth(tx, left, right);
  const kin = [
    ...(await listRecordsOfPerson(tx, left.personId)),
    ...(await listRecordsOfPerson(tx, right.personId)),
  ];
  return {
    match,
    opened,
    left: await sideOf(tx, left, now),
    right: await sideOf(tx, right, now),
    sources: await listSourcesOf(tx, ids),
    earlier: judgements.filter((each) => joins(each, [left, right], kin)),
    conflict: findConflicts(judgements, kin).length > 0,
    wouldConflict: wouldConflict(judgements, { left, right, kin }),
    names: await listStaffNames(
      tx,
      [
        match.judgedBy,
        match.secondBy,
        ...judgements.flatMap((each) => [each.judgedBy, each.confirmedBy]),
      ].filter((id): id is StaffId => id !== null),
    ),
  };
}

async function listJudgementsOfBoth(tx: Db, left: PersonRecord, right: PersonRecord) {
  const own = await listJudgementsOfPerson(tx, left.personId);
  if (left.personId === right.personId) return own;
  const known = new Set(own.map(({ id }) => id));
  const others = await listJudgementsOfPerson(tx, right.personId);
  return [...own, ...others.filter(({ id }) => !known.has(id))];
}

type Pair = readonly [left: PersonRecord, right: PersonRecord];
type Judged = { readonly leftRecordId: string; readonly rightRecordId: string };

/**
 * True for a judgement about these two: about this very pair or, while they are two persons, about
 * any record of the one and any of the other.
 */
function joins(judgement: Judged, [left, right]: Pair, kin: readonly PersonRecord[]): boolean {
  const judged = [judgement.leftRecordId, judgement.rightRecordId];
  if (judged.includes(left.id) && judged.includes(right.id)) return true;
  if (left.personId === right.personId) return false;
  const touches = (personId: PersonId) =>
    kin.some((record) => record.personId === personId && judged.includes(record.id));
  return touches(left.personId) && touches(right.personId);
}

/** True if "same" would put a standing "different" inside one person. */
function wouldConflict(
  judgements: Parameters<typeof findConflicts>[0],
  held: {
    readonly left: PersonRecord;
    readonly right: PersonRecord;
    readonly kin: readonly PersonRecord[];
  },
): boolean {
  const same = {
    id: held.left.id as unknown as JudgementId, // Never stored or shown: it only joins the two here.
    leftRecordId: held.left.id,
    rightRecordId: held.right.id,
    answer: 'same' as const,
    withdrawnAt: null,
  };
  return (
    findConflicts([...judgements, same], held.kin).length >
    findConflicts(judgements, held.kin).length
  );
}

/**
 * One side of the comparison: its record, its person's standing and other enquiries about that
 * person.
 */
async function sideOf(tx: Db, record: PersonRecord, now: Date) {
  const events = await listEventsOfPerson(tx, record.personId);
  const others = await listRecordsOfPerson(tx, record.personId);
  const enquiries = await listEnquiriesOfPerson(tx, record.personId);
  return {
    record,
    standing: standing(events, now),
    otherRecords: others.filter((other) => other.id !== record.id && !other.supersededAt).length,
    enquiries: enquiries.length,
  };
}

function open(ctx: Context, matchId: MatchId): Promise<OpenedMatch> {
  const { sessionToken, actor, purpose } = ctx;
  const { name: action } = matchPermissions.read;
  return ctx.broker.openMatch({
    ...{ sessionToken, actor, purpose, action, objectId: matchId },
    matchId,
  });
}

export interface MatchCommand {
  readonly matchId: MatchId;
  readonly version: number;
  readonly commandId: CommandId;
}

export interface MatchAnswer {
  readonly matchId: MatchId;
  readonly state: MatchState;
  readonly version: number;
}

/** The first answer: same, different or unsure. */
export const judgeMatch = answering(
  matchPermissions.judge,
  (match, input: MatchCommand & { readonly answer: Answer }, at) =>
    judge(match, input.answer, { staffId: staffOf(at), at: at.now }),
);

/** Withdraws one's own answer. */
export const undoMatch = answering(matchPermissions.judge, (match, _input: MatchCommand, at) =>
  undo(match, staffOf(at)),
);

/** The second person disagrees. */
export const returnMatch = answering(matchPermissions.return, (match, _input: MatchCommand) =>
  giveBack(match),
);

function answering<Input extends MatchCommand>(
  permission: Permission,
  step: (match: Match, input: Input, at: Moment) => Match,
) {
  return command({
    ...onMatch(permission),
    subject: (input: Input) => subjectOf(input),
    step,
    write: async (tx, { next }): Promise<MatchAnswer> => ({
      matchId: next.id,
      state: next.state,
      version: await updateMatch(tx, next),
    }),
  });
}

/** The common parts of commands on a match. */
function onMatch(permission: Permission) {
  return {
    permission,
    noun: 'match',
    load: (tx: Db, { matchId }: MatchCommand) => lockMatch(tx, matchId),
    facts: matchFacts,
    version: ({ version }: Match) => version,
  };
}

function subjectOf(input: MatchCommand) {
  const { matchId: objectId, commandId, version } = input;
  return { objectId, commandId, version, body: input };
}

/**
 * The second person confirms: the pair is unsealed and becomes a judgement. The two persons become
 * one or, for "different", remain apart.
 */
export const confirmMatch = command({
  ...onMatch(matchPermissions.confirm),
  subject: (input: MatchCommand) => subjectOf(input),
  step: (match, _input, at) => confirm(match, { staffId: staffOf(at), at: at.now }),
  prepare: (ctx, { id }) => open(ctx, id),
  write: async (tx, { next: confirmed, prepared: pair }, at) => {
    const { id: matchId, officeId, judgedBy, judgedAt, answer } = confirmed;
    assert(judgedBy && judgedAt, 'a match that waits was judged by somebody');
    assert(answer === 'same' || answer === 'different', 'unsure does not wait');
    const personId = await applyJudgement(at, tx, {
      id: newId<'judgement'>(),
      officeId,
      leftRecordId: pair.leftRecordId as RecordId, // Sealed by the matcher from such ids.
      rightRecordId: pair.rightRecordId as RecordId,
      answer,
      matchId,
      judgedBy,
      judgedAt,
      confirmedBy: staffOf(at),
      confirmedAt: at.now,
    });
    const version = await updateMatch(tx, confirmed);
    return { matchId, state: confirmed.state, version, personId };
  },
});
