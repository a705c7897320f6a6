import { type Judged, lessonsOf } from '../matching/learning/training-report.ts';
import { layOut, MatchIndex, type Model, model as ownModel } from '../matching/matching.ts';
import type { Matcher } from './matcher.ts';

/** The matcher in the calling thread: for the worker thread itself and for tests. */
export function localMatcher(model: Model = ownModel): Matcher {
  const index = new MatchIndex(layOut(model));
  let studied: Judged[] = [];
  return {
    modelVersion: model.version,
    add: async (rows) => {
      for (const { id, description } of rows) index.add(id, description);
    },
    remove: async (ids) => {
      for (const id of ids) index.remove(id);
    },
    find: async (description, { top, exclude }) =>
      index.find(description, { top, exclude: new Set(exclude ?? []) }),
    compare: async (left, right) => index.compare(left, right),
    study: async (pairs) => {
      for (const { left, right, same } of pairs) {
        studied.push({ comparison: index.comparisonOf(left, right), same });
      }
    },
    lessons: async (acts) => {
      const judged = studied;
      studied = [];
      return lessonsOf(judged, model, { size: index.size, acts });
    },
    size: async () => index.size,
  };
}
