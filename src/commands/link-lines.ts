import type { Cluster, Link } from '../matching/linking/clusters.ts';
import type { Linker, Member } from '../matching/linking/link.ts';
import { round, shownReasons } from './match.ts';

interface Proposed {
  readonly clusters: readonly Cluster[];
  /** Links that lost to more certain ones, where each row may be linked only once. */
  readonly lost: readonly Link[];
  readonly isExplained: boolean;
}

/** Nothing is certain until a person has judged it. */
const certainMax = 0.9999;

/** How clusters are written, each numbered by its position. `judged` is for people to fill in. */
export function clusterLines(
  linker: Linker,
  { clusters, lost, isExplained }: Proposed,
): Iterable<Readonly<Record<string, unknown>>> {
  const numberOf = new Map(
    clusters.flatMap(({ members }, at) => members.map((member) => [member, at + 1] as const)),
  );
  const lostBy = new Map<number, Link[]>();
  for (const link of lost) {
    for (const row of [link.left, link.right]) lostBy.set(row, [...(lostBy.get(row) ?? []), link]);
  }
  const shown = (link: Link) => ({
    ...endsOf(linker, link),
    probability: Math.min(certainMax, round(linker.probability(link.score), 4)),
    ...(isExplained ? { reasons: shownReasons(linker.explain(link.left, link.right)) } : {}),
  });
  const lineOf = ({ members, links, conflicts }: Cluster, at: number) => {
    const losers = new Set(members.flatMap((member) => lostBy.get(member) ?? []));
    return {
      cluster: at + 1,
      judged: false,
      members: members.map((member) => linker.member(member)),
      links: links.map(shown),
      conflicts: conflicts.map(({ link, between: [one, other] }) => ({
        ...shown(link),
        with: [link.left, link.right].map((row) => numberOf.get(row)).find((it) => it !== at + 1),
        between: [linker.member(one), linker.member(other)],
        because: shownReasons(linker.explain(one, other)).filter(({ weight }) => weight < 0),
      })),
      ...(losers.size > 0 ? { lost: [...losers].map(shown) } : {}),
    };
  };
  return (function* lines() {
    for (const [at, cluster] of clusters.entries()) yield lineOf(cluster, at);
  })();
}

/** The row that comes first and the later one; with two lists, one of each. */
function endsOf(linker: Linker, { left, right }: Link): Record<'a' | 'b', Member['id']> {
  return { a: linker.member(right).id, b: linker.member(left).id };
}
