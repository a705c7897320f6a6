import { Problem } from '../kernel/problem.ts';

/**
 * The broker's wire: one JSON object a line over a unix socket. Bytes travel as `{"$bytes": base64}`,
 * dates as `{"$date": iso}`. A line longer than the limit ends the connection.
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

/** A chunk of an import is the largest thing sent: 500 rows of text. */
export const lineLimitBytes = 32 * 1024 * 1024;

export function encode(line: Ask | Answer): string {
  return `${JSON.stringify(line, marked)}\n`;
}

export function decode(text: string): unknown {
  return JSON.parse(text, unmarked);
}

/** A problem crosses the wire whole; anything else becomes a code without its words. */
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

function marked(this: unknown, key: string, value: unknown): unknown {
  // JSON.stringify calls toJSON before the replacer, so the untouched value is read from its holder.
  const original: unknown =
    typeof this === 'object' && this !== null ? Reflect.get(this, key) : value;
  if (original instanceof Date) return { $date: original.toISOString() };
  if (original instanceof Uint8Array) return { $bytes: Buffer.from(original).toString('base64') };
  return value;
}

function unmarked(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('$date' in value && typeof value.$date === 'string') return new Date(value.$date);
  if ('$bytes' in value && typeof value.$bytes === 'string')
    return Buffer.from(value.$bytes, 'base64');
  return value;
}

/** Splits a stream of text into lines, refusing one that is too long. */
export class LineSplitter {
  #parts: string[] = [];
  #length = 0;

  push(chunk: string): readonly string[] {
    const lines: string[] = [];
    let start = 0;
    for (let at = chunk.indexOf('\n'); at >= 0; at = chunk.indexOf('\n', start)) {
      this.#parts.push(chunk.slice(start, at));
      lines.push(this.#parts.join(''));
      this.#parts = [];
      this.#length = 0;
      start = at + 1;
    }
    const rest = chunk.slice(start);
    this.#length += rest.length;
    if (this.#length > lineLimitBytes) throw new RangeError('a line is too long');
    if (rest) this.#parts.push(rest);
    return lines;
  }
}
