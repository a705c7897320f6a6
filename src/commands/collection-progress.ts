import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { constants, gunzipSync } from 'node:zlib';
import { inspectList } from '../sandbox/read-list.ts';
import { startDigest } from '../vault/random.ts';

const sampleBytes = 2 ** 18;

/** About how many rows a file has, from its beginning; good enough to say how long it will take. */
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

/** What a file is known by: the same content is the same file, wherever it lies. */
export async function digestOf(path: string): Promise<string> {
  const digest = startDigest();
  for await (const part of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    digest.add(part as Buffer); // A stream without encoding gives bytes.
  }
  return digest.end().toString('hex');
}

const everyMs = 10_000;

/** Says how far a load is, how fast it goes and how long the rest will take. */
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

  /** `before` rows were loaded earlier, and took no time now. */
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
