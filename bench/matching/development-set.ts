import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Description } from '../../src/kernel/description.ts';
import { descriptionOf, type ListedRow } from '../../src/matching/listed-row.ts';

export interface Asked {
  readonly qid: string;
  readonly description: Description;
}

export interface Truth {
  readonly qid: string;
  readonly kind: string;
  readonly true_ids: readonly string[];
}

export const folder =
  process.env['HOMEWARD_MATCHING_DATA'] ?? join(import.meta.dirname, '../../../shared/data');

export function isThere(): boolean {
  return existsSync(join(folder, 'rl', 'queries.ndjson'));
}

export function readRegistry(): readonly {
  readonly id: string;
  readonly description: Description;
}[] {
  const text = gunzipSync(readFileSync(join(folder, 'rl/registry.ndjson.gz'))).toString('utf8');
  return lines(text).map((line) => {
    const row = JSON.parse(line) as ListedRow & { id: string };
    return { id: row.id, description: descriptionOf(row) };
  });
}

export function readQueries(): readonly Asked[] {
  return lines(readFileSync(join(folder, 'rl/queries.ndjson'), 'utf8')).map((line) => {
    const row = JSON.parse(line) as ListedRow & { qid: string };
    return { qid: row.qid, description: descriptionOf(row) };
  });
}

export function readTruth(): readonly Truth[] {
  return lines(readFileSync(join(folder, 'rl/queries_truth.ndjson'), 'utf8')).map(
    (line) => JSON.parse(line) as Truth,
  );
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
