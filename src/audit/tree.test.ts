import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  consistencyProof,
  emptyRoot,
  inclusionProof,
  leafHash,
  provesConsistency,
  provesInclusion,
  rootOf,
  TreeEdge,
} from './tree.ts';

// The leaves and roots in the reference tests of the authors of RFC 6962.
const inputs = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const leaves = inputs.map((hex) => leafHash(Buffer.from(hex, 'hex')));

describe('the tree of the log', () => {
  it('has the roots of RFC 6962', () => {
    expect(emptyRoot.toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    expect(roots.map((_, at) => rootOf(leaves.slice(0, at + 1)).toString('hex'))).toEqual(roots);
  });

  it('grows leaf by leaf to the same root as all at once', () => {
    const edge = new TreeEdge();
    leaves.forEach((leaf, at) => {
      edge.add(leaf);
      expect(edge.root().toString('hex')).toBe(roots[at]);
    });
    expect(edge.size).toBe(8);
  });

  it('has the proofs that the reference tests expect', () => {
    const hex = (proof: readonly Buffer[]) => proof.map((hash) => hash.toString('hex'));
    const first = [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ];
    expect(hex(inclusionProof(leaves, 0))).toEqual(first);
    expect(hex(consistencyProof(leaves, 1))).toEqual(first);
    expect(hex(consistencyProof(leaves, 6))).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });

  it('refuses a proof that is too long, too short or for no such tree', () => {
    const root = rootOf(leaves);
    const [leaf = root] = leaves;
    const proof = inclusionProof(leaves, 0);
    const claim = { leaf, index: 0, size: 8 };
    expect(provesInclusion(claim, proof.slice(1), root)).toBe(false);
    expect(provesInclusion(claim, [...proof, root], root)).toBe(false);
    expect(provesInclusion({ ...claim, index: 8 }, proof, root)).toBe(false);
    expect(provesInclusion({ ...claim, size: 0 }, [], root)).toBe(false);
    const [earlier, later] = [
      { size: 6, root: rootOf(leaves.slice(0, 6)) },
      { size: 8, root },
    ];
    const grown = consistencyProof(leaves, 6);
    expect(provesConsistency(earlier, later, grown)).toBe(true);
    expect(provesConsistency(earlier, later, grown.slice(0, -1))).toBe(false);
    expect(provesConsistency(earlier, later, [...grown, root])).toBe(false);
    expect(provesConsistency(later, earlier, grown)).toBe(false);
  });

  it('proves every leaf, and no leaf at another place or changed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), fc.nat(), (size, one, other) => {
        const many = Array.from({ length: size }, (_, at) => leafHash(`leaf ${at}`));
        const [index, elsewhere] = [one % size, other % size];
        const root = rootOf(many);
        const proof = inclusionProof(many, index);
        const leaf = many[index] ?? Buffer.alloc(32);
        expect(provesInclusion({ leaf, index, size }, proof, root)).toBe(true);
        expect(provesInclusion({ leaf: leafHash('forged'), index, size }, proof, root)).toBe(false);
        if (elsewhere !== index) {
          expect(provesInclusion({ leaf, index: elsewhere, size }, proof, root)).toBe(false);
        }
      }),
    );
  });

  it('proves that a tree only grew, and finds one that was rewritten', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 30 }),
        (size, more) => {
          const many = Array.from({ length: size + more }, (_, at) => leafHash(`leaf ${at}`));
          const earlier = { size, root: rootOf(many.slice(0, size)) };
          const later = { size: size + more, root: rootOf(many) };
          const proof = consistencyProof(many, size);
          expect(provesConsistency(earlier, later, proof)).toBe(true);
          const rewritten = [leafHash('rewritten'), ...many.slice(1)];
          const forged = { size: size + more, root: rootOf(rewritten) };
          expect(provesConsistency(earlier, forged, consistencyProof(rewritten, size))).toBe(false);
        },
      ),
    );
  });
});
