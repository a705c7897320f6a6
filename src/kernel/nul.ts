/** Deeper input than any of ours; what is nested further is refused and not followed. */
const depthMax = 20;

/**
 * True when any text in the input holds a NUL character, or is nested deeper than ours ever is.
 * PostgreSQL cannot store NUL in text, so it is refused wherever input comes in and not where it fails.
 */
export function holdsNul(given: unknown, depth = 0): boolean {
  if (typeof given === 'string') return given.includes('\0');
  if (typeof given !== 'object' || given === null) return false;
  if (depth >= depthMax) return true;
  return Object.entries(given).some(
    ([name, value]) => name.includes('\0') || holdsNul(value, depth + 1),
  );
}
