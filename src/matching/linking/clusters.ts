/** Two rows proposed as one person. Rows are numbered, and `left` was added later than `right`. */
export interface Link {
  readonly left: number;
  readonly right: number;
  readonly score: number;
}

/** A link that was not followed, and the two rows that it would have put into one cluster. */
export interface Conflict {
  readonly link: Link;
  readonly between: readonly [number, number];
}

/** Rows proposed as one person, the links between them, and the conflicts with other rows. */
export interface Cluster {
  readonly members: readonly number[];
  readonly links: readonly Link[];
  readonly conflicts: readonly Conflict[];
}

/** No person has so many rows. Longer chains are shown as conflicts. */
const membersMax = 200;

/**
 * Joins chains of links into clusters, most certain link first. Where A is B and B is C but A
 * cannot be C, the weaker link is not followed; it is shown as a conflict on both sides. So rows
 * that contradict are never joined silently. Clusters come in the order of their first rows.
 */
export function clustersOf(
  links: readonly Link[],
  contradict: (one: number, other: number) => boolean,
): readonly Cluster[] {
  const groups = new Map<number, Group>();
  const groupOf = (row: number) => {
    const known = groups.get(row);
    if (known) return known;
    const alone: Group = { members: [row], links: [], conflicts: [] };
    groups.set(row, alone);
    return alone;
  };
  for (const link of surestFirst(links)) {
    const [one, other] = [groupOf(link.left), groupOf(link.right)];
    if (one === other) {
      one.links.push(link);
      continue;
    }
    const between = barBetween(one, other, contradict);
    if (between) {
      one.conflicts.push({ link, between });
      other.conflicts.push({ link, between });
      continue;
    }
    const [large, small] = one.members.length >= other.members.length ? [one, other] : [other, one];
    large.members.push(...small.members);
    large.links.push(...small.links, link);
    large.conflicts.push(...small.conflicts);
    for (const member of small.members) groups.set(member, large);
  }
  return inOrder(groups);
}

interface Group {
  readonly members: number[];
  readonly links: Link[];
  readonly conflicts: Conflict[];
}

/** The first two rows that keep two groups apart; null if there are none. */
function barBetween(
  one: Group,
  other: Group,
  contradict: (one: number, other: number) => boolean,
): readonly [number, number] | null {
  if (one.members.length + other.members.length > membersMax) {
    return [one.members[0] ?? 0, other.members[0] ?? 0];
  }
  for (const left of one.members) {
    for (const right of other.members) if (contradict(left, right)) return [left, right];
  }
  return null;
}

function inOrder(groups: ReadonlyMap<number, Group>): readonly Cluster[] {
  return [...new Set(groups.values())]
    .map(({ members, links, conflicts }) => ({
      members: [...members].sort((one, other) => one - other),
      links: [...links].sort(byRows),
      conflicts: settled(conflicts, groups),
    }))
    .filter(({ members, conflicts }) => members.length > 1 || conflicts.length > 0)
    .sort((one, other) => (one.members[0] ?? 0) - (other.members[0] ?? 0));
}

/** Each conflict once, in order, without those whose two sides were joined by another link. */
function settled(
  conflicts: readonly Conflict[],
  groups: ReadonlyMap<number, Group>,
): readonly Conflict[] {
  return [...new Map(conflicts.map((each) => [each.link, each])).values()]
    .filter(({ link }) => groups.get(link.left) !== groups.get(link.right))
    .sort((one, other) => byRows(one.link, other.link));
}

/**
 * One-to-one links, for two lists that name each person once: most certain link first, each row
 * once. Links that lost are reported: for row `for` another link was more certain.
 */
export function oneToOne(links: readonly Link[]): {
  readonly kept: readonly Link[];
  readonly lost: readonly Link[];
} {
  const taken = new Set<number>();
  const kept: Link[] = [];
  const lost: Link[] = [];
  for (const link of surestFirst(links)) {
    if (taken.has(link.left) || taken.has(link.right)) {
      lost.push(link);
      continue;
    }
    taken.add(link.left).add(link.right);
    kept.push(link);
  }
  return { kept, lost };
}

function surestFirst(links: readonly Link[]): readonly Link[] {
  return [...links].sort((one, other) => other.score - one.score || byRows(one, other));
}

function byRows(one: Link, other: Link): number {
  return one.left - other.left || one.right - other.right;
}
