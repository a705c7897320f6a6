/** Which form of the safety tests runs; `scripts/safety.mjs` says so (settled 26). */
export const isLong = process.env['HOMEWARD_SAFETY'] === 'long';

/** The number of the form that runs: the specification's own in the long one. */
export function long<Value>(short: Value, inFull: Value): Value {
  return isLong ? inFull : short;
}

/** Waiting times of a test or a hook: the long form is given an hour. */
export function patienceMs(shortMs: number): number {
  return long(shortMs, 3_600_000);
}

/** Prints what a test measured, under its id, where whoever runs the suite sees it. */
export function figure(id: string, text: string): void {
  process.stdout.write(`${id} ${isLong ? 'long' : 'short'}: ${text}\n`);
}
