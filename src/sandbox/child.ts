import { once } from 'node:events';
import { Socket } from 'node:net';
import { Problem } from '../kernel/problem.ts';
import type { ListRow } from './list-row.ts';
import { inspectList, readList } from './read-list.ts';
import { packRow } from './wire.ts';

/**
 * The process that reads hostile lists: `list-child inspect|rows <path> [skip]`. It has an empty
 * environment, so it knows no database and no socket of ours, and it may not connect anywhere. It
 * writes lines of JSON: a list shape, or rows in batches, and last `{"end":true}` or
 * `{"problem":…}`.
 */
const [mode, path = '', skip = '0'] = process.argv.slice(2);

/** A batch is sent when it has this size, so that neither side holds many rows. */
const packRows = 200;
const packChars = 64 * 1024;
const memoryMaxBytes = 512 * 1024 * 1024;

// a compromised parser cannot use this process's own modules to get out.
Socket.prototype.connect = () => {
  throw new Error('the sandbox has no network');
};

async function writeLine(content: unknown): Promise<void> {
  if (!process.stdout.write(`${JSON.stringify(content)}\n`)) await once(process.stdout, 'drain');
}

async function writeRows(skipped: number): Promise<void> {
  let seen = 0;
  let chars = 0;
  let pack: unknown[] = [];
  const flush = async () => {
    if (pack.length === 0) return;
    await writeLine({ rows: pack });
    pack = [];
    chars = 0;
    if (process.memoryUsage.rss() > memoryMaxBytes) {
      throw new Problem('list.too_large', 422, 'The list needs more memory than is given to it.');
    }
  };
  for await (const row of readList(path)) {
    seen += 1;
    if (seen <= skipped) continue;
    pack.push(packRow(row));
    chars += charsOf(row);
    if (pack.length >= packRows || chars >= packChars) await flush();
  }
  await flush();
}

function charsOf(row: ListRow): number {
  return row.cells.reduce((sum, { text }) => sum + text.length, 0);
}

function problemOf(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof Problem) return { code: error.code, message: error.message };
  // A parser's error message may hold cells of the list, so it does not leave this process.
  return { code: 'list.unreadable', message: 'The file could not be read.' };
}

try {
  if (mode === 'inspect') await writeLine({ shape: await inspectList(path) });
  else await writeRows(Number(skip));
  await writeLine({ end: true });
} catch (error) {
  await writeLine({ problem: problemOf(error) });
}
