import { type ChildProcess, spawn } from 'node:child_process';
import { type FileHandle, mkdtemp, open, readFile, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { assert } from '../kernel/assert.ts';
import { Problem } from '../kernel/problem.ts';
import type { ListRow, ListShape } from './list-row.ts';
import { type ChildLine, unpackRow } from './wire.ts';

/**
 * limits on the machine's resources for one list. Time spent waiting for the reader of the
 * rows does not count.
 */
const silenceMaxMs = 20_000;
const tickMs = 5_000;
/** How long a child may be idle without using processor time. */
const frozenMaxMs = 120_000;
const endMaxMs = 2_000;
const heapMaxMiB = 256;
const lineMaxChars = 32 * 1024 * 1024;

/** A file that the child may read: by its path, or by the descriptor of a file that has no name. */
export interface PlainFile {
  readonly path: string;
  readonly handle: FileHandle | null;
}

/** The format of a list, detected in a process of its own. Refusals are Problems `list.…`. */
export async function inspectFile(file: string | PlainFile): Promise<ListShape> {
  for await (const line of runChild(plain(file), ['inspect'])) {
    if ('shape' in line) return line.shape;
  }
  throw unreadable();
}

/**
 * The rows of a list in batches, parsed in a process of its own. `skip` omits that many rows from
 * the beginning, headings included. The child pauses while its rows are not read.
 */
export async function* readRows(
  file: string | PlainFile,
  { skip = 0 }: { readonly skip?: number } = {},
): AsyncIterable<readonly ListRow[]> {
  for await (const line of runChild(plain(file), ['rows', String(skip)])) {
    if ('rows' in line) yield line.rows.map(unpackRow);
  }
}

/**
 * Reads lists whose content arrives in pieces, as the worker has it: the file exists only while the
 * child reads it.
 */
export const sandboxLists = {
  async inspect(content: AsyncIterable<Uint8Array>): Promise<ListShape> {
    const file = await openPlainFile(content);
    try {
      return await inspectFile(file);
    } finally {
      await file.close();
    }
  },
  async *rows(
    content: AsyncIterable<Uint8Array>,
    options: { readonly skip: number },
  ): AsyncIterable<readonly ListRow[]> {
    const file = await openPlainFile(content);
    try {
      yield* readRows(file, options);
    } finally {
      await file.close();
    }
  },
};

/**
 * Stores the content in a file until `close`, in memory where the system allows it. On Linux the
 * file loses its name before its first byte is written, so a killed process leaves nothing in clear
 * behind.
 */
export async function openPlainFile(
  content: AsyncIterable<Uint8Array>,
): Promise<PlainFile & { close(): Promise<void> }> {
  const nameless = process.platform === 'linux';
  const folder = await mkdtemp(join(await placeFor(), 'homeward-list-'));
  const path = join(folder, 'list');
  const handle = await open(path, 'wx+', 0o600);
  const close = async () => {
    await handle.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    if (nameless) await rm(folder, { recursive: true });
    for await (const part of content) await handle.write(part);
    return { path, handle: nameless ? handle : null, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Shared memory if it is large enough for the largest list; otherwise the folder for temporary
 * files.
 */
async function placeFor(): Promise<string> {
  if (process.platform !== 'linux') return tmpdir();
  const free = await statfs('/dev/shm').catch(() => null); // Absent in some containers.
  return free && free.bavail * free.bsize > 256 * 1024 * 1024 ? '/dev/shm' : tmpdir();
}

function plain(file: string | PlainFile): PlainFile {
  return typeof file === 'string' ? { path: file, handle: null } : file;
}

async function* runChild(file: PlainFile, args: readonly string[]): AsyncIterable<ChildLine> {
  const child = startChild(file, args);
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('exit', (_code, signal) => resolve(signal));
    child.once('error', () => resolve(null));
  });
  const silence = new Silence(child);
  try {
    assert(child.stdout, 'the child has an output');
    for await (const line of linesOf(child.stdout, silence)) {
      if ('problem' in line) throw new Problem(line.problem.code, 422, line.problem.message);
      if ('end' in line) return;
      yield line;
    }
    // A child that is silent and does not end is no longer waited for.
    const killing = setTimeout(() => child.kill('SIGKILL'), endMaxMs);
    const signal = await ended.finally(() => clearTimeout(killing));
    throw isLimit(signal, silence) ? tooMuch() : interrupted();
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

/**
 * How the runtime ends when its heap is full. A child killed in any other way says nothing about
 * the list.
 */
const heapSignals: ReadonlySet<string> = new Set(['SIGABRT', 'SIGTRAP']);

function isLimit(signal: NodeJS.Signals | null, silence: Silence): boolean {
  return silence.tookTooMuch || (signal !== null && heapSignals.has(signal));
}

/**
 * The location of this module tells how to start the child: beside the bundle, or from source by
 * tsx.
 */
function startChild({ path, handle }: PlainFile, [mode = '', ...rest]: readonly string[]) {
  const bundled = import.meta.url.endsWith('.mjs');
  const here = fileURLToPath(new URL('.', import.meta.url));
  const root = join(here, bundled ? '..' : '../..');
  const seen = handle ? '/proc/self/fd/3' : path;
  const node = bundled
    ? permissions([
        join(here, '*'),
        join(root, 'node_modules', '*'),
        join(root, 'package.json'),
        seen,
      ])
    : ['--import', 'tsx'];
  const entry = join(here, bundled ? 'list-child.mjs' : 'child.ts');
  return spawn(
    process.execPath,
    [`--max-old-space-size=${heapMaxMiB}`, ...node, entry, mode, seen, ...rest],
    {
      cwd: root,
      env: {},
      stdio: ['ignore', 'pipe', 'ignore', ...(handle ? [handle.fd] : [])],
      windowsHide: true,
    },
  );
}

/** The runtime itself denies the child every other file, every write and every further process. */
function permissions(readable: readonly string[]): readonly string[] {
  const allowed = readable.map((path) => `--allow-fs-read=${path}`);
  const { allowedNodeEnvironmentFlags } = process;
  const flag = allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';
  return ['--no-warnings', flag, ...allowed];
}

/**
 * Lines of the child's output. The clock runs only while we wait for the child, not while it waits
 * for us.
 */
async function* linesOf(output: Readable, silence: Silence): AsyncIterable<ChildLine> {
  output.setEncoding('utf8');
  let rest = '';
  silence.begin();
  try {
    for await (const chunk of output) {
      silence.end();
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > lineMaxChars) throw unreadable();
      for (const line of lines) yield parseLine(line);
      silence.begin();
    }
  } finally {
    silence.end();
  }
}

/** A compromised parser can write anything. */
function parseLine(line: string): ChildLine {
  try {
    return JSON.parse(line) as ChildLine; // Written by `child.ts`.
  } catch (cause) {
    throw Object.assign(unreadable(), { cause });
  }
}

/**
 * Ends a silent child. A child that computed all the time has met a list that takes too much. A
 * child that was frozen or got no processor time was only interrupted, and gets more time.
 */
class Silence {
  readonly #child: ChildProcess;
  #timer: NodeJS.Timeout | undefined;
  #ticks = 0;
  #cpuMs = 0;
  tookTooMuch = false;

  constructor(child: ChildProcess) {
    this.#child = child;
  }

  begin(): void {
    this.#ticks = 0;
    this.#timer = setInterval(() => void this.#tick(), tickMs);
  }

  end(): void {
    clearInterval(this.#timer);
  }

  async #tick(): Promise<void> {
    this.#ticks += 1;
    const silentMs = this.#ticks * tickMs;
    const cpuMs = await cpuMsOf(this.#child.pid);
    if (this.#ticks === 1) this.#cpuMs = cpuMs ?? 0;
    const isBusy = cpuMs === null || cpuMs - this.#cpuMs >= silenceMaxMs / 2;
    if (silentMs >= silenceMaxMs && isBusy) this.tookTooMuch = true;
    if (this.tookTooMuch || silentMs >= frozenMaxMs) this.#child.kill('SIGKILL');
  }
}

/** Processor time of a process; null if the system does not report it. */
async function cpuMsOf(pid: number | undefined): Promise<number | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null); // Linux only.
  if (text === null) return null;
  // After the name in brackets; user and system time in hundredths of a second.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function tooMuch(): Problem {
  return new Problem('list.too_large', 422, 'The file takes too much to read.');
}

/** Says nothing about the list: a new reading resumes where this one stopped. */
function interrupted(): Problem {
  return new Problem('sandbox.interrupted', 503, 'Reading the list was interrupted.', {
    retryAfterSeconds: 5,
  });
}

function unreadable(): Problem {
  return new Problem('list.unreadable', 422, 'The file could not be read.');
}
