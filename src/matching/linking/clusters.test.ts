import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clustersOf, type Link, oneToOne } from './clusters.ts';

const link = (left: number, right: number, score: number): Link => ({ left, right, score });
const nobody = () => false;
const barred =
  (...pairs: readonly (readonly [number, number])[]) =>
  (one: number, other: number) =>
    pairs.some(([a, b]) => (a === one && b === other) || (a === other && b === one));

describe('clusters of links', () => {
  it('hold what a chain holds together, in the order of the first row', () => {
    const found = clustersOf([link(7, 6, 3), link(2, 1, 5), link(3, 2, 4)], nobody);
    expect(found.map(({ members }) => members)).toEqual([
      [1, 2, 3],
      [6, 7],
    ]);
    expect(found[0]?.links).toEqual([link(2, 1, 5), link(3, 2, 4)]);
  });

  it('never join two that contradict through a third; both sides show the conflict', () => {
    const weak = link(3, 2, 4);
    const found = clustersOf([weak, link(2, 1, 5)], barred([1, 3]));
    expect(found).toEqual([
      { members: [1, 2], links: [link(2, 1, 5)], conflicts: [{ link: weak, between: [3, 1] }] },
      { members: [3], links: [], conflicts: [{ link: weak, between: [3, 1] }] },
    ]);
  });

  it('keep a chain of any length from joining what contradicts', () => {
    const anyLinks = fc.array(
      fc.record({ one: fc.nat(14), other: fc.nat(14), score: fc.integer({ min: 0, max: 9 }) }),
      { maxLength: 40 },
    );
    const anyBars = fc.array(fc.tuple(fc.nat(14), fc.nat(14)), { maxLength: 12 });
    fc.assert(
      fc.property(anyLinks, anyBars, (drawn, bars) => {
        const links = new Map<string, Link>();
        for (const { one, other, score } of drawn) {
          const [left, right] = [Math.max(one, other), Math.min(one, other)];
          if (left !== right && !barred(...bars)(left, right))
            links.set(`${left} ${right}`, link(left, right, score));
        }
        const contradict = barred(...bars);
        const found = clustersOf([...links.values()], contradict);
        const rows = found.flatMap(({ members }) => members);
        expect(new Set(rows).size).toBe(rows.length);
        for (const { members } of found) {
          for (const one of members)
            for (const other of members)
              expect(one !== other && contradict(one, other)).toBe(false);
        }
        // Every link is inside a cluster, or in a conflict on both of its sides: none is lost.
        for (const each of links.values()) {
          const inside = found.filter((cluster) => cluster.links.includes(each)).length;
          const shown = found.filter(({ conflicts }) => conflicts.some((it) => it.link === each));
          expect([inside, shown.length]).toEqual(inside === 1 ? [1, 0] : [0, 2]);
        }
      }),
    );
  });

  it('do not depend on the order in which links come', () => {
    const links = [link(2, 1, 5), link(3, 2, 5), link(4, 3, 5), link(5, 4, 2), link(5, 1, 2)];
    const contradict = barred([1, 3], [2, 5]);
    expect(clustersOf([...links].reverse(), contradict)).toEqual(clustersOf(links, contradict));
  });
});

describe('one to one', () => {
  it('takes the surest link first and says which lost', () => {
    const found = oneToOne([link(10, 1, 3), link(10, 2, 4), link(11, 2, 3.5), link(11, 1, 1)]);
    expect(found.kept).toEqual([link(10, 2, 4), link(11, 1, 1)]);
    expect(found.lost).toEqual([link(11, 2, 3.5), link(10, 1, 3)]);
  });
});
