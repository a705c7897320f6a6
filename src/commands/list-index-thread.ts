import { open } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../kernel/assert.ts';
import { NumberList } from '../matching/index/number-list.ts';
import { MatchIndex } from '../matching/matching.ts';
import { addListed, type HalfAsked, type HalfSaid } from './list-index.ts';

/** The thread that analyses the second half of a long list and transfers its index. */
assert(parentPort, 'the second half is read in a thread');
const port = parentPort;
const { path, from } = workerData as HalfAsked; // Passed by `SecondHalf`.

const index = new MatchIndex();
const lines = new NumberList();
await addListed(index, {
  path,
  stretch: { from, to: Number.POSITIVE_INFINITY, line: await linesBefore(path, from) },
  leaveOut: (leftOut) => port.postMessage({ leftOut } satisfies HalfSaid),
  added: (line) => lines.push(line),
});
const said: HalfSaid = { part: index.transfer(), lines: lines.transfer() };
port.postMessage(said, [...buffersIn(said)]);
port.close();

async function linesBefore(file: string, end: number): Promise<number> {
  await using list = await open(file);
  const chunk = Buffer.alloc(2 ** 18);
  let lines = 0;
  for (let at = 0; at < end; ) {
    const { bytesRead } = await list.read(chunk, 0, Math.min(chunk.length, end - at), at);
    if (bytesRead === 0) break;
    const read = chunk.subarray(0, bytesRead);
    for (let place = read.indexOf(0x0a); place >= 0; place = read.indexOf(0x0a, place + 1)) {
      lines += 1;
    }
    at += bytesRead;
  }
  return lines;
}

/** All memory outside the heap that a value holds: it is transferred, not copied. */
function buffersIn(value: unknown, found = new Set<ArrayBuffer>()): ReadonlySet<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (typeof value === 'object' && value !== null) {
    for (const each of Object.values(value)) buffersIn(each, found);
  }
  return found;
}
