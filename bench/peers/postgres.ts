import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import anyAscii from 'any-ascii';
import pg from 'pg';
import { startEmbedded } from '../../src/db/embedded.ts';
import type { Answer, Row } from './files.ts';
import { alignedWords } from './measures.ts';

/** What a competent engineer builds in a day with PostgreSQL's own extensions. */
export const methods = ['pg_trgm', 'Daitch-Mokotoff + Jaro-Winkler', 'both + birth date'] as const;
type Method = (typeof methods)[number];

export interface Searched {
  readonly method: Method;
  readonly answers: readonly Answer[];
  readonly seconds: number;
}

export async function searchPostgres(
  registry: readonly Row[],
  queries: readonly Row[],
): Promise<readonly Searched[]> {
  const folder = await mkdtemp(join(tmpdir(), 'homeward-peers-'));
  const cluster = await startEmbedded({ folder, name: 'peers', durable: false });
  const client = new pg.Client({ connectionString: cluster.superuserUrl });
  try {
    await client.connect();
    await load(client, registry);
    const results: Searched[] = [];
    for (const method of methods) {
      const started = performance.now();
      const answers: Answer[] = [];
      for (const query of queries) answers.push(await search(client, method, query));
      results.push({ method, answers, seconds: (performance.now() - started) / 1000 });
    }
    return results;
  } finally {
    await client.end();
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function load(client: pg.Client, registry: readonly Row[]): Promise<void> {
  await client.query(`
    create extension pg_trgm;
    create extension fuzzystrmatch;
    create unlogged table rows (id text, name text, dob text, sounds text[]);
    create function sounds_of(name text) returns text[] language sql immutable as $$
      select coalesce(array_agg(distinct code), '{}')
      from unnest(string_to_array(name, ' ')) as word, unnest(daitch_mokotoff(word)) as code
      where length(word) > 2
    $$`);
  for (let start = 0; start < registry.length; start += 5000) {
    const piece = registry.slice(start, start + 5000);
    await client.query(
      `insert into rows (id, name, dob, sounds)
       select id, name, dob, sounds_of(name)
       from unnest($1::text[], $2::text[], $3::text[]) as given (id, name, dob)`,
      [
        piece.map(({ id }) => id),
        piece.map(({ name }) => latin(name)),
        piece.map(({ dob }) => dob ?? null),
      ],
    );
  }
  await client.query(`
    create index on rows using gin (name gin_trgm_ops);
    create index on rows using gin (sounds);
    analyze rows`);
}

interface Found {
  readonly id: string;
  readonly name: string;
  readonly dob: string | null;
  readonly similarity: number;
}

const byTrigrams = `
  select id, name, dob, similarity(name, $1) as similarity from rows
  where name % $1 order by similarity desc, id limit 50`;
const bySounds = `
  with asked as (select sounds_of($1) as sounds)
  select id, name, dob, 0 as similarity from rows, asked where rows.sounds && asked.sounds
  order by cardinality(array(select unnest(rows.sounds) intersect select unnest(asked.sounds))) desc, id
  limit 300`;

async function search(client: pg.Client, method: Method, query: Row): Promise<Answer> {
  const name = latin(query.name);
  const found = new Map<string, Found>();
  const sources = method === 'both + birth date' ? [byTrigrams, bySounds] : [sourceOf(method)];
  for (const source of sources) {
    const { rows } = await client.query<Found>(source, [name]);
    for (const row of rows) found.set(row.id, row);
  }
  const words = name.split(' ');
  const candidates = [...found.values()].map((row) => ({
    id: row.id,
    probability: scoreOf(method, { words, dob: query.dob ?? null }, row),
  }));
  candidates.sort(
    (one, other) => other.probability - one.probability || one.id.localeCompare(other.id),
  );
  return { qid: query.qid ?? '', candidates: candidates.slice(0, 50) };
}

function sourceOf(method: Method): string {
  return method === 'pg_trgm' ? byTrigrams : bySounds;
}

interface AskedName {
  readonly words: readonly string[];
  readonly dob: string | null;
}

function scoreOf(method: Method, asked: AskedName, row: Found): number {
  if (method === 'pg_trgm') return Number(row.similarity);
  const name = alignedWords(asked.words, row.name.split(' '));
  if (method !== 'both + birth date') return name;
  return (name + birthBonus(asked.dob, row.dob)) / 1.3;
}

function birthBonus(left: string | null, right: string | null): number {
  if (!left || !right) return 0;
  if (left === right && left.length === 10) return 0.3;
  if (left.slice(0, 4) !== right.slice(0, 4)) return left.slice(4) === right.slice(4) ? 0 : -0.2;
  return left.length === 10 && right.length === 10 ? 0 : 0.1;
}

export function latin(name = ''): string {
  const plain = anyAscii(name.normalize('NFKC')).toLowerCase();
  return plain
    .replace(/['`’]/g, '')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}
