import type { PurposeKind } from './shapes.ts';

/** The purpose of a request: sent with each one and logged. */
export interface Purpose {
  readonly kind: PurposeKind;
  readonly enquiryId?: string | undefined;
}

export interface Sending {
  readonly purpose?: Purpose | undefined;
  /** The version on the screen; the server refuses if another one is current. */
  readonly version?: number | undefined;
}

/** The server refused, or could not be reached (`status` 0). The words are found by `code`. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(code: string, status: number, detail: Readonly<Record<string, unknown>> = {}) {
    super(code);
    this.name = 'Refusal';
    this.code = code;
    this.status = status;
    this.detail = detail;
  }

  /** Another person changed the object first. */
  get isStale(): boolean {
    return this.status === 412 || (this.status === 409 && this.code.endsWith('.stale'));
  }

  /** The command requires a recent passkey. */
  get isNotFresh(): boolean {
    return this.status === 403 && this.code.endsWith('.not_fresh');
  }

  get isSignedOut(): boolean {
    return this.status === 401;
  }
}

let lastTouchAt = 0;
for (const kind of ['keydown', 'pointerdown'] as const) {
  globalThis.addEventListener?.(kind, (event) => {
    lastTouchAt = event.timeStamp;
  });
}
const quietAfterMs = 15_000;

/** Requests that a screen sends by itself must not keep a session alive. */
function quietHeader(): Record<string, string> {
  return performance.now() - lastTouchAt > quietAfterMs ? { 'x-quiet': '1' } : {};
}

/** Reads JSON. Throws `Refusal`. */
export async function read<Answer>(path: string, sending: ReadSending = {}): Promise<Answer> {
  const { signal, ...rest } = sending;
  const response = await reach(path, {
    headers: { ...headersOf(rest), ...quietHeader() },
    ...(signal ? { signal } : {}),
  });
  return (await response.json()) as Answer; // The API's own shape; tests hold both to it.
}

export interface ReadSending extends Sending {
  readonly signal?: AbortSignal | undefined;
}

/** Sends a command and reads the answer, if there is one. Throws `Refusal`. */
export async function send<Answer = void>(
  path: string,
  body: Readonly<Record<string, unknown>>,
  sending: Sending = {},
): Promise<Answer> {
  const response = await reach(path, {
    method: 'POST',
    headers: { ...headersOf(sending), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as Answer; // As above.
}

/** An id for one command, so that sending it twice does it once. */
export function newCommandId(): string {
  return crypto.randomUUID();
}

/**
 * Sends a request. A step-up in another tab gives the session a new token. A request sent under the
 * old token is refused without effect, and is sent once more.
 */
async function reach(path: string, init: RequestInit): Promise<Response> {
  const response = await fetchFrom(path, init);
  if (response.ok) return response;
  if (response.status === 401 && path !== '/api/session') {
    const session = await fetchFrom('/api/session', {});
    if (session.ok) {
      const again = await fetchFrom(path, init);
      if (again.ok) return again;
      throw await refusalOf(again);
    }
  }
  throw await refusalOf(response);
}

async function fetchFrom(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { credentials: 'same-origin', cache: 'no-store', ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Refusal('network.away', 0);
  }
}

async function refusalOf(response: Response): Promise<Refusal> {
  const text = await response.text();
  return readRefusal(response.status, text);
}

/** The refusal in a problem document (RFC 9457); only the status if there is none. */
export function readRefusal(status: number, text: string): Refusal {
  const problem = parse(text);
  const code = typeof problem['code'] === 'string' ? problem['code'] : `http.${status}`;
  const detail = problem['detail'];
  return new Refusal(code, status, isRecord(detail) ? detail : {});
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {}; // A proxy's page, not ours.
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Headers with the purpose, the enquiry and the version. */
export function headersOf({ purpose, version }: Sending): Record<string, string> {
  return {
    accept: 'application/json, application/problem+json',
    ...(purpose ? { 'x-purpose': purpose.kind } : {}),
    ...(purpose?.enquiryId ? { 'x-enquiry': purpose.enquiryId } : {}),
    ...(version === undefined ? {} : { 'if-match': `"${version}"` }),
  };
}
