import { sql } from 'kysely';
import type { Db } from '../db/connect.ts';
import type { Actor } from '../kernel/actor.ts';
import { newId, sha256Hex } from '../vault/random.ts';
import type { Context } from './context.ts';

export type Outcome = 'done' | 'refused' | 'failed';

export interface EntryInput {
  readonly action: string;
  readonly objectId: string | null;
  readonly outcome: Outcome;
  /** Stable code of the refusal, when it was one. */
  readonly code?: string;
  /** Digests of what was asked and what was answered, each salted with the entry's own nonce. */
  readonly asked?: unknown;
  readonly answered?: unknown;
}

/** The id an entry knows its actor by before the salt makes it a pseudonym. */
export function actorObject(actor: Actor): string {
  if (actor.kind === 'staff') return actor.staffId;
  return actor.kind === 'family' ? actor.enquiryId : `${actor.kind}`;
}

/** SHA-256 over salt and id: erasing the salt unlinks every entry about the object. */
export function objectHash(salt: string, id: string): string {
  return sha256Hex(`${salt}|${id}`);
}

/**
 * Stores one entry, unplaced, in the given transaction. It holds no personal datum: who acted and
 * what upon are salted digests, what was said is a digest under a nonce.
 */
export async function writeEntry(ctx: Context, tx: Db, input: EntryInput): Promise<void> {
  const actorId = actorObject(ctx.actor);
  const wanted = [actorId, input.objectId].filter((id): id is string => id?.includes('-') === true);
  const salts = await ctx.broker.salts(wanted);
  const hashOf = (id: string | null) => {
    if (id === null) return null;
    const at = wanted.indexOf(id);
    return at < 0 ? id : objectHash(salts[at] ?? '', id);
  };
  const nonce = newId<'nonce'>();
  const digest = (content: unknown) =>
    content === undefined ? null : sha256Hex(`${nonce}|${JSON.stringify(content)}`);
  const pseudonym = hashOf(actorId) ?? 'nobody';
  const hash = hashOf(input.objectId);
  const content = JSON.stringify({
    v: 1,
    at: ctx.now.toISOString(),
    actor: pseudonym,
    actorKind: ctx.actor.kind,
    action: input.action,
    purpose: ctx.purpose.kind,
    object: hash,
    outcome: input.outcome,
    code: input.code ?? null,
    asked: digest(input.asked),
    answered: digest(input.answered),
    nonce,
  });
  await insertEntry(tx, {
    id: newId<'entry'>(),
    officeId: ctx.actor.officeId,
    recordedAt: ctx.now,
    content,
    action: input.action,
    outcome: input.outcome,
    actorPseudonym: pseudonym,
    objectHash: hash,
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
}

async function insertEntry(tx: Db, row: EntryRow): Promise<void> {
  await sql`insert into audit_entries
      (id, office_id, recorded_at, content, action, outcome, actor_pseudonym, object_hash)
    values (${row.id}, ${row.officeId}, ${row.recordedAt}, ${row.content}, ${row.action},
      ${row.outcome}, ${row.actorPseudonym}, ${row.objectHash})`.execute(tx);
}
