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
  version: '2026-11-25.2',
  prior: -7.26,
  weights: {
    surname: {
      same: 0.84,
      very_close: 0.35,
      close: 1.88,
      near: -2,
      distant: -2.7,
      different: -6.68,
      similar: 1.01,
    },
    given: {
      omitted: 0.87,
      same: 1.1,
      diminutive: 1.92,
      close: 0.89,
      near: 1.11,
      initial_same: 1.14,
      initial_different: -3.09,
      different: -3.66,
      equivalent: 1.54,
    },
    patronymic: {
      omitted: -0.43,
      same: 2.27,
      close: 2.58,
      near: -1.82,
      initial_same: 1.57,
      initial_different: -4.09,
      different: -6.84,
    },
    birth: {
      same: 8.16,
      swapped: 2.88,
      one_digit: 3.78,
      two_of_three: 1.51,
      year_near: 4.41,
      year_other: 0.22,
      partial_month: 4.96,
      partial: 2.83,
      year_same: -2.53,
      near: -1.6,
      apart: -2.36,
      different: -4.43,
      new_year: 2.83,
    },
    birthplace: {
      same: 3.17,
      near: 2.92,
      different: -3.01,
    },
    unit: {
      same: 4.65,
      number: 2.55,
      different: -4.03,
      close_number: 0.95,
      kind: -1,
    },
    sex: {
      same: 0.82,
      different: -1.52,
    },
    lost: {
      soon: 3.72,
      season: 1.58,
      later: -5.54,
      before: -6.2,
      weeks: 2.14,
      slightly_before: 0.27,
    },
    lostPlace: {
      same: 2.83,
      near: 1.96,
      different: -0.71,
    },
    rank: {
      same: 1.52,
      different: -4.47,
      near: -0.44,
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
      brothers: -0.5,
      father_and_son: -0.48,
      namesakes: -3.88,
    },
  },
  rarityWeights: {
    surname: {
      same: 0.83,
      very_close: 1.12,
      close: -0.19,
      similar: 0.07,
      near: 0.7,
    },
    given: {
      same: -0.3,
    },
    birthplace: {
      same: 0.7,
      near: -0.1,
    },
    unit: {
      same: 0.03,
      number: -0.22,
    },
    lostPlace: {
      same: 1.27,
      near: -0.14,
    },
  },
};
