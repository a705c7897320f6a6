/** Now, as a `datetime-local` box wants it: the clock on the wall, without a zone. */
export function localNow(): string {
  const now = new Date();
  const shifted = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** What a `datetime-local` box holds, as an instant. */
export function toInstant(local: string): string {
  return new Date(local).toISOString();
}
