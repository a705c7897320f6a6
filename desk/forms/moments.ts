/** The present time in the format of a `datetime-local` field: local time without a zone. */
export function localNow(): string {
  const now = new Date();
  const shifted = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** The value of a `datetime-local` field as an instant. */
export function toInstant(local: string): string {
  return new Date(local).toISOString();
}
