import type { Db } from '../db/connect.ts';
import { inTransaction, type RowContext } from '../db/transaction.ts';
import { readCheckpoint } from './note.ts';
import {
  type CheckpointRow,
  findLastCheckpoint,
  listCheckpoints,
  listPlaced,
  type PlacedContent,
} from './queries.ts';
import { leafHash, TreeEdge } from './tree.ts';

const readAtOnce = 10_000;

export interface LogVerdict {
  readonly ok: boolean;
  /** Number of entries that were read. */
  readonly size: number;
  /** Index of the first entry that differs from its leaf; null if only a root differs. */
  readonly firstBad: number | null;
}

/**
 * Reads the whole log again and recomputes its roots. Every entry must match its leaf,
 * without gaps, and the columns that screens show must match its content. Every checkpoint must
 * belong to that log and carry the signature of the given key. The reader must see the entries of
 * all offices: an invisible one looks like a missing one.
 */
export async function verifyEntries(
  db: Db,
  rows: RowContext,
  publicKey: Uint8Array | null,
): Promise<LogVerdict> {
  const last = await inTransaction(db, rows, findLastCheckpoint);
  const edge = new TreeEdge();
  for (;;) {
    const page = await inTransaction(db, rows, (tx) =>
      listPlaced(tx, { from: edge.size, limit: readAtOnce }),
    );
    const range = { above: edge.size, upTo: edge.size + page.length };
    const checkpoints = await inTransaction(db, rows, (tx) => listCheckpoints(tx, range));
    const bySize = new Map(checkpoints.map((each) => [each.treeSize, each]));
    for (const leaf of page) {
      if (leaf.leafIndex !== edge.size || !isAsPlaced(leaf)) return badAt(edge.size);
      edge.add(leaf.leafHash);
      const checkpoint = bySize.get(edge.size);
      if (checkpoint && !isOf(checkpoint, edge, publicKey)) {
        return { ok: false, size: edge.size, firstBad: null };
      }
    }
    if (page.length < readAtOnce) break;
  }
  // Leaves that a checkpoint counted and that are missing now.
  if (edge.size < (last?.treeSize ?? 0)) return badAt(edge.size);
  return { ok: true, size: edge.size, firstBad: null };
}

function badAt(index: number): LogVerdict {
  return { ok: false, size: index, firstBad: index };
}

/** The leaf matches the entry's content, and the columns beside it match too. */
function isAsPlaced(leaf: PlacedContent): boolean {
  if (leaf.content === null || !leafHash(leaf.content).equals(leaf.leafHash)) return false;
  const said = JSON.parse(leaf.content) as Record<string, unknown>; // As placed, so as we wrote it.
  return (
    said['at'] === leaf.recordedAt?.toISOString() &&
    said['action'] === leaf.action &&
    said['outcome'] === leaf.outcome &&
    said['actor'] === leaf.actorPseudonym &&
    said['object'] === leaf.objectHash &&
    JSON.stringify(said['opened'] ?? []) === JSON.stringify(leaf.openedHashes)
  );
}

function isOf(row: CheckpointRow, edge: TreeEdge, publicKey: Uint8Array | null): boolean {
  const root = edge.root();
  if (!root.equals(row.rootHash)) return false;
  if (publicKey === null) return true;
  const read = readCheckpoint(row.note, publicKey);
  return read?.size === edge.size && root.equals(read.root);
}
