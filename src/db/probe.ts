import { askOnce } from './embedded.ts';

/** How a database server answers; checked every two seconds on a new connection. */
export interface Probe {
  /** Time since it answered; null before its first answer. */
  answeredAgeMs(): number | null;
  isAnswering(): boolean;
  stop(): void;
}

const probeEveryMs = 2_000;
const silentAfterMs = 6_000;

/** Checks until stopped. A new connection each time also detects a frozen or exhausted server. */
export function startProbe(url: string): Probe {
  let answeredAt: number | null = null;
  let isAsking = false;
  const ask = async () => {
    if (isAsking) return;
    isAsking = true;
    try {
      await askOnce(url);
      answeredAt = performance.now();
    } catch {
      // No answer is the result; it shows as the growing age of the last one.
    } finally {
      isAsking = false;
    }
  };
  void ask();
  const timer = setInterval(() => void ask(), probeEveryMs);
  const answeredAgeMs = () =>
    answeredAt === null ? null : Math.round(performance.now() - answeredAt);
  return {
    answeredAgeMs,
    isAnswering: () => (answeredAgeMs() ?? Number.POSITIVE_INFINITY) < silentAfterMs,
    stop: () => clearInterval(timer),
  };
}
