import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import type { Link } from '../matching/linking/clusters.ts';

/** Links found for the queried rows up to `upTo`, all of those since the previous batch. */
export interface Batch {
  readonly upTo: number;
  readonly links: readonly Link[];
}

/**
 * The intermediate results of a long run, in a file beside its result: a first line that identifies
 * the run, then one line for each batch. Each line is on disk before the next batch begins, so a
 * killed run resumes after the last whole line.
 */
export class WorkFile {
  readonly #path: string;
  readonly #of: string;
  #file: number | null = null;
  /** The intermediate results of an earlier run with the same files and the same matcher. */
  readonly found: readonly Batch[];

  constructor(path: string, of: Readonly<Record<string, unknown>>) {
    this.#path = path;
    this.#of = JSON.stringify(of);
    this.found = this.#readBack();
  }

  /** Discards the intermediate results: the matcher has changed since. */
  startOver(): void {
    this.close();
    rmSync(this.#path, { force: true });
  }

  add(batch: Batch): void {
    if (this.#file === null) {
      const isNew = !existsSync(this.#path);
      this.#file = openSync(this.#path, 'a', 0o600); // The file shows who may be whom, so only its owner may read it.
      if (isNew) writeSync(this.#file, `${this.#of}\n`);
    }
    const links = batch.links.map(({ left, right, score }) => [left, right, score]);
    writeSync(this.#file, `${JSON.stringify({ upTo: batch.upTo, links })}\n`);
    fsyncSync(this.#file);
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  /** Only whole batches: a line that was incomplete when the run ended is cut off. */
  #readBack(): readonly Batch[] {
    if (!existsSync(this.#path)) return [];
    const bytes = readFileSync(this.#path);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    const [of, ...lines] = bytes.toString('utf8', 0, whole).split('\n').slice(0, -1);
    if (of !== this.#of) {
      rmSync(this.#path);
      return [];
    }
    truncateSync(this.#path, whole);
    return lines.map((line) => {
      const { upTo, links } = JSON.parse(line) as Written; // As `add` wrote it.
      return { upTo, links: links.map(([left, right, score]) => ({ left, right, score })) };
    });
  }
}

interface Written {
  readonly upTo: number;
  readonly links: readonly (readonly [number, number, number])[];
}
