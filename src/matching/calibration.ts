/**
 * Slope and offset that make a score the probability that the first candidate is the right one, for
 * registries of several sizes: in a larger one chance finds more look-alikes. Between sizes they are
 * read off by the logarithm of the size. Fitted by `npm run calibrate:matching`.
 */
export const calibration: readonly {
  readonly size: number;
  readonly slope: number;
  readonly offset: number;
}[] = [
  { size: 40_000, slope: 0.94, offset: 2.02 },
  { size: 200_000, slope: 0.87, offset: 0.63 },
  { size: 1_000_000, slope: 0.84, offset: -0.29 },
];
