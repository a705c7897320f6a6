import { choosePassphrase, recogniseFamily } from '../src/access/family-sign-in.ts';
import { insertOffice, insertStaff } from '../src/access/queries.ts';
import { openStaffSession, recogniseStaff } from '../src/access/sign-in.ts';
import type { BrokerPort, Context } from '../src/audit/context.ts';
import { type BrokerParts, makeBroker } from '../src/broker/broker.ts';
import { resealIntakes } from '../src/broker/intake.ts';
import { type IntakeKeyUpkeep, keepIntakeKeys } from '../src/broker/intake-key-upkeep.ts';
import { renewIntakeKey } from '../src/broker/intake-keys.ts';
import { KeyRing } from '../src/broker/key-ring.ts';
import { learnFromAnswers } from '../src/broker/lessons.ts';
import { localMatcher } from '../src/broker/matcher-local.ts';
import { makeNodeKeys } from '../src/broker/node-keys.ts';
import { firstPolicy, type Policy } from '../src/broker/policy.ts';
import { matchRound, type RoundMemory, readNewRecords, rebuild } from '../src/broker/rounds.ts';
import { insertSealed } from '../src/db/sealed-rows.ts';
import type { PurposeKind, Role } from '../src/kernel/actor.ts';
import type { Description } from '../src/kernel/description.ts';
import type {
  AccountId,
  CommandId,
  EnquiryId,
  OfficeId,
  RecordId,
  StaffId,
} from '../src/kernel/ids.ts';
import type { Lessons } from '../src/matching/learning/training-report.ts';
import {
  fileEnquiry,
  hashCode,
  newCodeSeed,
  readFiling,
} from '../src/registry/enquiries/actions.ts';
import { checkEnquiry } from '../src/registry/enquiries/desk-actions.ts';
import { declared } from '../src/registry/modules.ts';
import { insertRecords } from '../src/registry/records/queries.ts';
import { sealedDescription } from '../src/registry/records/sealed.ts';
import { newId } from '../src/vault/random.ts';
import type { TestDatabase } from './database.ts';

const people = {
  Daria: ['caseworker'],
  Vera: ['caseworker'],
  Andriy: ['approver', 'caseworker'],
  Iryna: ['auditor'],
  Maksym: ['administrator'],
} as const satisfies Readonly<Record<string, readonly Role[]>>;
export type Colleague = keyof typeof people;

export const newCommand = (): CommandId => newId<'command'>() as CommandId; // The same brand.

async function unlockedRing(test: TestDatabase, now: Date): Promise<KeyRing> {
  const ring = new KeyRing(test.keystore);
  ring.unlock(await makeNodeKeys(test.keystore, now));
  return ring;
}

/**
 * A bureau with its people and its broker, in this process, on a database of its own (ruling 27).
 */
export class World {
  readonly officeId = newId<'office'>() as OfficeId; // The same brand.
  readonly test: TestDatabase;
  /** The hour is not one at which enquiries are matched, unless a test moves it. */
  now = new Date('2026-03-02T09:00:00Z');
  broker!: BrokerPort; // Made by `open`, which every test awaits first.
  #parts!: BrokerParts; // Made with the broker.
  #memory!: RoundMemory; // Made with the broker.
  readonly #staff = new Map<Colleague, { staffId: StaffId; accountId: AccountId }>();

  constructor(test: TestDatabase) {
    this.test = test;
  }

  /** With `beside`, a second office on the same node. */
  static async open(
    test: TestDatabase,
    { beside, policy: given }: { beside?: World; policy?: Partial<Policy> } = {},
  ): Promise<World> {
    const world = new World(test);
    const { officeId, now } = world;
    const ring = beside ? beside.#parts.ring : await unlockedRing(test, now);
    const db = test.as('homeward_broker');
    const clock = () => world.now;
    const wide = { recordsPerPersonHour: 5_000, recordsPerOfficeHour: 20_000 };
    const policy = { ...firstPolicy, ...wide, ...given };
    world.#parts = {
      db,
      keystore: test.keystore,
      ring,
      matcher: localMatcher(),
      policy,
      clock,
      declared,
    };
    world.broker = makeBroker(world.#parts);
    if (!beside) await renewIntakeKey(world.#parts);
    await insertOffice(test.db, { id: officeId, name: 'Bureau A', recordedAt: now });
    for (const name of Object.keys(people) as Colleague[]) await world.#hire(name);
    world.#memory = await rebuild(world.#parts, officeId);
    return world;
  }

  async #hire(name: Colleague): Promise<void> {
    const person = {
      staffId: newId<'staff'>() as StaffId, // The same brand, here and below.
      accountId: newId<'account'>() as AccountId,
    };
    this.#staff.set(name, person);
    const { officeId, now } = this;
    const row = {
      ...person,
      workName: name,
      roles: people[name],
      language: 'uk',
      officeId,
    } as const;
    await insertStaff(this.test.db, row, now);
  }

  idOf(name: Colleague): { readonly staffId: StaffId; readonly accountId: AccountId } {
    const person = this.#staff.get(name);
    if (!person) throw new Error('nobody of that name');
    return person;
  }

  /** The context of a colleague with a session of its own; fresh for ten minutes. */
  async as(name: Colleague, kind: PurposeKind, enquiryId?: EnquiryId): Promise<Context> {
    const { officeId, now, broker } = this;
    const db = this.test.as('homeward_desk');
    const door = { kind: 'door', officeId, held: '' } as const;
    const nobody: Context = { actor: door, purpose: { kind: 'sign_in' }, now, db, broker };
    const token = await openStaffSession(nobody, this.idOf(name));
    const found = await recogniseStaff(db, { officeId, token, now });
    if (!found) throw new Error('a session just opened is known');
    const purpose = { kind, ...(enquiryId ? { enquiryId } : {}) };
    return { ...nobody, actor: found.actor, purpose, sessionToken: token };
  }

  /** The context of a visitor at the family site who is not signed in. */
  atDoor(): Context {
    const { officeId, now, broker } = this;
    return {
      actor: { kind: 'door', officeId, held: '' },
      purpose: { kind: 'own_file' },
      now,
      db: this.test.as('homeward_family'),
      broker,
    };
  }

  /** Olena files; returns her enquiry and herself signed in. */
  async file(name: string, birth: string, more: Readonly<Record<string, string>> = {}) {
    const [surname = '', given = '', patronymic = ''] = name.split(' ');
    const read = readFiling({
      surname,
      given,
      patronymic,
      birth,
      enquirerName: `Олена ${surname}`,
      relationship: 'mother',
      phone: '+000 000 000',
      ...more,
    });
    if (!read.ok) throw new Error('the form was filled correctly');
    const door = this.atDoor();
    const filed = await fileEnquiry(door, {
      intake: read.intake,
      language: 'uk',
      channel: 'web',
      seed: newCodeSeed(),
      commandId: newCommand(),
    });
    const { token } = await choosePassphrase(door, {
      codeHash: hashCode(filed.fileCode),
      passphrase: 'a long passphrase',
    });
    const held = { officeId: this.officeId, token, now: this.now };
    const actor = await recogniseFamily(door.db, held);
    if (!actor) throw new Error('a session just opened is known');
    const { enquiryId } = filed;
    const olena: Context = {
      ...door,
      actor,
      purpose: { kind: 'own_file', enquiryId },
      sessionToken: token,
    };
    return { enquiryId, olena, fileCode: filed.fileCode };
  }

  /** Identity and kinship proven by Daria: the filing becomes a record. */
  async prove(enquiryId: EnquiryId): Promise<void> {
    await this.reseal();
    const ctx = await this.as('Daria', 'verification', enquiryId);
    const common = { enquiryId, outcome: 'proven', means: 'passport_seen' } as const;
    await checkEnquiry(ctx, { ...common, version: 1, kind: 'identity', commandId: newCommand() });
    await checkEnquiry(ctx, {
      ...common,
      version: 2,
      kind: 'kinship',
      kinship: 'mother',
      commandId: newCommand(),
    });
  }

  /** A record of a held person, added by staff; matched on arrival. */
  async listed(description: Description): Promise<RecordId> {
    const recordId = newId<'record'>() as RecordId; // The same brand, here and below.
    const sourceId: string = newId<'source'>();
    const { officeId, now } = this;
    const { db } = this.test;
    const source = {
      id: sourceId,
      kind: 'official_list',
      reliability: 'B2',
      officeId,
      recordedAt: now,
    };
    await db.insertInto('sources').values(source).execute();
    const row = { id: recordId, officeId, sourceId, side: 'held', matchAt: 'arrival' } as const;
    await insertRecords(db, [{ ...row, personId: newId() }], now);
    const sealed = await this.broker.sealMany([
      sealedDescription.item({ rowId: recordId, subjectId: recordId }, description),
    ]);
    await insertSealed(db, sealed, { officeId, now });
    return recordId;
  }

  reseal(): Promise<number> {
    return resealIntakes(this.#parts, this.officeId);
  }

  /** What the broker does with its intake keys every minute; locked as on a node without shares. */
  keepKeys({ locked = false } = {}): Promise<IntakeKeyUpkeep> {
    const ring = locked ? new KeyRing(this.test.keystore) : this.#parts.ring;
    return keepIntakeKeys({ ...this.#parts, ring }, this.officeId);
  }

  /** One matching run, as the broker does it by itself. */
  async round(): Promise<number> {
    await readNewRecords(this.#parts, this.#memory, this.officeId);
    return matchRound(this.#parts, this.#memory, this.officeId);
  }

  /**
   * What the desk's answers would change in the weights, as the command line asks; `block` is for a
   * control.
   */
  learn(block?: number): Promise<Lessons> {
    return learnFromAnswers(this.#parts, this.officeId, block);
  }

  /** The broker was restarted: it reads its memory of pairs from the database again. */
  async restart(): Promise<void> {
    this.#memory = await rebuild(this.#parts, this.officeId);
  }

  later(minutes: number): void {
    this.now = new Date(this.now.getTime() + minutes * 60_000);
  }
}
