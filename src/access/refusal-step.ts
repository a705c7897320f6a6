/**
 * When refusals are answered: at whole steps after the request began. What was done meanwhile (a
 * hash for a known code, none for an unknown one) cannot be read from the time it took (S-02).
 */
export const refusalStepMs = 500;

/** Waits until the next whole step since `startedMs`, a time of `monotonicMs`. */
export async function untilNextStep(startedMs: number, stepMs: number): Promise<void> {
  if (stepMs <= 0) return;
  const steps = Math.floor((monotonicMs() - startedMs) / stepMs) + 1;
  const endMs = startedMs + steps * stepMs;
  // A timer may be early by the time that the current turn of the loop took: then it is set again.
  for (let restMs = endMs - monotonicMs(); restMs > 0; restMs = endMs - monotonicMs()) {
    const timerMs = Math.ceil(restMs);
    await new Promise((resolve) => setTimeout(resolve, timerMs));
  }
}

/** Milliseconds of the machine's own clock, which nobody sets. */
export function monotonicMs(): number {
  return performance.now();
}
