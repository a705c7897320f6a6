/** A line of the output of `homeward link`, as far as it is evaluated here. */
export interface Proposed {
  readonly members: readonly { readonly list: number; readonly id: string }[];
  readonly links: readonly {
    readonly a: string;
    readonly b: string;
    readonly probability: number;
  }[];
  readonly conflicts: readonly unknown[];
}

export interface ClusterFigures {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/**
 * Compares pairs of rows in one cluster with pairs that are one person. Every pair counts once;
 * with two lists, only pairs across them. `wanted` is the number of right pairs.
 */
export function clusterFigures(
  clusters: readonly Proposed[],
  wanted: number,
  personOf: (id: string) => string,
): ClusterFigures {
  let [pairs, right] = [0, 0];
  const isTwo = clusters.some(({ members }) => members.some(({ list }) => list === 2));
  for (const { members } of clusters) {
    members.forEach((one, at) => {
      for (const other of members.slice(at + 1)) {
        if (isTwo && one.list === other.list) continue;
        pairs += 1;
        if (personOf(one.id) === personOf(other.id)) right += 1;
      }
    });
  }
  return {
    precision: pairs === 0 ? 1 : right / pairs,
    recall: right / wanted,
    f1: (2 * right) / (pairs + wanted),
  };
}

/** Pairs of rows of one person: across two lists, or within one. */
export function truePairs(
  [first = [], second]: readonly (readonly string[])[],
  personOf: (id: string) => string,
): number {
  const counts = new Map<string, number>();
  for (const id of first) counts.set(personOf(id), (counts.get(personOf(id)) ?? 0) + 1);
  if (second) return second.reduce((sum, id) => sum + (counts.get(personOf(id)) ?? 0), 0);
  return [...counts.values()].reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
}
