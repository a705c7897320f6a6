/** Which form of the safety tests runs; `scripts/safety.mjs` says so (settled 26). */
export const isLong = process.env['HOMEWARD_SAFETY'] === 'long';

/** The number of the form that runs: the specification's own in the long one. */
export function long<Value>(short: Value, inFull: Value): Value {
  return isLong ? inFull : short;
}

/**
 * Limits of a test or a hook, as an idle machine of ours would need them at most: a busy or a slower one is
 * given three times as much, the long form an hour. They end what hangs and judge no speed.
 */
export function patienceMs(shortMs: number): number {
  return long(3 * shortMs, 3_600_000);
}

/** Prints what a test measured, under its id, where whoever runs the suite sees it. */
export function figure(id: string, text: string): void {
  process.stdout.write(`${id} ${isLong ? 'long' : 'short'}: ${text}\n`);
}
