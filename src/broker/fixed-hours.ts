const hourMs = 3_600_000;

/**
 * The newest fixed hour that has begun, of the hours of the day in UTC that the policy names.
 * Matching is due for what came before it, so an hour that was missed because the machine was off or
 * its clock jumped is made up for, and nothing is matched sooner than its fixed hour.
 */
export function lastFixedHour(now: Date, hours: readonly number[]): Date {
  const thisHour = Math.floor(now.getTime() / hourMs);
  for (let back = 0; back < 24; back += 1) {
    const at = new Date((thisHour - back) * hourMs);
    if (hours.includes(at.getUTCHours())) return at;
  }
  throw new Error('Invariant broken: a policy names an hour of the day');
}
