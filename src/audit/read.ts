import type { Db } from '../db/connect.ts';
import { inTransaction } from '../db/transaction.ts';
import { Problem } from '../kernel/problem.ts';
import {
  type Asking,
  type BrokerPort,
  type Context,
  type OpenedField,
  rowContextOf,
} from './context.ts';
import { entryWriter, fetchSalts } from './entry.ts';
import { type AuditAction, recordRefusal } from './write.ts';

/** A sealed field that a read wants opened. */
export interface WantedField {
  readonly rowId: string;
  readonly columnName: string;
}

/** What a read found: the sealed fields it wants, and its answer as a function of them. */
export interface Found<Answer> {
  readonly fields: readonly WantedField[];
  /** Pure: runs after the transaction has ended. */
  readonly answer: (opened: readonly OpenedField[]) => Answer;
  /** The answer if the hour's budget is spent; without it, that is a refusal. */
  readonly overBudget?: () => Answer;
  /** Other objects that the answer shows, such as the second person on a page of a past day. */
  readonly alsoSeen?: readonly string[];
}

/** The result of a read that needs more from the broker than opening fields. */
export interface FoundByBroker<Answer> {
  /** Makes one broker call, which decides, counts, and commits the only entry of the read. */
  readonly ask: (call: ReadCall) => Promise<Answer>;
}

/** What `ask` receives. */
export interface ReadCall {
  readonly broker: BrokerPort;
  /** The caller, the purpose and the permission: the head of every broker call. */
  readonly asking: Asking;
  /** Loads, in a transaction of its own, what is only known after the broker has answered. */
  readonly load: <Loaded>(run: (tx: Db) => Promise<Loaded>) => Promise<Loaded>;
}

/** Identifies the read. */
export interface ReadSubject {
  readonly action: AuditAction;
  readonly objectId: string;
  /** The read may open fields: then the broker writes the entry, and no salts are fetched here. */
  readonly opens: boolean;
}

/**
 * A protected read: `find` loads and decides in one transaction and names the fields to open. Then
 * the broker commits the one entry before it returns plaintext. If nothing is opened, the entry is
 * stored here. There is exactly one entry each time (ruling 14), which names every opened object by
 * its salted hash. Only `protectedRead` calls this; the architecture test enforces it.
 */
export async function auditedRead<Answer>(
  ctx: Context,
  subject: ReadSubject,
  find: (tx: Db) => Promise<Found<Answer> | FoundByBroker<Answer>>,
): Promise<Answer> {
  const { action, objectId } = subject;
  const salts = subject.opens ? null : await fetchSalts(ctx, [objectId]);
  const entry = { action: action.name, objectId, outcome: 'done' } as const;
  const read = () =>
    inTransaction(ctx.db, rowContextOf(ctx.actor), async (tx) => {
      const found = await find(tx);
      if ('ask' in found || found.fields.length > 0 || !salts) return { found };
      const answer = found.answer([]);
      await entryWriter(ctx, salts)(tx, entry);
      return { answer };
    });
  const done = await read().catch(async (error: unknown) => {
    await recordRefusal(ctx, error, { action, objectId });
    throw error;
  });
  if ('answer' in done) return done.answer as Answer; // As `find` promised.
  const { found } = done;
  if ('ask' in found) return found.ask(callOf(ctx, subject));
  if (found.fields.length > 0) return open(ctx, subject, found);
  const answer = found.answer([]);
  const enter = entryWriter(ctx, await fetchSalts(ctx, [objectId]));
  await inTransaction(ctx.db, rowContextOf(ctx.actor), (tx) => enter(tx, entry));
  return answer;
}

function askingOf(ctx: Context, { action, objectId }: ReadSubject): Asking {
  const { sessionToken, actor, purpose } = ctx;
  return { sessionToken, actor, purpose, action: action.name, objectId };
}

function callOf(ctx: Context, subject: ReadSubject): ReadCall {
  return {
    broker: ctx.broker,
    asking: askingOf(ctx, subject),
    load: (run) => inTransaction(ctx.db, rowContextOf(ctx.actor), run),
  };
}

/** The broker writes the entry, also of a refusal. */
async function open<Answer>(
  ctx: Context,
  subject: ReadSubject,
  { fields, alsoSeen = [], answer, overBudget }: Found<Answer>,
): Promise<Answer> {
  try {
    const opened = await ctx.broker.open({ ...askingOf(ctx, subject), fields, alsoSeen });
    return answer(opened);
  } catch (error) {
    const isSpent = error instanceof Problem && error.code === 'budget.exceeded';
    if (isSpent && overBudget) return overBudget();
    throw error;
  }
}
