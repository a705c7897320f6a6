/** Our own input is never nested deeper; deeper input is refused. */
const depthMax = 20;

/**
 * True if any text in the input holds a NUL character, or is nested too deeply. PostgreSQL cannot
 * store NUL in text, so it is refused on input, before it could fail in the database.
 */
export function holdsNul(given: unknown, depth = 0): boolean {
  if (typeof given === 'string') return given.includes('\0');
  if (typeof given !== 'object' || given === null) return false;
  if (depth >= depthMax) return true;
  return Object.entries(given).some(
    ([name, value]) => name.includes('\0') || holdsNul(value, depth + 1),
  );
}
