import { streamSSE } from 'hono/streaming';
import type { DeskContext } from '../access/desk-route.ts';
import { type Change, type ChangePlace, findChangePlace, listChanges } from '../audit/changes.ts';
import type { Db } from '../db/connect.ts';
import type { OfficeId } from '../kernel/ids.ts';
import { overloaded, signedOut } from '../kernel/problem.ts';

const pollEveryMs = 700;
const heartbeatMs = 20_000;
const listenersMax = 200;
/** A stream ends by itself, so that a session that has ended does not go on hearing. */
const streamMs = 10 * 60_000;

/**
 * Tells open screens that something changed at their office: noun and id, nothing of its content.
 * One reader for all screens; it reads only while somebody listens.
 */
export function makeLive(parts: { readonly db: Db; readonly officeId: OfficeId }) {
  const listeners = new Set<(changes: readonly Change[]) => void>();
  let place: ChangePlace | null = null;
  let running = false;
  const context = {
    actorKind: 'staff',
    actorId: 'live',
    officeId: parts.officeId,
    subjectId: '',
  };
  const poll = async (): Promise<void> => {
    place ??= await findChangePlace(parts.db, context);
    const changes = await listChanges(parts.db, context, { after: place, limit: 500 });
    const last = changes.at(-1);
    if (!last) return;
    place = { writtenBy: last.writtenBy, sequence: last.sequence };
    for (const listener of listeners) listener(changes);
  };
  const run = async (): Promise<void> => {
    if (running) return;
    running = true;
    while (listeners.size > 0) {
      // A database that is away for a moment: the next reading goes on from the same place.
      await poll().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, pollEveryMs));
    }
    place = null;
    running = false;
  };
  return (c: DeskContext): Response => {
    if (c.get('ctx').actor.kind !== 'staff') throw signedOut();
    if (listeners.size >= listenersMax) throw overloaded('live.full', 60);
    const live = streamSSE(c, async (stream) => {
      const waiting: Change[] = [];
      const listener = (changes: readonly Change[]) => void waiting.push(...changes);
      listeners.add(listener);
      void run();
      const endsAt = Date.now() + streamMs;
      let beatAt = 0;
      try {
        while (!stream.aborted && Date.now() < endsAt) {
          for (const { noun, objectId } of distinct(waiting.splice(0))) {
            await stream.writeSSE({ event: 'change', data: JSON.stringify({ noun, objectId }) });
          }
          if (Date.now() - beatAt > heartbeatMs) {
            beatAt = Date.now();
            await stream.writeSSE({ event: 'beat', data: '' });
          }
          await stream.sleep(pollEveryMs / 2);
        }
      } finally {
        listeners.delete(listener);
      }
    });
    // The framework says no-cache, which lets a browser keep what it must ask about again (S-35).
    live.headers.set('Cache-Control', 'no-store');
    return live;
  };
}

function distinct(changes: readonly Change[]): readonly Change[] {
  return [
    ...new Map(changes.map((change) => [`${change.noun}|${change.objectId}`, change])).values(),
  ];
}
