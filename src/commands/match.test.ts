import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCompare } from './compare.ts';
import { runMatch } from './match.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'homeward-match-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const silent = () => {
  const stream = new PassThrough();
  stream.resume();
  return stream;
};

async function match(registry: string, queries: string, ...more: string[]) {
  const out = join(folder, 'out.ndjson');
  const streams = { stdout: silent(), stderr: silent() };
  const code = await runMatch([registry, queries, '--out', out, ...more], streams);
  const lines = (await readFile(out, 'utf8')).trim().split('\n').filter(Boolean);
  return { code, rows: lines.map((line) => JSON.parse(line) as Row) };
}

interface Row {
  readonly qid: string;
  readonly candidates: readonly {
    readonly id: string;
    readonly probability: number;
    readonly reasons: readonly { readonly feature: string; readonly text: string }[];
  }[];
}

describe('homeward match', () => {
  it('finds a Ukrainian enquiry on a Russian list, and says why (W2)', async () => {
    const queries = join(folder, 'queries.csv');
    await writeFile(
      queries,
      'qid,name,dob\nq1,Тихобор Данило Остапович,1994-03-14\nq2,Небувалий Ніхто Ніколийович,1950-01-01\n',
    );
    const { code, rows } = await match('src/demo/samples/sample-list.csv', queries, '--explain');
    expect(code).toBe(0);
    const [danylo, nobody] = rows;
    expect(danylo?.qid).toBe('q1');
    expect(danylo?.candidates[0]?.probability).toBeGreaterThan(0.9);
    const features = danylo?.candidates[0]?.reasons.map((reason) => reason.feature);
    expect(features).toEqual(expect.arrayContaining(['surname', 'given', 'birth']));
    // Without plausible candidates the list is empty; it is not the best of a bad set.
    expect(nobody?.candidates.every((candidate) => candidate.probability < 0.5)).toBe(true);
  });

  it('reads one list in two encodings to the same answer', async () => {
    const one = await match(
      'src/demo/samples/sample-list.csv',
      'src/demo/samples/sample-list-windows-1251.csv',
    );
    const same = one.rows.filter(({ qid, candidates }) => candidates[0]?.id === qid);
    expect(same.length).toBeGreaterThan(50);
  });

  it('reads a list with an id and headings of its own language, and answers by that id', async () => {
    const [registry, queries] = [join(folder, 'list.csv'), join(folder, 'asked.csv')];
    const rows = ['id;ПІБ;Дата народження', 'А-7;Тихобор Данило Остапович;14.03.1994'];
    await writeFile(registry, [...rows, 'А-7;Вербогай Ілля;01.02.1980'].join('\n'));
    await writeFile(
      queries,
      'id,name,dob\nq1,Tykhobor Danylo,1994-03-14\nq2,Verbohai Illia,1980\n',
    );
    const { rows: answers } = await match(registry, queries);
    expect(answers.map(({ qid, candidates }) => [qid, candidates.map(({ id }) => id)])).toEqual([
      ['q1', ['А-7']],
      ['q2', []],
    ]);
  });

  it('reads a birth date that stands behind the name, as families and lists write it', async () => {
    const [registry, queries] = [join(folder, 'one-cell.ndjson'), join(folder, 'family.ndjson')];
    await writeFile(registry, '{"id":"1","name":"TYKHOBOR DANILO O., 99 g.r."}\n');
    await writeFile(queries, '{"qid":"a","name":"Данило Тихобор, 1999 року народження"}\n');
    const { rows } = await match(registry, queries);
    const reasons = rows[0]?.candidates[0]?.reasons ?? [];
    expect(reasons.find(({ feature }) => feature === 'birth')).toMatchObject({
      left: '1999 року народження',
      right: '99 g.r.',
    });
  });

  it('goes on past a broken line', async () => {
    const queries = join(folder, 'queries.ndjson');
    await writeFile(queries, '{"qid":"a","name":"Тихобор Данило"}\nnot json\n[1]\n');
    const { rows } = await match('src/demo/samples/sample-list.csv', queries);
    expect(rows.map((row) => row.qid)).toEqual(['a']);
  });

  it('says which file is not there', async () => {
    await expect(match('src/demo/samples/sample-list.csv', '/nowhere.csv')).rejects.toThrow();
  });
});

describe('homeward compare', () => {
  it('tells one name from two', async () => {
    const pairs = join(folder, 'pairs.tsv');
    await writeFile(
      pairs,
      'pair_id\tleft\tright\n1\tТихобор Данило\tTykhobor Danylo\n2\tТихобор Данило\tВербогай Роман\n',
    );
    const out = join(folder, 'pairs.out');
    const terminal = { stdin: silent(), stdout: silent() };
    await runCompare([pairs, '--out', out], terminal);
    const [one, two] = (await readFile(out, 'utf8')).trim().split('\n');
    expect(Number(one?.split('\t')[1])).toBeGreaterThan(0.7);
    expect(Number(two?.split('\t')[1])).toBeLessThan(0.2);
  });

  it('names the line that has no two spellings', async () => {
    const pairs = join(folder, 'broken.tsv');
    await writeFile(pairs, 'pair_id\tleft\tright\n1\tonly one\n');
    const terminal = { stdin: silent(), stdout: silent() };
    await expect(runCompare([pairs], terminal)).rejects.toThrow('Line 2');
  });
});
