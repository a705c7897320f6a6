import type { Db } from '../db/connect.ts';
import { inTransaction, type RowContext } from '../db/transaction.ts';
import { assert } from '../kernel/assert.ts';
import type { Secret } from '../vault/keys.ts';
import { signNote } from './note.ts';
import {
  countLeaves,
  findLastCheckpoint,
  insertCheckpoint,
  insertLeaves,
  listLeafHashes,
  listUnplaced,
  lockLog,
} from './queries.ts';
import { leafHash, TreeEdge } from './tree.ts';

const placedAtOnce = 1_000;
const readAtOnce = 10_000;

export interface SequencerParts {
  readonly db: Db;
  readonly rows: RowContext;
  /** Names the log in its checkpoints without revealing the installation. */
  readonly origin: string;
  readonly keys: { readonly publicKey: Uint8Array; readonly privateKey: Secret };
}

/**
 * Assigns committed entries their positions, in order, and signs checkpoints. Several may run: a
 * lock admits one at a time, and each continues from the table. Throws, and signs nothing, if the
 * log has become shorter or does not match its last checkpoint.
 */
export class Sequencer {
  readonly #parts: SequencerParts;
  /** The edge at the last commit; a transaction grows a copy. */
  #edge = new TreeEdge();

  constructor(parts: SequencerParts) {
    this.#parts = parts;
  }

  /** Assigns positions, at most a thousand at a time; returns how many entries were placed. */
  async place(): Promise<number> {
    const { db, rows } = this.#parts;
    const { edge, placed } = await inTransaction(db, rows, async (tx) => {
      await lockLog(tx);
      const edge = await this.#catchUp(tx);
      const waiting = await listUnplaced(tx, placedAtOnce);
      const leaves = waiting.map(({ id, content }, at) => ({
        index: edge.size + at,
        entryId: id,
        hash: leafHash(content),
      }));
      await insertLeaves(tx, leaves);
      for (const leaf of leaves) edge.add(leaf.hash);
      return { edge, placed: leaves.length };
    });
    this.#edge = edge;
    return placed;
  }

  /** Signs a checkpoint over all placed entries; null if there are no new ones since the last. */
  async sign(now: Date): Promise<string | null> {
    const { db, rows, origin, keys } = this.#parts;
    return inTransaction(db, rows, async (tx) => {
      await lockLog(tx);
      const edge = await this.#catchUp(tx);
      const last = await findLastCheckpoint(tx);
      if ((last?.treeSize ?? 0) === edge.size) return null;
      const rootHash = edge.root();
      const note = signNote({ origin, size: edge.size, root: rootHash }, keys);
      await insertCheckpoint(tx, { treeSize: edge.size, rootHash, note, signedAt: now });
      return note;
    });
  }

  /** The edge over all placed leaves, checked against the last checkpoint on the way. */
  async #catchUp(tx: Db): Promise<TreeEdge> {
    const count = await countLeaves(tx);
    const last = await findLastCheckpoint(tx);
    const signed = last?.treeSize ?? 0;
    assert(count >= this.#edge.size && count >= signed, 'the log never shrinks');
    const edge = this.#edge.copy();
    const check = () => {
      const same = edge.size !== signed || !last || edge.root().equals(last.rootHash);
      assert(same, 'the log is the one its last checkpoint was made of');
    };
    check();
    while (edge.size < count) {
      const until = edge.size < signed ? signed : count;
      const limit = Math.min(readAtOnce, until - edge.size);
      const hashes = await listLeafHashes(tx, { from: edge.size, limit });
      assert(hashes.length === limit, 'the log has no holes');
      for (const hash of hashes) edge.add(hash);
      check();
    }
    return edge;
  }
}
