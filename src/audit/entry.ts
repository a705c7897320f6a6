import { sql } from 'kysely';
import type { Db } from '../db/connect.ts';
import type { Actor } from '../kernel/actor.ts';
import { assert } from '../kernel/assert.ts';
import { newId, sha256Hex } from '../vault/random.ts';
import type { BrokerPort, Moment } from './context.ts';

export type Outcome = 'done' | 'refused' | 'failed';

export interface EntryInput {
  readonly action: string;
  readonly objectId: string | null;
  /** Every other object that was opened; each can be looked up by its own hash. */
  readonly opened?: readonly string[];
  readonly outcome: Outcome;
  /** Stable code of the refusal, if there was one. */
  readonly code?: string;
  /** Digests of the request and the answer, each salted with the entry's own nonce. */
  readonly asked?: unknown;
  readonly answered?: unknown;
}

/** The actor's id in an entry before the salt makes it a pseudonym. */
export function actorObject(actor: Actor): string {
  if (actor.kind === 'staff') return actor.staffId;
  return actor.kind === 'family' ? actor.enquiryId : `${actor.kind}`;
}

/** SHA-256 over salt and id: erasing the salt unlinks every entry about the object. */
export function objectHash(salt: string, id: string): string {
  return sha256Hex(`${salt}|${id}`);
}

/** Salts by object id, fetched from the broker before a transaction begins. */
export type Salts = ReadonlyMap<string, string>;

/** Only random ids have salts; the names of system actors and of sign-in are no secret. */
function isSalted(id: string | null | undefined): id is string {
  return id?.includes('-') === true;
}

/**
 * Fetches the salts of the given objects and of the actor, in one call. Outside any transaction.
 */
export async function fetchSalts(
  ctx: Moment & { readonly broker: Pick<BrokerPort, 'salts'> },
  objectIds: readonly (string | null | undefined)[],
): Promise<Salts> {
  const ids = [...new Set([actorObject(ctx.actor), ...objectIds].filter(isSalted))];
  if (ids.length === 0) return new Map();
  const salts = await ctx.broker.salts(ids);
  assert(salts.length === ids.length, 'every object asked for has a salt');
  return new Map(ids.map((id, at) => [id, salts[at] ?? '']));
}

/** Stores one entry without a log position, in the given transaction. */
export type EntryWriter = (tx: Db, input: EntryInput) => Promise<void>;

/**
 * Writes entries for this actor and time, with salts fetched before. An entry holds no personal
 * datum: actor and objects are salted digests, and so are request and answer, under a nonce.
 */
export function entryWriter(at: Moment, salts: Salts): EntryWriter {
  const hashOf = (id: string) => {
    if (!isSalted(id)) return id;
    const salt = salts.get(id);
    assert(salt, 'the salts of an entry are fetched before its transaction');
    return objectHash(salt, id);
  };
  return (tx, input) => {
    const pseudonym = hashOf(actorObject(at.actor));
    const hash = input.objectId === null ? null : hashOf(input.objectId);
    const others = new Set(input.opened ?? []);
    others.delete(input.objectId ?? '');
    const opened = [...others].map(hashOf);
    const content = contentOf(at, input, { pseudonym, hash, opened });
    return insertEntry(tx, {
      id: newId<'entry'>(),
      officeId: at.actor.officeId,
      recordedAt: at.now,
      content,
      action: input.action,
      outcome: input.outcome,
      actorPseudonym: pseudonym,
      objectHash: hash,
      openedHashes: opened,
    });
  };
}

function contentOf(
  at: Moment,
  input: EntryInput,
  of: {
    readonly pseudonym: string;
    readonly hash: string | null;
    readonly opened: readonly string[];
  },
): string {
  const { pseudonym, hash, opened } = of;
  const nonce = newId<'nonce'>();
  const digest = (content: unknown) =>
    content === undefined ? null : sha256Hex(`${nonce}|${JSON.stringify(content)}`);
  return JSON.stringify({
    v: 1,
    at: at.now.toISOString(),
    actor: pseudonym,
    actorKind: at.actor.kind,
    action: input.action,
    purpose: at.purpose.kind,
    object: hash,
    ...(opened.length > 0 ? { opened } : {}),
    outcome: input.outcome,
    code: input.code ?? null,
    asked: digest(input.asked),
    answered: digest(input.answered),
    nonce,
  });
}

interface EntryRow {
  readonly id: string;
  readonly officeId: string;
  readonly recordedAt: Date;
  readonly content: string;
  readonly action: string;
  readonly outcome: Outcome;
  readonly actorPseudonym: string;
  readonly objectHash: string | null;
  readonly openedHashes: readonly string[];
}

async function insertEntry(tx: Db, row: EntryRow): Promise<void> {
  await sql`insert into audit_entries
      (id, office_id, recorded_at, content, action, outcome, actor_pseudonym, object_hash,
      opened_hashes)
    values (${row.id}, ${row.officeId}, ${row.recordedAt}, ${row.content}, ${row.action},
      ${row.outcome}, ${row.actorPseudonym}, ${row.objectHash}, ${[...row.openedHashes]}::text[])`.execute(
    tx,
  );
}
