/** The form in which the safety tests run; `scripts/safety.mjs` sets it (ruling 26). */
export const isLong = process.env['HOMEWARD_SAFETY'] === 'long';

/** The number for the current form: the specification's own in the long one. */
export function long<Value>(short: Value, inFull: Value): Value {
  return isLong ? inFull : short;
}

/**
 * Time limits of a test or a hook, as an idle machine like ours would need them at most. A busy or
 * slower one gets three times as much, the long form an hour. They end what hangs and are not
 * performance limits.
 */
export function patienceMs(shortMs: number): number {
  return long(3 * shortMs, 3_600_000);
}

/** Prints what a test measured, under its id, in the output of the suite. */
export function figure(id: string, text: string): void {
  process.stdout.write(`${id} ${isLong ? 'long' : 'short'}: ${text}\n`);
}
