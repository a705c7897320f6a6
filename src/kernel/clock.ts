/**
 * A machine's wall clock may jump: by hand, by network time, or after a suspended machine wakes.
 * Durations inside a process are measured with the monotonic clock below. Comparisons with stored
 * times allow for this much error.
 */
export const clockSkewMs = 3_600_000;

/** Milliseconds of a clock that never jumps; meaningless outside this process. */
export function monotonicMs(): number {
  return performance.now();
}

/**
 * True if the last use was within a period. A last use in the future, beyond clock error, does not
 * count: a session opened while the clock was years ahead must not live for years.
 */
export function isWithin(seenAt: Date, now: Date, lengthMs: number): boolean {
  const ageMs = now.getTime() - seenAt.getTime();
  return ageMs <= lengthMs && ageMs >= -clockSkewMs;
}
