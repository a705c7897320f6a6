import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { ownActs } from './act.ts';
import { asked } from './asked.ts';
import { counted, markChanged } from './changed.ts';

/** Ids are uuids: a key with one is the page of one object. */
const isOfOneThing = (id: unknown) =>
  typeof id === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id);
const gatherMs = 400;
/** After a longer disconnection, open content may have changed without an event. */
const cutMs = 10_000;
const echoMs = 3_000;

interface Change {
  /** Keys of the queries that it affects, as the server's modules declare them. */
  readonly topics: readonly string[];
  readonly objectId: string;
}

/**
 * Listens for changes by colleagues in the same office and repeats the queries that they affect.
 */
export function useLive(isSignedIn: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!isSignedIn) return;
    const stream = new EventSource('/api/live');
    // A whole import changes many rows at once: one round of queries for all of them.
    const soon = gatherer(gatherMs, (changes) => applyChanges(client, changes));
    let cutAt: number | null = null;
    stream.addEventListener('change', (event: MessageEvent<string>) => {
      soon.add(readChange(event.data));
    });
    stream.addEventListener('error', () => {
      cutAt ??= Date.now();
    });
    stream.addEventListener('open', () => {
      // Events during a disconnection are lost. Queries that cost no budget are repeated, the
      // others when they are next opened.
      if (cutAt === null) void client.invalidateQueries({ queryKey: asked.queues().queryKey });
      else afterCut(client, Date.now() - cutAt);
      cutAt = null;
    });
    return () => {
      soon.stop();
      stream.close();
    };
  }, [client, isSignedIn]);
}

const isCounted = ([key]: readonly unknown[]) => counted.includes(String(key));

function afterCut(client: QueryClient, lastedMs: number): void {
  void client.invalidateQueries({ predicate: ({ queryKey }) => !isCounted(queryKey) });
  void client.invalidateQueries({
    predicate: ({ queryKey }) => isCounted(queryKey),
    refetchType: 'none',
  });
  if (lastedMs < cutMs) return;
  for (const query of client.getQueryCache().findAll({ type: 'active' })) {
    if (isCounted(query.queryKey)) markChanged(query.queryHash, []);
  }
}

function gatherer(everyMs: number, tell: (changes: readonly Change[]) => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let gathered: Change[] = [];
  return {
    add(change: Change) {
      gathered.push(change);
      timer ??= setTimeout(() => {
        timer = undefined;
        const changes = gathered;
        gathered = [];
        tell(changes);
      }, everyMs);
    },
    stop: () => clearTimeout(timer),
  };
}

const nothing: Change = { topics: [], objectId: '' };

function readChange(message: string): Change {
  try {
    const change: unknown = JSON.parse(message);
    if (typeof change !== 'object' || change === null) return nothing;
    const topics = 'topics' in change && Array.isArray(change.topics) ? change.topics : [];
    const objectId = 'objectId' in change ? String(change.objectId) : '';
    return { topics: topics.map(String), objectId };
  } catch {
    return nothing;
  }
}

/**
 * Repeats affected queries that cost nothing. Queries with a budget are only marked: otherwise an
 * open page of matches would spend its reader's budget, and lock the reader out, by itself.
 */
export function applyChanges(client: QueryClient, changes: readonly Change[]): void {
  const keys = new Set(['queues', ...changes.flatMap(({ topics }) => topics)]);
  const ids = new Set(changes.map(({ objectId }) => objectId));
  const isEcho = Date.now() - ownActs.at < echoMs;
  const isTouched = ([key]: readonly unknown[]) => keys.has(String(key));
  /** Pages of one object are affected only when that object changed. */
  const isAnotherThing = ([, id]: readonly unknown[]) => isOfOneThing(id) && !ids.has(String(id));
  for (const query of client.getQueryCache().findAll({ type: 'active' })) {
    const { queryKey, queryHash } = query;
    if (!isTouched(queryKey) || !isCounted(queryKey) || isAnotherThing(queryKey)) continue;
    // The screen's own command has reloaded the page already; its change also arrives as a live
    // event.
    if (isEcho && isOfOneThing(queryKey[1])) continue;
    markChanged(queryHash, ids);
  }
  const waits = (key: readonly unknown[]) => isCounted(key) || isAnotherThing(key);
  // Fetched when it is next opened.
  void client.invalidateQueries({
    predicate: ({ queryKey }) => isTouched(queryKey) && waits(queryKey),
    refetchType: 'none',
  });
  void client.invalidateQueries({
    predicate: ({ queryKey }) => isTouched(queryKey) && !waits(queryKey),
  });
}
