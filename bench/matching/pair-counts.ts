/** Two rows taken for one person; `person` is the person of the later row. */
export interface Pair {
  readonly person: string;
  readonly isSame: boolean;
  readonly probability: number;
}

/** Right pairs in total, right pairs found, and wrong ones, by person. */
export interface Counted {
  readonly wanted: number;
  readonly right: number;
  readonly wrong: number;
}

/** Pairs counted by person, so that intervals can be drawn over persons. */
export function countsOf(persons: readonly string[], found: readonly Pair[]): readonly Counted[] {
  const counts = new Map<string, { rows: number; right: number; wrong: number }>();
  for (const person of persons) {
    const count = counts.get(person) ?? { rows: 0, right: 0, wrong: 0 };
    count.rows += 1;
    counts.set(person, count);
  }
  for (const { person, isSame } of found) {
    const count = counts.get(person);
    if (count) count[isSame ? 'right' : 'wrong'] += 1;
  }
  return [...counts.values()].map(({ rows, right, wrong }) => ({
    wanted: (rows * (rows - 1)) / 2,
    right,
    wrong,
  }));
}

/** A type and not an interface, so that it is a record of numbers. */
type PairFigures = { readonly precision: number; readonly recall: number; readonly f1: number };

export function pairFigures(counted: readonly Counted[]): PairFigures {
  let [wanted, right, wrong] = [0, 0, 0];
  for (const each of counted) {
    wanted += each.wanted;
    right += each.right;
    wrong += each.wrong;
  }
  return figuresOf(wanted, right, wrong);
}

function figuresOf(wanted: number, right: number, wrong: number): PairFigures {
  return {
    precision: right / Math.max(1, right + wrong),
    recall: right / Math.max(1, wanted),
    f1: (2 * right) / Math.max(1, right + wrong + wanted),
  };
}

/** The best F1 of any threshold, which only the labels can reveal. */
export function bestOf(
  persons: readonly string[],
  found: readonly Pair[],
): PairFigures & { readonly at: number } {
  const wanted = countsOf(persons, []).reduce((sum, each) => sum + each.wanted, 0);
  const sorted = [...found].sort((one, other) => other.probability - one.probability);
  let [right, wrong] = [0, 0];
  let best = { ...figuresOf(wanted, 0, 0), at: 1 };
  sorted.forEach(({ isSame, probability }, place) => {
    if (isSame) right += 1;
    else wrong += 1;
    // Pairs with equal scores are accepted or rejected together.
    if (sorted[place + 1]?.probability === probability) return;
    const figures = figuresOf(wanted, right, wrong);
    if (figures.f1 > best.f1) best = { ...figures, at: probability };
  });
  return best;
}
