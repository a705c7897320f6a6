import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ClusterFigures,
  clusterFigures,
  type Proposed,
  truePairs,
} from '../matching/cluster-figures.ts';
import { isThere, readPersons } from '../matching/development-set.ts';
import { type Row, readCommaTable, readLines, writeTable } from './files.ts';
import { data, heading, homeward, line, python, say, script, splinkRows, work } from './running.ts';

/** The development registry with itself; `bench:link` prints our figures with intervals. */
export function compareDoubles(registryPath: string, hasPython: boolean): void {
  heading('Doubles of the registry');
  const [out, registry, persons] = ['doubles.ndjson', 'doubles.tsv', 'persons.tsv'].map((file) =>
    join(work, file),
  );
  if (
    !isThere() ||
    registryPath !== join(data, 'rl/registry.ndjson.gz') ||
    !out ||
    !registry ||
    !persons
  ) {
    say('  the persons of this registry are not known\n');
    return;
  }
  const { personOf } = readPersons();
  const rows = readLines<Row>(registryPath);
  const whose = (id: string) => personOf.get(id) ?? id;
  const wanted = truePairs([rows.map(({ id }) => id)], whose);
  const shown = ({ f1, precision, recall }: ClusterFigures) =>
    `F1 ${f1.toFixed(4)}  P ${precision.toFixed(4)} R ${recall.toFixed(4)}`;
  for (const at of ['0.9', '0.5']) {
    const started = performance.now();
    homeward(['link', registryPath, '--at', at, '--out', out]);
    const seconds = (performance.now() - started) / 1000;
    const found = clusterFigures(readLines<Proposed>(out), wanted, whose);
    line(
      `homeward, clusters at ${at}`,
      shown(found),
      `${(rows.length / seconds).toFixed(0)} rows/s`,
    );
  }
  if (!hasPython) return;
  writeTable(
    registry,
    splinkRows(rows, ({ id }) => id),
  );
  writeTable(
    persons,
    rows.map(({ id }) => [id, whose(id)]),
  );
  const output = execFileSync(python, [script('splink_dedupe.py'), registry, persons], {
    encoding: 'utf8',
  });
  const { best, at_nine, seconds } = JSON.parse(output) as SplinkDoubles; // As it prints.
  line('splink at .9', shown(at_nine), `${(rows.length / seconds).toFixed(0)} rows/s`);
  line('splink at best, chosen by labels', shown(best), '');
}

interface SplinkDoubles {
  readonly best: ClusterFigures;
  readonly at_nine: ClusterFigures;
  readonly seconds: number;
}

/**
 * FEBRL's public sets: 4 is two lists, 1 to 3 are registries with duplicates. No labels are used.
 */
export function compareFebrl(hasPython: boolean): void {
  heading('FEBRL 4, 5,000 + 5,000 rows, weights without labels');
  const fileOf = (name: string) => join(data, `anchors/febrl/dataset${name}.csv`);
  const [a, b] = [fileOf('4a'), fileOf('4b')];
  ownFebrl('homeward', [a, b], ['--one-to-one']);
  if (hasPython) {
    const output = execFileSync(python, [script('splink_febrl.py'), a, b], { encoding: 'utf8' });
    const found = JSON.parse(output) as Record<string, number>; // As it prints.
    const [f1, precision, recall] = [found['f1'], found['precision'], found['recall']];
    line(
      'splink, comparisons set up by hand',
      `F1 ${f1?.toFixed(4)} at best, chosen by labels  P ${precision?.toFixed(4)} R ${recall?.toFixed(4)}`,
      `${found['seconds']?.toFixed(1)} s`,
    );
  }
  heading('FEBRL 1, 2, 3 with themselves');
  for (const name of ['1', '2', '3']) ownFebrl(`homeward, FEBRL ${name}`, [fileOf(name)], []);
}

/**
 * F1 of the pairs in one cluster of `homeward link` at even odds; no label has set the threshold.
 */
function ownFebrl(name: string, files: readonly string[], options: readonly string[]): void {
  const out = join(work, 'febrl-own.ndjson');
  rmSync(out, { force: true });
  const started = performance.now();
  homeward(['link', ...files, '--unlabelled', '--at', '0.5', ...options, '--out', out]);
  const seconds = (performance.now() - started) / 1000;
  const ids = files.map((file) => readCommaTable(file).map((row) => row['rec_id'] ?? ''));
  const { f1, precision, recall } = clusterFigures(
    readLines<Proposed>(out),
    truePairs(ids, febrlPerson),
    febrlPerson,
  );
  line(
    name,
    `F1 ${f1.toFixed(4)} at p .5  P ${precision.toFixed(4)} R ${recall.toFixed(4)}`,
    `${seconds.toFixed(1)} s`,
  );
}

function febrlPerson(id: string): string {
  return /^rec-(\d+)-/.exec(id)?.[1] ?? id;
}
