import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judge } from '../../../src/access/decide.ts';
import type { Rule } from '../../../src/access/permission.ts';
import { insertStaff } from '../../../src/access/queries.ts';
import { openStaffSession } from '../../../src/access/sign-in.ts';
import { objectHash } from '../../../src/audit/entry.ts';
import type { AccountId, EnquiryId, SessionId, StaffId } from '../../../src/kernel/ids.ts';
import { declared } from '../../../src/registry/modules.ts';
import { newId } from '../../../src/vault/random.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { newCommand, World } from '../../world.ts';
import { type DeskServer, openDesk, sendTo } from '../support/desk-server.ts';
import { patienceMs } from '../support/length.ts';
import { proposeMatches } from '../support/proposals.ts';

/**
 * S-19 at the desk's routes: the first person is refused as the second, by either of two accounts,
 * sequentially and at once. The answer names nothing, nothing changes, the log has a refusal.
 */
let test: TestDatabase;
let world: World;
let desk: DeskServer;
let enquiryId: EnquiryId;
/** Sessions of one person with two accounts, and of another person. */
let own: readonly [string, string];
let other: string;

beforeAll(async () => {
  test = await cloneDatabase();
  world = await World.open(test);
  ({ enquiryId } = await world.file('Тихобор Данило Остапович', '14.03.1994'));
  await world.prove(enquiryId);
  desk = await openDesk(world);
  const lesia = newId<'staff'>() as StaffId; // The same brand.
  own = [await hire(lesia), await hire(lesia)];
  other = await hire(newId<'staff'>() as StaffId); // The same brand.
}, patienceMs(60_000));
afterAll(async () => {
  await desk?.close();
  await test.drop();
});

/** A session of this person by a new account. */
async function hire(staffId: StaffId): Promise<string> {
  const { officeId, now } = world;
  const accountId = newId<'account'>() as AccountId; // The same brand.
  const known = await test.db.selectFrom('staff').select('id').where('id', '=', staffId).execute();
  if (known.length > 0) {
    const row = { id: accountId, staffId, officeId, recordedAt: now };
    await test.db.insertInto('staffAccounts').values(row).execute();
  } else {
    const roles = ['caseworker', 'approver'] as const;
    const person = { staffId, accountId, workName: 'Lesia', roles, language: 'uk' } as const;
    await insertStaff(test.db, { ...person, officeId }, now);
  }
  const door = { ...world.atDoor(), db: test.as('homeward_desk') };
  return `desk=${await openStaffSession(door, { staffId, accountId })}`;
}

interface SecondHalf {
  readonly table: 'matches' | 'notices';
  readonly purpose: string;
  readonly path: (id: string) => string;
  /**
   * Brings an object to the state that needs the second person; done by the account at `cookie`.
   */
  readonly first: (cookie: string) => Promise<string>;
}

const match = (name: string): SecondHalf => ({
  table: 'matches',
  purpose: 'tracing',
  path: (id) => `/matches/${id}/${name}`,
  first: async (cookie) => {
    const [id = ''] = await proposeMatches(world, 1);
    await send(cookie, {
      path: `/matches/${id}/judge`,
      purpose: 'tracing',
      body: { answer: 'same' },
      id,
    });
    return id;
  },
});

const notice = (name: string): SecondHalf => ({
  table: 'notices',
  purpose: 'notice',
  path: (id) => `/notices/${id}/${name}`,
  first: async (cookie) => {
    const body = { cleared: ['search_goes_on'], text: 'a', grave: true, commandId: newCommand() };
    const path = `/enquiries/${enquiryId}/notices`;
    const composed = await sendTo(desk, cookie, { path, purpose: 'notice', body });
    const id = (JSON.parse(composed.text) as { noticeId: string }).noticeId;
    await send(cookie, { path: `/notices/${id}/submit`, purpose: 'notice', body: {}, id });
    return id;
  },
});

/** Every command that needs a second person; one without an entry here fails below. */
const halves: Readonly<Record<string, SecondHalf>> = {
  'match.confirm': match('confirm'),
  'match.return': match('return'),
  'notice.approve': notice('approve'),
  'notice.refuse': notice('refuse'),
};

interface Sent {
  readonly path: string;
  readonly purpose: string;
  readonly body: object;
  readonly id: string;
}

async function send(cookie: string, { path, purpose, body, id }: Sent) {
  const table = path.startsWith('/matches') ? 'matches' : 'notices';
  const { version } = await rowOf(table, id);
  return sendTo(desk, cookie, {
    path,
    purpose,
    version,
    body: { commandId: newCommand(), ...body },
  });
}

function rowOf(table: 'matches' | 'notices', id: string) {
  return test.db.selectFrom(table).selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

async function refusalsOf(action: string, id: string): Promise<number> {
  const [salt = ''] = await world.broker.salts([id]);
  const entries = await test.db
    .selectFrom('auditEntries')
    .select('outcome')
    .where('action', '=', action)
    .where('objectHash', '=', objectHash(salt, id))
    .execute();
  return entries.filter(({ outcome }) => outcome === 'refused').length;
}

describe('S-19 the routes', () => {
  it('try every action that asks for a second person', () => {
    const all = [...declared.permissions.values()];
    const second = all.filter((permission) => permission.second).map(({ name }) => name);
    expect(Object.keys(halves).sort()).toEqual(second.sort());
  });

  it.each(Object.entries(halves))(
    '%s is refused to who did the first half',
    async (action, half) => {
      const id = await half.first(own[0]);
      const before = await rowOf(half.table, id);
      const asked = { path: half.path(id), purpose: half.purpose, body: {}, id };
      const absent = { ...asked, path: half.path(newId()) };
      const notThere = await send(own[0], absent);
      const turns = [await send(own[0], asked), await send(own[1], asked)];
      const atOnce = await Promise.all(
        Array.from({ length: 8 }, (_, at) => send(own[at % 2] ?? '', asked)),
      );
      for (const { code, text } of [...turns, ...atOnce]) {
        // The same answer as for a missing object, apart from the request's own id.
        expect(code).toBe(notThere.code);
        expect(withoutRequest(text)).toBe(withoutRequest(notThere.text));
      }
      expect(await rowOf(half.table, id)).toEqual(before);
      expect(await refusalsOf(action, id)).toBe(10);
      expect((await send(other, asked)).code).toBe(200);
    },
  );

  it('would let one person do both without the rule (negative control)', () => {
    const staffId = newId<'staff'>() as StaffId; // The same brand, here and below.
    const { officeId, now } = world;
    const actor = {
      ...{ kind: 'staff' as const, staffId, officeId, roles: ['approver' as const] },
      accountId: newId<'account'>() as AccountId,
      sessionId: newId<'session'>() as SessionId,
      freshUntil: new Date(now.getTime() + 60_000),
    };
    for (const action of Object.keys(halves)) {
      const rule: Rule | undefined = declared.permissions.get(action);
      if (!rule) throw new Error(`${action} is not declared`);
      const asker = { actor, purpose: { kind: rule.purposes[0] ?? 'audit' }, now };
      const facts = { officeId, firstBy: [staffId] };
      expect(judge(asker, rule, facts)).toBe('refused');
      const { second: _, ...loosened } = rule;
      expect(judge(asker, loosened, facts)).toBe('allowed');
    }
  });
});

const withoutRequest = (text: string) => text.replace(/"requestId":"[^"]*"/, '');
