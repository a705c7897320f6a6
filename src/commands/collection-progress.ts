import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { constants, gunzipSync } from 'node:zlib';
import { inspectList } from '../sandbox/read-list.ts';
import { startDigest } from '../vault/random.ts';

const sampleBytes = 2 ** 18;

/**
 * The approximate number of rows in a file, estimated from its beginning, for the remaining time.
 */
export async function estimateRows(path: string): Promise<number> {
  if (!/\.(?:ndjson|jsonl)(?:\.gz)?$/u.test(path)) return (await inspectList(path)).rowsEstimate;
  const { size } = await stat(path);
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(sampleBytes), 0, sampleBytes, 0);
    const sample = buffer.subarray(0, bytesRead);
    const text = path.endsWith('.gz')
      ? gunzipSync(sample, { finishFlush: constants.Z_SYNC_FLUSH })
      : sample;
    let lines = 0;
    for (const byte of text) if (byte === 10) lines += 1;
    return Math.max(1, Math.round((lines * size) / Math.max(1, bytesRead)));
  } finally {
    await file.close();
  }
}

/** The identity of a file: the same content is the same file, whatever its path. */
export async function digestOf(path: string): Promise<string> {
  const digest = startDigest();
  for await (const part of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    digest.add(part as Buffer); // A stream without encoding yields bytes.
  }
  return digest.end().toString('hex');
}

const everyMs = 10_000;

/** Prints the progress of a load, its speed and the remaining time. */
export class Progress {
  readonly #stream: NodeJS.WritableStream;
  readonly #total: number;
  readonly #began = performance.now();
  readonly #everyMs: number;
  #said = performance.now();

  constructor(stream: NodeJS.WritableStream, total: number, sayEveryMs = everyMs) {
    this.#stream = stream;
    this.#total = total;
    this.#everyMs = sayEveryMs;
  }

  /** `before` rows were loaded by an earlier run and took no time in this one. */
  logEvent(rows: number, before: number): void {
    const now = performance.now();
    if (now - this.#said < this.#everyMs) return;
    this.#said = now;
    const rate = ((rows - before) * 1_000) / (now - this.#began);
    const rest = Math.max(0, this.#total - rows) / Math.max(1, rate);
    this.#stream.write(
      `  ${grouped(rows)} of about ${grouped(Math.max(rows, this.#total))} rows, ` +
        `${grouped(rate)} rows/s, about ${duration(rest)} left\n`,
    );
  }
}

export function grouped(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 90 ? `${whole} s` : `${Math.round(whole / 60)} min`;
}
