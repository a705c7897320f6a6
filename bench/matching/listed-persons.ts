import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ListedRow } from '../../src/matching/reading/listed-row.ts';
import { isThere, readPersons, registryLines } from './development-set.ts';
import type { ListedPerson } from './joins.ts';

interface Asked {
  readonly registry?: string | undefined;
  readonly persons?: string | undefined;
}

const inventedRows = 8_000;

/**
 * Rows with their persons: of the files named, of the development registry or, if that is absent,
 * of invented people made for the run.
 */
export function readListedPersons({ registry, persons }: Asked): {
  readonly rows: readonly ListedPerson[];
  readonly isDevelopment: boolean;
} {
  if (registry && persons) return { rows: joined(registry, persons), isDevelopment: false };
  if (!isThere()) {
    process.stdout.write('development set absent; rows of invented people\n');
    return { rows: invented(), isDevelopment: false };
  }
  const { personOf } = readPersons();
  return { rows: listed(registryLines(), personOf), isDevelopment: true };
}

function joined(registry: string, persons: string): readonly ListedPerson[] {
  const personOf = new Map(
    linesOf(persons).map((line) => line.split('\t') as [string, string]), // As `grow` writes it.
  );
  return listed(linesOf(registry), personOf);
}

function listed(
  lines: readonly string[],
  personOf: ReadonlyMap<string, string>,
): readonly ListedPerson[] {
  return lines.map((line) => {
    const row = JSON.parse(line) as ListedRow & { id: string };
    return { id: row.id, person: personOf.get(row.id) ?? row.id, row };
  });
}

function invented(): readonly ListedPerson[] {
  const folder = mkdtempSync(join(tmpdir(), 'homeward-link-'));
  const [registry, persons] = [join(folder, 'rows.ndjson'), join(folder, 'persons.tsv')];
  const grow = join(import.meta.dirname, 'grow.ts');
  const args = [
    '--alone',
    '--rows',
    String(inventedRows),
    '--out',
    registry,
    '--out-persons',
    persons,
  ];
  try {
    execFileSync(process.execPath, ['--import', 'tsx', grow, ...args], { stdio: 'ignore' });
    return joined(registry, persons);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function linesOf(path: string): readonly string[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text.split('\n').filter((line) => line !== '');
}
