import type { HttpBindings } from '@hono/node-server';
import type { Env, Context as HonoContext, MiddlewareHandler } from 'hono';
import { overloaded, type Problem } from '../kernel/problem.ts';
import { ListenQueue } from './listen-queue.ts';

/** Requests of one kind: how many run at once, how many wait, and how long. */
export interface Lane {
  readonly most: number;
  readonly waitingMax: number;
  readonly waitMs: number;
}

/** The event loop is late after this long without a pause on at least this many requests. */
const lateMs = 350;
const lateRequests = 20;
const tickMs = 50;
/**
 * Connections waiting to be accepted: above this number, new requests are refused until it falls.
 */
const queueMax = 64;

/**
 * Admits as many requests as can be answered. Others wait a moment or are refused at once, before
 * they use the database or the broker. Each lane has its own capacity, so that a flood of
 * one kind does not block the others; together they hold fewer connections than the pool has.
 */
export class Admission<Name extends string> {
  readonly #lanes: ReadonlyMap<Name, LaneQueue>;
  #tickAt = performance.now();
  #sinceTick = 0;
  #queue: ListenQueue | null = null;

  constructor(lanes: Readonly<Record<Name, Lane>>) {
    const names = Object.keys(lanes) as Name[]; // The keys of a literal.
    this.#lanes = new Map(names.map((name) => [name, new LaneQueue(lanes[name])]));
    const timer = setInterval(() => {
      this.#tickAt = performance.now();
      this.#sinceTick = 0;
    }, tickMs);
    timer.unref();
  }

  isFull(name: Name): boolean {
    return this.#lanes.get(name)?.isFull ?? false;
  }

  /** Counts a request that came over the network; true when there is no time for another. */
  isLate(port?: number): boolean {
    this.#sinceTick += 1;
    if (port !== undefined) this.#queue ??= new ListenQueue(port);
    if ((this.#queue?.length ?? 0) > queueMax) return true;
    return this.#sinceTick > lateRequests && performance.now() - this.#tickAt > tickMs + lateMs;
  }

  /** Waits for a place; returns the function that releases it. */
  async enter(name: Name): Promise<() => void> {
    const lane = this.#lanes.get(name);
    if (!lane) return () => undefined;
    await lane.enter();
    return () => lane.leave();
  }
}

interface Waiting {
  readonly start: () => void;
}

class LaneQueue {
  readonly #lane: Lane;
  readonly #waiting = new Set<Waiting>();
  #inside = 0;

  constructor(lane: Lane) {
    this.#lane = lane;
  }

  get isFull(): boolean {
    return this.#inside >= this.#lane.most && this.#waiting.size >= this.#lane.waitingMax;
  }

  enter(): Promise<void> {
    if (this.#inside < this.#lane.most) {
      this.#inside += 1;
      return Promise.resolve();
    }
    if (this.isFull) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        start: () => {
          clearTimeout(timer);
          this.#waiting.delete(waiting);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        reject(busy());
      }, this.#lane.waitMs);
      this.#waiting.add(waiting);
    });
  }

  /** The place goes to the request that has waited longest. */
  leave(): void {
    const [next] = this.#waiting;
    if (next) next.start();
    else this.#inside -= 1;
  }
}

/**
 * Two middleware steps around every route. The first refuses before a byte of the body is read. The
 * second takes a place once the body has arrived, so that a slow sender holds none.
 */
export function admit<E extends Env, Name extends string>(
  admission: Admission<Name>,
  laneOf: (c: HonoContext<E>) => Name,
): { readonly first: MiddlewareHandler<E>; readonly second: MiddlewareHandler<E> } {
  return {
    first: async (c, next) => {
      const port = portOf(c.env);
      const isLate = port !== undefined && admission.isLate(port);
      if (isLate || admission.isFull(laneOf(c))) throw busy();
      await next();
    },
    second: async (c, next) => {
      const leave = await admission.enter(laneOf(c));
      try {
        await next();
      } finally {
        leave();
      }
    },
  };
}

/**
 * The port that received the request. Requests made inside the process have none and never count as
 * load.
 */
function portOf(bindings: unknown): number | undefined {
  const incoming = (bindings as Partial<HttpBindings> | undefined)?.incoming; // Set by the server.
  return incoming?.socket.localPort;
}

function busy(): Problem {
  return overloaded('server.busy', 10);
}
