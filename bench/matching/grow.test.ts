import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'homeward-grow-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fields = new Set(
  'id list lang name surname given patronymic dob dob_raw sex birthplace unit rank captured_date captured_place'.split(
    ' ',
  ),
);

function grow(name: string, seed: string): { rows: string; truth: string } {
  const [out, queries, truth] = ['rows', 'queries', 'truth'].map((kind) =>
    join(folder, `${name}-${kind}.ndjson`),
  );
  execFileSync(
    process.execPath,
    [
      ...['--import', 'tsx', 'bench/matching/grow.ts', '--alone', '--rows', '3000'],
      ...['--seed', seed, '--out', String(out), '--queries', '100'],
      ...['--out-queries', String(queries), '--out-truth', String(truth)],
    ],
    { stdio: 'ignore', env: { ...process.env, HOMEWARD_MATCHING_DATA: '/absent' } },
  );
  return { rows: readFileSync(String(out), 'utf8'), truth: readFileSync(String(truth), 'utf8') };
}

describe('a grown registry', () => {
  const one = grow('one', '41');
  const rows = one.rows
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string>); // Texts by field.

  it('is the same for the same seed, and another for another', () => {
    expect(grow('again', '41')).toEqual(one);
    expect(grow('other', '42').rows).not.toBe(one.rows);
  });

  it('has as many rows as asked for, each with its own id and known fields', () => {
    expect(rows).toHaveLength(3000);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(3000);
    const unknown = rows.flatMap((row) => Object.keys(row).filter((key) => !fields.has(key)));
    expect(unknown).toEqual([]);
    expect(rows.filter(({ name }) => !name)).toEqual([]);
  });

  it('holds no systematic copies: few rows share name and birth date', () => {
    const seen = new Map<string, number>();
    for (const { name, dob } of rows) {
      if (dob?.length === 10) seen.set(`${name} ${dob}`, (seen.get(`${name} ${dob}`) ?? 0) + 1);
    }
    expect([...seen.values()].filter((count) => count > 3)).toEqual([]);
  });

  it('asks for people who are there and people who are not', () => {
    const truth = one.truth.trim().split('\n');
    expect(truth).toHaveLength(100);
    const ids = new Set(rows.map(({ id }) => id));
    const named = truth.flatMap((line) => (JSON.parse(line) as { true_ids: string[] }).true_ids);
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((id) => !ids.has(id))).toEqual([]);
  });
});

it('makes its people without the tables of the matcher', () => {
  for (const file of readdirSync('bench/matching/growth')) {
    if (!file.endsWith('.ts')) continue;
    expect(readFileSync(join('bench/matching/growth', file), 'utf8'), file).not.toMatch(
      /src\/matching/,
    );
  }
});
