import { once } from 'node:events';
import type { ReadableStream as NodeStream, ReadableStreamDefaultReader } from 'node:stream/web';
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import { overloaded, Problem } from '../kernel/problem.ts';

/**
 * The fields of a form with a file. The object has no prototype, so no field name can reach one
 * (R-63).
 */
export type UploadTexts = Readonly<Partial<Record<string, string>>>;

export interface UploadRules {
  readonly bytesMax: number;
  /** Beyond this the rest is not even read to send a polite refusal. */
  readonly announcedMax: number;
  readonly tooLarge: () => Problem;
  readonly slots: UploadSlots;
  /** The person or file whose share of the slots this upload uses. */
  readonly person: string;
  readonly pace: UploadPace;
}

/** The minimum speed of an upload. Time in which this process is busy does not count. */
export interface UploadPace {
  readonly windowMs: number;
  /**
   * Bytes that must arrive in each period, and the number when over half of the slots are taken.
   */
  readonly least: number;
  readonly leastWhenCrowded: number;
  readonly deadlineMs: number;
}

const window = 10_000;

/**
 * One KiB per second always, and 16 while others may be waiting: a few slow lines block no other
 * upload.
 */
export const uploadPace = (deadlineMs: number): UploadPace => ({
  windowMs: window,
  least: (window / 1_000) * 1024,
  leastWhenCrowded: (window / 1_000) * 16 * 1024,
  deadlineMs,
});

export interface UploadSlots {
  /** Takes a slot or throws `door.uploads` at once. Returns the function that releases it. */
  take(person: string): () => void;
  readonly isCrowded: boolean;
}

/** Simultaneous uploads: `total` for all, and at most `each` for one person. */
export function makeUploadSlots(most: {
  readonly total: number;
  readonly each: number;
}): UploadSlots {
  const taken = new Map<string, number>();
  let all = 0;
  return {
    take(person) {
      const own = taken.get(person) ?? 0;
      if (all >= most.total || own >= most.each) throw overloaded('door.uploads', 30);
      all += 1;
      taken.set(person, own + 1);
      return () => {
        all -= 1;
        const left = (taken.get(person) ?? 1) - 1;
        if (left > 0) taken.set(person, left);
        else taken.delete(person);
      };
    },
    get isCrowded() {
      return all > most.total / 2;
    },
  };
}

/**
 * The only reader of forms with a file. `take` is called when the file begins, with the
 * fields before it, and reads the content as it arrives: no more is in memory than `take` holds.
 * Returns null if no file was chosen. When anything fails, the content throws, and `take` is
 * awaited.
 */
export async function receiveUpload<Kept extends object>(
  request: Request,
  rules: UploadRules,
  take: (texts: UploadTexts, content: AsyncIterable<Uint8Array>) => Promise<Kept>,
): Promise<Kept | null> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^multipart\/form-data;\s*boundary=/iu.test(type) || !request.body) {
    throw new Problem('form.unreadable', 415, 'A form with a file is expected.');
  }
  if (Number(request.headers.get('content-length') ?? '0') > rules.announcedMax) {
    throw rules.tooLarge();
  }
  const release = rules.slots.take(rules.person);
  const body = new PacedBody(request.body as NodeStream<Uint8Array>, rules); // Same stream, other name.
  try {
    return await new Reception(makeParser(type, rules), { rules, take }).run(body);
  } finally {
    release();
    await body.cancel();
  }
}

interface Taking<Kept extends object> {
  readonly rules: UploadRules;
  readonly take: (texts: UploadTexts, content: AsyncIterable<Uint8Array>) => Promise<Kept>;
}

class Reception<Kept extends object> {
  readonly #parser: BusboyInstance;
  readonly #taking: Taking<Kept>;
  readonly #texts: Record<string, string> = Object.create(null);
  #file: BusboyFileStream | null = null;
  #taken: Promise<Kept> | null = null;
  /** Settles when parsing has ended: the file was taken, or the form was broken. */
  readonly #settled: Promise<void>;
  #settle: () => void = () => undefined;
  #isSettled = false;
  /** Why the upload ends: the first reason counts. */
  #broken: unknown = null;

  constructor(parser: BusboyInstance, taking: Taking<Kept>) {
    this.#parser = parser;
    this.#taking = taking;
    this.#settled = new Promise((resolve) => {
      this.#settle = () => {
        this.#isSettled = true;
        resolve();
      };
    });
    parser.on('field', (name, value) => {
      if (!(name in this.#texts)) this.#texts[name] = value;
    });
    parser.on('file', (_name, file, fileName) => this.#begin(file, fileName));
    parser.on('error', (cause) => this.#break(Object.assign(unreadable(), { cause })));
  }

  async run(body: PacedBody): Promise<Kept | null> {
    try {
      await this.#pump(body);
    } catch (error) {
      this.#break(error instanceof Problem ? error : Object.assign(unreadable(), { cause: error }));
    }
    // A file that was taken whole counts, whatever the sender did after it.
    const kept = await this.#taken?.catch(() => null); // The reason was recorded when it failed.
    if (kept) return kept;
    if (this.#broken) throw this.#broken;
    return null;
  }

  /** Reads to the end, parsed or not: a browser reads no answer while it is sending. */
  async #pump(body: PacedBody): Promise<void> {
    let size = 0;
    for (let part = await body.next(); part; part = await body.next()) {
      size += part.length;
      if (size > this.#taking.rules.announcedMax) throw this.#taking.rules.tooLarge();
      if (this.#isSettled || this.#parser.write(part)) continue;
      await Promise.race([once(this.#parser, 'drain').catch(() => undefined), this.#settled]);
    }
    if (this.#isSettled) return;
    const finished = once(this.#parser, 'finish').catch(() => undefined); // Its errors have a listener.
    this.#parser.end();
    await Promise.race([finished, this.#settled]);
  }

  #begin(file: BusboyFileStream, fileName: string): void {
    this.#file = file;
    file.on('error', () => undefined); // The reader of the content receives the error.
    file.on('limit', () => this.#break(this.#taking.rules.tooLarge()));
    // Browsers send a part without a name if no file was chosen.
    if (!fileName) {
      file.resume();
      return;
    }
    this.#taken = this.#taking.take(this.#texts, contentOf(file));
    this.#taken.then(this.#settle, (error: unknown) => {
      this.#broken ??= error;
      this.#settle();
    });
  }

  #break(problem: Problem): void {
    this.#broken ??= problem;
    this.#file?.destroy(problem);
    this.#settle();
  }
}

async function* contentOf(file: BusboyFileStream): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of file) yield chunk as Uint8Array; // The stream is not set to strings.
  } catch (cause) {
    throw cause instanceof Problem ? cause : Object.assign(unreadable(), { cause });
  }
}

/** The body of a request, ended when it arrives too slowly. */
class PacedBody {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #rules: UploadRules;
  #reading: Promise<{ done: boolean; value?: Uint8Array | undefined }> | null = null;
  #windowMs = 0;
  #windowBytes = 0;
  #waitedMs = 0;

  constructor(body: NodeStream<Uint8Array>, rules: UploadRules) {
    this.#reader = body.getReader();
    this.#rules = rules;
  }

  /** The next part, or null at the end. */
  async next(): Promise<Uint8Array | null> {
    for (;;) {
      this.#reading ??= this.#reader.read();
      const began = performance.now();
      const read = await within(this.#reading, this.#rules.pace.windowMs - this.#windowMs);
      const waited = performance.now() - began;
      if (read) this.#reading = null;
      if (read?.done) return null;
      this.#count(waited, read?.value?.length ?? 0);
      if (read?.value) return read.value;
    }
  }

  #count(waitedMs: number, bytes: number): void {
    const { pace, slots } = this.#rules;
    this.#waitedMs += waitedMs;
    this.#windowMs += waitedMs;
    this.#windowBytes += bytes;
    if (this.#waitedMs > pace.deadlineMs) throw tooSlow();
    if (this.#windowMs < pace.windowMs) return;
    const least = slots.isCrowded ? pace.leastWhenCrowded : pace.least;
    if (this.#windowBytes < least) throw tooSlow();
    this.#windowMs = 0;
    this.#windowBytes = 0;
  }

  /** Abandons the stream; the answer is already decided. */
  async cancel(): Promise<void> {
    this.#reading?.catch(() => undefined); // Its result is no longer needed.
    await this.#reader.cancel().catch(() => undefined);
  }
}

/** The value of the promise, or null if it takes longer. */
async function within<Value>(promise: Promise<Value>, ms: number): Promise<Value | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), Math.max(1, Math.ceil(ms)));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function makeParser(type: string, { bytesMax }: UploadRules): BusboyInstance {
  const limits = {
    fileSize: bytesMax,
    files: 1,
    fields: 12,
    fieldSize: 2_000,
    parts: 14,
    headerPairs: 20,
  };
  try {
    return new Busboy({ headers: { 'content-type': type }, limits });
  } catch (cause) {
    throw Object.assign(unreadable(), { cause });
  }
}

function unreadable(): Problem {
  return new Problem('form.unreadable', 400, 'This form could not be read.');
}

function tooSlow(): Problem {
  return new Problem('upload.too_slow', 408, 'The file arrived too slowly. Please send it again.');
}
