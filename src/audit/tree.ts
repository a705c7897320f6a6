import { sha256 } from '../vault/random.ts';

/**
 * The Merkle tree of RFC 6962: leaf and node hashes, the root over a number of leaves, and two
 * proofs. One shows that a leaf is in a tree, the other that a later tree only extends an earlier
 * one.
 */
export function leafHash(content: string | Uint8Array): Buffer {
  return sha256(Buffer.concat([Buffer.from([0]), Buffer.from(content)]));
}

function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return sha256(Buffer.concat([Buffer.from([1]), left, right]));
}

/** Root of an empty tree: the hash of the empty string. */
export const emptyRoot: Buffer = sha256('');

/**
 * The right edge of a growing tree: one full subtree for each bit of its size, largest first. This
 * is enough to add leaves and to compute the root.
 */
export class TreeEdge {
  readonly #subtrees: { readonly size: number; readonly hash: Buffer }[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** A copy of the edge that grows separately. */
  copy(): TreeEdge {
    const copied = new TreeEdge();
    copied.#subtrees.push(...this.#subtrees);
    copied.#size = this.#size;
    return copied;
  }

  add(leaf: Uint8Array): void {
    this.#size += 1;
    let grown: { size: number; hash: Buffer } = { size: 1, hash: Buffer.from(leaf) };
    for (
      let last = this.#subtrees.at(-1);
      last?.size === grown.size;
      last = this.#subtrees.at(-1)
    ) {
      this.#subtrees.pop();
      grown = { size: last.size * 2, hash: nodeHash(last.hash, grown.hash) };
    }
    this.#subtrees.push(grown);
  }

  root(): Buffer {
    const [last, ...rest] = [...this.#subtrees].reverse();
    if (!last) return emptyRoot;
    return rest.reduce((root, subtree) => nodeHash(subtree.hash, root), last.hash);
  }
}

/** Root over all the given leaf hashes. */
export function rootOf(leaves: readonly Uint8Array[]): Buffer {
  const edge = new TreeEdge();
  for (const leaf of leaves) edge.add(leaf);
  return edge.root();
}

/** Proof that the leaf with this index is in the tree over the given leaves (RFC 6962, 2.1.1). */
export function inclusionProof(leaves: readonly Uint8Array[], index: number): readonly Buffer[] {
  if (leaves.length <= 1) return [];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...inclusionProof(left, index), rootOf(right)]
    : [...inclusionProof(right, index - split), rootOf(left)];
}

/** Checks a proof of inclusion against a root. */
export function provesInclusion(
  claim: { readonly leaf: Uint8Array; readonly index: number; readonly size: number },
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (claim.index < 0 || claim.index >= claim.size) return false;
  const found = climb(claim, proof);
  return found?.equals(root) === true;
}

function climb(
  claim: { readonly leaf: Uint8Array; readonly index: number; readonly size: number },
  proof: readonly Uint8Array[],
): Buffer | null {
  if (claim.size === 1) return proof.length === 0 ? Buffer.from(claim.leaf) : null;
  const sibling = proof.at(-1);
  if (!sibling) return null;
  const split = splitOf(claim.size);
  const rest = proof.slice(0, -1);
  if (claim.index < split) {
    const left = climb({ ...claim, size: split }, rest);
    return left && nodeHash(left, sibling);
  }
  const inRight = { leaf: claim.leaf, index: claim.index - split, size: claim.size - split };
  const right = climb(inRight, rest);
  return right && nodeHash(sibling, right);
}

/**
 * Proof that the tree over all leaves extends the one over the first `earlier` (RFC 6962, 2.1.2).
 */
export function consistencyProof(
  leaves: readonly Uint8Array[],
  earlier: number,
): readonly Buffer[] {
  if (earlier <= 0 || earlier >= leaves.length) return [];
  return subproof(leaves, earlier, true);
}

function subproof(leaves: readonly Uint8Array[], earlier: number, whole: boolean): Buffer[] {
  if (earlier === leaves.length) return whole ? [] : [rootOf(leaves)];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return earlier <= split
    ? [...subproof(left, earlier, whole), rootOf(right)]
    : [...subproof(right, earlier - split, false), rootOf(left)];
}

interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/** Checks that the later tree only extends the earlier one. */
export function provesConsistency(
  earlier: TreeHead,
  later: TreeHead,
  proof: readonly Uint8Array[],
): boolean {
  if (earlier.size === later.size) {
    return proof.length === 0 && Buffer.from(earlier.root).equals(later.root);
  }
  if (earlier.size <= 0 || earlier.size > later.size) return false;
  // A full left subtree needs no hash of its own in the proof: it is the earlier root itself.
  const isPower = (earlier.size & (earlier.size - 1)) === 0;
  const hashes = isPower ? [earlier.root, ...proof] : [...proof];
  const [first, ...rest] = hashes;
  if (!first) return false;
  let [node, last] = [earlier.size - 1, later.size - 1];
  while ((node & 1) === 1) [node, last] = [node >> 1, last >> 1];
  let [from, to]: [Buffer, Buffer] = [Buffer.from(first), Buffer.from(first)];
  for (const hash of rest) {
    if (last === 0) return false;
    if ((node & 1) === 1 || node === last) {
      [from, to] = [nodeHash(hash, from), nodeHash(hash, to)];
      while ((node & 1) === 0 && node !== 0) [node, last] = [node >> 1, last >> 1];
    } else {
      to = nodeHash(to, hash);
    }
    [node, last] = [node >> 1, last >> 1];
  }
  return last === 0 && from.equals(earlier.root) && to.equals(later.root);
}

/** The largest power of two below the size. */
function splitOf(size: number): number {
  return 2 ** (31 - Math.clz32(size - 1));
}
