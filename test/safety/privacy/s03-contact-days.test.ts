import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Context } from '../../../src/audit/context.ts';
import { inventedPerson } from '../../../src/demo/people.ts';
import type { EnquiryId, SessionId } from '../../../src/kernel/ids.ts';
import { fileEnquiry, readFiling, readOwnFile } from '../../../src/registry/enquiries/actions.ts';
import { recordContact } from '../../../src/registry/enquiries/desk-actions.ts';
import { newCodeSeed } from '../../../src/registry/enquiries/file-code.ts';
import { eraseUnproven, makeDueContacts } from '../../../src/registry/enquiries/jobs.ts';
import { presentForFamily } from '../../../src/registry/enquiries/present.ts';
import { searchRecords } from '../../../src/registry/persons/actions.ts';
import { newId } from '../../../src/vault/random.ts';
import { cloneDatabase, type TestDatabase } from '../../database.ts';
import { newCommand, World } from '../../world.ts';
import { figure, long, patienceMs } from '../support/length.ts';
import { type Dice, seeded } from '../support/seeded.ts';

/**
 * S-03: ninety days of enquiries, filed in pairs at the same moment: one for a person on a list,
 * one for a person on none. Until kinship is proven, the desk's timetable and the family's page
 * must be the same for both, hour by hour and word by word.
 */
const pairs = long(40, 1_000);
/** Hours between two runs of the jobs. */
const stepHours = long(3, 1);
const days = 90;
const filedWithinDays = 20;
const looksEveryDays = long(10, 7);
const hourMs = 3_600_000;
const begin = new Date('2026-03-03T00:00:00Z');

interface Filed {
  readonly enquiryId: EnquiryId;
  readonly name: string;
  readonly views: string[];
}

type Pair = readonly [Filed, Filed];

interface Simulation {
  readonly world: World;
  readonly dice: Dice;
  readonly pairs: Pair[];
  /** The flag of the control: a family whose person is on a list is contacted at once. */
  readonly notifiesAtOnce: boolean;
}

let test: TestDatabase;
let control: TestDatabase;
let asIs: Simulation;
let immediate: Simulation;

beforeAll(async () => {
  test = await cloneDatabase();
  asIs = await simulate(test, { count: pairs, notifiesAtOnce: false });
  control = await cloneDatabase();
  immediate = await simulate(control, { count: 10, notifiesAtOnce: true });
}, patienceMs(150_000));
afterAll(async () => {
  await test?.drop();
  await control?.drop();
});

async function simulate(
  on: TestDatabase,
  asked: { count: number; notifiesAtOnce: boolean },
): Promise<Simulation> {
  const policy = { recordsPerNodeHour: 1_000_000, pagesPerPersonHour: 1_000_000 };
  const world = await World.open(on, { policy });
  const { notifiesAtOnce } = asked;
  const simulation: Simulation = { world, dice: seeded(3), pairs: [], notifiesAtOnce };
  for (let at = 0; at < asked.count; at += 1) {
    const { surname, given, patronymic } = inventedPerson(at).uk;
    await world.listed({ names: [{ full: `${surname} ${given} ${patronymic}` }] });
  }
  const { dice } = simulation;
  const filings = Array.from(
    { length: asked.count },
    () => begin.getTime() + dice.below(filedWithinDays * 24 * 60) * 60_000,
  ).sort((a, b) => a - b);
  const worker = workerOf(world, on);
  for (let hour = 0; hour < days * 24; hour += stepHours) {
    const until = begin.getTime() + (hour + stepHours) * hourMs;
    while ((filings[0] ?? Infinity) < until) await filePair(simulation, filings.shift() ?? until);
    // The hours of the jobs: contacts each hour, erasures once a day.
    world.now = new Date(begin.getTime() + hour * hourMs + 5 * 60_000);
    await makeDueContacts({ ...worker, now: world.now });
    if (hour % 24 === 3) await eraseUnproven({ ...worker, now: world.now });
    if (hour % 6 === 0) await world.round();
    if (hour % (24 * looksEveryDays) === 24 * looksEveryDays - 6) await lookAtAll(simulation, on);
  }
  return simulation;
}

function workerOf(world: World, on: TestDatabase): Context {
  const actor = { kind: 'system', name: 'worker', officeId: world.officeId } as const;
  const db = on.as('homeward_worker');
  return { ...world.atDoor(), actor, purpose: { kind: 'upkeep' }, db };
}

let family: { of: TestDatabase; door: Context } | null = null;
/** One connection for all families of a world. */
function doorOf(world: World, on: TestDatabase): Context {
  if (family?.of !== on) family = { of: on, door: world.atDoor() };
  return { ...family.door, now: world.now };
}

async function filePair(simulation: Simulation, at: number): Promise<void> {
  const { world, pairs: filed, dice } = simulation;
  world.now = new Date(at);
  const number = filed.length;
  // The order within a pair changes, so that neither is always the older row.
  const order = dice.of([
    [true, false],
    [false, true],
  ] as const);
  const made = [];
  for (const listed of order) made.push(await file(world, { listed, number }));
  const [one, other] = made;
  if (!one || !other) throw new Error('two were filed');
  filed.push([one, other]);
  // Some families prove their identity; what the desk proved must be as invisible as what it found.
  if (number % 3 === 0) for (const { enquiryId } of made) await proveIdentity(world, enquiryId);
  if (simulation.notifiesAtOnce) for (const each of made) await notifyIfFound(world, each);
}

async function file(world: World, asked: { listed: boolean; number: number }): Promise<Filed> {
  const { surname, given, patronymic } = inventedPerson(
    asked.listed ? asked.number : 50_000 + asked.number,
  ).uk;
  const read = readFiling({
    surname,
    given,
    patronymic,
    enquirerName: 'Олена',
    relationship: 'mother',
  });
  if (!read.ok) throw new Error('the form was filled correctly');
  const { enquiryId } = await fileEnquiry(doorOf(world, world.test), {
    intake: read.intake,
    language: 'uk',
    channel: 'web',
    seed: newCodeSeed(),
    commandId: newCommand(),
  });
  return { enquiryId, name: `${surname} ${given} ${patronymic}`, views: [] };
}

async function proveIdentity(world: World, enquiryId: EnquiryId): Promise<void> {
  await world.test.db
    .updateTable('enquiries')
    .set({ state: 'identity_proven', identityProvenAt: world.now })
    .where('id', '=', enquiryId)
    .execute();
}

let verifiedId: EnquiryId | null = null;

/** A proven enquiry of the control's world, for its searches. */
async function verifiedIn(world: World): Promise<EnquiryId> {
  if (verifiedId) return verifiedId;
  const { enquiryId } = await world.file('Безіменний Нестор', '');
  await world.prove(enquiryId);
  verifiedId = enquiryId;
  return enquiryId;
}

/** What a well-meaning but careless desk would do: look for the person, and write at once. */
async function notifyIfFound(world: World, filed: Filed): Promise<void> {
  const { enquiryId } = filed;
  // A search needs a verified enquiry: a careless desk uses another one.
  const searching = await world.as('Daria', 'tracing', await verifiedIn(world));
  const found = await searchRecords(searching, { name: filed.name });
  if (!found.some(({ band, side }) => band !== 'weak' && side === 'held')) return;
  const daria = await world.as('Daria', 'tracing', enquiryId);
  await recordContact(daria, {
    enquiryId,
    kind: 'letter',
    outcome: 'sent',
    note: '',
    occurredAt: world.now,
    commandId: newCommand(),
  });
}

/** What each family would read on its page at this moment. */
async function lookAtAll({ world, pairs: filed }: Simulation, on: TestDatabase): Promise<void> {
  for (const { enquiryId, views } of filed.flat()) {
    const { officeId } = world;
    const sessionId = newId<'session'>() as SessionId; // The same brand.
    const actor = { kind: 'family', enquiryId, officeId, sessionId } as const;
    const file = await readOwnFile({ ...doorOf(world, on), actor }, { enquiryId });
    views.push(JSON.stringify(presentForFamily(file, world.now)));
  }
}

interface Difference {
  readonly contacts: number;
  readonly pages: number;
  readonly made: number;
  readonly looks: number;
}

/** Contacts and pages that differ within a pair. */
async function differences({ world, pairs: filed }: Simulation): Promise<Difference> {
  const rows = await world.test.db
    .selectFrom('contacts')
    .select(['enquiryId', 'kind', 'occurredAt'])
    .orderBy('occurredAt')
    .execute();
  const contactsOf = new Map<string, string[]>();
  for (const { enquiryId, kind, occurredAt } of rows) {
    const of = contactsOf.get(enquiryId) ?? [];
    of.push(`${kind} ${occurredAt.toISOString()}`);
    contactsOf.set(enquiryId, of);
  }
  let [contacts, pages, looks] = [0, 0, 0];
  for (const [one, other] of filed) {
    const [made, alike] = [one, other].map(({ enquiryId }) => contactsOf.get(enquiryId) ?? []);
    if (made?.join() !== alike?.join()) contacts += 1;
    pages += one.views.filter((view, at) => view !== other.views[at]).length;
    looks += one.views.length;
  }
  return { contacts, pages, made: rows.length, looks };
}

describe('S-03 contacts before kinship is proven', () => {
  it('are the same function of the time of filing, whether or not the person is on a list', async () => {
    const found = await differences(asIs);
    figure(
      'S-03',
      `${2 * pairs} enquiries, ${days} days, ${found.made} contacts, ${found.looks} pages: ` +
        `${found.contacts} contacts and ${found.pages} pages differ`,
    );
    expect(found).toMatchObject({ contacts: 0, pages: 0 });
  });

  it('are made once each: on day 1, 14 and 30, and then monthly where identity is proven', async () => {
    const rows = await test.db.selectFrom('contacts').select(['enquiryId', 'occurredAt']).execute();
    const filed = await test.db
      .selectFrom('enquiries')
      .select(['id', 'filedAt', 'state'])
      .execute();
    const wrong: string[] = [];
    for (const { id, filedAt, state } of filed) {
      const first = Math.floor(filedAt.getTime() / 86_400_000);
      const on = rows
        .filter(({ enquiryId }) => enquiryId === id)
        .map(({ occurredAt }) => Math.floor(occurredAt.getTime() / 86_400_000) - first)
        .sort((a, b) => a - b);
      const until = Math.floor(begin.getTime() / 86_400_000) + days - 1 - first;
      const due = [1, 14, 30, 60, 90].filter(
        (day) => day <= until && (day <= 30 || state !== 'erased'),
      );
      if (on.join() !== due.join()) wrong.push(`${state}: ${on.join()} and not ${due.join()}`);
    }
    expect(wrong).toEqual([]);
  });

  it('would tell the two apart, were a family written to when somebody is found (negative control)', async () => {
    const { contacts } = await differences(immediate);
    expect(contacts).toBeGreaterThan(0);
  });
});
