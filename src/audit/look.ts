import type { Db } from '../db/connect.ts';
import { inTransaction } from '../db/transaction.ts';
import { Problem } from '../kernel/problem.ts';
import { recordRefusal } from './act.ts';
import { type Context, type OpenedField, rowContextOf } from './context.ts';
import { entryWriter, fetchSalts } from './entry.ts';

/** A sealed field that a read wants opened. */
export interface WantedField {
  readonly rowId: string;
  readonly columnName: string;
}

/** What a read found: which sealed fields it wants, and its answer as a function of them. */
export interface Found<Answer> {
  readonly fields: readonly WantedField[];
  /** Pure: runs after the transaction has ended. */
  readonly answer: (opened: readonly OpenedField[]) => Answer;
  /** The answer where the hour's budget is spent; without it, that is a refusal. */
  readonly overBudget?: () => Answer;
  /** Other objects that the answer shows, as a page of a past day can show two persons. */
  readonly alsoSeen?: readonly string[];
}

/**
 * The door to a protected read without sealed fields. Runs `run` under the actor's row security and
 * stores the entry in the same transaction. `run` calls no other process.
 */
export function look<Answer>(
  ctx: Context,
  action: string,
  subject: { readonly objectId: string },
  run: (tx: Db) => Promise<Answer>,
): Promise<Answer> {
  return lookInside(ctx, { action, ...subject }, async (tx) => {
    const answer = await run(tx);
    return { fields: [], answer: () => answer };
  });
}

/**
 * The door to a protected read of sealed fields. `find` loads and decides in one transaction and says
 * which fields it wants. After that transaction the broker opens them and commits the one entry
 * before plaintext leaves it. When no field is wanted the entry is stored here, in the read's own
 * transaction. Never both for one object (settled 14).
 */
export async function lookInside<Answer>(
  ctx: Context,
  { action, objectId }: { readonly action: string; readonly objectId: string },
  find: (tx: Db) => Promise<Found<Answer>>,
): Promise<Answer> {
  const enter = entryWriter(ctx, await fetchSalts(ctx, [objectId]));
  const rows = rowContextOf(ctx.actor);
  const read = () =>
    inTransaction(ctx.db, rows, async (tx) => {
      const found = await find(tx);
      if (found.fields.length > 0) return { found };
      const answer = found.answer([]);
      await enter(tx, { action, objectId, outcome: 'done' });
      return { found, answer };
    });
  const done = await read().catch(async (error: unknown) => {
    await recordRefusal(ctx, error, { action, objectId, enter });
    throw error;
  });
  const answer = 'answer' in done ? done.answer : await open(ctx, { action, objectId }, done.found);
  await enterAlsoSeen(ctx, action, done.found.alsoSeen ?? []);
  return answer as Answer; // Either branch answers what `find` promised.
}

/** From here on the broker writes the entry, of a refusal too. */
async function open<Answer>(
  ctx: Context,
  about: { readonly action: string; readonly objectId: string },
  { fields, answer, overBudget }: Found<Answer>,
): Promise<Answer> {
  const { sessionToken, actor, purpose } = ctx;
  try {
    const opened = await ctx.broker.open({ sessionToken, actor, purpose, ...about, fields });
    return answer(opened);
  } catch (error) {
    const isSpent = error instanceof Problem && error.code === 'budget.exceeded';
    if (isSpent && overBudget) return overBudget();
    throw error;
  }
}

async function enterAlsoSeen(
  ctx: Context,
  action: string,
  objectIds: readonly string[],
): Promise<void> {
  if (objectIds.length === 0) return;
  const enter = entryWriter(ctx, await fetchSalts(ctx, objectIds));
  await inTransaction(ctx.db, rowContextOf(ctx.actor), async (tx) => {
    for (const objectId of objectIds) await enter(tx, { action, objectId, outcome: 'done' });
  });
}
