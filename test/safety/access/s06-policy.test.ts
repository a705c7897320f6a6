import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Asker, type Facts, judge } from '../../../src/access/decide.ts';
import type { Rule } from '../../../src/access/permission.ts';
import { type Context, rowContextOf } from '../../../src/audit/context.ts';
import type { Db } from '../../../src/db/connect.ts';
import { inTransaction } from '../../../src/db/transaction.ts';
import type { PurposeKind } from '../../../src/kernel/actor.ts';
import type { EnquiryId, OfficeId, StaffId } from '../../../src/kernel/ids.ts';
import { Problem } from '../../../src/kernel/problem.ts';
import { declared } from '../../../src/registry/modules.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { type Colleague, World } from '../../world.ts';
import { type Furnished, furnish } from '../support/furnished.ts';
import { figure, long, patienceMs } from '../support/length.ts';
import { type About, type Asked, mayDo, mayOpen, mayReach } from '../support/reference-model.ts';
import { seeded } from '../support/seeded.ts';

/**
 * S-06: the product's decision, the reference model and row security agree, over random actors,
 * purposes, records, fields and actions.
 */
const judged = 60_000;
const opened = long(2_500, 20_000);
type Rules = ReadonlyMap<string, Rule>;
const rules: Rules = declared.permissions;
const actions = [...rules.keys()];
const purposeKinds = [...declared.purposes] as PurposeKind[]; // Declared as such.
const ruleOf = (table: Rules, action: string): Rule => {
  const rule = table.get(action);
  if (!rule) throw new Error(`${action} is not declared`);
  return rule;
};

interface Field {
  readonly rowId: string;
  readonly columnName: string;
  readonly name: string;
  readonly office: string;
  readonly enquiryId: string | null;
}

type Row = About & { readonly table: string; readonly id: string };

let test: TestDatabase;
let bureaus: readonly Furnished[] = [];
let asking: readonly Context[] = [];
let fields: readonly Field[] = [];
let rows: readonly Row[] = [];

beforeAll(async () => {
  test = await cloneDatabase();
  const policy = { recordsPerNodeHour: 1_000_000, recordsPerFamilyHour: 1_000_000 };
  const wide = { ...policy, recordsPerPersonHour: 1_000_000, recordsPerOfficeHour: 1_000_000 };
  const first = await World.open(test, { policy: wide });
  const second = await World.open(test, { beside: first, policy: wide });
  bureaus = [await furnish(first), await furnish(second)];
  asking = (await Promise.all(bureaus.map(everybody))).flat();
  fields = await sealedFields();
  rows = await ownedRows();
}, patienceMs(60_000));
afterAll(() => test.drop());

async function everybody({ world, olena, taras }: Furnished): Promise<readonly Context[]> {
  const names: readonly Colleague[] = ['Daria', 'Andriy', 'Iryna', 'Maksym'];
  const staff = [];
  for (const name of names) staff.push(await world.as(name, 'tracing'));
  const { officeId } = world;
  const system = { kind: 'system', name: 'worker', officeId } as const;
  const worker = { ...world.atDoor(), actor: system, db: test.as('homeward_worker') };
  return [...staff, olena, taras, world.atDoor(), worker];
}

async function sealedFields(): Promise<readonly Field[]> {
  const found = await test.db.selectFrom('sealedFields').selectAll().execute();
  return found.map((row) => ({
    rowId: row.rowId,
    columnName: row.columnName,
    name: `${row.tableName}.${row.columnName.replace(/\.\d+$/, '')}`,
    office: row.officeId,
    enquiryId: row.enquiryId,
  }));
}

/** Every row of the modules, with its owner. For an enquiry the id is its own. */
const nouns: Readonly<Record<string, string>> = {
  enquiries: 'id',
  thread_entries: 'enquiry_id',
  family_papers: 'enquiry_id',
  contacts: 'enquiry_id',
  notices: 'enquiry_id',
  checks: 'enquiry_id',
  primary_contacts: 'enquiry_id',
  disputes: 'enquiry_id',
  records: 'null::uuid',
  persons: 'null::uuid',
  judgements: 'null::uuid',
  events: 'null::uuid',
  matches: 'null::uuid',
  sources: 'null::uuid',
  imports: 'null::uuid',
  alerts: 'null::uuid',
};

async function ownedRows(): Promise<readonly Row[]> {
  const all: Row[] = [];
  for (const [table, enquiry] of Object.entries(nouns)) {
    const told = table === 'notices' ? "state = 'told'" : 'true';
    const found = await sql<{ id: string; officeId: string; enquiryId: string; told: boolean }>`
      select id, office_id, ${sql.raw(enquiry)} as enquiry_id, ${sql.raw(told)} as told
      from ${sql.table(table)}`.execute(test.db);
    for (const { officeId, ...row } of found.rows) {
      all.push({ ...row, table, office: officeId, firstBy: [] });
    }
  }
  return all;
}

/** The same context in the model's own terms. */
function modelled(ctx: Context, action: string, about: About): Asked {
  const { actor, purpose, now } = ctx;
  const fresh = actor.kind === 'staff' ? actor.freshUntil : null;
  const who: Asked['who'] =
    actor.kind === 'staff'
      ? ({ kind: 'staff', id: actor.staffId, roles: actor.roles } as const)
      : actor.kind === 'family'
        ? ({ kind: 'family', enquiryId: actor.enquiryId } as const)
        : { kind: actor.kind };
  const passkeyMinutes = fresh ? 10 - (fresh.getTime() - now.getTime()) / 60_000 : null;
  return { who, office: actor.officeId, purpose: purpose.kind, action, about, passkeyMinutes };
}

const aboutOffice = (office: string, enquiryId: string | null = null): About => ({
  office,
  enquiryId,
  told: true,
  firstBy: [],
});

/**
 * Tuples about actions: `decide` against the model. Returns how many differ, and how many were
 * permitted.
 */
function compareActs(judges: (asker: Asker, action: string, facts: Facts) => string): {
  differ: number;
  allowed: number;
} {
  const dice = seeded(6);
  const counted = { differ: 0, allowed: 0 };
  const people = asking.flatMap(({ actor }) => (actor.kind === 'staff' ? [actor.staffId] : []));
  for (let turn = 0; turn < judged; turn += 1) {
    const held = dice.of(asking);
    const action = dice.of(actions);
    // Half of the tuples are close to permitted ones; random tuples would hardly ever be permitted.
    const near = turn % 2 === 0;
    const purpose = {
      kind: dice.of<PurposeKind>(near ? ruleOf(rules, action).purposes : purposeKinds),
    };
    const minutes = dice.of([0, 5, 10, 11]);
    const ctx = { ...held, purpose, now: new Date(held.now.getTime() + minutes * 60_000) };
    const about: About = {
      office: near ? held.actor.officeId : dice.of(bureaus).world.officeId,
      enquiryId: dice.of([null, ...bureaus.flatMap((each) => [each.enquiryId, each.unprovenId])]),
      told: dice.of([true, false]),
      firstBy: dice.of([[], [dice.of(people)], [dice.of(people), dice.of(people)]]),
    };
    const facts: Facts = {
      officeId: about.office as OfficeId, // The ids of the bureaux above, here and below.
      enquiryId: about.enquiryId as EnquiryId | null,
      told: about.told,
      firstBy: about.firstBy as readonly StaffId[],
    };
    const decided = judges(ctx, action, facts) === 'allowed';
    if (decided) counted.allowed += 1;
    if (decided !== mayDo(modelled(ctx, action, about))) counted.differ += 1;
  }
  return counted;
}

const judgeOf =
  (table: Rules) =>
  (asker: Asker, action: string, facts: Facts): string =>
    judge(asker, ruleOf(table, action), facts);

/** The rules with one clause of one of them left out. */
function without(action: string, clause: keyof Rule): Rules {
  const { [clause]: _, ...rest }: Rule = ruleOf(rules, action);
  return new Map([...rules, [action, rest as Rule]]); // Every clause but the purposes may be absent.
}

/** True if the broker opens it. Anything but a refusal is a failure of the test. */
async function brokerOpens(ctx: Context, action: string, field: Field): Promise<boolean> {
  const { sessionToken, actor, purpose, broker } = ctx;
  const { rowId, columnName } = field;
  const asked = { sessionToken, actor, purpose, action, objectId: rowId };
  try {
    const answer = await broker.open({ ...asked, fields: [{ rowId, columnName }] });
    return answer.length === 1;
  } catch (error) {
    if (error instanceof Problem && [401, 403, 404].includes(error.httpStatus)) return false;
    throw error;
  }
}

const reading = [
  ...['enquiry.read', 'notice.read', 'person.read', 'record.read', 'import.read', 'kin.read'],
];

describe('S-06 one policy', () => {
  it('decides every act as the model does', () => {
    const { differ, allowed } = compareActs(judgeOf(rules));
    figure('S-06', `${judged} acts, ${allowed} allowed, ${differ} differ from the model`);
    expect(differ).toBe(0);
    expect(allowed).toBeGreaterThan(judged / 100);
  });

  it.each([
    ['notice.approve', 'second'],
    ['match.confirm', 'fresh'],
    ['match.confirm', 'second'],
    ['enquiry.read', 'family'],
    ['audit.read', 'staff'],
  ] as const)('would differ without one clause (negative control): %s %s', (action, clause) => {
    expect(compareActs(judgeOf(without(action, clause))).differ).toBeGreaterThan(0);
  });

  it(
    'opens each sealed field to whom the model opens it, and to nobody else',
    async () => {
      const dice = seeded(66);
      const differ: string[] = [];
      let allowed = 0;
      for (let turn = 0; turn < opened; turn += 1) {
        const held = dice.of(asking);
        // Half of the tuples are close to permitted ones; random tuples would hardly ever be
        // permitted.
        const near = turn % 2 === 0;
        const likely: PurposeKind = held.actor.kind === 'family' ? 'own_file' : 'notice';
        const kind = near && turn % 4 === 0 ? likely : dice.of(purposeKinds);
        const action = near ? dice.of(reading) : dice.of(actions);
        const own = fields.filter((field) => field.office === held.actor.officeId);
        const field = dice.of(near ? own : fields);
        const ctx = { ...held, purpose: { kind } };
        const about = aboutOffice(field.office, field.enquiryId);
        const model = mayOpen(modelled(ctx, action, about), {
          name: field.name,
          ownerEnquiry: field.enquiryId,
        });
        const api = await brokerOpens(ctx, action, field);
        if (api) allowed += 1;
        if (api !== model) differ.push(`${held.actor.kind} ${kind} ${action} ${field.name}`);
      }
      figure('S-06', `${opened} openings, ${allowed} allowed, ${differ.length} differ`);
      expect(differ).toEqual([]);
      expect(allowed).toBeGreaterThan(opened / 100);
    },
    patienceMs(60_000),
  );

  it(
    'lets each row through row security to whom somebody of that kind may come to it',
    async () => {
      expect(await rowsThatDiffer()).toEqual([]);
      figure('S-06', `${rows.length} rows by ${asking.length} actors through row security`);
    },
    patienceMs(60_000),
  );

  it(
    'would let through more were one policy loosened (negative control)',
    async () => {
      await sql`drop policy told_notices on notices`.execute(test.db);
      await sql`create policy told_notices on notices for select to homeward_family
      using (actor_kind() = 'family' and enquiry_id::text = actor_subject())`.execute(test.db);
      const wider = await rowsThatDiffer();
      expect(wider.length).toBeGreaterThan(0);
      expect(wider.every((each) => each.includes('family notices'))).toBe(true);
    },
    patienceMs(60_000),
  );
});

async function rowsThatDiffer(): Promise<readonly string[]> {
  const differ: string[] = [];
  for (const ctx of asking) {
    const seen = await inTransaction(ctx.db, rowContextOf(ctx.actor), seenRows);
    for (const row of rows) {
      const asked = { who: modelled(ctx, '', row).who, office: ctx.actor.officeId };
      // The worker belongs to the node: it works for every office (row security says so, and why).
      const office = ctx.actor.kind === 'system' ? row.office : ctx.actor.officeId;
      const model = mayReach({ ...asked, office }, row);
      if (seen.has(row.id) !== model) differ.push(`${ctx.actor.kind} ${row.table} ${row.id}`);
    }
  }
  return differ;
}

async function seenRows(tx: Db): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  for (const table of Object.keys(nouns)) {
    await sql`savepoint look`.execute(tx);
    const found = await sql<{ id: string }>`select id from ${sql.table(table)}`
      .execute(tx)
      .catch(() => ({ rows: [] })); // A table that the role may not read shows no row.
    for (const { id } of found.rows) seen.add(id);
    await sql`rollback to savepoint look`.execute(tx);
  }
  return seen;
}
