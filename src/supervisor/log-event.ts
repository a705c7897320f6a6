import pino from 'pino';

/** The only field names that may be written to the log. */
const allowed = new Set([
  'call',
  'code',
  'count',
  'ms',
  'port',
  'process',
  'requestId',
  'action',
  'state',
]);

const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));

/**
 * Writes one line to the log: a fixed event name and typed fields from the list above. Of an error
 * only its class is written, since its message may hold values.
 */
export function logEvent(
  event: string,
  fields: Readonly<Record<string, string | number | unknown>> = {},
): void {
  const safe: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (!allowed.has(name)) continue;
    if (typeof value === 'string' || typeof value === 'number') safe[name] = value;
  }
  const { error } = fields;
  if (error !== undefined) safe['error'] = kindOf(error);
  log.info({ event, ...safe });
}

/** Class and code of an error, and the file and line where it was thrown, without its message. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  const where =
    /\(?([^\s()]+:\d+:\d+)\)?/u.exec(error.stack?.split('\n    at ')[1] ?? '')?.[1] ?? '';
  return `${error.name}${code} ${where}`.trim();
}
