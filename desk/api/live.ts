import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

/** Which questions a change to a noun may answer anew; keys are those of `asked.ts`. */
const touched: Readonly<Record<string, readonly string[]>> = {
  match: ['matches', 'match', 'unmatched'],
  person: ['person', 'unmatched', 'search'],
  record: ['person', 'match', 'unmatched'],
  event: ['person', 'match'],
  judgement: ['person', 'match', 'unmatched'],
  enquiry: ['enquiries', 'enquiry', 'person'],
  notice: ['notices', 'notice', 'enquiry', 'enquiries'],
  contact: ['enquiry', 'enquiries'],
  thread: ['enquiry', 'enquiries'],
  import: ['imports', 'import', 'import-rows', 'matches', 'unmatched'],
  alert: ['alerts'],
};

/** Listens for what colleagues do in the same office and asks again for what it touches. */
export function useLive(isSignedIn: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!isSignedIn) return;
    const stream = new EventSource('/api/live');
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const nouns = new Set<string>();
    stream.addEventListener('change', (event: MessageEvent<string>) => {
      nouns.add(nounOf(event.data));
      // A whole import changes many rows at once: one round of questions for all of them.
      waiting ??= setTimeout(() => {
        waiting = undefined;
        askAgain(client, nouns);
        nouns.clear();
      }, 400);
    });
    return () => {
      clearTimeout(waiting);
      stream.close();
    };
  }, [client, isSignedIn]);
}

function nounOf(message: string): string {
  try {
    const change: unknown = JSON.parse(message);
    if (typeof change !== 'object' || change === null || !('noun' in change)) return '';
    // Tables are named in the plural, nouns in the singular: both may come.
    return String(change.noun).replace(/ies$/, 'y').replace(/ches$/, 'ch').replace(/s$/, '');
  } catch {
    return '';
  }
}

function askAgain(client: QueryClient, nouns: ReadonlySet<string>): void {
  const keys = new Set(['queues', ...[...nouns].flatMap((noun) => touched[noun] ?? [])]);
  const all = [...nouns].some((noun) => !(noun in touched));
  void client.invalidateQueries({
    predicate: ({ queryKey }) => all || keys.has(String(queryKey[0])),
  });
}
