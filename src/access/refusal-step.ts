/**
 * Refusals are answered at fixed steps of time after the request began. So the response time does
 * not reveal the work behind it: a hash for a known code, none for an unknown one (S-02).
 */
export const refusalStepMs = 500;

/** Waits until the next full step since `startedMs`, a time of `monotonicMs`. */
export async function untilNextStep(startedMs: number, stepMs: number): Promise<void> {
  if (stepMs <= 0) return;
  const steps = Math.floor((monotonicMs() - startedMs) / stepMs) + 1;
  const endMs = startedMs + steps * stepMs;
  // A timer may fire early by the length of the current event loop turn: then it is set again.
  for (let restMs = endMs - monotonicMs(); restMs > 0; restMs = endMs - monotonicMs()) {
    const timerMs = Math.ceil(restMs);
    await new Promise((resolve) => setTimeout(resolve, timerMs));
  }
}

/** Milliseconds of the machine's monotonic clock, which cannot be set. */
export function monotonicMs(): number {
  return performance.now();
}
