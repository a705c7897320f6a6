/**
 * Learns how likely two spellings are one name: `npm run learn:pairs [-- --write]`. Prints the
 * figures of five-fold cross-validation.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { regress } from '../../src/matching/learning/regress.ts';
import { pairTerms } from '../../src/matching/linking/pairs.ts';
import { folder } from './development-set.ts';
import { areaUnderCurve, bestF1 } from './pair-figures.ts';

/**
 * How far a weight may move from its prior. A looser prior fits the development pairs slightly
 * better and foreign names worse: at .7 nomenklatura's people lose half a point, at 1.5 two.
 */
const spread = 0.4;
const folds = 5;

interface Pair {
  readonly id: string;
  readonly terms: ReadonlyMap<string, number>;
  readonly same: boolean;
  readonly category: string;
}

const pairs: readonly Pair[] = readFileSync(join(folder, 'names_pairs_dev.tsv'), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [
      id = '',
      left = '',
      leftLanguage = '',
      ,
      right = '',
      rightLanguage = '',
      ,
      label,
      category = '',
    ] = line.split('\t');
    return {
      id,
      category,
      same: label === '1',
      terms: pairTerms(
        { text: left, language: leftLanguage },
        { text: right, language: rightLanguage },
      ),
    };
  });

/** The prior, since the set has few long names and few joined ones. */
const believed: Readonly<Record<string, number>> = {
  'words without their like': -2.5,
  'the same run together': 4,
  'one word of many': -4,
  'two fathers': -3,
  'two given names': -3,
  'father and son': -2,
  // «A bin B» is the son of B: in the other order it is his father.
  'turned round': -12,
  // The set has almost no initials, and few errors of this kind.
  'initials differ': -5,
  'initials alone': -3,
  'letters exchanged': 2,
  'words left out beyond one': -0.8,
};

function learnt(examples: readonly Pair[]): ReadonlyMap<string, number> {
  const seen = new Map<string, number>();
  for (const { terms } of examples) {
    for (const term of terms.keys()) seen.set(term, (seen.get(term) ?? 0) + 1);
  }
  const often = [...seen].filter(([, count]) => count >= 3).map(([name]) => name);
  const names = [...new Set([...often, ...Object.keys(believed)])].sort();
  const places = new Map(names.map((name, at) => [name, at]));
  const starts = [0];
  const cells: [number, number][] = [];
  for (const { terms } of examples) {
    for (const [term, value] of terms) {
      const place = places.get(term);
      if (place !== undefined) cells.push([place, value]);
    }
    starts.push(cells.length);
  }
  const weights = regress({
    matrix: {
      starts: Uint32Array.from(starts),
      places: Uint16Array.from(cells, ([place]) => place),
      values: Float32Array.from(cells, ([, value]) => value),
    },
    same: Uint8Array.from(examples, ({ same }) => (same ? 1 : 0)),
    exampleWeights: new Float32Array(examples.length).fill(1),
    before: Float64Array.from(names, (name) => believed[name] ?? 0),
    spreads: new Float64Array(names.length).fill(spread),
  });
  return new Map(names.map((name, at) => [name, weights[at] ?? 0]));
}

const scores = new Map<string, number>();
for (let fold = 0; fold < folds; fold += 1) {
  const weights = learnt(pairs.filter((_, at) => at % folds !== fold));
  pairs.forEach(({ id, terms }, at) => {
    if (at % folds !== fold) return;
    let score = 0;
    for (const [term, value] of terms) score += (weights.get(term) ?? 0) * value;
    scores.set(id, 1 / (1 + Math.exp(-score)));
  });
}
const judged = pairs.map(({ id, same }) => ({ same, ours: scores.get(id) ?? 0, theirs: 0 }));
const [area, f1] = [areaUnderCurve, bestF1].map((figure) => figure(judged, ({ ours }) => ours));
process.stdout.write(
  `cross-validated: AUC ${area?.toFixed(4)}, best F1 ${f1?.toFixed(4)} of ${pairs.length} pairs\n`,
);
const lines = [...scores].map(([id, probability]) => `${id}\t${probability.toFixed(6)}\n`);
writeFileSync(process.env['HOMEWARD_PAIR_SCORES'] ?? '/dev/null', lines.join(''));
if (process.argv.includes('--write')) {
  const weights = [...learnt(pairs)].filter(([, weight]) => Math.abs(weight) >= 0.005);
  const table = weights.map(([term, weight]) => `  '${term}': ${Number(weight.toFixed(2))},\n`);
  writeFileSync(
    join(import.meta.dirname, '../../src/matching/linking/pair-model.ts'),
    `/** Weights of the terms by which two spellings are judged to be one name; learned by \`npm run learn:pairs\`. */\nexport const pairWeights: Readonly<Record<string, number>> = {\n${table.join('')}};\n`,
  );
}
