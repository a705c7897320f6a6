import { MatchIndex, modelVersion } from '../matching/matching.ts';
import type { Matcher } from './matcher.ts';

/** The matcher in this very thread: for the worker thread itself and for tests. */
export function localMatcher(): Matcher {
  const index = new MatchIndex();
  return {
    modelVersion,
    add: async (rows) => {
      for (const { id, description } of rows) index.add(id, description);
    },
    remove: async (ids) => {
      for (const id of ids) index.remove(id);
    },
    find: async (description, { top, exclude }) =>
      index.find(description, { top, exclude: new Set(exclude ?? []) }),
    compare: async (left, right) => index.compare(left, right),
    size: async () => index.size,
  };
}
