/**
 * The whole model in one readable table: natural log odds for each level of each feature. Positive
 * speaks for one person, negative against. What is not listed weighs nothing: silence is neutral.
 * Learnt by `npm run learn:matching`; `docs/matching.md` has the method and the figures. Numbers, call
 * signs, mothers and relatives stand in no list that we learnt from: those weights are our judgement,
 * and learning leaves them as they are.
 */
export interface Model {
  readonly version: string;
  /** Log odds before anything is compared: a proposed pair is far more often wrong than right. */
  readonly prior: number;
  readonly weights: Table;
  /** What each power of ten of rarity adds where a value agrees. */
  readonly rarityWeights: Table;
}

type Table = Readonly<Record<string, Readonly<Record<string, number>>>>;

export const model: Model = {
  version: '2026-11-25.4',
  prior: -6.75,
  weights: {
    surname: {
      same: 0.84,
      very_close: 0.84,
      close: 1.33,
      near: -2.18,
      distant: -2.32,
      different: -6.9,
      similar: 1.08,
    },
    given: {
      omitted: -0.41,
      same: 1.42,
      diminutive: 2.43,
      close: 2.17,
      near: 1.85,
      initial_same: 0.96,
      initial_different: -3.58,
      different: -4.42,
      equivalent: 1.41,
    },
    patronymic: {
      omitted: -0.2,
      same: 2.1,
      close: 3.1,
      near: -1.4,
      initial_same: 1.02,
      initial_different: -4.33,
      different: -5.66,
    },
    birth: {
      same: 8.57,
      swapped: 3.28,
      one_digit: 3.84,
      two_of_three: 2.51,
      year_near: 4.64,
      year_other: 1.27,
      partial_month: 5.13,
      partial: 3.11,
      year_same: -2.19,
      near: -1.52,
      apart: -3.38,
      different: -4.44,
      new_year: 3.31,
    },
    birthplace: {
      same: 3.58,
      near: 2.73,
      different: -3.03,
    },
    unit: {
      same: 4.52,
      number: 2.68,
      different: -3.07,
      close_number: 0.85,
      kind: -0.33,
    },
    sex: {
      different: -1.52,
    },
    lost: {
      soon: 3.38,
      season: 0.99,
      later: -5.58,
      before: -6.57,
      weeks: 2.65,
      slightly_before: 0.45,
    },
    lostPlace: {
      same: 2.29,
      near: 1.99,
      different: -0.59,
    },
    rank: {
      same: 1.74,
      different: -3.35,
      near: -0.88,
    },
    number: {
      same: 8,
      near: 3,
      different: -4,
      short: 1,
    },
    callsign: {
      same: 2.5,
      different: -0.5,
    },
    mother: {
      same: 3.5,
      near: 2,
      different: -3,
    },
    relatives: {
      same: 1.5,
      different: -0.5,
    },
    pattern: {
      brothers: -0.39,
      namesakes: -3.83,
    },
  },
  rarityWeights: {
    surname: {
      same: 1.63,
      very_close: 1.72,
      close: 1.06,
      similar: 0.7,
      near: 0.88,
    },
    given: {
      same: 1.22,
      equivalent: 1.05,
    },
    birthplace: {
      same: 0.64,
      near: -0.8,
    },
    unit: {
      same: 0.31,
      number: -0.07,
    },
    lostPlace: {
      same: 1.38,
      near: -0.12,
    },
  },
};
