import type { BrokerPort, OpenRequest, SealItem } from '../src/audit/context.ts';
import { makeBroker } from '../src/broker/broker.ts';
import { KeyRing } from '../src/broker/key-ring.ts';
import { localMatcher } from '../src/broker/matcher-local.ts';
import { firstPolicy, type Policy } from '../src/broker/policy.ts';
import { insertSealed } from '../src/db/sealed-rows.ts';
import type { Role, StaffActor } from '../src/kernel/actor.ts';
import type { AccountId, EnquiryId, OfficeId, SessionId, StaffId } from '../src/kernel/ids.ts';
import { declared } from '../src/registry/modules.ts';
import type { Secret } from '../src/vault/keys.ts';
import { hashToken, newId } from '../src/vault/random.ts';
import type { TestDatabase } from './database.ts';

export const now = new Date('2026-03-02T09:00:00Z');
const later = new Date(now.getTime() + 8 * 3_600_000);

/** Two offices; Daria, Andriy and an auditor in the first; Olena's enquiry and another family's. */
export class Bureau {
  readonly officeId = newId<'office'>() as OfficeId; // The same brand, here and below.
  readonly otherOfficeId = newId<'office'>() as OfficeId;
  readonly enquiryId = newId<'enquiry'>() as EnquiryId;
  readonly otherEnquiryId = newId<'enquiry'>() as EnquiryId;
  readonly nobodysId: string = newId<'record'>();
  readonly daria = this.#person(['caseworker']);
  readonly andriy = this.#person(['approver']);
  readonly auditor = this.#person(['auditor']);
  readonly kek: Secret;
  readonly #test: TestDatabase;
  readonly #family = newId<'session'>() as SessionId;

  constructor(test: TestDatabase, kek: Secret) {
    this.#test = test;
    this.kek = kek;
  }

  /** Stores offices, staff and sessions. A session's token is its id, which only tests may do. */
  async open(): Promise<void> {
    const { db } = this.#test;
    for (const id of [this.officeId, this.otherOfficeId]) {
      await db.insertInto('offices').values({ id, name: 'A', recordedAt: now }).execute();
    }
    for (const actor of [this.daria, this.andriy, this.auditor]) await this.#enrol(actor);
    await this.#session({ id: this.#family, kind: 'family', enquiryId: this.enquiryId });
  }

  /** The broker's own code, unlocked unless another key ring is given. */
  broker(policy: Partial<Policy> = {}, ring: KeyRing = this.#ring()): BrokerPort {
    return makeBroker({
      db: this.#test.as('homeward_broker'),
      keystore: this.#test.keystore,
      ring,
      matcher: localMatcher(),
      policy: { ...firstPolicy, ...policy },
      declared,
      clock: () => now,
    });
  }

  description(recordId: string, name: string): SealItem {
    return {
      tableName: 'records',
      columnName: 'description',
      rowId: recordId,
      subjectId: recordId,
      compartment: 'identity',
      content: { names: [{ full: name }] },
    };
  }

  /** Seals the description of a new record and stores it. */
  async record(name: string, officeId: OfficeId = this.officeId): Promise<string> {
    const recordId: string = newId<'record'>();
    const sealed = await this.broker().sealMany([this.description(recordId, name)]);
    await insertSealed(this.#test.db, sealed, { officeId, now });
    return recordId;
  }

  async records(count: number): Promise<readonly string[]> {
    const ids: readonly string[] = Array.from({ length: count }, () => newId<'record'>());
    const items = ids.map((id, at) => this.description(id, `Number ${at}`));
    const sealed = await this.broker().sealMany(items);
    await insertSealed(this.#test.db, sealed, { officeId: this.officeId, now });
    return ids;
  }

  /** Seals what an enquirer stated about herself. */
  async file(enquiryId: EnquiryId): Promise<void> {
    const place = { tableName: 'enquiries', columnName: 'enquirer', rowId: enquiryId } as const;
    const content = { name: 'Olena' };
    const sealed = await this.broker().sealMany([
      { ...place, subjectId: enquiryId, compartment: 'contact', content },
    ]);
    await insertSealed(this.#test.db, sealed, { officeId: this.officeId, enquiryId, now });
  }

  asDaria(recordIds: readonly string[]): OpenRequest {
    return this.#asking(this.daria, recordIds);
  }

  asAndriy(recordIds: readonly string[]): OpenRequest {
    return this.#asking(this.andriy, recordIds);
  }

  asAuditor(recordIds: readonly string[]): OpenRequest {
    return this.#asking(this.auditor, recordIds);
  }

  /** A caller that reaches the socket and claims to be the system. */
  asSystem(recordIds: readonly string[]): OpenRequest {
    const actor = { kind: 'system', name: 'worker', officeId: this.officeId } as const;
    return {
      ...this.#asking(this.daria, recordIds),
      sessionToken: undefined,
      actor,
      action: 'import.carry_out',
      purpose: { kind: 'upkeep' },
    };
  }

  asOlena(enquiryId: EnquiryId): OpenRequest {
    return {
      sessionToken: this.#family,
      actor: { kind: 'family', enquiryId, officeId: this.officeId, sessionId: this.#family },
      purpose: { kind: 'own_file' },
      action: 'enquiry.read',
      objectId: enquiryId,
      fields: [{ rowId: enquiryId, columnName: 'enquirer' }],
    };
  }

  /** Committed entries, oldest first. */
  async entries() {
    const columns = ['action', 'outcome', 'content', 'objectHash'] as const;
    return this.#test.db.selectFrom('auditEntries').select(columns).orderBy('recordedAt').execute();
  }

  #asking(actor: StaffActor, recordIds: readonly string[]): OpenRequest {
    return {
      sessionToken: actor.sessionId,
      actor,
      purpose: { kind: 'tracing' },
      action: 'record.read',
      objectId: recordIds[0] ?? this.officeId,
      fields: recordIds.map((rowId) => ({ rowId, columnName: 'description' })),
    };
  }

  #person(roles: readonly Role[]): StaffActor {
    return {
      kind: 'staff',
      staffId: newId<'staff'>() as StaffId,
      accountId: newId<'account'>() as AccountId,
      officeId: this.officeId,
      roles,
      sessionId: newId<'session'>() as SessionId,
      freshUntil: null,
    };
  }

  #ring(): KeyRing {
    const ring = new KeyRing(this.#test.keystore);
    ring.unlock(this.kek);
    return ring;
  }

  async #enrol({ staffId, accountId, roles, sessionId }: StaffActor): Promise<void> {
    const { db } = this.#test;
    const { officeId } = this;
    const person = { id: staffId, officeId, workName: 'Daria', language: 'uk', recordedAt: now };
    await db
      .insertInto('staff')
      .values({ ...person, roles: [...roles] })
      .execute();
    const account = { id: accountId, staffId, officeId, recordedAt: now };
    await db.insertInto('staffAccounts').values(account).execute();
    await this.#session({ id: sessionId, kind: 'staff', staffId, accountId });
  }

  async #session(of: {
    readonly id: SessionId;
    readonly kind: 'staff' | 'family';
    readonly staffId?: StaffId;
    readonly accountId?: AccountId;
    readonly enquiryId?: EnquiryId;
  }): Promise<void> {
    const times = { startedAt: now, seenAt: now, endsAt: later };
    const row = { ...of, ...times, officeId: this.officeId, tokenHash: hashToken(of.id) };
    await this.#test.db.insertInto('sessions').values(row).execute();
  }
}
