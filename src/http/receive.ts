import type { Env, MiddlewareHandler } from 'hono';
import { Problem } from '../kernel/problem.ts';
import { parseStrictJson } from '../kernel/strict-json.ts';

/** limits of a request unless its route is listed as an upload. */
export const bodyBytesMax = 256 * 1024;
/** How long it may take to arrive. */
const receiveMs = 20_000;
/** Total bytes of arriving bodies in one process. */
const receivingBytesMax = 64 * 1024 * 1024;

/**
 * A route that receives a file. It reads its own body as it arrives, after it has identified the
 * sender.
 */
export interface UploadRoute {
  readonly path: RegExp;
  readonly bytesMax: number;
}

/** Space for the other fields of a form with a file. */
const formBytes = 100_000;

/**
 * Receives the body of every request before any other code sees it: within its size limit, its time
 * limit, and as JSON only within the structure limits. A new route cannot skip this; routes that
 * receive files are listed by their application.
 */
export function receiveBodies<E extends Env>(
  uploads: readonly UploadRoute[],
  withinMs = receiveMs,
): MiddlewareHandler<E> {
  const receiving = new Receiving(withinMs);
  return async (c, next) => {
    const request = c.req.raw;
    const upload = request.method === 'POST' && uploads.find(({ path }) => path.test(c.req.path));
    const bytesMax = upload ? upload.bytesMax + formBytes : bodyBytesMax;
    if (Number(request.headers.get('content-length') ?? '0') > bytesMax) throw tooLarge();
    if (upload || !request.body) return next();
    const bytes = await receiving.read(request.body);
    if (/^application\/json\b/iu.test(request.headers.get('content-type') ?? '')) {
      parseStrictJson(Buffer.from(bytes).toString('utf8'));
    }
    c.req.raw = new Request(request, { body: bytes });
    return next();
  };
}

interface Arriving {
  size: number;
  /** Ends the wait for the rest. */
  readonly refuse: (problem: Problem) => void;
}

/** The arriving bodies. When they hold too much in total, the oldest is refused. */
class Receiving {
  readonly #open = new Set<Arriving>();
  readonly #withinMs: number;
  #bytes = 0;

  constructor(withinMs: number) {
    this.#withinMs = withinMs;
  }

  async read(body: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
    const reader = body.getReader();
    const { arriving, refused } = this.#begin();
    const timer = setTimeout(() => arriving.refuse(tooSlow()), this.#withinMs);
    const parts: Uint8Array[] = [];
    try {
      for (;;) {
        const { done, value } = await Promise.race([reader.read().catch(throwCut), refused]);
        if (done) return new Uint8Array(Buffer.concat(parts));
        this.#count(arriving, value.length);
        parts.push(value);
      }
    } finally {
      clearTimeout(timer);
      this.#open.delete(arriving);
      this.#bytes -= arriving.size;
      reader.cancel().catch(() => undefined); // The answer is already decided; the rest of the body is not read.
    }
  }

  #begin(): { readonly arriving: Arriving; readonly refused: Promise<never> } {
    let refuse: (problem: Problem) => void = () => undefined;
    const refused = new Promise<never>((_, reject) => {
      refuse = reject;
    });
    refused.catch(() => undefined); // Raced with the reading, which receives the error.
    const arriving: Arriving = { size: 0, refuse };
    this.#open.add(arriving);
    return { arriving, refused };
  }

  #count(arriving: Arriving, bytes: number): void {
    arriving.size += bytes;
    this.#bytes += bytes;
    if (arriving.size > bodyBytesMax) throw tooLarge();
    const [oldest] = this.#open;
    if (this.#bytes > receivingBytesMax) oldest?.refuse(tooSlow());
  }
}

/** The client disconnected: the answer has no reader, and this is not an internal error. */
function throwCut(cause: unknown): never {
  throw Object.assign(new Problem('body.cut', 400, 'The request did not arrive whole.'), { cause });
}

function tooLarge(): Problem {
  return new Problem('body.too_large', 413, 'This is more than fits.');
}

function tooSlow(): Problem {
  return new Problem('body.too_slow', 408, 'The request did not arrive in time.');
}
