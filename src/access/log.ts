import type { Context } from '../audit/context.ts';
import { rowContextOf } from '../audit/context.ts';
import { objectHash } from '../audit/entry.ts';
import { findLastCheckpoint, listLog } from '../audit/queries.ts';
import { type LogVerdict, verifyEntries } from '../audit/verify.ts';
import { inTransaction } from '../db/transaction.ts';
import { onOffice, protectedRead } from './command.ts';
import { auditPermissions } from './permissions.ts';
import { listStaff } from './queries.ts';

const limit = 50;

/**
 * Who else signs the log's checkpoints. There are no witnesses yet, and screens say so (ruling 20).
 */
export const witness = 'none';

/**
 * A page of the log as an auditor sees it, with work names where a pseudonym may still be resolved.
 */
export async function readLog(ctx: Context, asked: LogPageRequest) {
  const { rows, checkpoint } = await readPage(ctx, asked);
  const names = await colleaguesByPseudonym(ctx);
  const last = rows.at(-1);
  return {
    rows: rows.map((row) => ({
      at: row.recordedAt.toISOString(),
      actor: names.get(row.actorPseudonym) ?? row.actorPseudonym.slice(0, 12),
      action: row.action,
      purpose: row.purpose,
      outcome: row.outcome,
      placedIndex: row.placedIndex,
    })),
    checkpoint: checkpoint
      ? {
          size: checkpoint.treeSize,
          rootHash: checkpoint.rootHash.toString('hex'),
          signedAt: checkpoint.signedAt.toISOString(),
        }
      : null,
    nextAfter: rows.length === limit && last ? `${last.recordedAt.toISOString()}|${last.id}` : null,
  };
}

interface LogPageRequest {
  readonly action: string | null;
  readonly after: string | null;
}

const readPage = protectedRead({
  ...onOffice('log'),
  permission: auditPermissions.read,
  find: async (tx, { input: { action, after } }: { readonly input: LogPageRequest }) => {
    const rows = await listLog(tx, { action, after: placeOf(after), limit });
    const checkpoint = await findLastCheckpoint(tx);
    return { fields: [], answer: () => ({ rows, checkpoint }) };
  },
});

function placeOf(after: string | null): { readonly at: Date; readonly id: string } | null {
  const parts = /^([\d:.TZ-]{20,30})\|([0-9a-f-]{36})$/.exec(after ?? '');
  if (!parts?.[1] || !parts[2] || Number.isNaN(Date.parse(parts[1]))) return null;
  return { at: new Date(parts[1]), id: parts[2] };
}

/** Recomputes the log from its entries and compares it with the last checkpoint. */
export async function verifyLog(ctx: Context): Promise<LogVerdict> {
  await enterVerification(ctx, null);
  return verifyEntries(ctx.db, rowContextOf(ctx.actor), await ctx.broker.signingKey());
}

const enterVerification = protectedRead({
  ...onOffice('log'),
  permission: auditPermissions.read,
  find: async () => ({ fields: [], answer: () => null }),
});

/** Colleagues by their pseudonyms in the log; only while their salts exist. */
export async function colleaguesByPseudonym(ctx: Context): Promise<ReadonlyMap<string, string>> {
  const staff = await inTransaction(ctx.db, rowContextOf(ctx.actor), (tx) => listStaff(tx, 500));
  const salts = await ctx.broker.salts(staff.map(({ staffId }) => staffId));
  return new Map(
    staff.map(({ staffId, workName }, at) => [objectHash(salts[at] ?? '', staffId), workName]),
  );
}
