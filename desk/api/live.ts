import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { ownActs } from './act.ts';
import { asked } from './asked.ts';

/** Which questions a change to a noun may answer anew; keys are those of `asked.ts`. */
const touched: Readonly<Record<string, readonly string[]>> = {
  match: ['matches', 'match', 'unmatched'],
  person: ['person', 'unmatched', 'search'],
  record: ['person', 'match', 'unmatched'],
  event: ['person', 'match'],
  judgement: ['person', 'match', 'unmatched', 'kin'],
  kin: ['kin', 'person'],
  enquiry: ['enquiries', 'enquiry', 'person'],
  notice: ['notices', 'notice', 'enquiry', 'enquiries'],
  contact: ['enquiry', 'enquiries'],
  thread: ['enquiry', 'enquiries'],
  import: ['imports', 'import', 'import-rows', 'matches', 'unmatched'],
  alert: ['alerts'],
};

/** Pages of one thing: opened afresh only when that very thing changed, since opening is counted. */
const opened: readonly string[] = ['match', 'person', 'enquiry', 'notice'];
/** Lists of masked rows; each page asked for is counted, so they follow more slowly. */
const masked: readonly string[] = ['matches', 'unmatched'];
const gatherMs = 400;
const maskedEveryMs = 15_000;
const echoMs = 3_000;

interface Change {
  readonly noun: string;
  readonly objectId: string;
}

/** Listens for what colleagues do in the same office and asks again for what it touches. */
export function useLive(isSignedIn: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!isSignedIn) return;
    const stream = new EventSource('/api/live');
    // A whole import changes many rows at once: one round of questions for all of them.
    const soon = gatherer(gatherMs, (changes) => askAgain(client, changes, isQuick));
    const later = gatherer(maskedEveryMs, (changes) => askAgain(client, changes, isMasked));
    let wasCut = false;
    stream.addEventListener('change', (event: MessageEvent<string>) => {
      const change = readChange(event.data);
      soon.add(change);
      later.add(change);
    });
    stream.addEventListener('error', () => {
      wasCut = true;
    });
    stream.addEventListener('open', () => {
      // What happened while the line was cut was not heard, nor what happened before it stood: then at
      // least the counts are asked for again, which cost nobody's budget.
      void client.invalidateQueries(wasCut ? {} : { queryKey: asked.queues().queryKey });
      wasCut = false;
    });
    return () => {
      soon.stop();
      later.stop();
      stream.close();
    };
  }, [client, isSignedIn]);
}

const isMasked = (key: string) => masked.includes(key);
const isQuick = (key: string) => !masked.includes(key);

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

function readChange(message: string): Change {
  try {
    const change: unknown = JSON.parse(message);
    if (typeof change !== 'object' || change === null) return { noun: '', objectId: '' };
    const noun = 'noun' in change ? String(change.noun) : '';
    const objectId = 'objectId' in change ? String(change.objectId) : '';
    // Tables are named in the plural, nouns in the singular: both may come.
    const single = noun.replace(/ies$/, 'y').replace(/ches$/, 'ch').replace(/s$/, '');
    return { noun: single, objectId };
  } catch {
    return { noun: '', objectId: '' };
  }
}

function askAgain(
  client: QueryClient,
  changes: readonly Change[],
  isMine: (key: string) => boolean,
): void {
  const keys = new Set(['queues', ...changes.flatMap(({ noun }) => touched[noun] ?? [])]);
  const ids = new Set(changes.map(({ objectId }) => objectId));
  const isEcho = Date.now() - ownActs.at < echoMs;
  const isTouched = ([key = '']: readonly unknown[]) =>
    isMine(String(key)) && keys.has(String(key));
  const isAnotherThing = ([key, id]: readonly unknown[]) =>
    opened.includes(String(key)) && !ids.has(String(id));
  // What may hang on the change is fetched when it is next opened, the thing itself at once.
  void client.invalidateQueries({
    predicate: ({ queryKey }) => isTouched(queryKey) && isAnotherThing(queryKey),
    refetchType: 'none',
  });
  void client.invalidateQueries({
    predicate: ({ queryKey }) =>
      isTouched(queryKey) &&
      !isAnotherThing(queryKey) &&
      !(isEcho && opened.includes(String(queryKey[0]))),
  });
}
