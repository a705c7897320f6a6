/**
 * An expected refusal. The code is stable and is translated by the screens; the message is in
 * English, safe to show, and holds no external value.
 */
export class Problem extends Error {
  readonly code: string;
  readonly httpStatus: number;
  /** What the screen needs besides the code: for a stale edit, both versions. Never personal. */
  readonly detail: Readonly<Record<string, unknown>> | undefined;

  constructor(
    code: string,
    httpStatus: number,
    message: string,
    detail?: Readonly<Record<string, unknown>>,
  ) {
    super(message);
    this.name = 'Problem';
    this.code = code;
    this.httpStatus = httpStatus;
    this.detail = detail;
  }
}

/** "Not there" and "not yours" are one answer (R-22, ruling 13). */
export function refused(noun: string): Problem {
  return new Problem(`${noun}.not_found`, 404, 'Not found.');
}

/** There is no session, or it has ended. */
export function signedOut(): Problem {
  return new Problem('session.ended', 401, 'Please sign in.');
}

/** The command requires a fresh passkey. */
export function needsFreshPasskey(): Problem {
  return new Problem('session.not_fresh', 403, 'Please confirm with your passkey.');
}

/** Another person changed it first: both versions are shown. */
export function stale<Version extends number | string>(
  noun: string,
  versions: { readonly yours: Version; readonly current: Version },
): Problem {
  return new Problem(`${noun}.stale`, 409, 'Somebody else changed this meanwhile.', versions);
}

/** The step is not possible in the present state. */
export function impossible(code: string, message: string): Problem {
  return new Problem(code, 409, message);
}

/** The input is invalid; `field` names the place. */
export function invalid(code: string, field: string, message: string): Problem {
  return new Problem(code, 422, message, { field });
}

/** The same command id came with another body (F-08). */
export function commandReused(): Problem {
  return new Problem('command.reused', 422, 'This command was sent before with other content.');
}

/** Refused because a limit is reached; try again later. */
export function overloaded(code: string, retryAfterSeconds: number): Problem {
  return new Problem(code, 503, 'Too much is asked at once. Please try again.', {
    retryAfterSeconds,
  });
}

/** The disk is nearly full: no new data is accepted until there is space. */
export function noRoom(): Problem {
  return new Problem('storage.full', 503, 'Nothing can be taken in for now. Please try later.', {
    retryAfterSeconds: 600,
  });
}

/** Dependencies of an answer that may be unavailable for a moment: away or at their limit. */
const unavailableCodes = ['database.away', 'database.full', 'broker.away'] as const;

/**
 * A database or the broker is away or too slow. The cause is kept for the log, which writes
 * only its class and code.
 */
export function unavailable(code: (typeof unavailableCodes)[number], cause?: unknown): Problem {
  const problem = new Problem(code, 503, 'This is not available for a moment. Please try again.', {
    retryAfterSeconds: 5,
  });
  return Object.assign(problem, { cause });
}

/** True if a dependency was away: the request itself is not at fault and may succeed later. */
export function isUnavailable(error: unknown): error is Problem {
  return error instanceof Problem && unavailableCodes.some((code) => code === error.code);
}

/** The broker is locked: nothing sealed can be opened until it is unlocked. */
export function locked(): Problem {
  return new Problem('broker.locked', 503, 'The installation is locked.', {
    retryAfterSeconds: 60,
  });
}

/** A version read earlier must be the current one. */
export function requireVersion(noun: string, current: number, yours: number): void {
  if (current !== yours) throw stale(noun, { yours, current });
}
