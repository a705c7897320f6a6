import type { ProcessRole } from '../db/roles.ts';
import type { Actor } from '../kernel/actor.ts';
import { sha256Hex } from '../vault/random.ts';

/**
 * The processes that call the broker; each is identified by the password of its own database role.
 */
export type Caller = Exclude<ProcessRole, 'homeward_broker'>;

/**
 * The actors for which a process may call. A compromised web process must not act as the worker
 * (S-14).
 */
const speaksFor: Readonly<Record<Caller, readonly Actor['kind'][]>> = {
  homeward_desk: ['staff', 'door'],
  homeward_family: ['family', 'door'],
  homeward_worker: ['system'],
};

/** Calls for an actor; the broker itself decides what each opens. */
const inSomebodysName: ReadonlySet<string> = new Set([
  'open',
  'mask',
  'maskMatches',
  'search',
  'openMatch',
  'adoptIntake',
]);
/** Calls of timed work, which the sites do not need. */
const ofWorker: ReadonlySet<string> = new Set(['forgetUploads']);
/** Calls of the command line, which has no role: their answers contain nothing about people. */
const ofAnybody: ReadonlySet<string> = new Set([
  'lock',
  'unlock',
  'state',
  'learn',
  'unlocked',
  'intakeKey',
  'signingKey',
]);

/**
 * The credential that a process presents: it is derived from its password and does not reveal it.
 */
export function passOf(roleUrl: string): string {
  return passFrom(decodeURIComponent(new URL(roleUrl).password));
}

export function passFrom(password: string): string {
  return sha256Hex(`broker|${password}`);
}

/** Digests of the credentials, for the broker's process: a digest cannot be presented. */
export function callersOf(passwords: Readonly<Record<string, string>>): string {
  const known = Object.keys(speaksFor).map((caller) => {
    return [sha256Hex(passFrom(passwords[caller] ?? '')), caller];
  });
  return JSON.stringify(Object.fromEntries(known));
}

/** The process that presents this credential, or null. */
export function callerReader(callers: string): (pass: string) => Caller | null {
  const known = new Map(Object.entries(JSON.parse(callers) as Record<string, Caller>)); // Written above.
  return (pass) => known.get(sha256Hex(pass)) ?? null;
}

/** True if this process may make this call for the actor that it names. */
export function mayCall(caller: Caller | null, call: string, argument: unknown): boolean {
  if (ofAnybody.has(call)) return true;
  if (!caller) return false;
  if (ofWorker.has(call)) return caller === 'homeward_worker';
  if (!inSomebodysName.has(call)) return true;
  const kind = (argument as { actor?: { kind?: Actor['kind'] } } | null)?.actor?.kind;
  return kind !== undefined && speaksFor[caller].includes(kind);
}
