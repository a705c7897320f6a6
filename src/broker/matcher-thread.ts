import { parentPort } from 'node:worker_threads';
import { assert } from '../kernel/assert.ts';
import { localMatcher } from './matcher-local.ts';
import type { ThreadAnswer, ThreadAsk } from './matcher-remote.ts';

/** The worker thread: the index lives and dies here. */
assert(parentPort, 'the matcher runs in a thread of the broker');
const port = parentPort;
const matcher = localMatcher();

port.on('message', (ask: ThreadAsk) => {
  answer(ask).then(
    (result) => port.postMessage({ id: ask.id, result } satisfies ThreadAnswer),
    () => port.postMessage({ id: ask.id, failed: true } satisfies ThreadAnswer),
  );
});

function answer(ask: ThreadAsk): Promise<unknown> {
  switch (ask.call) {
    case 'add':
      return matcher.add(ask.rows);
    case 'remove':
      return matcher.remove(ask.ids);
    case 'find':
      return matcher.find(ask.description, ask.options);
    case 'compare':
      return matcher.compare(ask.left, ask.right);
    case 'size':
      return matcher.size();
  }
}
