/**
 * The whole model in one readable table: natural log odds for each level of each feature. Positive
 * speaks for one person, negative against. What is not listed weighs nothing: silence is neutral.
 * Learnt by `npm run learn:matching`; `docs/matching.md` has the method and the figures.
 */
export const modelVersion = '2026-11-25';

export const weights: Table = {
  surname: {
    same: 1.1,
    very_close: 0.95,
    close: 1.75,
    near: -2.06,
    distant: -2.24,
    different: -5.49,
    similar: -0.12,
  },
  given: {
    omitted: 0.53,
    same: 1.9,
    diminutive: 2.04,
    close: 1.17,
    near: 1.44,
    initial_same: 1.28,
    initial_different: -3.18,
    different: -3.66,
    equivalent: 1.9,
  },
  patronymic: {
    omitted: -0.46,
    same: 1.94,
    close: 2.55,
    near: -1.53,
    initial_same: 1.23,
    initial_different: -4.52,
    different: -6.87,
  },
  birth: {
    same: 8.24,
    swapped: 2.54,
    one_digit: 4.12,
    two_of_three: 2.23,
    year_near: 4.43,
    year_other: 0.26,
    partial_month: 5.13,
    partial: 3,
    year_same: -2.28,
    near: -1.56,
    apart: -2.37,
    different: -4.71,
    new_year: 2.77,
  },
  birthplace: {
    same: 3.36,
    near: 3.42,
    different: -2.95,
  },
  unit: {
    same: 3.47,
    number: 2.7,
    different: -4.03,
    close_number: 0.25,
    kind: -0.81,
  },
  sex: {
    same: 0.35,
    different: -2.03,
  },
  lost: {
    soon: 3.46,
    season: 1.59,
    later: -5.56,
    before: -6.15,
    weeks: 2.19,
    slightly_before: 0.47,
  },
  lostPlace: {
    same: 3.5,
    near: 2.42,
    different: -0.77,
  },
  rank: {
    same: 1.54,
    different: -4.37,
    near: -0.27,
  },
  pattern: {
    brothers: 0.07,
    father_and_son: -1.07,
    namesakes: -3.1,
  },
};

/** What each power of ten of rarity adds where a value agrees. */
export const rarityWeights: Table = {
  surname: {
    same: 0.95,
    very_close: 0.93,
    close: -0.16,
    similar: 0.61,
    near: 0.88,
  },
  given: {
    same: -0.54,
  },
  birthplace: {
    same: 0.68,
    near: -0.49,
  },
  unit: {
    same: 0.71,
    number: -0.05,
  },
  lostPlace: {
    same: 0.68,
    near: -0.01,
  },
};

/** Log odds before anything is compared: a proposed pair is far more often wrong than right. */
export const prior = -6.27;

type Table = Readonly<Record<string, Readonly<Record<string, number>>>>;
