/** One answer of the installation. */
export interface Answer {
  readonly code: number;
  readonly headers: Headers;
  readonly text: string;
}

const failuresKept = 50;
const pauseMs = 200;
const pauseMaxMs = 800;

/** Every answer and every missing answer of a run. */
export class Tally {
  readonly codes = new Map<string, number>();
  /** 5xx answers that are not a 503 with Retry-After. */
  readonly failures: string[] = [];
  failed = 0;
  unanswered = 0;

  count(door: string, path: string, answer: Answer | null): void {
    if (!answer) {
      this.unanswered += 1;
      return;
    }
    const key = `${door} ${answer.code}`;
    this.codes.set(key, (this.codes.get(key) ?? 0) + 1);
    if (answer.code < 500 || (answer.code === 503 && answer.headers.has('retry-after'))) return;
    this.failed += 1;
    const missing = answer.code === 503 ? ' without Retry-After' : '';
    if (this.failures.length < failuresKept) {
      const at = new Date().toISOString().slice(11, 23);
      this.failures.push(`${at} ${door} ${answer.code}${missing} ${path}`);
    }
  }
}

export interface Asked extends RequestInit {
  /** How long to wait for the answer before the request is given up. */
  readonly waitMs?: number;
}

/** One of the two sites over the loopback. Counts answers; can cut off every running request. */
export class Door {
  readonly name: string;
  readonly url: string;
  readonly #tally: Tally;
  readonly #underWay = new Set<AbortController>();

  constructor(name: string, url: string, tally: Tally) {
    this.name = name;
    this.url = url;
    this.#tally = tally;
  }

  /** Null if there was no answer: refused, reset, cut off or too late. */
  async ask(path: string, { waitMs = 20_000, ...init }: Asked = {}): Promise<Answer | null> {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), waitMs);
    this.#underWay.add(stop);
    let answer: Answer | null = null;
    try {
      const request = { ...init, redirect: 'manual', signal: stop.signal } as const;
      const found = await fetch(`${this.url}${path}`, request);
      answer = { code: found.status, headers: found.headers, text: await found.text() };
    } catch {
      answer = null; // No answer is a valid outcome here: the caller repeats the request.
    } finally {
      clearTimeout(timer);
      this.#underWay.delete(stop);
    }
    const plain = path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id').replace(/\?.*/, '');
    this.#tally.count(this.name, `${init.method ?? 'GET'} ${plain}`, answer);
    return answer;
  }

  /** Loses every running answer, as when the connection between a visitor and the proxy breaks. */
  cutOff(): number {
    const count = this.#underWay.size;
    for (const stop of this.#underWay) stop.abort();
    return count;
  }
}

/** No deciding answer arrived within the limit. */
export class Unanswered extends Error {}

/**
 * Repeats the same request until an answer decides it. A missing answer, 503 and every other 5xx
 * answer decide nothing.
 */
export async function insist(
  send: () => Promise<Answer | null>,
  limit: { readonly withinMs: number; readonly stop?: AbortSignal } = { withinMs: 240_000 },
): Promise<Answer> {
  const until = Date.now() + limit.withinMs;
  for (let waitMs = pauseMs; ; waitMs = Math.min(waitMs * 1.5, pauseMaxMs)) {
    const answer = await send();
    if (answer && answer.code < 500) return answer;
    if (Date.now() > until || limit.stop?.aborted) throw new Unanswered('No answer decides.');
    await pause(waitMs);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
