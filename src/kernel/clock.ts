/**
 * The wall clock of a machine may jump: corrected by hand or by the network, or after a suspended
 * machine wakes. Durations inside a process are measured with the monotonic clock below; what is
 * compared with stored times allows for this much error.
 */
export const clockSkewMs = 3_600_000;

/** Milliseconds of a clock that never jumps; means nothing outside this process. */
export function monotonicMs(): number {
  return performance.now();
}

/**
 * Whether something was last seen within a time. What was seen in a future beyond the error of a
 * clock was not: a session opened while the clock was years ahead must not live for years.
 */
export function isWithin(seenAt: Date, now: Date, lengthMs: number): boolean {
  const ageMs = now.getTime() - seenAt.getTime();
  return ageMs <= lengthMs && ageMs >= -clockSkewMs;
}
