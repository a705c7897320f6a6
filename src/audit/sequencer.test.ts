import { sql } from 'kysely';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { cloneDatabase, type TestDatabase } from '../../test/database.ts';
import { type ImportWorld, importWorld } from '../../test/import-world.ts';
import type { Db } from '../db/connect.ts';
import { inTransaction } from '../db/transaction.ts';
import { newId } from '../vault/random.ts';
import { newSigningKeys } from '../vault/sign.ts';
import { rowContextOf } from './context.ts';
import { entryWriter, fetchSalts } from './entry.ts';
import { readCheckpoint } from './note.ts';
import { Sequencer } from './sequencer.ts';
import { type LogVerdict, verifyEntries } from './verify.ts';

const keys = newSigningKeys();
const now = new Date('2026-03-02T09:00:00Z');
let test: TestDatabase;
let world: ImportWorld;
let broker: Db;

beforeEach(async () => {
  await test?.drop();
  test = await cloneDatabase();
  world = await importWorld(test);
  broker = test.as('homeward_broker');
});
afterAll(() => test.drop());

const rows = () => ({
  actorKind: 'system',
  actorId: 'broker',
  officeId: world.officeId,
  subjectId: '',
});

function sequencer(db: Db = broker): Sequencer {
  return new Sequencer({ db, rows: rows(), origin: 'homeward.invalid/log', keys });
}

/**
 * Daria performs this many actions, each with its entry; many concern no object, so they need no
 * salt.
 */
async function enter(count: number): Promise<void> {
  const ctx = world.daria;
  const objectIds = Array.from({ length: count }, () => (count > 100 ? null : newId<'record'>()));
  const write = entryWriter(ctx, await fetchSalts(ctx, objectIds));
  await inTransaction(ctx.db, rowContextOf(ctx.actor), async (tx) => {
    for (const objectId of objectIds) {
      await write(tx, { action: 'record.read', objectId, outcome: 'done' });
    }
  });
}

function verdict(): Promise<LogVerdict> {
  return verifyEntries(broker, rows(), keys.publicKey);
}

/** An attacker with full access to the database and without the signing key. */
async function tamper(change: (tx: Db) => Promise<unknown>): Promise<void> {
  await test.db.transaction().execute(async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx);
    await change(tx);
  });
}

/** Ten entries placed and signed. */
async function signedLog(): Promise<Sequencer> {
  const sequence = sequencer();
  await enter(10);
  await sequence.place();
  await sequence.sign(now);
  expect(await verdict()).toEqual({ ok: true, size: 10, firstBad: null });
  return sequence;
}

const entryAt = (index: number) =>
  sql`(select entry_id from audit_leaves where leaf_index = ${index})`;

describe('the sequencer', () => {
  it('places every entry once, and the log verifies after every step', async () => {
    const sequence = sequencer();
    let size = 0;
    for (const count of [1, 2, 5, 0, 9]) {
      await enter(count);
      expect(await sequence.place()).toBe(count);
      expect(await sequence.place()).toBe(0);
      size += count;
      expect(await verdict()).toEqual({ ok: true, size, firstBad: null });
      const note = await sequence.sign(now);
      expect(note === null).toBe(count === 0);
      if (note) expect(readCheckpoint(note, keys.publicKey)?.size).toBe(size);
      expect(await sequence.sign(now)).toBeNull();
      expect(await verdict()).toEqual({ ok: true, size, firstBad: null });
    }
  });

  it('goes on where another left off, and two at once place each entry once', async () => {
    await signedLog();
    await enter(1_200);
    const [one, other] = [sequencer(), sequencer(test.as('homeward_broker'))];
    let placed = 0;
    for (let round = 0; round < 3; round += 1) {
      const counts = await Promise.all([one.place(), other.place()]);
      placed += counts[0] + counts[1];
    }
    expect(placed).toBe(1_200);
    const notes = await Promise.all([one.sign(now), other.sign(now)]);
    expect(notes.filter((note) => note !== null)).toHaveLength(1);
    expect(await verdict()).toEqual({ ok: true, size: 1_210, firstBad: null });
  });

  it('places nothing that was not committed', async () => {
    const ctx = world.daria;
    const write = entryWriter(ctx, await fetchSalts(ctx, []));
    const undone = inTransaction(ctx.db, rowContextOf(ctx.actor), async (tx) => {
      await write(tx, { action: 'record.read', objectId: null, outcome: 'done' });
      expect(await sequencer().place()).toBe(0);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await sequencer().place()).toBe(0);
  });

  it('refuses to go on when the log was shortened or is another than it signed', async () => {
    const sequence = await signedLog();
    await tamper(async (tx) => {
      await sql`delete from audit_leaves where leaf_index = 9`.execute(tx);
      await sql`delete from audit_checkpoints`.execute(tx);
    });
    await enter(1);
    await expect(sequence.place()).rejects.toThrow('never shrinks');
    await expect(sequence.sign(now)).rejects.toThrow('never shrinks');
  });

  it('refuses to sign after a restart over leaves that were rewritten', async () => {
    await signedLog();
    await tamper((tx) =>
      sql`update audit_leaves set leaf_hash = sha256('forged') where leaf_index = 4`.execute(tx),
    );
    await enter(1);
    await expect(sequencer().place()).rejects.toThrow('the one its last checkpoint was made of');
    await expect(sequencer().sign(now)).rejects.toThrow('the one its last checkpoint was made of');
  });
});

describe('verifying the log', () => {
  const forgeries: Readonly<Record<string, (tx: Db) => Promise<unknown>>> = {
    'a changed entry': (tx) =>
      sql`update audit_entries set content = replace(content, 'record.read', 'record.note')
        where id = ${entryAt(6)}`.execute(tx),
    'an entry that is shown otherwise than it was placed': (tx) =>
      sql`update audit_entries set action = 'queue.read' where id = ${entryAt(6)}`.execute(tx),
    'an entry that is shown at another time': (tx) =>
      sql`update audit_entries set recorded_at = recorded_at - interval '1 hour'
        where id = ${entryAt(6)}`.execute(tx),
    'a dropped entry': (tx) => sql`delete from audit_entries where id = ${entryAt(6)}`.execute(tx),
    'a dropped leaf': (tx) => sql`delete from audit_leaves where leaf_index = 6`.execute(tx),
    'two entries that changed places': (tx) =>
      sql`update audit_leaves l set entry_id = o.entry_id from audit_leaves o
        where l.leaf_index in (6, 7) and o.leaf_index = 13 - l.leaf_index`.execute(tx),
  };

  it.each(Object.entries(forgeries))('finds %s, and where', async (name, forge) => {
    await signedLog();
    // The pairs of a swap collide briefly, so the constraint must be deferred.
    if (name.startsWith('two')) {
      await sql`alter table audit_leaves drop constraint audit_leaves_entry_id_key`.execute(
        test.db,
      );
    }
    await tamper(forge);
    expect(await verdict()).toEqual({ ok: false, size: 6, firstBad: 6 });
  });

  it('finds leaves cut off at the end', async () => {
    await signedLog();
    await tamper((tx) => sql`delete from audit_leaves where leaf_index > 7`.execute(tx));
    expect(await verdict()).toEqual({ ok: false, size: 8, firstBad: 8 });
  });

  it('finds an entry rewritten with its leaf: the signed root is not of it', async () => {
    const sequence = await signedLog();
    await enter(3);
    await sequence.place();
    await sequence.sign(now);
    await tamper(async (tx) => {
      await sql`update audit_entries set content = replace(content, 'record.read', 'record.note'),
        action = 'record.note' where id = ${entryAt(6)}`.execute(tx);
      await sql`update audit_leaves set leaf_hash = sha256('\\x00'::bytea || convert_to(content, 'UTF8'))
        from audit_entries e where e.id = entry_id and leaf_index = 6`.execute(tx);
    });
    // Found at the first checkpoint that covers it, not only at the last.
    expect(await verdict()).toEqual({ ok: false, size: 10, firstBad: null });
  });

  it('finds a checkpoint that another key signed', async () => {
    await signedLog();
    const other = await verifyEntries(broker, rows(), newSigningKeys().publicKey);
    expect(other.ok).toBe(false);
    expect((await verifyEntries(broker, rows(), null)).ok).toBe(true);
  });
});

describe('the tables of the log', () => {
  const statements = [
    "update audit_entries set action = 'queue.read'",
    "update audit_entries set content = ''",
    'update audit_entries set placed = false',
    'delete from audit_entries',
    "update audit_leaves set leaf_hash = ''",
    'delete from audit_leaves',
    "update audit_checkpoints set note = ''",
    'delete from audit_checkpoints',
    'truncate audit_entries, audit_leaves, audit_checkpoints',
  ];
  const asked = ['homeward_desk', 'homeward_family', 'homeward_worker', 'homeward_broker'] as const;

  it.each(asked)('can be neither rewritten nor emptied by %s', async (role) => {
    await signedLog();
    const db = test.as(role);
    for (const statement of statements) {
      const tried = inTransaction(db, rows(), (tx) => sql.raw(statement).execute(tx));
      await expect(tried, statement).rejects.toThrow(/permission denied|append only/);
    }
    expect((await verdict()).ok).toBe(true);
  });

  it('cannot be rewritten by their owner either, short of taking the guards down', async () => {
    await signedLog();
    for (const statement of statements.slice(0, -1)) {
      await expect(sql.raw(statement).execute(test.db), statement).rejects.toThrow('append only');
    }
  });
});
