const hourMs = 3_600_000;

/**
 * The latest fixed hour that has begun, of the policy's hours of the day in UTC. Matching is
 * due for everything before it. So an hour that was missed, because the machine was off or its
 * clock jumped, is made up for, and nothing is matched before its fixed hour.
 */
export function lastFixedHour(now: Date, hours: readonly number[]): Date {
  const thisHour = Math.floor(now.getTime() / hourMs);
  for (let back = 0; back < 24; back += 1) {
    const at = new Date((thisHour - back) * hourMs);
    if (hours.includes(at.getUTCHours())) return at;
  }
  throw new Error('Invariant broken: a policy names an hour of the day');
}
