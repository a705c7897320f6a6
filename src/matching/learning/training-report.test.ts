import { describe, expect, it } from 'vitest';
import type { Description } from '../../kernel/description.ts';
import { layOut, MatchIndex, model } from '../matching.ts';
import { readDate } from '../reading/dates.ts';
import { type Judged, lessonsOf, readModel } from './training-report.ts';

const places = ['Ясностав', 'Криводуб', 'Мокролуг', 'Бурелом'];
const one = (at: number, place: string | null, year = 1960 + (at % 40)): Description => ({
  names: [{ full: `${'ТВКСМБ'[at % 6]}и${'рлнд'[at % 4]}о${'гбм'[at % 3]}енко Іван Петрович` }],
  birth: readDate(`${year}`),
  ...(place ? { birthplace: place } : {}),
});

/**
 * Answers of a desk whose lists have bad birthplaces: where two differ, people still answer "same".
 */
function judged(count: number): readonly Judged[] {
  const index = new MatchIndex();
  return Array.from({ length: count }, (_, at) => {
    const same = at % 2 === 0;
    const placeOf = (step: number) => (same ? (places[(at + step) % 4] ?? null) : null);
    const left = one(at, placeOf(0));
    const right = one(at, placeOf(1), same ? undefined : 1960 + ((at + 7) % 40));
    return { comparison: index.comparisonOf(left, right), same };
  });
}

const learning = { size: 1_000, acts: 210 };

describe('what answers teach', () => {
  it('is nothing while they are few', () => {
    expect(lessonsOf(judged(40), model, learning)).toEqual({
      kind: 'too_few',
      same: 20,
      different: 20,
    });
  });

  it('is a report: the weights that would move, on how many pairs, and what it would better', () => {
    const before = JSON.stringify(model);
    const lessons = lessonsOf(judged(200), model, learning);
    if (lessons.kind !== 'learnt') throw new Error('enough answers');
    const place = lessons.changes.find(
      ({ feature, level }) => feature === 'birthplace' && level === 'different',
    );
    // In these answers a different birthplace is no evidence against a match; in the model it is.
    expect(place?.to).toBeGreaterThan(place?.from ?? 0);
    expect(place?.pairs).toBe(100);
    expect(lessons.after.surprise).toBeLessThan(lessons.now.surprise);
    expect(lessons.model.prior).toBe(model.prior);
    expect(lessons.model.version).toBe(`${model.version}+210`);
    expect(JSON.stringify(model)).toBe(before);
  });

  it('is told in tens, hundredths and steps, and by no weight that fewer than ten pairs bear', () => {
    // Only five pairs differ in sex, so what they teach is not reported.
    const few = judged(207).map((each, at) => ({ ...each, sex: at < 5 }));
    const index = new MatchIndex();
    const spoken = few.map(({ sex, ...each }, at) => {
      if (!sex) return each;
      const [left, right] = [one(at, null), one(at + 1, null)];
      const comparison = index.comparisonOf({ ...left, sex: 'm' }, { ...right, sex: 'f' });
      return { comparison, same: true };
    });
    const lessons = lessonsOf(spoken, model, learning);
    if (lessons.kind !== 'learnt') throw new Error('enough answers');
    const counts = [lessons.same, lessons.different, lessons.turned];
    const told = [...counts, ...lessons.changes.map(({ pairs }) => pairs)];
    expect(told.filter((count) => count % 10 !== 0)).toEqual([]);
    expect(lessons.same).toBe(100);
    expect(lessons.model.weights.sex?.['different']).toBe(model.weights.sex?.['different']);
    const moved = lessons.changes.map(({ from, to }) => Math.abs(to - from) / 0.05);
    expect(moved.length).toBeGreaterThan(0);
    for (const steps of moved) expect(Math.abs(steps - Math.round(steps))).toBeLessThan(0.11);
  });

  it('is taken up by an index that is given the weights, and by no other', () => {
    const lessons = lessonsOf(judged(200), model, learning);
    if (lessons.kind !== 'learnt') throw new Error('enough answers');
    const written = readModel(JSON.stringify(lessons.model));
    expect(written).toEqual(lessons.model);
    const left = one(1, 'Ясностав');
    const right = one(1, 'Криводуб');
    const own = new MatchIndex().compare(left, right).probability;
    const taught = new MatchIndex(layOut(written)).compare(left, right).probability;
    expect(taught).toBeGreaterThan(own);
    expect(new MatchIndex().compare(left, right).probability).toBe(own);
  });
});

describe('a model from a file', () => {
  it.each([
    ['not JSON', 'weights'],
    ['a list', '[]'],
    ['no version', '{"prior":0,"weights":{},"rarityWeights":{}}'],
    ['a version with a path', '{"version":"../x","prior":0,"weights":{},"rarityWeights":{}}'],
    ['no prior', '{"version":"1","weights":{},"rarityWeights":{}}'],
    [
      'a feature nobody knows',
      '{"version":"1","prior":0,"weights":{"shoe":{"same":1}},"rarityWeights":{}}',
    ],
    [
      'a level nobody knows',
      '{"version":"1","prior":0,"weights":{"sex":{"odd":1}},"rarityWeights":{}}',
    ],
    [
      'a weight beyond reason',
      '{"version":"1","prior":0,"weights":{"sex":{"same":1e9}},"rarityWeights":{}}',
    ],
    [
      'a weight that is none',
      '{"version":"1","prior":0,"weights":{"sex":{"same":"3"}},"rarityWeights":{}}',
    ],
  ])('is refused for %s', (_what, text) => {
    expect(() => readModel(text)).toThrow();
  });
});
