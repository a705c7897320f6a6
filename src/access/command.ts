import type { Context, Moment } from '../audit/context.ts';
import { auditedRead, type Found, type FoundByBroker } from '../audit/read.ts';
import {
  auditedPreparedWrite,
  auditedWrite,
  recordRefusal,
  type WriteSubject,
} from '../audit/write.ts';
import type { Db } from '../db/connect.ts';
import { assert } from '../kernel/assert.ts';
import type { OfficeId, StaffId } from '../kernel/ids.ts';
import { needsFreshPasskey, refused, requireVersion } from '../kernel/problem.ts';
import { decide, type Facts, judge } from './decide.ts';
import type { Permission } from './permission.ts';

/** The subject of a command, and the version that its sender saw. */
export interface CommandSubject extends WriteSubject {
  readonly version?: number;
}

/** The parts of a command; `command` puts them in order. */
export interface CommandParts<Input, Subject, Loaded, Next, Prepared, Answer> {
  readonly permission: Permission;
  /** Names the object in a refusal: "not there" and "not yours" are one answer (ruling 13). */
  readonly noun: string;
  readonly subject: (input: Input, at: Moment) => CommandSubject;
  /** Loads and locks the object of the permission; null if it does not exist. */
  readonly load: (tx: Db, input: Input, at: Moment) => Promise<Subject | null>;
  readonly facts: (subject: Subject) => Facts;
  /** Loads what else the step needs, once the actor is known to be entitled. */
  readonly complete?: (tx: Db, subject: Subject, of: Asked<Input>) => Promise<Loaded>;
  /** The current version, for commands that require one. */
  readonly version?: (loaded: Loaded, at: Moment) => number;
  /** Pure: the next state, or a Problem. */
  readonly step?: (loaded: Loaded, input: Input, at: Moment) => Next;
  /** What the broker does before the write. Runs outside any transaction, and only if permitted. */
  readonly prepare?: (ctx: Context, next: Next, input: Input) => Promise<Prepared>;
  readonly write: (tx: Db, of: Ready<Input, Next, Prepared>, at: Moment) => Promise<Answer>;
}

/** The request: its input, its actor and its time. */
export interface Asked<Input> {
  readonly input: Input;
  readonly at: Moment;
}

/** The values available to a write. */
export interface Ready<Input, Next, Prepared> {
  readonly input: Input;
  readonly next: Next;
  readonly prepared: Prepared;
}

/**
 * A write, in the one order of all writes: repeated command → load and lock → permission → version
 * → pure step → write → entry, change mark and stored answer. Where the broker is needed, the same
 * order up to the step runs first in a transaction of its own, then `prepare` outside any.
 */
export function command<
  Input,
  Subject,
  Loaded = Subject,
  Next = Loaded,
  Prepared = null,
  Answer = null,
>(
  parts: CommandParts<Input, Subject, Loaded, Next, Prepared, Answer>,
): (ctx: Context, input: Input) => Promise<Answer> {
  return (ctx, input) => {
    const { prepare, permission: action } = parts;
    // Code inside a transaction has no broker.
    const at: Moment = { actor: ctx.actor, purpose: ctx.purpose, now: ctx.now };
    const { version, ...subject } = parts.subject(input, at);
    const draft = (tx: Db) => nextOf(parts, tx, { input, at, version });
    const about = { ...subject, action };
    if (!prepare) {
      return auditedWrite(ctx, about, async (tx) => {
        const ready = { input, next: await draft(tx), prepared: null as Prepared }; // Its default.
        return parts.write(tx, ready, at);
      });
    }
    return auditedPreparedWrite(ctx, about, {
      draft,
      prepare: (next) => prepare(ctx, next, input),
      write: async (tx, prepared) =>
        parts.write(tx, { input, next: await draft(tx), prepared }, at),
    });
  };
}

async function nextOf<Input, Subject, Loaded, Next, Prepared, Answer>(
  parts: CommandParts<Input, Subject, Loaded, Next, Prepared, Answer>,
  tx: Db,
  of: Asked<Input> & { readonly version: number | undefined },
): Promise<Next> {
  const { input, at } = of;
  const subject = await parts.load(tx, input, at);
  if (subject === null) throw refused(parts.noun);
  const verdict = judge(at, parts.permission, parts.facts(subject));
  if (verdict === 'not_fresh') throw needsFreshPasskey();
  if (verdict === 'refused') throw refused(parts.noun);
  // If a part is omitted, its type is that of the part before it.
  const loaded = parts.complete
    ? await parts.complete(tx, subject, of)
    : (subject as unknown as Loaded);
  if (parts.version) {
    assert(of.version !== undefined, 'a command held to a version names the one that was seen');
    requireVersion(parts.noun, parts.version(loaded, at), of.version);
  }
  return parts.step ? parts.step(loaded, input, at) : (loaded as unknown as Next);
}

/** The parts of a protected read. */
export interface ReadParts<Input, Loaded, Answer> {
  readonly permission: Permission;
  readonly noun: string;
  readonly objectId: (input: Input, at: Moment) => string;
  /** Loads the object of the permission; null if it does not exist. */
  readonly load: (tx: Db, input: Input, at: Moment) => Promise<Loaded | null>;
  readonly facts: (loaded: Loaded) => Facts;
  /** The read usually opens sealed fields: then the broker fetches the salts of its entry. */
  readonly opens?: true;
  /** Loads the rest, names the sealed fields and computes the answer from them. */
  readonly find: (
    tx: Db,
    of: { readonly loaded: Loaded; readonly input: Input },
    at: Moment,
  ) => Promise<Found<Answer> | FoundByBroker<Answer>>;
}

/**
 * A protected read: load → permission → find, in one transaction; then the sealed fields are
 * opened.
 */
export function protectedRead<Input, Loaded, Answer>(
  parts: ReadParts<Input, Loaded, Answer>,
): (ctx: Context, input: Input) => Promise<Answer> {
  return (ctx, input) => {
    const { permission, noun } = parts;
    const at: Moment = { actor: ctx.actor, purpose: ctx.purpose, now: ctx.now };
    const objectId = parts.objectId(input, at);
    const { opens = false } = parts;
    return auditedRead(ctx, { action: permission, objectId, opens }, async (tx) => {
      const loaded = await parts.load(tx, input, at);
      if (loaded === null || !decide(at, permission, parts.facts(loaded))) throw refused(noun);
      return parts.find(tx, { loaded, input }, at);
    });
  };
}

/** Refuses, with an entry, an actor who lacks a permission over the office's own rows. */
export async function requirePermission(
  ctx: Context,
  permission: Permission,
  noun: string,
): Promise<void> {
  const { officeId } = ctx.actor;
  if (decide(ctx, permission, { officeId })) return;
  const refusal = refused(noun);
  await recordRefusal(ctx, refusal, { action: permission, objectId: officeId });
  throw refusal;
}

/** Common parts of reads and commands on the office as a whole: queues, lists, settings. */
export function onOffice(noun: string) {
  return {
    noun,
    subject: (_input: unknown, at: Moment): WriteSubject => ({ objectId: at.actor.officeId }),
    objectId: (_input: unknown, at: Moment): string => at.actor.officeId,
    load: async (_tx: Db, _input: unknown, at: Moment): Promise<OfficeRow> => ({
      officeId: at.actor.officeId,
    }),
    facts: officeFacts,
  };
}

interface OfficeRow {
  readonly officeId: OfficeId;
}

/** The facts of a row that belongs to an office and to no enquiry. */
export function officeFacts({ officeId }: OfficeRow): Facts {
  return { officeId };
}

/** The staff member who acts. Only for permissions that admit staff alone. */
export function staffOf({ actor }: Moment): StaffId {
  assert(actor.kind === 'staff', 'the rules admit only staff here');
  return actor.staffId;
}
