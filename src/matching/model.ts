/**
 * The whole model in one readable table: natural log odds for each level of each feature. Positive
 * speaks for one person, negative against. What is not listed weighs nothing: silence is neutral.
 * Learnt by `npm run learn:matching` from labelled development data; the figures are in the change log.
 */
export const modelVersion = '2026-11-a';

export const weights: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  surname: {
    same: 3,
    very_close: 2.5,
    close: 1.5,
    near: 0,
    distant: -2,
    different: -4,
    absent: -2,
  },
  given: {
    same: 2.4,
    diminutive: 1.8,
    close: 1.4,
    near: 0,
    initial_same: 0.6,
    initial_different: -2.5,
    different: -3,
    omitted: -0.3,
  },
  patronymic: {
    same: 1.6,
    close: 1.2,
    near: 0.3,
    initial_same: 0.5,
    initial_different: -2,
    different: -2.6,
  },
  birth: {
    same: 5.2,
    swapped: 3.5,
    one_digit: 3,
    two_of_three: 2.2,
    year_near: 2.5,
    year_other: 1.5,
    partial_month: 3,
    partial: 2.2,
    year_same: -0.5,
    near: -1,
    apart: -2,
    different: -4,
  },
  birthplace: { same: 1.9, near: 0.5, different: -1.2 },
  unit: { same: 2.1, number: 1, different: -0.4 },
  sex: { same: 0.1, different: -3 },
  lost: { soon: 1.9, season: 0.6, later: -0.8, before: -2 },
  lostPlace: { same: 1, near: 0.2, different: -0.2 },
  rank: { same: 0.5, different: -0.2 },
  pattern: { brothers: -1, father_and_son: -1, namesakes: -0.5 },
};

/** Worth of each power of ten by which a surname is rarer than one in ten thousand. */
export const rarityWeight = 0.9;

/** Log odds before anything is compared: a proposed pair is far more often wrong than right. */
export const prior = -6;

/** Slope and offset that make the score a probability, fitted per size of registry. */
export const calibration: readonly {
  readonly size: number;
  readonly slope: number;
  readonly offset: number;
}[] = [{ size: 40_000, slope: 1, offset: 0 }];
