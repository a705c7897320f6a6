import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventedPerson } from '../demo/people.ts';
import { indexOf, type LeftOut } from './list-index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'homeward-index-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const named = (number: number) => {
  const { surname, given, patronymic } = inventedPerson(number).uk;
  return `${surname} ${given} ${patronymic}`;
};
const line = (number: number) => JSON.stringify({ id: `row ${number}`, name: named(number) });

async function indexed(lines: readonly string[], halvedFrom: number) {
  const path = join(folder, `${halvedFrom}.ndjson`);
  await writeFile(path, lines.join('\n'));
  const leftOut: LeftOut[] = [];
  const index = await indexOf(path, { leaveOut: (each) => leftOut.push(each), halvedFrom });
  const answers = lines.map((_, at) => index.find({ names: [{ full: named(at) }] }));
  return { size: index.size, answers, leftOut: leftOut.sort((a, b) => a.line - b.line) };
}

const [inHalves, inOne] = [0, Number.POSITIVE_INFINITY];

describe('the index of a list', () => {
  it('is the same in halves as in one, and names the same lines that are left out', async () => {
    const lines = Array.from({ length: 300 }, (_, at) => line(at));
    lines[10] = 'no row';
    lines[290] = '[1]';
    lines[296] = line(294);
    lines[298] = JSON.stringify({ name: named(298) });
    const halves = await indexed(lines, inHalves);
    expect(halves).toEqual(await indexed(lines, inOne));
    expect(halves.size).toBe(297);
    expect(halves.leftOut).toEqual([
      { line: 11, reason: 'not JSON' },
      { line: 291, reason: 'not a JSON object' },
      { line: 297, reason: 'the id row 294 stands twice' },
    ]);
    expect(halves.answers[298]?.[0]?.id).toBe('line-299');
  });

  it('has the first of two rows with one id, in whichever halves they are', async () => {
    const lines = Array.from({ length: 300 }, (_, at) => line(at));
    lines[295] = JSON.stringify({ id: 'row 3', name: 'Тихобор Данило' });
    const { size, answers, leftOut } = await indexed(lines, inHalves);
    expect(size).toBe(299);
    expect(leftOut).toEqual([{ line: 296, reason: 'the id row 3 stands twice' }]);
    expect(answers[3]?.[0]?.id).toBe('row 3');
  });

  it('is that of one line, or of none, where there is nothing to halve', async () => {
    expect((await indexed([line(1)], inHalves)).size).toBe(1);
    expect((await indexed([], inHalves)).size).toBe(0);
  });
});
