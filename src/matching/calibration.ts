/** Slope and offset that were fitted for one size of registry. */
export interface Line {
  readonly size: number;
  readonly slope: number;
  readonly offset: number;
}

/**
 * Slope and offset that make a score the probability that the first candidate is the right one, for
 * registries of several sizes: in a larger one chance finds more look-alikes. Between sizes they are
 * read off by the logarithm of the size. Fitted by `npm run calibrate:matching`.
 */
export const calibration: readonly Line[] = [
  { size: 40_000, slope: 0.94, offset: 2.01 },
  { size: 200_000, slope: 0.86, offset: 0.57 },
  { size: 1_000_000, slope: 0.84, offset: -0.43 },
  { size: 10_000_000, slope: 0.73, offset: -1.64 },
];

/**
 * The same for every pair of rows of whole lists (`homeward link`), where no row is the first or the
 * only one that may be right. Fitted by `npm run bench:link -- --fit` on half of the persons.
 */
export const linkCalibration: readonly Line[] = [
  { size: 40_000, slope: 1.12, offset: 0.56 },
  { size: 200_000, slope: 1.1, offset: -0.73 },
  { size: 1_000_000, slope: 1.07, offset: -2.49 },
];
