/** Slope and offset that were fitted for one size of registry. */
export interface Line {
  readonly size: number;
  readonly slope: number;
  readonly offset: number;
}

/**
 * Slope and offset that turn a score into the probability that the first candidate is the right
 * one, for registries of several sizes: a larger one contains more look-alikes by chance. Between
 * sizes they are interpolated by the logarithm of the size. Fitted by `npm run calibrate:matching`
 * on queries that were not used to learn weights; on the others, probabilities would be
 * overconfident.
 */
export const calibration: readonly Line[] = [
  { size: 40_000, slope: 0.88, offset: -0.39 },
  { size: 200_000, slope: 0.94, offset: -1.64 },
  { size: 1_000_000, slope: 0.86, offset: -2.53 },
  { size: 10_000_000, slope: 0.9, offset: -4.41 },
];

/**
 * The same for every pair of rows of whole lists (`homeward link`), where no row is the only one
 * that may be right. Fitted by `npm run bench:link -- --fit` on half of the persons.
 */
export const linkCalibration: readonly Line[] = [
  { size: 40_000, slope: 1.14, offset: -1.21 },
  { size: 200_000, slope: 1.14, offset: -2.53 },
  { size: 1_000_000, slope: 1.13, offset: -4.22 },
];
