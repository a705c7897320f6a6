import { performance } from 'node:perf_hooks';
import { type RawBuilder, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Context, rowContextOf } from '../../../src/audit/context.ts';
import type { Db } from '../../../src/db/connect.ts';
import { inTransaction } from '../../../src/db/transaction.ts';
import { newId } from '../../../src/vault/random.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { World } from '../../world.ts';
import { areaUnderCurve, boundFor, median } from '../support/area.ts';
import { type Furnished, furnish } from '../support/furnished.ts';
import { figure, long, patienceMs } from '../support/length.ts';
import { seeded } from '../support/seeded.ts';

/**
 * S-10: constraints see rows that row security hides. Under the roles of desk and family we try
 * every key of another office, and as many that do not exist. The replies are the same, and so are
 * their times.
 */
const each = long(300, 1_000);

let test: TestDatabase;
let own: Furnished;
let theirs: Furnished;
let daria: Context;

beforeAll(async () => {
  test = await cloneDatabase();
  own = await furnish(await World.open(test));
  theirs = await furnish(await World.open(test, { beside: own.world }));
  daria = await own.world.as('Daria', 'tracing');
  for (const [at, { world }] of [own, theirs].entries()) {
    const row = { id: newId(), officeId: world.officeId, label: `Sender ${at}` };
    await test.db
      .insertInto('senders')
      .values({ ...row, recordedAt: world.now })
      .execute();
  }
}, patienceMs(60_000));
afterAll(() => test.drop());

interface Probe {
  readonly name: string;
  /** The role; the desk's by default. */
  readonly by?: 'family';
  /** A key that exists in the other office, and the statement that tries one. */
  readonly known: () => string;
  readonly fresh?: () => string;
  readonly statement: (key: string) => RawBuilder<unknown>;
}

/** Rows of the desk that refer to another row: the table, the column, and its other conditions. */
function pointing(table: string, column: string, known: () => string, rest: string): Probe {
  const statement = (key: string) => sql`insert into ${sql.table(table)}
    (id, office_id, ${sql.ref(column)}, ${sql.raw(rest.split(' values ')[0] ?? '')})
    values (gen_random_uuid(), ${own.world.officeId}, ${key}, ${sql.raw(rest.split(' values ')[1] ?? '')})`;
  return { name: `${table}.${column}`, known, statement };
}

function probes(): readonly Probe[] {
  const { officeId } = own.world;
  const enquiry = () => theirs.enquiryId;
  const record = () => theirs.recordId;
  const staff = () => theirs.world.idOf('Daria').staffId;
  const ids: Readonly<Record<string, () => string>> = {
    persons: () => theirs.personId,
    records: record,
    enquiries: enquiry,
    matches: () => theirs.matchId,
    notices: () => theirs.toldId,
    imports: () => theirs.importId,
    judgements: () => theirs.judgementId,
    alerts: () => theirs.alertId,
  };
  const perTable = Object.entries(ids).flatMap(([table, known]): Probe[] => [
    {
      name: `${table} by id`,
      known,
      statement: (key) => sql`select id from ${sql.table(table)} where id = ${key}`,
    },
    {
      name: `${table} changed by id`,
      known,
      statement: (key) =>
        sql`update ${sql.table(table)} set office_id = office_id where id = ${key}`,
    },
    {
      name: `${table} explained`,
      known,
      statement: (key) => sql`explain select id from ${sql.table(table)} where id = ${key}`,
    },
  ]);
  return [
    ...perTable,
    pointing(
      'contacts',
      'enquiry_id',
      enquiry,
      "kind, occurred_at, recorded_at values 'letter', now(), now()",
    ),
    pointing(
      'thread_entries',
      'enquiry_id',
      enquiry,
      "written_by, recorded_at values 'desk', now()",
    ),
    pointing(
      'family_papers',
      'enquiry_id',
      enquiry,
      "kind, format, size, content_hash, recorded_at values 'birth', 'pdf', 1, '', now()",
    ),
    pointing(
      'events',
      'record_id',
      record,
      "kind, known_at, grade, recorded_at values 'seen', now(), 'C3', now()",
    ),
    pointing(
      'primary_contacts',
      'enquiry_id',
      enquiry,
      `reason, chosen_by, chosen_at values 'next_of_kin', '${own.world.idOf('Daria').staffId}', now()`,
    ),
    pointing(
      'disputes',
      'enquiry_id',
      enquiry,
      `reason, opened_by, opened_at values 'relative_at_risk', '${own.world.idOf('Daria').staffId}', now()`,
    ),
    pointing('staff_accounts', 'staff_id', staff, 'recorded_at values now()'),
    pointing(
      'sources',
      'enquiry_id',
      enquiry,
      "kind, reliability, recorded_at values 'testimony', 'C3', now()",
    ),
    {
      name: 'persons with an id of another office',
      known: () => theirs.personId,
      statement: (key) =>
        sql`insert into persons (id, office_id, recorded_at) values (${key}, ${officeId}, now())`,
    },
    {
      name: 'an enquiry pointing at a record',
      known: record,
      statement: (key) => sql`update enquiries set record_id = ${key} where id = ${own.unprovenId}`,
    },
    {
      name: 'a sender by name',
      known: () => 'Sender 1',
      fresh: () => `Sender ${newId()}`,
      statement: (key) => sql`insert into senders (id, office_id, label, recorded_at)
        values (gen_random_uuid(), ${officeId}, ${key}, now())`,
    },
    ...byFamilies(enquiry),
  ];
}

function byFamilies(enquiry: () => string): readonly Probe[] {
  const { officeId } = own.world;
  return [
    {
      name: 'an enquiry read',
      by: 'family',
      known: enquiry,
      statement: (key) => sql`select id from enquiries where id = ${key}`,
    },
    {
      name: 'the enquiry of a neighbour read',
      by: 'family',
      known: () => own.unprovenId,
      statement: (key) => sql`select id from enquiries where id = ${key}`,
    },
    {
      name: 'a word in the thread of a neighbour',
      by: 'family',
      known: () => own.unprovenId,
      statement: (key) => sql`insert into thread_entries
        (id, office_id, enquiry_id, written_by, recorded_at)
        values (gen_random_uuid(), ${officeId}, ${key}, 'family', now())`,
    },
    {
      name: 'a seal for the enquiry of a neighbour',
      by: 'family',
      known: () => own.unprovenId,
      statement: (
        key,
      ) => sql`insert into sealed_fields (row_id, table_name, column_name, subject_id,
          compartment, office_id, enquiry_id, key_version, sealed, recorded_at)
        values (${key}, 'enquiries', 'intake', ${key}, 'intake', ${officeId}, ${key}, 1, '', now())`,
    },
  ];
}

class TakenBack extends Error {}

/** One statement under the role, rolled back; its result and its time. */
async function tried(probe: Probe, key: string): Promise<{ reply: string; ms: number }> {
  const { db, actor } = probe.by === 'family' ? own.olena : daria;
  let [reply, ms] = ['', 0];
  const run = async (tx: Db) => {
    const before = performance.now();
    try {
      const { rows, numAffectedRows } = await probe.statement(key).execute(tx);
      reply = `${JSON.stringify(rows)} ${numAffectedRows}`;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const { code, detail, constraint, table } = error as Error & Record<string, unknown>; // As the driver throws them.
      reply = [error.message, code, detail, constraint, table].join('|');
    }
    ms = performance.now() - before;
    throw new TakenBack();
  };
  await inTransaction(db, rowContextOf(actor), run).catch((error: unknown) => {
    if (!(error instanceof TakenBack)) throw error;
  });
  return { reply: reply.replaceAll(key, 'KEY').replace(/[0-9a-f-]{36}/g, 'ID'), ms };
}

interface Found {
  readonly differing: readonly string[];
  readonly known: number[];
  readonly unknown: number[];
}

async function probeAll(all: readonly Probe[], count: number): Promise<Found> {
  const dice = seeded(10);
  const found = { differing: new Set<string>(), known: [] as number[], unknown: [] as number[] };
  for (let turn = 0; turn < count; turn += 1) {
    const probe = all[turn % all.length];
    if (!probe) throw new Error('there are probes');
    const fresh = probe.fresh?.() ?? newId();
    const first = dice.below(2) === 0;
    const one = await tried(probe, first ? probe.known() : fresh);
    const other = await tried(probe, first ? fresh : probe.known());
    const [known, unknown] = first ? [one, other] : [other, one];
    if (known.reply !== unknown.reply) {
      found.differing.add(`${probe.name}: ${known.reply} and not ${unknown.reply}`);
    }
    found.known.push(known.ms);
    found.unknown.push(unknown.ms);
  }
  return { ...found, differing: [...found.differing] };
}

describe('S-10 keys of another office', () => {
  it(
    'are answered like keys that nobody has, and as fast',
    async () => {
      const all = probes();
      await probeAll(all, all.length); // The first of each kind is planned and slow.
      const { differing, known, unknown } = await probeAll(all, each);
      const area = areaUnderCurve(known, unknown);
      figure(
        'S-10',
        `${each} + ${each} keys by ${all.length} statements: ${differing.length} replies differ, ` +
          `AUC ${area.toFixed(3)} (bound ${boundFor(each).toFixed(3)}), median ${median(known).toFixed(2)} ms`,
      );
      expect(differing).toEqual([]);
      expect(Math.abs(area - 0.5)).toBeLessThanOrEqual(boundFor(each));
    },
    patienceMs(60_000),
  );

  it('would be told apart by a key that is unique over all offices (negative control)', async () => {
    await sql`create unique index control on senders (label)`.execute(test.db);
    const senders = probes().filter(({ name }) => name === 'a sender by name');
    const { differing } = await probeAll(senders, 4);
    await sql`drop index control`.execute(test.db);
    expect(differing).toHaveLength(1);
    expect(differing[0]).toContain('23505');
  });

  it('meet no unique key but such as hold an office or something that is random', async () => {
    const found = await sql<{ name: string; columns: string }>`
      select c.relname as name, string_agg(a.attname, ' ' order by a.attnum) as columns
      from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
      join pg_namespace n on n.oid = t.relnamespace and n.nspname = 'public'
      join pg_attribute a on a.attrelid = t.oid and a.attnum = any(i.indkey)
      where i.indisunique group by c.relname order by 1`.execute(test.db);
    const natural = found.rows.filter(({ columns }) => {
      const held = columns.split(' ');
      return !held.includes('office_id') && !held.some((column) => random.has(column));
    });
    expect(natural.map(({ name }) => name)).toEqual(ours);
  });
});

/** Columns that cannot be guessed: random ids and digests of random tokens. */
const random: ReadonlySet<string> = new Set([
  'id',
  'token_hash',
  'code_hash',
  'enrolment_hash',
  'credential_id',
  'command_id',
  'entry_id',
]);
/**
 * Keys of tables that no web role writes: the broker's, the log's, declared kinds and migrations.
 */
const ours = [
  'audit_checkpoints_pkey',
  'audit_leaves_pkey',
  'budget_spends_pkey',
  'changes_pkey',
  'event_kinds_pkey',
  'policies_pkey',
  'schema_migrations_pkey',
];
