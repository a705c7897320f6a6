import type { QueryClient } from '@tanstack/react-query';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useSyncExternalStore } from 'react';

/**
 * Queries whose answer opens or masks sealed records: each is counted per hour. Live events never
 * repeat them; they only mark the screen as changed, and a person reloads it.
 */
export const counted: readonly string[] = [
  'matches',
  'unmatched',
  'match',
  'person',
  'enquiry',
  'notice',
  'kin',
  'duplicates',
  'import-rows',
];

interface Mark {
  readonly ids: Set<string>;
  at: number;
}

const idsMax = 1_000;
const marks = new Map<string, Mark>();
const listeners = new Set<() => void>();

/** Records that the result of this query has changed; without an id, that it may have. */
export function markChanged(queryHash: string, ids: Iterable<string>, at = Date.now()): void {
  const mark = marks.get(queryHash) ?? { ids: new Set<string>(), at };
  for (const id of ids) if (mark.ids.size < idsMax) mark.ids.add(id);
  mark.at = at;
  marks.set(queryHash, mark);
  for (const listener of listeners) listener();
}

/** How many changes there are to the open content since it was read; null for none. */
export function changesOf(client: QueryClient): number | null {
  let count: number | null = null;
  for (const [hash, mark] of marks) {
    const query = client.getQueryCache().get(hash);
    // Read since, or closed: the mark is removed.
    if (!query?.isActive() || query.state.dataUpdatedAt >= mark.at) marks.delete(hash);
    else count = (count ?? 0) + mark.ids.size;
  }
  return count;
}

/** Reads the marked open content again, when a person asks for it; it costs budget as usual. */
export function reloadChanged(client: QueryClient): Promise<void> {
  const hashes = new Set(marks.keys());
  return client.refetchQueries({
    type: 'active',
    predicate: ({ queryHash }) => hashes.has(queryHash),
  });
}

export function useChanges(): number | null {
  const client = useQueryClient();
  const subscribe = useCallback(
    (listener: () => void) => {
      listeners.add(listener);
      const stop = client.getQueryCache().subscribe(listener);
      return () => {
        listeners.delete(listener);
        stop();
      };
    },
    [client],
  );
  return useSyncExternalStore(subscribe, () => changesOf(client));
}
