import { streamSSE } from 'hono/streaming';
import type { DeskContext } from '../access/desk-route.ts';
import { isStillOpen } from '../access/sign-in.ts';
import { type Change, type ChangePlace, findChangePlace, listChanges } from '../audit/changes.ts';
import type { Db } from '../db/connect.ts';
import type { StaffActor } from '../kernel/actor.ts';
import type { OfficeId, StaffId } from '../kernel/ids.ts';
import { overloaded, signedOut } from '../kernel/problem.ts';
import type { Declared } from '../registry/module.ts';

const pollEveryMs = 700;
const heartbeatMs = 20_000;
/** A stream ends after this time; the screen then opens another. */
const streamMs = 10 * 60_000;
/** How often the session of a stream is checked. */
const sessionEveryMs = 3_000;
/** Unread data of a slow screen before its stream ends. */
const waitingMax = 1_000;

/** Limits of the live streams. */
export interface LiveShares {
  readonly all: number;
  /** When one person opens more, the oldest ends: a forgotten screen locks no one out. */
  readonly perPerson: number;
}
const shares: LiveShares = { all: 600, perPerson: 6 };

interface LiveParts {
  readonly db: Db;
  readonly officeId: OfficeId;
  readonly clock: () => Date;
  readonly declared: Pick<Declared, 'live'>;
}

interface Listener {
  /** Its session is checked by id: a step-up replaces the token, and the stream continues. */
  readonly actor: StaffActor;
  readonly waiting: Change[];
  isOver: boolean;
}

/**
 * Tells open screens that something changed in their office: the lists and pages affected and the
 * id, nothing of its content. One reader serves all screens. It reads only while a screen listens,
 * and ends the streams of sessions that have ended.
 */
export function makeLive(parts: LiveParts, limits: LiveShares = shares) {
  const reader = new LiveReader(parts);
  return (c: DeskContext): Response => {
    const { actor } = c.get('ctx');
    if (actor.kind !== 'staff') throw signedOut();
    makeRoom(reader.listeners, actor.staffId, limits);
    const listener: Listener = { actor, waiting: [], isOver: false };
    const live = streamSSE(c, async (stream) => {
      reader.add(listener);
      stream.onAbort(() => {
        listener.isOver = true;
      });
      const endsAt = Date.now() + streamMs;
      let beatAt = 0;
      try {
        while (!listener.isOver && Date.now() < endsAt) {
          for (const { noun, objectId } of distinct(listener.waiting.splice(0))) {
            const topics = parts.declared.live[noun] ?? [];
            const change = JSON.stringify({ topics, objectId });
            await stream.writeSSE({ event: 'change', data: change });
          }
          if (Date.now() - beatAt > heartbeatMs) {
            beatAt = Date.now();
            await stream.writeSSE({ event: 'beat', data: '', retry: 5_000 });
          }
          await stream.sleep(pollEveryMs / 2);
        }
      } finally {
        reader.listeners.delete(listener);
      }
    });
    // The framework says no-cache, which lets a browser keep what it must ask about again (S-35).
    live.headers.set('Cache-Control', 'no-store');
    return live;
  };
}

/**
 * Ends the person's oldest stream if they have reached their limit; refuses only when all are
 * taken.
 */
function makeRoom(listeners: Set<Listener>, staffId: StaffId, limits: LiveShares): void {
  const own = [...listeners].filter((each) => each.actor.staffId === staffId);
  const [oldest] = own;
  if (own.length >= limits.perPerson && oldest) {
    oldest.isOver = true;
    listeners.delete(oldest);
  }
  if (listeners.size >= limits.all) throw overloaded('live.full', 60);
}

class LiveReader {
  /** In order of arrival. */
  readonly listeners = new Set<Listener>();
  readonly #parts: LiveParts;
  readonly #context;
  #place: ChangePlace | null = null;
  #isRunning = false;

  constructor(parts: LiveParts) {
    this.#parts = parts;
    const { officeId } = parts;
    this.#context = { actorKind: 'staff', actorId: 'live', officeId, subjectId: '' };
  }

  add(listener: Listener): void {
    this.listeners.add(listener);
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    let askAt = Date.now() + sessionEveryMs;
    while (this.listeners.size > 0) {
      // The database is away for a moment: the next reading continues from the same position.
      await this.#poll().catch(() => undefined);
      if (Date.now() >= askAt) {
        await this.#endSignedOut().catch(() => undefined); // Meanwhile no change is announced either.
        askAt = Date.now() + sessionEveryMs;
      }
      await new Promise((resolve) => setTimeout(resolve, pollEveryMs));
    }
    this.#place = null;
    this.#isRunning = false;
  }

  async #poll(): Promise<void> {
    const { db } = this.#parts;
    this.#place ??= await findChangePlace(db, this.#context);
    const asked = { after: this.#place, limit: 500 };
    const changes = await listChanges(db, this.#context, asked);
    const last = changes.at(-1);
    if (!last) return;
    this.#place = { writtenBy: last.writtenBy, sequence: last.sequence };
    for (const listener of this.listeners) {
      if (listener.waiting.length > waitingMax) listener.isOver = true;
      else listener.waiting.push(...changes);
    }
  }

  /** One check for each session, however many screens it has open. */
  async #endSignedOut(): Promise<void> {
    const { db, clock } = this.#parts;
    const sessions = new Map([...this.listeners].map(({ actor }) => [actor.sessionId, actor]));
    for (const [sessionId, actor] of sessions) {
      if (await isStillOpen(db, actor, clock())) continue;
      for (const listener of this.listeners) {
        if (listener.actor.sessionId !== sessionId) continue;
        listener.isOver = true;
        listener.waiting.length = 0;
      }
    }
  }
}

function distinct(changes: readonly Change[]): readonly Change[] {
  return [
    ...new Map(changes.map((change) => [`${change.noun}|${change.objectId}`, change])).values(),
  ];
}
