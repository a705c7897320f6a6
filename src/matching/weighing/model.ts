/**
 * The whole model in one readable table: natural log odds for each level of each feature. Positive
 * values count for one person, negative ones against. Levels that are not listed weigh nothing:
 * absence is neutral. Learned by `npm run learn:matching`; `docs/matching.md` has the method and
 * the figures. No training list has numbers, call signs, mothers or relatives: those weights are
 * our judgement, and learning does not change them.
 */
export interface Model {
  readonly version: string;
  /** Log odds before any comparison: a candidate pair is far more often wrong than right. */
  readonly prior: number;
  readonly weights: Table;
  /** What each power of ten of rarity adds where a value agrees. */
  readonly rarityWeights: Table;
}

type Table = Readonly<Record<string, Readonly<Record<string, number>>>>;

export const model: Model = {
  version: '2026-11-27',
  prior: -6.79,
  weights: {
    surname: {
      same: 0.72,
      very_close: 0.76,
      close: 1.24,
      near: -2.23,
      distant: -2.31,
      different: -6.31,
      similar: 0.82,
    },
    given: {
      omitted: -0.4,
      same: 1.85,
      diminutive: 1.85,
      close: 1.85,
      near: 1.85,
      initial_same: 1.09,
      initial_different: -3.89,
      different: -4.69,
      equivalent: 1.85,
    },
    patronymic: {
      omitted: 0.02,
      same: 2.38,
      close: 2.38,
      near: -1.28,
      initial_same: 1.09,
      initial_different: -4.51,
      different: -5.03,
    },
    birth: {
      same: 8.8,
      swapped: 3.34,
      one_digit: 3.65,
      two_of_three: 2.43,
      year_near: 4.67,
      year_other: 1.47,
      partial_month: 5.2,
      partial: 3.2,
      year_same: -1.75,
      near: -1.78,
      apart: -3.58,
      different: -4.61,
      new_year: 3.73,
    },
    birthplace: {
      same: 3.34,
      near: 2.63,
      different: -3.39,
    },
    unit: {
      same: 4.32,
      number: 2.77,
      different: -3.23,
      close_number: 1.05,
      kind: -0.46,
    },
    sex: {
      different: -1.94,
    },
    lost: {
      soon: 3.57,
      season: 0.78,
      later: -5.92,
      before: -6.7,
      weeks: 2.76,
      slightly_before: 0.44,
    },
    lostPlace: {
      same: 2.46,
      near: 1.93,
      different: -0.64,
    },
    rank: {
      same: 1.96,
      different: -2.88,
      near: -0.41,
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
      brothers: -0.05,
      namesakes: -3.83,
    },
  },
  rarityWeights: {
    surname: {
      same: 1.75,
      very_close: 1.67,
      close: 1.14,
      similar: 0.79,
      near: 1.02,
    },
    given: {
      same: 0.66,
      equivalent: 0.66,
      diminutive: 0.66,
      close: 0.66,
    },
    birthplace: {
      same: 0.5,
      near: -1.03,
    },
    unit: {
      same: 0.49,
      number: 0.07,
    },
    lostPlace: {
      same: 1.51,
      near: -0.17,
    },
  },
};
