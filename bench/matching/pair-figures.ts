import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { nameProbability } from '../../src/matching/linking/pairs.ts';
import { folder } from './development-set.ts';
import { type Interval, intervals } from './intervals.ts';

interface Judged {
  readonly same: boolean;
  readonly ours: number;
  readonly theirs: number;
}

/** Spellings of the development set's pairs: area under the curve and best F1. */
export function pairFigures(): Record<string, Interval> {
  const lines = readFileSync(join(folder, 'names_pairs_dev.tsv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  const judged = lines.map((line) => {
    const [, left = '', leftLanguage, , right = '', language, , label] = line.split('\t');
    const ours = nameProbability({ text: left, language: leftLanguage }, { text: right, language });
    return { same: label === '1', ours, theirs: 0 };
  });
  return intervals(judged, (some) => ({
    'name pairs: AUC': areaUnderCurve(some, ({ ours }) => ours),
    'name pairs: best F1': bestF1(some, ({ ours }) => ours),
  }));
}

/**
 * The people in nomenklatura's own name benchmark, which we never learned from; its scores beside
 * ours.
 */
export function anchorFigures(): Record<string, Interval> {
  const path = join(folder, 'anchors/nomenklatura/opensanctions_name_bench.csv');
  const rows: readonly Readonly<Record<string, string>>[] = parse(readFileSync(path), {
    columns: true,
  });
  const judged = rows
    .filter(({ schema }) => schema === 'Person')
    .map((row) => ({
      same: row['is_match'] === 'true',
      ours: nameProbability({ text: row['name1'] ?? '' }, { text: row['name2'] ?? '' }),
      theirs: Number(row['score']),
    }));
  return intervals(judged, (some) => ({
    'nomenklatura people: AUC': areaUnderCurve(some, ({ ours }) => ours),
    'nomenklatura people: best F1': bestF1(some, ({ ours }) => ours),
    'the same by its logic-v2: AUC': areaUnderCurve(some, ({ theirs }) => theirs),
    'the same by its logic-v2: best F1': bestF1(some, ({ theirs }) => theirs),
  }));
}

/** The probability that a pair of the same name scores above one of two names; ties count half. */
export function areaUnderCurve(
  judged: readonly Judged[],
  scoreOf: (one: Judged) => number,
): number {
  const sorted = [...judged].sort((one, other) => scoreOf(one) - scoreOf(other));
  let ranks = 0;
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    const score = scoreOf(sorted[from] as Judged); // Below the length, here and below.
    while (to < sorted.length && scoreOf(sorted[to] as Judged) === score) to += 1;
    for (let at = from; at < to; at += 1) if (sorted[at]?.same) ranks += (from + to + 1) / 2;
    from = to;
  }
  const same = judged.filter((each) => each.same).length;
  return (ranks - (same * (same + 1)) / 2) / (same * (judged.length - same));
}

export function bestF1(judged: readonly Judged[], scoreOf: (one: Judged) => number): number {
  const sorted = [...judged].sort((one, other) => scoreOf(other) - scoreOf(one));
  const all = judged.filter(({ same }) => same).length;
  let [hits, best] = [0, 0];
  sorted.forEach((each, at) => {
    if (each.same) hits += 1;
    const next = sorted[at + 1];
    if (next && scoreOf(next) === scoreOf(each)) return;
    best = Math.max(best, (2 * hits) / (at + 1 + all));
  });
  return best;
}
