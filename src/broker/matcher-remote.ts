import { Worker } from 'node:worker_threads';
import type { Description } from '../kernel/description.ts';
import type { Lessons } from '../matching/learning/training-report.ts';
import type { Model } from '../matching/matching.ts';
import type { AnsweredDescriptions, Matcher, MatcherCandidate } from './matcher.ts';

type Call =
  | { call: 'add'; rows: readonly { readonly id: string; readonly description: Description }[] }
  | { call: 'remove'; ids: readonly string[] }
  | {
      call: 'find';
      description: Description;
      options: { top: number; exclude?: readonly string[] };
    }
  | { call: 'compare'; left: Description; right: Description }
  | { call: 'study'; pairs: readonly AnsweredDescriptions[] }
  | { call: 'lessons'; acts: number }
  | { call: 'size' };
export type ThreadAsk = Call & { readonly id: number };
export type ThreadAnswer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failed: true };

/** The matcher in a thread of its own, so that the broker answers while it searches. */
export function threadMatcher(entry: URL, model: Model, onExit: () => void): Matcher {
  const worker = new Worker(entry, { workerData: model });
  const waiting = new Map<
    number,
    { resolve: (result: unknown) => void; reject: (e: Error) => void }
  >();
  let next = 1;
  worker.on('message', (answer: ThreadAnswer) => {
    const waiter = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('failed' in answer) waiter?.reject(new Error('the matcher failed'));
    else waiter?.resolve(answer.result);
  });
  worker.on('error', onExit);
  worker.on('exit', onExit);
  const ask = <T>(call: Call): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const id = next++;
      waiting.set(id, { resolve: resolve as (result: unknown) => void, reject }); // The thread answers its call.
      worker.postMessage({ id, ...call });
    });
  return {
    modelVersion: model.version,
    add: (rows) => ask({ call: 'add', rows }),
    remove: (ids) => ask({ call: 'remove', ids }),
    find: (description, options) => ask<MatcherCandidate[]>({ call: 'find', description, options }),
    compare: (left, right) => ask({ call: 'compare', left, right }),
    study: (pairs) => ask({ call: 'study', pairs }),
    lessons: (acts) => ask<Lessons>({ call: 'lessons', acts }),
    size: () => ask({ call: 'size' }),
  };
}
