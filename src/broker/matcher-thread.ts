import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../kernel/assert.ts';
import type { Model } from '../matching/matching.ts';
import { localMatcher } from './matcher-local.ts';
import type { ThreadAnswer, ThreadAsk } from './matcher-remote.ts';

/** The worker thread: the index exists only here. */
assert(parentPort, 'the matcher runs in a thread of the broker');
const port = parentPort;
const matcher = localMatcher(workerData as Model); // Given by `threadMatcher`.

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
    case 'study':
      return matcher.study(ask.pairs);
    case 'lessons':
      return matcher.lessons(ask.acts);
    case 'size':
      return matcher.size();
  }
}
