/**
 * Counts attempts per client within a period, in memory only; the oldest clients are dropped first.
 */
export interface TryLimit {
  /** True while the client is below its limit. Counts nothing. */
  allows(source: string, now: Date): boolean;
  count(source: string, now: Date): void;
}

const sourcesMax = 20_000;

export function makeTryLimit(limit: {
  readonly most: number;
  readonly windowMs: number;
}): TryLimit {
  const seen = new Map<string, { since: number; count: number }>();
  const current = (source: string, now: Date) => {
    const entry = seen.get(source);
    return entry && now.getTime() - entry.since < limit.windowMs ? entry : null;
  };
  return {
    allows: (source, now) => (current(source, now)?.count ?? 0) < limit.most,
    count: (source, now) => {
      const entry = current(source, now) ?? { since: now.getTime(), count: 0 };
      entry.count += 1;
      seen.delete(source);
      seen.set(source, entry);
      const oldest = seen.size > sourcesMax ? seen.keys().next().value : undefined;
      if (oldest !== undefined) seen.delete(oldest);
    },
  };
}
