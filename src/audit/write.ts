import { sql } from 'kysely';
import type { Db } from '../db/connect.ts';
import { inTransaction } from '../db/transaction.ts';
import type { CommandId } from '../kernel/ids.ts';
import { commandReused, isUnavailable, Problem } from '../kernel/problem.ts';
import { sha256 } from '../vault/random.ts';
import { type Context, type Moment, rowContextOf } from './context.ts';
import { actorObject, type EntryWriter, entryWriter, fetchSalts, type Outcome } from './entry.ts';

/** A permission as the log needs it. */
export interface AuditAction {
  readonly name: string;
  /** The topic under which open screens learn of the change. */
  readonly area: string;
}

/** The subject of a write. `body` is only digested, never stored. */
export interface WriteSubject {
  readonly objectId: string;
  /** Created by the client; the same command has one effect however often it arrives (R-140). */
  readonly commandId?: CommandId;
  readonly body?: unknown;
}

/** A write, and what must be prepared before its transaction begins. */
export interface PreparedWrite<Draft, Prepared, Answer> {
  /** In a transaction of its own: loads, decides and throws every refusal. Stores nothing. */
  readonly draft: (tx: Db) => Promise<Draft>;
  /** Outside any transaction: asks the broker for what the write needs. */
  readonly prepare: (draft: Draft) => Promise<Prepared>;
  /** In the final transaction: locks, decides again and stores. */
  readonly write: (tx: Db, prepared: Prepared) => Promise<Answer>;
}

/**
 * Thrown by `write` if the state has changed since `prepare` and the prepared result no longer
 * fits. The command then prepares again, a bounded number of times.
 */
export class PreparedForOtherState extends Error {}

const preparationsMax = 3;

/**
 * Opens the transaction under the actor's row security, answers a repeated command from its stored
 * answer, and runs `run`. It stores the audit entry, the change mark and the answer in the same
 * transaction. A refusal or a failure is recorded too, after the rollback.
 *
 * The answer is stored as JSON with the command: it must hold ids and states, nothing personal.
 * `run` calls no other process. Only `command` calls this (ruling 12); the architecture test
 * enforces it.
 */
export function auditedWrite<Answer>(
  ctx: Context,
  about: WriteSubject & { readonly action: AuditAction },
  run: (tx: Db) => Promise<Answer>,
): Promise<Answer> {
  return recorded(ctx, about, (command) => inOneTransaction(ctx, command, run));
}

/**
 * `auditedWrite` for writes that need the broker: a repeated command is answered before the broker
 * is asked.
 */
export function auditedPreparedWrite<Draft, Prepared, Answer>(
  ctx: Context,
  about: WriteSubject & { readonly action: AuditAction },
  write: PreparedWrite<Draft, Prepared, Answer>,
): Promise<Answer> {
  return recorded(ctx, about, async (command) => {
    for (let attempt = 1; ; attempt += 1) {
      const drafted = await inTransaction(ctx.db, rowContextOf(ctx.actor), async (tx) => {
        const known = await findCommand(tx, command);
        return known ?? { draft: await write.draft(tx) };
      });
      if ('answer' in drafted) return drafted.answer as Answer; // Stored by this action and body.
      const prepared = await write.prepare(drafted.draft);
      try {
        return await inOneTransaction(ctx, command, (tx) => write.write(tx, prepared));
      } catch (error) {
        const again = error instanceof PreparedForOtherState && attempt < preparationsMax;
        if (!again) throw error;
      }
    }
  });
}

/** A command with everything from the broker that its transaction and its entry need. */
interface Command {
  readonly action: AuditAction;
  readonly subject: WriteSubject;
  readonly at: Moment;
  readonly enter: EntryWriter;
  /** Salted, so that a copy of the database cannot be searched for guessed bodies. */
  readonly bodyHash: Buffer;
}

/** Fetches the salts, runs, and records a refusal or a failure after the rollback. */
async function recorded<Answer>(
  ctx: Context,
  { action, ...subject }: WriteSubject & { readonly action: AuditAction },
  run: (command: Command) => Promise<Answer>,
): Promise<Answer> {
  const { objectId, commandId, body } = subject;
  const salts = await fetchSalts(ctx, [objectId, commandId]);
  const enter = entryWriter(ctx, salts);
  const salt = commandId ? salts.get(commandId) : undefined;
  const bodyHash = sha256(`${salt}|${action.name}|${objectId}|${JSON.stringify(body ?? null)}`);
  try {
    return await run({ action, subject, at: ctx, enter, bodyHash });
  } catch (error) {
    await recordRefusal(ctx, error, { action, objectId, enter });
    throw error;
  }
}

function inOneTransaction<Answer>(
  ctx: Context,
  command: Command,
  run: (tx: Db) => Promise<Answer>,
): Promise<Answer> {
  const { action, subject, enter } = command;
  return inTransaction(ctx.db, rowContextOf(ctx.actor), async (tx) => {
    const known = await findCommand(tx, command);
    if (known) return known.answer as Answer; // Stored below by this very action and body.
    const answer = await run(tx);
    const { objectId, body: asked } = subject;
    await enter(tx, {
      action: action.name,
      objectId,
      outcome: 'done',
      asked,
      answered: answer ?? null,
    });
    await markChange(ctx, tx, { noun: action.area, objectId });
    await keepCommand(tx, command, answer);
    return answer;
  });
}

/**
 * Records that a write or a read was refused or failed; an error in doing so does not hide the
 * first one.
 */
export async function recordRefusal(
  ctx: Context,
  error: unknown,
  about: {
    readonly action: AuditAction;
    readonly objectId: string;
    readonly enter?: EntryWriter;
  },
): Promise<void> {
  // Nothing can be stored while the database or the broker is away, and trying would only wait.
  if (isUnavailable(error)) return;
  const { action, objectId } = about;
  const enter = about.enter ?? entryWriter(ctx, await fetchSalts(ctx, [objectId]));
  const outcome: Outcome = error instanceof Problem ? 'refused' : 'failed';
  const code = error instanceof Problem ? error.code : 'failure';
  try {
    await inTransaction(ctx.db, rowContextOf(ctx.actor), (tx) =>
      enter(tx, { action: action.name, objectId, outcome, code }),
    );
  } catch (cause) {
    if (isUnavailable(cause)) throw cause;
    throw new AggregateError([error, cause], `neither ${action.name} nor its entry was stored`);
  }
}

async function findCommand(
  tx: Db,
  { action, subject, at, bodyHash }: Command,
): Promise<{ answer: unknown } | null> {
  if (!subject.commandId) return null;
  const actorId = actorKey(at);
  // Two copies of one command at the same time: the second waits here and then finds the first's
  // answer.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${actorId}|${subject.commandId}`}, 7))`.execute(
    tx,
  );
  const found = await sql<{ action: string; bodyHash: Buffer; answer: unknown }>`
    select action, body_hash, answer from commands
    where actor_id = ${actorId} and command_id = ${subject.commandId}`.execute(tx);
  const row = found.rows[0];
  if (!row) return null;
  if (row.action !== action.name || !row.bodyHash.equals(bodyHash)) throw commandReused();
  return { answer: row.answer };
}

async function keepCommand(
  tx: Db,
  { action, subject, at, bodyHash }: Command,
  answer: unknown,
): Promise<void> {
  if (!subject.commandId) return;
  await sql`insert into commands (actor_id, command_id, action, body_hash, answer, recorded_at)
    values (${actorKey(at)}, ${subject.commandId}, ${action.name}, ${bodyHash},
      ${JSON.stringify(answer ?? null)}::jsonb, ${at.now})`.execute(tx);
}

function actorKey({ actor }: Moment): string {
  return actor.kind === 'system' ? actor.name : actorObject(actor);
}

async function markChange(
  { actor, now }: Moment,
  tx: Db,
  mark: { readonly noun: string; readonly objectId: string },
): Promise<void> {
  await sql`insert into changes (office_id, noun, object_id, recorded_at)
    values (${actor.officeId}, ${mark.noun}, ${mark.objectId}, ${now})`.execute(tx);
}
