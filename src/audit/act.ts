import { sql } from 'kysely';
import type { Db } from '../db/connect.ts';
import { inTransaction } from '../db/transaction.ts';
import type { CommandId } from '../kernel/ids.ts';
import { commandReused, isUnavailable, Problem } from '../kernel/problem.ts';
import { sha256 } from '../vault/random.ts';
import { type Context, rowContextOf } from './context.ts';
import { actorObject, type Outcome, writeEntry } from './entry.ts';

/** What an act is about. `body` is only digested, never stored. */
export interface ActSubject {
  readonly objectId: string;
  /** Made by the client; the same command has one effect however often it arrives (R-140). */
  readonly commandId?: CommandId;
  readonly body?: unknown;
}

/**
 * The only door to a write. Opens the transaction under the actor's row security, answers a repeated
 * command from its stored answer, runs `fn`, and stores the audit entry, the change mark and the
 * answer in the same transaction. A refusal or a failure is recorded too, after the rollback.
 * The answer is kept as JSON with the command: it must hold ids and states, nothing personal.
 */
export async function act<Answer>(
  ctx: Context,
  action: string,
  subject: ActSubject,
  run: (tx: Db) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await inTransaction(ctx.db, rowContextOf(ctx.actor), async (tx) => {
      const known = await findCommand(ctx, tx, { action, subject });
      if (known) return known.answer as Answer; // Stored below by this very action and body.
      const answer = await run(tx);
      await writeEntry(ctx, tx, {
        action,
        objectId: subject.objectId,
        outcome: 'done',
        asked: subject.body,
        answered: answer ?? null,
      });
      await markChange(ctx, tx, {
        noun: action.split('.')[0] ?? action,
        objectId: subject.objectId,
      });
      await keepCommand(ctx, tx, { action, subject, answer });
      return answer;
    });
  } catch (error) {
    await recordRefusal(ctx, error, { action, objectId: subject.objectId });
    throw error;
  }
}

/** Stores that an act or a read did not happen; a failure to store it does not hide the first error. */
export async function recordRefusal(
  ctx: Context,
  error: unknown,
  about: { readonly action: string; readonly objectId: string },
): Promise<void> {
  // Nothing can be stored while the database or the broker is away, and trying would only wait.
  if (isUnavailable(error)) return;
  const outcome: Outcome = error instanceof Problem ? 'refused' : 'failed';
  const code = error instanceof Problem ? error.code : 'failure';
  try {
    await inTransaction(ctx.db, rowContextOf(ctx.actor), (tx) =>
      writeEntry(ctx, tx, { ...about, outcome, code }),
    );
  } catch (cause) {
    if (isUnavailable(cause)) throw cause;
    throw new AggregateError([error, cause], `neither ${about.action} nor its entry was stored`);
  }
}

interface CommandLook {
  readonly action: string;
  readonly subject: ActSubject;
}

async function findCommand(
  ctx: Context,
  tx: Db,
  { action, subject }: CommandLook,
): Promise<{ answer: unknown } | null> {
  if (!subject.commandId) return null;
  const actorId = actorKey(ctx);
  // Two copies of one command at once: the second waits here and then finds the first's answer.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${actorId}|${subject.commandId}`}, 7))`.execute(
    tx,
  );
  const found = await sql<{ action: string; bodyHash: Buffer; answer: unknown }>`
    select action, body_hash, answer from commands
    where actor_id = ${actorId} and command_id = ${subject.commandId}`.execute(tx);
  const row = found.rows[0];
  if (!row) return null;
  const hash = await bodyHash(ctx, { action, subject });
  if (row.action !== action || !row.bodyHash.equals(hash)) throw commandReused();
  return { answer: row.answer };
}

async function keepCommand(
  ctx: Context,
  tx: Db,
  { action, subject, answer }: CommandLook & { readonly answer: unknown },
): Promise<void> {
  if (!subject.commandId) return;
  const hash = await bodyHash(ctx, { action, subject });
  await sql`insert into commands (actor_id, command_id, action, body_hash, answer, recorded_at)
    values (${actorKey(ctx)}, ${subject.commandId}, ${action}, ${hash},
      ${JSON.stringify(answer ?? null)}::jsonb, ${ctx.now})`.execute(tx);
}

/** Salted, so that a copy of the database cannot be searched for guessed bodies. */
async function bodyHash(ctx: Context, { action, subject }: CommandLook): Promise<Buffer> {
  const [salt] = await ctx.broker.salts(subject.commandId ? [subject.commandId] : []);
  return sha256(`${salt}|${action}|${subject.objectId}|${JSON.stringify(subject.body ?? null)}`);
}

function actorKey(ctx: Context): string {
  return ctx.actor.kind === 'system' ? ctx.actor.name : actorObject(ctx.actor);
}

async function markChange(
  ctx: Context,
  tx: Db,
  mark: { readonly noun: string; readonly objectId: string },
): Promise<void> {
  await sql`insert into changes (office_id, noun, object_id, recorded_at)
    values (${ctx.actor.officeId}, ${mark.noun}, ${mark.objectId}, ${ctx.now})`.execute(tx);
}
