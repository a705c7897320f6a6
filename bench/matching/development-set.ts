import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Description } from '../../src/kernel/description.ts';
import { descriptionOf, type ListedRow } from '../../src/matching/reading/listed-row.ts';

export interface Asked {
  readonly qid: string;
  readonly description: Description;
}

export interface Truth {
  readonly qid: string;
  readonly kind: string;
  readonly true_ids: readonly string[];
}

const developmentFolder =
  process.env['HOMEWARD_MATCHING_DATA'] ?? join(import.meta.dirname, '../../../shared/data');

/** True if the development set is present; otherwise the small invented set is used. */
export function isThere(): boolean {
  return existsSync(join(developmentFolder, 'rl', 'queries.ndjson'));
}

export const folder = isThere() ? developmentFolder : join(import.meta.dirname, 'invented');

/** The registry as it is in the folder, one row per line. */
export function registryLines(): readonly string[] {
  const zipped = join(folder, 'rl/registry.ndjson.gz');
  if (existsSync(zipped)) return lines(gunzipSync(readFileSync(zipped)).toString('utf8'));
  return lines(readFileSync(join(folder, 'rl/registry.ndjson'), 'utf8'));
}

export function queryLines(): readonly string[] {
  return lines(readFileSync(join(folder, 'rl/queries.ndjson'), 'utf8'));
}

export function readRegistry(): readonly {
  readonly id: string;
  readonly description: Description;
}[] {
  return registryLines().map((line) => {
    const row = JSON.parse(line) as ListedRow & { id: string };
    return { id: row.id, description: descriptionOf(row) };
  });
}

export function readQueries(): readonly Asked[] {
  return queryLines().map((line) => {
    const row = JSON.parse(line) as ListedRow & { qid: string };
    return { qid: row.qid, description: descriptionOf(row) };
  });
}

export function readTruth(): readonly Truth[] {
  return lines(readFileSync(join(folder, 'rl/queries_truth.ndjson'), 'utf8')).map(
    (line) => JSON.parse(line) as Truth,
  );
}

/** The person of each row of the registry. */
export function readPersons() {
  const personOf = new Map<string, string>();
  const idsOf = new Map<string, string[]>();
  const packed = readFileSync(join(folder, 'rl/registry_truth.tsv.gz'));
  for (const line of lines(gunzipSync(packed).toString('utf8'))) {
    const [id = '', person = ''] = line.split('\t');
    personOf.set(id, person);
    const ids = idsOf.get(person);
    if (ids) ids.push(id);
    else idsOf.set(person, [id]);
  }
  return { personOf, idsOf };
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
