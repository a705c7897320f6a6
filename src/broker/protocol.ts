import { Problem } from '../kernel/problem.ts';

/**
 * The broker's protocol over a unix socket: each message is its length in four bytes, big-endian,
 * then one JSON object. Bytes are sent as `{"$bytes": base64}`, dates as `{"$date": iso}`. Nothing
 * here throws on any input: an unreadable message ends its connection and nothing else.
 */
export interface Ask {
  readonly id: number;
  readonly call: string;
  readonly argument: unknown;
}

export type Answer =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly problem: WireProblem };

export interface WireProblem {
  readonly code: string;
  readonly httpStatus: number;
  readonly message: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Longer requests are split or refused by the client before a byte of them is sent. */
export const askBytesMax = 8 * 1024 * 1024;
/** Sealed content is a third longer than the content to be sealed. */
export const answerBytesMax = 16 * 1024 * 1024;

const headBytes = 4;

/** A message ready to be sent, or null if it is longer than `bytesMax`. */
export function encode(message: Ask | Answer, bytesMax: number): Buffer | null {
  const text = JSON.stringify(marked(message));
  const length = Buffer.byteLength(text, 'utf8');
  if (length > bytesMax) return null;
  const frame = Buffer.allocUnsafe(headBytes + length);
  frame.writeUInt32BE(length, 0);
  frame.write(text, headBytes, 'utf8');
  return frame;
}

/** Parses a request; null for any other frame. */
export function readAsk(frame: Uint8Array): Ask | null {
  const found = decode(frame);
  if (!isObject(found) || !Number.isSafeInteger(found['id'])) return null;
  if (typeof found['call'] !== 'string') return null;
  return { id: found['id'] as number, call: found['call'], argument: found['argument'] ?? null }; // Checked above.
}

/** Parses an answer; null for any other frame. */
export function readAnswer(frame: Uint8Array): Answer | null {
  const found = decode(frame);
  if (!isObject(found) || !Number.isSafeInteger(found['id'])) return null;
  const id = found['id'] as number; // Checked above.
  if (!('problem' in found)) return 'answer' in found ? { id, answer: found['answer'] } : null;
  const problem = found['problem'];
  if (!isObject(problem) || typeof problem['code'] !== 'string') return null;
  return { id, problem: problem as unknown as WireProblem }; // Written by `toWire` at the other end.
}

/** Undefined for invalid JSON: no valid message is undefined. */
function decode(frame: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(frame).toString('utf8'), unmarked);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A problem is transmitted whole; any other error becomes a code without its message. */
export function toWire(error: unknown): WireProblem {
  if (!(error instanceof Problem)) {
    return { code: 'broker.failure', httpStatus: 500, message: 'The broker failed.' };
  }
  const { code, httpStatus, message, detail } = error;
  return { code, httpStatus, message, ...(detail ? { detail } : {}) };
}

export function fromWire(wire: WireProblem): Error {
  if (wire.code === 'broker.failure') return new Error('the broker failed');
  return new Problem(wire.code, wire.httpStatus, wire.message, wire.detail);
}

/** Refused before it is sent, or in place of an answer that would not fit. */
export function tooLarge(): Problem {
  return new Problem('broker.message_too_large', 413, 'This is more than fits.');
}

/**
 * Marked before serialization: a replacer would see a buffer only after it became a list of
 * numbers.
 */
function marked(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return { $date: value.toISOString() };
  if (value instanceof Uint8Array) return { $bytes: base64Of(value) };
  if (Array.isArray(value)) return value.map(marked);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, marked(inner)]));
}

function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function unmarked(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('$date' in value && typeof value.$date === 'string') return new Date(value.$date);
  if ('$bytes' in value && typeof value.$bytes === 'string')
    return Buffer.from(value.$bytes, 'base64');
  return value;
}

/** Cuts a stream of bytes into frames; never holds more than one frame of `bytesMax`. */
export class FrameReader {
  readonly #bytesMax: number;
  #parts: Buffer[] = [];
  #length = 0;
  #broken = false;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** True after a frame announced more than the limit: the rest of the stream cannot be parsed. */
  get broken(): boolean {
    return this.#broken;
  }

  /** The frames that this chunk completes, in order. */
  push(chunk: Buffer): readonly Buffer[] {
    if (this.#broken) return [];
    this.#parts.push(chunk);
    this.#length += chunk.length;
    const frames: Buffer[] = [];
    for (let wanted = this.#wanted(); this.#length >= wanted; wanted = this.#wanted()) {
      const whole = this.#joined();
      frames.push(whole.subarray(headBytes, wanted));
      const rest = whole.subarray(wanted);
      this.#parts = rest.length > 0 ? [rest] : [];
      this.#length = rest.length;
    }
    return frames;
  }

  /** Bytes until the next frame is complete, header included; infinite if it never will be. */
  #wanted(): number {
    if (this.#length < headBytes) return headBytes + 1;
    const [first] = this.#parts;
    const head = first && first.length >= headBytes ? first : this.#joined();
    const length = head.readUInt32BE(0);
    if (length > 0 && length <= this.#bytesMax) return headBytes + length;
    this.#broken = true;
    this.#parts = [];
    this.#length = 0;
    return Number.POSITIVE_INFINITY;
  }

  #joined(): Buffer {
    const [first = Buffer.alloc(0), ...more] = this.#parts;
    const whole = more.length === 0 ? first : Buffer.concat(this.#parts);
    this.#parts = [whole];
    return whole;
  }
}
