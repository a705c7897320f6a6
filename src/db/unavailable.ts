import { isUnavailable, Problem, unavailable } from '../kernel/problem.ts';

/** Classes of SQLSTATE that mean the server is away or overloaded, independent of the statement. */
const awayClasses: ReadonlySet<string> = new Set([
  '08', // connection exception
  '53', // insufficient resources: disk full, out of memory, too many connections
]);

/** Single codes with the same meaning in classes that hold other codes too. */
const awayCodes: ReadonlySet<string> = new Set([
  '25P03', // idle-in-transaction timeout: this process was paused
  '25P04', // transaction timeout
  '40001', // serialization failure, after all attempts
  '40P01', // deadlock, after all attempts
  '55P03', // lock not available
  '57014', // statement timeout
  '57P01', // terminated by an administrator
  '57P02', // crash of another backend
  '57P03', // starting up or shutting down
  '57P05', // idle-session timeout
  '58030', // input/output error
]);

/** Operating system codes for a server that cannot be reached or a process without resources. */
const awaySystemCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT', // the socket's file is gone
  'EAGAIN', // the socket's queue is full
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
]);

/** Messages of the driver that have no code. */
const awayMessages: readonly RegExp[] = [
  /^Query read timeout/,
  /^timeout exceeded when trying to connect/,
  /^timeout expired/,
  /^Connection terminated/,
  /^Client (was closed|has encountered a connection error)/,
  /^Cannot use a pool after calling end/,
  /^driver has already been destroyed/,
];

/**
 * The refusal for a driver error that means the database is away, overloaded or out of space
 * . Null for every other error, which is a bug or the caller's to handle.
 */
export function asUnavailable(error: unknown): Problem | null {
  if (isUnavailable(error)) return error;
  if (!(error instanceof Error) || error instanceof Problem) return null;
  if (error instanceof AggregateError) return firstUnavailable(error.errors, error);
  if (isAway(error)) return unavailable('database.away', error);
  return error.cause === undefined ? null : firstUnavailable([error.cause], error);
}

function firstUnavailable(errors: readonly unknown[], cause: unknown): Problem | null {
  const found = errors.some((each) => asUnavailable(each) !== null);
  return found ? unavailable('database.away', cause) : null;
}

function isAway(error: Error): boolean {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (awayCodes.has(code) || awaySystemCodes.has(code)) return true;
  if (code.length === 5 && awayClasses.has(code.slice(0, 2))) return true;
  return code === '' && awayMessages.some((said) => said.test(error.message));
}
