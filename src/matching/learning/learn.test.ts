import { describe, expect, it } from 'vitest';
import { type Comparison, codesOf, emptyComparison, type Feature } from '../comparing/levels.ts';
import { model } from '../weighing/model.ts';
import { type Learnt, learnChoices, levelOrders, type Question } from './learn.ts';

const patronymic = codesOf('patronymic');
const given = codesOf('given');

function comparison(levels: readonly (readonly [number, number])[]): Comparison {
  const made = emptyComparison();
  for (const [at, level] of levels) made.levels[at] = level;
  return made;
}

const times = (count: number, question: Omit<Question, 'exampleWeight' | 'registry'>): Question[] =>
  Array.from({ length: count }, () => ({ ...question, exampleWeight: 1, registry: 0 }));

const start: Learnt = { prior: 0, weights: {}, rarityWeights: {} };

/**
 * A list on which brothers often share a father's name, and a near spelling never occurs by chance.
 */
const misleading: readonly Question[] = [
  ...times(40, { found: [comparison([[patronymic.at, patronymic.same]])], right: 0 }),
  ...times(30, { found: [comparison([[patronymic.at, patronymic.same]])], right: -1 }),
  ...times(40, { found: [comparison([[patronymic.at, patronymic.close]])], right: 0 }),
  ...times(1, { found: [comparison([[patronymic.at, patronymic.close]])], right: -1 }),
  ...times(30, { found: [comparison([[given.at, given.different]])], right: -1 }),
];

function weigh(learnt: Learnt, feature: Feature, level: string, rarity: number): number {
  const plain = learnt.weights[feature]?.[level] ?? 0;
  return plain + rarity * (learnt.rarityWeights[feature]?.[level] ?? 0);
}

describe('weights learnt from whole questions', () => {
  it('never say more of what is less alike, whatever a list seems to teach', () => {
    const { weights } = learnChoices(misleading, { start, spread: 5 });
    const { same = 0, close = 0 } = weights['patronymic'] ?? {};
    expect(close).toBeCloseTo(same, 9);
    expect(same).toBeGreaterThan(0.3);
    expect(weights['given']?.['different']).toBeLessThan(-1);
  });

  it('leave apart what is in order', () => {
    const plain = times(20, { found: [comparison([[patronymic.at, patronymic.same]])], right: 0 });
    const doubtful = comparison([[patronymic.at, patronymic.close]]);
    const { weights } = learnChoices(
      [
        ...plain,
        ...times(10, { found: [doubtful], right: 0 }),
        ...times(10, { found: [doubtful], right: -1 }),
      ],
      { start, spread: 5 },
    );
    expect(weights['patronymic']?.['same']).toBeGreaterThan(
      (weights['patronymic']?.['close'] ?? 0) + 0.5,
    );
  });

  it('are in order in the model that comes with the program', () => {
    for (const [feature, levels, rarities] of levelOrders) {
      for (const rarity of rarities) {
        const weighed = levels.map((level) => weigh(model, feature, level, rarity));
        expect(weighed, `${feature} at ${rarity}`).toEqual([...weighed].sort((a, b) => b - a));
      }
    }
  });
});
