import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertStaff } from '../../../src/access/queries.ts';
import { openStaffSession, recogniseStaff } from '../../../src/access/sign-in.ts';
import { type Context, rowContextOf } from '../../../src/audit/context.ts';
import { inTransaction } from '../../../src/db/transaction.ts';
import type { AccountId, EnquiryId, MatchId, NoticeId, StaffId } from '../../../src/kernel/ids.ts';
import { Problem } from '../../../src/kernel/problem.ts';
import {
  confirmMatch,
  judgeMatch,
  returnMatch,
  undoMatch,
} from '../../../src/registry/matches/actions.ts';
import {
  approveNotice,
  composeNotice,
  refuseNotice,
  submitNotice,
  tellNotice,
  withdrawNotice,
} from '../../../src/registry/notices/actions.ts';
import { newId } from '../../../src/vault/random.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { newCommand, World } from '../../world.ts';
import { figure, long, patienceMs } from '../support/length.ts';
import { proposeMatches } from '../support/proposals.ts';
import { type Dice, seeded } from '../support/seeded.ts';

/**
 * S-19: five people, two of whom have two accounts, act at random. Every confirmed match and every
 * approved or told notice needs two human beings. Nothing happens on an answer or an approval that
 * was withdrawn.
 */
const sequences = long(300, 10_000);
const controlled = 120;
const steps = 9;

/** A person at a keyboard, whatever account they use. */
interface Seat {
  readonly human: string;
  readonly ctx: Context;
}

let test: TestDatabase;
let world: World;
let enquiryId: EnquiryId;
let seats: readonly Seat[] = [];

beforeAll(async () => {
  test = await cloneDatabase();
  const wide = { recordsPerPersonHour: 10_000_000, recordsPerOfficeHour: 10_000_000 };
  world = await World.open(test, { policy: { ...wide, recordsPerNodeHour: 10_000_000 } });
  ({ enquiryId } = await world.file('Тихобор Данило Остапович', '14.03.1994'));
  await world.prove(enquiryId);
  seats = await hire('person');
}, patienceMs(60_000));
afterAll(() => test.drop());

/**
 * Five people with every role at the desk. Counted by person, a second account is the same person;
 * counted by account (the control), it is another colleague.
 */
async function hire(by: 'person' | 'account'): Promise<readonly Seat[]> {
  const made: Seat[] = [];
  for (const human of ['Lesia', 'Marko', 'Nadia', 'Orest', 'Polina']) {
    const accounts = human === 'Lesia' || human === 'Marko' ? 2 : 1;
    let staffId: StaffId | null = null;
    for (let account = 0; account < accounts; account += 1) {
      const accountId = newId<'account'>() as AccountId; // The same brand, here and below.
      if (staffId && by === 'person') {
        const row = { id: accountId, staffId, officeId: world.officeId, recordedAt: world.now };
        await test.db.insertInto('staffAccounts').values(row).execute();
      } else {
        staffId = newId<'staff'>() as StaffId;
        const roles = ['caseworker', 'approver'] as const;
        const person = { staffId, accountId, workName: human, roles, language: 'uk' } as const;
        await insertStaff(test.db, { ...person, officeId: world.officeId }, world.now);
      }
      made.push({ human, ctx: await signedIn({ staffId, accountId }) });
    }
  }
  return made;
}

async function signedIn(person: { staffId: StaffId; accountId: AccountId }): Promise<Context> {
  const { officeId, now } = world;
  const db = deskDb();
  const door = { ...world.atDoor(), db };
  const token = await openStaffSession(door, person);
  const found = await recogniseStaff(db, { officeId, token, now });
  if (!found) throw new Error('a session just opened is known');
  return { ...door, actor: found.actor, sessionToken: token };
}

let desk: ReturnType<TestDatabase['as']> | null = null;
function deskDb() {
  desk ??= test.as('homeward_desk');
  return desk;
}

interface Counted {
  effects: number;
  /** Effects by fewer than two human beings, or on something that was withdrawn. */
  readonly broken: string[];
}

/**
 * Tries one action; true if it was done. A refusal is an answer, anything else a failure of the
 * test.
 */
async function tried(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (error instanceof Problem && error.httpStatus < 500) return false;
    throw error;
  }
}

async function playMatch(dice: Dice, people: readonly Seat[], into: Counted, matchId: MatchId) {
  let first: string | null = null;
  for (let step = 0; step < steps; step += 1) {
    const seat = dice.of(people);
    const ctx = { ...seat.ctx, purpose: { kind: 'tracing' } } as const;
    const version = await versionOf('matches', matchId);
    const command = { matchId, version, commandId: newCommand() };
    const what = dice.of(['judge', 'judge', 'confirm', 'confirm', 'undo', 'return'] as const);
    if (what === 'judge') {
      const answer = dice.of(['same', 'different', 'unsure'] as const);
      if (await tried(() => judgeMatch(ctx, { ...command, answer }))) first = seat.human;
    } else if (what === 'confirm') {
      if (!(await tried(() => confirmMatch(ctx, command)))) continue;
      into.effects += 1;
      if (first === null || first === seat.human) into.broken.push(`match by ${seat.human} alone`);
    } else {
      const act = what === 'undo' ? undoMatch : returnMatch;
      if (await tried(() => act(ctx, command))) first = null;
    }
  }
}

async function playNotice(dice: Dice, people: readonly Seat[], into: Counted) {
  const author = dice.of(people);
  const purpose = { kind: 'notice', enquiryId } as const;
  const { noticeId } = await composeNotice(
    { ...author.ctx, purpose },
    { enquiryId, cleared: ['search_goes_on'], text: 'a', grave: true, commandId: newCommand() },
  );
  let over: string | null = null;
  const acts = { submitNotice, approveNotice, refuseNotice, withdrawNotice, tellNotice };
  const names = Object.keys(acts) as (keyof typeof acts)[]; // The keys just written.
  for (let step = 0; step < steps; step += 1) {
    const seat = dice.of(people);
    const ctx = { ...seat.ctx, purpose };
    const name = step === 0 ? 'submitNotice' : dice.of([...names, 'approveNotice' as const]);
    const version = await versionOf('notices', noticeId);
    const command = { noticeId, version, commandId: newCommand() };
    const told = { ...command, how: 'telephone', at: world.now } as const;
    if (!(await tried(() => acts[name](ctx, told)))) continue;
    if (name === 'approveNotice' || name === 'tellNotice') into.effects += 1;
    if (name === 'approveNotice' && seat.human === author.human) {
      into.broken.push(`notice by ${seat.human} alone`);
    }
    if (over) into.broken.push(`${name} after ${over}`);
    if (name === 'withdrawNotice' || name === 'refuseNotice') over = name;
  }
}

async function versionOf(table: 'matches' | 'notices', id: MatchId | NoticeId): Promise<number> {
  const row = await test.db
    .selectFrom(table)
    .select('version')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return row.version;
}

async function play(people: readonly Seat[], count: number): Promise<Counted> {
  const dice = seeded(19);
  const counted: Counted = { effects: 0, broken: [] };
  const matches = await proposeMatches(world, Math.ceil(count / 2));
  for (let turn = 0; turn < count; turn += 1) {
    const matchId = matches[Math.floor(turn / 2)];
    if (turn % 2 === 0 && matchId) await playMatch(dice, people, counted, matchId);
    else await playNotice(dice, people, counted);
  }
  return counted;
}

describe('S-19 four eyes', () => {
  it(
    'are of two human beings, whatever is tried in whatever order',
    async () => {
      const { effects, broken } = await play(seats, sequences);
      figure(
        'S-19',
        `${sequences} sequences of ${steps} acts, ${effects} effects, ${broken.length} alone`,
      );
      expect(broken).toEqual([]);
      expect(effects).toBeGreaterThan(sequences / 10);
    },
    patienceMs(120_000),
  );

  it(
    'would be of one, were they counted by account (negative control)',
    async () => {
      const { broken } = await play(await hire('account'), controlled);
      expect(broken.filter((each) => /(Lesia|Marko) alone/.test(each)).length).toBeGreaterThan(0);
    },
    patienceMs(120_000),
  );
});

/**
 * The statements that would let one person be both, sent to the database under the desk's own role.
 */
const alone = {
  matches: {
    constraint: 'matches_check',
    statement: (by: string, id: string) => sql`update matches set state = 'confirmed',
      answer = 'same', judged_by = ${by}, judged_at = now(), second_by = ${by}, second_at = now()
      where id = ${id}`,
  },
  notices: {
    constraint: 'notices_check',
    statement: (by: string, id: string) => sql`update notices set state = 'approved',
      composed_by = ${by}, approved_by = ${by}, approved_at = now() where id = ${id}`,
  },
  judgements: {
    constraint: 'judgements_check',
    statement: (by: string, id: string) => sql`insert into judgements (id, office_id,
        left_record_id, right_record_id, answer, judged_by, judged_at, confirmed_by, confirmed_at)
      select gen_random_uuid(), office_id, min(id::text)::uuid, max(id::text)::uuid, 'same', ${by},
        now(), ${by}, now() from records where ${id} <> '' group by office_id limit 1`,
  },
} as const;

describe('S-19 the database itself', () => {
  it.each(Object.entries(alone))(
    'refuses one person for both halves in %s',
    async (table, each) => {
      const [seat] = seats;
      if (seat?.ctx.actor.kind !== 'staff') throw new Error('somebody was hired');
      const { actor } = seat.ctx;
      const { staffId } = actor;
      const [matchId = ''] = await proposeMatches(world, 1);
      const { noticeId } = await composeNotice(
        { ...seat.ctx, purpose: { kind: 'notice', enquiryId } },
        { enquiryId, cleared: ['search_goes_on'], text: 'a', grave: true, commandId: newCommand() },
      );
      const id = table === 'notices' ? noticeId : matchId;
      const tryIt = () =>
        inTransaction(deskDb(), rowContextOf(actor), (tx) =>
          each.statement(staffId, id).execute(tx),
        );
      await expect(tryIt()).rejects.toMatchObject({ code: '23514' });
      // The control: without its check the database accepts it.
      await sql`alter table ${sql.table(table)} drop constraint ${sql.ref(each.constraint)}`.execute(
        test.db,
      );
      await expect(tryIt()).resolves.toBeTruthy();
    },
  );
});
