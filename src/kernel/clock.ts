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
