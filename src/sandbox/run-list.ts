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

/** what a list may take of the machine. Waiting for the reader of the rows does not count. */
const silenceMaxMs = 20_000;
const tickMs = 5_000;
/** How long a child may stand still that takes no processor time. */
const frozenMaxMs = 120_000;
const endMaxMs = 2_000;
const heapMaxMiB = 256;
const lineMaxChars = 32 * 1024 * 1024;

/** A file that the child may read: by its path, or by a descriptor whose file has no name any more. */
export interface PlainFile {
  readonly path: string;
  readonly handle: FileHandle | null;
}

/** What a list looks like, found out in a process of its own. Refusals are Problems `list.…`. */
export async function inspectFile(file: string | PlainFile): Promise<ListShape> {
  for await (const line of runChild(plain(file), ['inspect'])) {
    if ('shape' in line) return line.shape;
  }
  throw unreadable();
}

/**
 * The rows of a list in packs, parsed in a process of its own; `skip` leaves out so many rows from
 * the beginning, headings included. The child stops while nobody takes rows from it.
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
 * Reads lists whose content comes piece by piece, as the worker has it: the file exists for as long
 * as the child reads it.
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
 * Gives the content a file until `close`, in memory where the system has a place for that. On Linux
 * the file loses its name before its first byte is written, so a killed process leaves nothing in
 * clear behind.
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

/** Shared memory where it is large enough for the largest list, the folder for temporary files otherwise. */
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
    // A child that says no more and does not end is waited for no longer.
    const killing = setTimeout(() => child.kill('SIGKILL'), endMaxMs);
    const signal = await ended.finally(() => clearTimeout(killing));
    throw isLimit(signal, silence) ? tooMuch() : interrupted();
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

/** How the runtime ends when its heap is full. Whoever else kills the child says nothing of the list. */
const heapSignals: ReadonlySet<string> = new Set(['SIGABRT', 'SIGTRAP']);

function isLimit(signal: NodeJS.Signals | null, silence: Silence): boolean {
  return silence.tookTooMuch || (signal !== null && heapSignals.has(signal));
}

/** Where this module lies tells how the child starts: beside the bundle, or from source by tsx. */
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

/** The runtime itself refuses the child every file but these, every write and every further process. */
function permissions(readable: readonly string[]): readonly string[] {
  const allowed = readable.map((path) => `--allow-fs-read=${path}`);
  const { allowedNodeEnvironmentFlags } = process;
  const flag = allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';
  return ['--no-warnings', flag, ...allowed];
}

/** Lines of the child's output. The clock runs only while we wait for the child, not it for us. */
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

/** A parser that was taken over writes what it likes. */
function parseLine(line: string): ChildLine {
  try {
    return JSON.parse(line) as ChildLine; // Written by `child.ts`.
  } catch (cause) {
    throw Object.assign(unreadable(), { cause });
  }
}

/**
 * Ends a child that says nothing. One that computes all the while has met a list that takes too much;
 * one that was frozen or got no processor was only interrupted, and has more time.
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

/** Processor time that a process has taken; null where the system does not tell. */
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

/** Says nothing of the list: reading it again goes on where it was. */
function interrupted(): Problem {
  return new Problem('sandbox.interrupted', 503, 'Reading the list was interrupted.', {
    retryAfterSeconds: 5,
  });
}

function unreadable(): Problem {
  return new Problem('list.unreadable', 422, 'The file could not be read.');
}
