import type { Db } from '../db/connect.ts';
import { inTransaction } from '../db/transaction.ts';
import { recordRefusal } from './act.ts';
import { type Context, type OpenedField, rowContextOf } from './context.ts';
import { writeEntry } from './entry.ts';

/** Opens sealed fields of the object looked at; the broker stores the entry. */
export type Unseal = (
  fields: readonly { readonly rowId: string; readonly columnName: string }[],
) => Promise<readonly OpenedField[]>;

/** Enters that another object was seen in the same look, as a page of a past day can show two persons. */
export type AlsoSeen = (objectId: string) => Promise<void>;

/**
 * The only door to a protected read. Runs `fn` under the actor's row security. When it opens sealed
 * fields the broker commits the one entry before plaintext leaves it; when it opens none, the entry
 * is stored here. Never both for one object (settled 14).
 */
export async function look<Answer>(
  ctx: Context,
  action: string,
  subject: { readonly objectId: string },
  run: (tx: Db, unseal: Unseal, alsoSeen: AlsoSeen) => Promise<Answer>,
): Promise<Answer> {
  const entered = { byBroker: false };
  try {
    return await inTransaction(ctx.db, rowContextOf(ctx.actor), async (tx) => {
      const unseal: Unseal = async (fields) => {
        if (fields.length === 0) return [];
        entered.byBroker = true;
        return ctx.broker.open({
          sessionToken: ctx.sessionToken,
          actor: ctx.actor,
          purpose: ctx.purpose,
          action,
          objectId: subject.objectId,
          fields,
        });
      };
      const alsoSeen = (objectId: string) =>
        writeEntry(ctx, tx, { action, objectId, outcome: 'done' });
      const answer = await run(tx, unseal, alsoSeen);
      if (!entered.byBroker) {
        await writeEntry(ctx, tx, { action, objectId: subject.objectId, outcome: 'done' });
      }
      return answer;
    });
  } catch (error) {
    if (!entered.byBroker) await recordRefusal(ctx, error, { action, objectId: subject.objectId });
    throw error;
  }
}
