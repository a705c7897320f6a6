import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { NumberList, type NumberPages, Room } from '../matching/index/number-list.ts';
import { type IndexPart, MatchIndex } from '../matching/matching.ts';
import type { Weights } from '../matching/weighing/weigh.ts';
import { isPlainLines, readListed, type Stretch } from './listed-file.ts';

/** A line that is not in the index: its number and the reason. */
export interface LeftOut {
  readonly line: number;
  readonly reason: string;
}

export interface Indexing {
  readonly weights?: Weights | undefined;
  readonly leaveOut: (line: LeftOut) => void;
  /** JSON-lines lists of at least this many bytes are read by two threads, half each. */
  readonly halvedFrom?: number;
}

const halvedFromBytes = 2 ** 24;

/**
 * The index of a list given on the command line. Where the list allows it, two threads build half
 * each and the halves are merged. The results are the same as with an index that one thread built.
 */
export async function indexOf(path: string, asked: Indexing): Promise<MatchIndex> {
  const { weights, leaveOut, halvedFrom = halvedFromBytes } = asked;
  const index = new MatchIndex(weights);
  const middle = availableParallelism() > 1 ? await middleOf(path, halvedFrom) : null;
  const second = middle === null ? null : new SecondHalf({ path, from: middle }, leaveOut);
  const to = middle ?? Number.POSITIVE_INFINITY;
  try {
    await addListed(index, { path, stretch: { from: 0, to, line: 0 }, leaveOut });
    await second?.join(index);
  } finally {
    await second?.end();
  }
  index.mergePending();
  return index;
}

interface Adding {
  readonly path: string;
  readonly stretch: Stretch;
  readonly leaveOut: Indexing['leaveOut'];
  /** Receives the line number of each row that is added. */
  readonly added?: (line: number) => void;
}

/** Adds the rows of a range. */
export async function addListed(index: MatchIndex, adding: Adding): Promise<void> {
  const { path, stretch, leaveOut, added } = adding;
  for await (const batch of readListed(path, stretch)) {
    for (const row of batch) {
      if ('reason' in row) {
        leaveOut(row);
      } else if (index.has(row.id)) {
        leaveOut(standsTwice(row.id, row.line));
      } else {
        index.add(row.id, row.description);
        added?.(row.line);
      }
    }
  }
}

function standsTwice(id: string, line: number): LeftOut {
  return { line, reason: `the id ${id} stands twice` };
}

const window = 2 ** 17;

/** The start of the first line after the middle of a long JSON-lines list; null for other lists. */
async function middleOf(path: string, halvedFrom: number): Promise<number | null> {
  if (!isPlainLines(path)) return null;
  await using file = await open(path);
  const { size } = await file.stat();
  if (size < halvedFrom) return null;
  const half = Math.floor(size / 2);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(window), 0, window, half);
  const end = buffer.subarray(0, bytesRead).indexOf('\n');
  return end < 0 ? null : half + end + 1;
}

/** The request to the second thread. */
export interface HalfAsked {
  readonly path: string;
  readonly from: number;
}

/** Its messages: a rejected line, or its half of the index with the line of each record. */
export type HalfSaid =
  | { readonly leftOut: LeftOut }
  | { readonly part: IndexPart; readonly lines: NumberPages };

/** The second half of a list, analysed in a thread of its own. */
class SecondHalf {
  readonly #worker: Worker;
  readonly #leaveOut: Indexing['leaveOut'];
  readonly #built: Promise<Extract<HalfSaid, { readonly part: IndexPart }>>;

  constructor(asked: HalfAsked, leaveOut: Indexing['leaveOut']) {
    this.#worker = startThread(asked);
    this.#leaveOut = leaveOut;
    this.#built = new Promise((resolve, reject) => {
      this.#worker.on('message', (said: HalfSaid) => {
        if ('leftOut' in said) leaveOut(said.leftOut);
        else resolve(said);
      });
      this.#worker.on('error', reject);
      this.#worker.on('exit', () => reject(new Error('the second half could not be read')));
    });
    this.#built.catch(() => undefined); // The error is reported to the code that joins the halves.
  }

  /** Ends the thread, whether or not its result was awaited. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  /** Waits for the half and merges it. The thread has then ended and its memory is released. */
  async join(index: MatchIndex): Promise<void> {
    const { part, lines } = await this.#built;
    const lineOf = new NumberList(new Room(), lines);
    if (this.#worker.threadId >= 0) await once(this.#worker, 'exit');
    for (const { place, id } of index.merge(part)) {
      this.#leaveOut(standsTwice(id, lineOf.at(place)));
    }
  }
}

/** The size of the young generation of a thread; a larger one saves little time. */
const youngMiB = 12;

/**
 * In the bundle the thread is a file beside this one; from source it is the module itself, run by
 * tsx.
 */
function startThread(asked: HalfAsked): Worker {
  const given = { workerData: asked, resourceLimits: { maxYoungGenerationSizeMb: youngMiB } };
  if (import.meta.url.endsWith('.mjs'))
    return new Worker(new URL('./list-index-thread.mjs', import.meta.url), given);
  const entry = JSON.stringify(new URL('./list-index-thread.ts', import.meta.url));
  const started = `import('tsx/esm/api').then((tsx) => (tsx.register(), import(${entry})))`;
  return new Worker(started, { ...given, eval: true });
}
