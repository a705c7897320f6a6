import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFamilySession } from '../../../src/access/family-sign-in.ts';
import { insertStaff, listStaff } from '../../../src/access/queries.ts';
import { openStaffSession } from '../../../src/access/sign-in.ts';
import type { BrokerPort, Context, OpenRequest } from '../../../src/audit/context.ts';
import { passFrom } from '../../../src/broker/caller.ts';
import { type BrokerClient, brokerClient } from '../../../src/broker/client.ts';
import { firstPolicy } from '../../../src/broker/policy.ts';
import { type Connection, connect, type Db } from '../../../src/db/connect.ts';
import type { ProcessRole } from '../../../src/db/roles.ts';
import { insertSealed } from '../../../src/db/sealed-rows.ts';
import { inTransaction } from '../../../src/db/transaction.ts';
import type { AccountId, EnquiryId, OfficeId, StaffId } from '../../../src/kernel/ids.ts';
import { Problem } from '../../../src/kernel/problem.ts';
import { newId } from '../../../src/vault/random.ts';
import { cloneDatabase } from '../../database.ts';
import { type Installation, startInstallation } from '../../e2e/installation.ts';
import { World } from '../../world.ts';
import { figure, long, patienceMs } from '../support/length.ts';
import { superuserOf } from '../support/superuser.ts';

/**
 * S-14: an attacker controls the desk's process on a running installation, with its database
 * password, its broker credential and a colleague's live session, and wants all records. Only the
 * budget comes out, the alarm is raised, and the colleague is locked out. Each release was logged
 * before it was made.
 */
const wanted = long(2_600, 100_000);
const atOnce = 25;

interface Taken {
  readonly db: Db;
  readonly broker: BrokerClient;
  readonly pass: string;
}

let node: Installation;
let officeId: OfficeId;
let passwords: Readonly<Record<string, string>>;
let records: readonly string[] = [];
let enquiryIds: readonly EnquiryId[] = [];
let all: Db;
const open: Connection[] = [];
const clients: BrokerClient[] = [];

beforeAll(async () => {
  node = await startInstallation(['--empty']);
  const secrets = JSON.parse(await readFile(join(node.dataFolder, 'secrets.json'), 'utf8')) as {
    officeId: OfficeId; // As the installation writes them.
    passwords: Record<string, string>;
  };
  ({ officeId, passwords } = secrets);
  all = opened(await superuserOf(node.dataFolder, 'main', 'homeward_main'));
  const worker = taken('homeward_worker');
  records = await load(worker.broker, all, { officeId, count: wanted });
  enquiryIds = await enquiries(worker.broker);
}, patienceMs(180_000));
afterAll(async () => {
  for (const client of clients) client.close();
  await Promise.all(open.map((connection) => connection.close()));
  await node?.stop();
});

function opened(url: string): Db {
  const connection = connect(url, { max: 4 });
  open.push(connection);
  return connection.db;
}

/** The secrets of a process of this role, which its attacker has. */
function taken(role: ProcessRole): Taken {
  const password = passwords[role] ?? '';
  const host = encodeURIComponent(join(node.dataFolder, 'main', 'socket'));
  const url = `postgres://${role}:${encodeURIComponent(password)}@localhost/homeward_main?host=${host}`;
  const pass = passFrom(password);
  return { db: opened(url), broker: callerWith(pass), pass };
}

function callerWith(pass: string): BrokerClient {
  const client = brokerClient(join(node.dataFolder, 'run', 'broker.sock'), pass);
  clients.push(client);
  return client;
}

async function load(
  broker: BrokerPort,
  db: Db,
  asked: { officeId: OfficeId; count: number },
): Promise<readonly string[]> {
  const ids: readonly string[] = Array.from({ length: asked.count }, () => newId<'record'>());
  for (let at = 0; at < ids.length; at += 500) {
    const items = ids.slice(at, at + 500).map((id) => ({
      ...{ tableName: 'records', columnName: 'description', rowId: id, subjectId: id },
      compartment: 'identity' as const,
      content: { names: [{ full: `Number ${id}` }] },
    }));
    const owner = { officeId: asked.officeId, now: new Date() };
    await insertSealed(db, await broker.sealMany(items), owner);
  }
  return ids;
}

/** Files of two families, with their statements about themselves. */
async function enquiries(broker: BrokerPort): Promise<readonly EnquiryId[]> {
  const ids = [newId<'enquiry'>() as EnquiryId, newId<'enquiry'>() as EnquiryId]; // The same brand.
  for (const id of ids) {
    await sql`insert into enquiries (id, office_id, state, language, channel, filed_at, next_contact_on)
      values (${id}, ${officeId}, 'submitted', 'uk', 'web', now(), current_date)`.execute(all);
    const place = { tableName: 'enquiries', columnName: 'enquirer', rowId: id, subjectId: id };
    const item = { ...place, compartment: 'contact', content: { name: 'Olena' } } as const;
    const owner = { officeId, enquiryId: id, now: new Date() };
    await insertSealed(all, await broker.sealMany([item]), owner);
  }
  return ids;
}

const door = ({ db, broker }: Pick<Context, 'db' | 'broker'>, office: OfficeId): Context => ({
  actor: { kind: 'door', officeId: office, held: '' },
  purpose: { kind: 'sign_in' },
  now: new Date(),
  db,
  broker,
});

interface Haul {
  released: number;
  answers: number;
  /** The refusal that ended it; null if there was none. */
  end: { readonly code: string; readonly at: number } | null;
}

/** Requests all records, page after page, until it is refused. */
async function takeAll(
  broker: BrokerPort,
  asked: Pick<OpenRequest, 'sessionToken' | 'actor'>,
  ids: readonly string[],
): Promise<Haul> {
  const haul: Haul = { released: 0, answers: 0, end: null };
  for (let at = 0; at < ids.length; at += atOnce) {
    const page = ids.slice(at, at + atOnce);
    try {
      const fields = page.map((rowId) => ({ rowId, columnName: 'description' }));
      const answer = await broker.open({
        ...asked,
        purpose: { kind: 'tracing' },
        action: 'record.read',
        objectId: page[0] ?? '',
        fields,
      });
      haul.released += answer.length;
      haul.answers += 1;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      haul.end = { code: error.code, at: performance.now() };
      break;
    }
  }
  return haul;
}

const claimOf = (staffId: StaffId, accountId: AccountId, office: OfficeId) =>
  ({
    kind: 'staff',
    staffId,
    accountId,
    officeId: office,
    roles: ['caseworker', 'approver', 'administrator'],
    sessionId: newId<'session'>() as never, // A false claim that is not believed.
    freshUntil: new Date(Date.now() + 600_000),
  }) as const;

async function entered(action: string): Promise<number> {
  const found = await sql<{ count: number }>`select count(*) as count from audit_entries
    where action = ${action} and outcome = 'done'`.execute(all);
  return found.rows[0]?.count ?? 0;
}

async function alarms(): Promise<readonly string[]> {
  const found = await sql<{ kind: string }>`select kind from alerts order by raised_at`.execute(
    all,
  );
  return found.rows.map(({ kind }) => kind);
}

describe('S-14 a taken desk', () => {
  it(
    'gets the budget of the colleague it uses, is seen, and the colleague is locked',
    async () => {
      const desk = taken('homeward_desk');
      const [daria] = await colleagues(desk);
      if (!daria) throw new Error('an installation has colleagues');
      const sessionToken = await openStaffSession(door(desk, officeId), daria);
      const actor = claimOf(daria.staffId, daria.accountId, officeId);
      const haul = await takeAll(desk.broker, { sessionToken, actor }, records);
      expect(haul.end?.code).toBe('budget.exceeded');
      const seen = await alarms();
      const alarmMs = performance.now() - (haul.end?.at ?? 0);
      figure(
        'S-14',
        `${wanted} wanted by one session, ${haul.released} released, alarm after ${alarmMs.toFixed(0)} ms`,
      );
      expect(haul.released).toBeLessThanOrEqual(firstPolicy.recordsPerPersonHour);
      expect(seen).toEqual(['budget.person']);
      expect(alarmMs).toBeLessThan(60_000);
      // Every release has its entry, committed before the answer came.
      expect(await entered('record.read')).toBe(haul.answers);
      const again = await takeAll(desk.broker, { sessionToken, actor }, records);
      expect(again).toMatchObject({ released: 0, end: { code: 'session.ended' } });
    },
    patienceMs(60_000),
  );

  it(
    'gets no more than the office’s budget with sessions forged for everybody it can invent',
    async () => {
      const desk = taken('homeward_desk');
      let released = 0;
      for (let forged = 0; forged < 40 && released < wanted; forged += 1) {
        const person = await hired(desk, forged);
        const sessionToken = await openStaffSession(door(desk, officeId), person);
        const actor = claimOf(person.staffId, person.accountId, officeId);
        const haul = await takeAll(desk.broker, { sessionToken, actor }, records.slice(released));
        released += haul.released;
      }
      figure('S-14', `40 forged colleagues: ${released} released in all, alarms ${await kinds()}`);
      expect(released).toBeLessThanOrEqual(firstPolicy.recordsPerNodeHour);
      expect(await alarms()).toContain('budget.office');
    },
    patienceMs(60_000),
  );

  it('passes neither for the worker, nor for a family, nor for nobody in particular', async () => {
    const desk = taken('homeward_desk');
    const [enquiryId] = enquiryIds;
    if (!enquiryId) throw new Error('two families filed');
    const system = { kind: 'system', name: 'worker', officeId } as const;
    const fields = [{ rowId: enquiryId, columnName: 'enquirer' }];
    const asked = {
      actor: system,
      purpose: { kind: 'upkeep' },
      action: 'import.carry_out',
      sessionToken: undefined,
      objectId: enquiryId,
      fields,
    } as const;
    for (const broker of [desk.broker, callerWith('guessed'), callerWith('')]) {
      await expect(broker.open(asked)).rejects.toMatchObject({ httpStatus: 404 });
    }
    await expect(callerWith('').salts([enquiryId])).rejects.toMatchObject({ httpStatus: 404 });
    await expect(openFamilySession(door(desk, officeId), enquiryId)).rejects.toThrow(
      /row-level security|neither/,
    );
  });

  it('opens nothing by its database password alone, in neither database', async () => {
    const desk = taken('homeward_desk');
    const staff = { actorKind: 'staff', actorId: newId(), officeId, subjectId: '' };
    await expect(
      inTransaction(desk.db, staff, (tx) => sql`select sealed from sealed_fields`.execute(tx)),
    ).rejects.toThrow(/permission denied/);
    const password = encodeURIComponent(passwords['homeward_desk'] ?? '');
    const host = encodeURIComponent(join(node.dataFolder, 'keystore', 'socket'));
    const keystore = opened(
      `postgres://homeward_desk:${password}@localhost/homeward_keystore?host=${host}`,
    );
    await expect(sql`select wrapped from data_keys`.execute(keystore)).rejects.toThrow(
      /permission denied/,
    );
  });
});

describe('S-14 a taken family site', () => {
  it(
    'opens the file that its session is bound to, and 0 beyond it',
    async () => {
      const site = taken('homeward_family');
      const [own, other] = enquiryIds;
      if (!own || !other) throw new Error('two families filed');
      const { token } = await openFamilySession(door(site, officeId), own);
      const actor = {
        kind: 'family',
        enquiryId: own,
        officeId,
        sessionId: newId() as never,
      } as const;
      const ask = (rowIds: readonly string[], columnName: string) =>
        site.broker.open({
          sessionToken: token,
          actor,
          purpose: { kind: 'own_file' },
          action: 'enquiry.read',
          objectId: own,
          fields: rowIds.map((rowId) => ({ rowId, columnName })),
        });
      expect(await ask([own], 'enquirer')).toHaveLength(1);
      let beyond = 0;
      const tries: [readonly string[], string][] = records
        .slice(0, long(300, 3_000))
        .map((id) => [[id], 'description']);
      tries.push([[other], 'enquirer'], [[own, other], 'enquirer']);
      for (const [rowIds, columnName] of tries) {
        beyond += await ask(rowIds, columnName).then(
          (answer) => answer.length,
          () => 0, // Refused, as intended.
        );
      }
      figure('S-14', `family path: ${tries.length} tries, ${beyond} beyond its own`);
      expect(beyond).toBe(0);
      const [daria] = await colleagues(taken('homeward_desk'));
      if (!daria) throw new Error('an installation has colleagues');
      await expect(openStaffSession(door(site, officeId), daria)).rejects.toThrow();
    },
    patienceMs(60_000),
  );

  it('finds no other family to open a session for', async () => {
    const site = taken('homeward_family');
    const tables = ['enquiries', 'sessions', 'family_files', 'passkeys', 'commands', 'challenges'];
    for (const actorKind of ['family', 'door', 'staff', 'system']) {
      const rows = { actorKind, actorId: '', officeId, subjectId: '' };
      for (const table of tables) {
        const seen = await inTransaction(site.db, rows, (tx) =>
          sql`select * from ${sql.table(table)}`.execute(tx),
        );
        expect([actorKind, table, seen.rows]).toEqual([actorKind, table, []]);
      }
    }
  });
});

describe('S-14 the control', () => {
  it(
    'everybody comes out where the budget is off',
    async () => {
      const test = await cloneDatabase();
      try {
        const off = {
          recordsPerPersonHour: 1e9,
          recordsPerOfficeHour: 1e9,
          recordsPerNodeHour: 1e9,
        };
        const world = await World.open(test, { policy: off });
        const many = firstPolicy.recordsPerNodeHour + 100;
        const ids = await load(world.broker, test.db, { officeId: world.officeId, count: many });
        const { actor, sessionToken } = await world.as('Daria', 'tracing');
        const haul = await takeAll(world.broker, { sessionToken, actor }, ids);
        expect(haul.released).toBe(many);
        expect(haul.released).toBeGreaterThan(firstPolicy.recordsPerNodeHour);
      } finally {
        await test.drop();
      }
    },
    patienceMs(60_000),
  );
});

async function colleagues({ db }: Taken) {
  const staff = { actorKind: 'staff', actorId: newId(), officeId, subjectId: '' };
  return inTransaction(db, staff, (tx) => listStaff(tx, 20));
}

/** A colleague that the compromised process writes into the table. */
async function hired({ db }: Taken, number: number) {
  const staff = { actorKind: 'staff', actorId: newId(), officeId, subjectId: '' };
  const person = {
    staffId: newId<'staff'>() as StaffId, // The same brand, here and below.
    accountId: newId<'account'>() as AccountId,
    workName: `Nobody ${number}`,
    roles: ['caseworker'],
    language: 'uk',
  } as const;
  await inTransaction(db, staff, (tx) => insertStaff(tx, { ...person, officeId }, new Date()));
  return person;
}

async function kinds(): Promise<string> {
  return [...new Set(await alarms())].join(', ');
}
