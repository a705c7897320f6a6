import type { ProcessRole } from '../db/roles.ts';
import type { Actor } from '../kernel/actor.ts';
import { sha256Hex } from '../vault/random.ts';

/** The processes that ask the broker; each is known by the password of its own database role. */
export type Caller = Exclude<ProcessRole, 'homeward_broker'>;

/** In whose name a process may ask. A taken web process must not pass for the worker (S-14). */
const speaksFor: Readonly<Record<Caller, readonly Actor['kind'][]>> = {
  homeward_desk: ['staff', 'door'],
  homeward_family: ['family', 'door'],
  homeward_worker: ['system'],
};

/** Calls in somebody's name; what each opens is decided in the broker itself. */
const inSomebodysName: ReadonlySet<string> = new Set([
  'open',
  'mask',
  'maskMatches',
  'search',
  'openMatch',
  'adoptIntake',
]);
/** Calls of the timetable's work, which no site has a reason to make. */
const ofWorker: ReadonlySet<string> = new Set(['forgetUploads']);
/** Calls of the command line, which has no role: what they answer speaks of nobody. */
const ofAnybody: ReadonlySet<string> = new Set([
  'lock',
  'unlock',
  'state',
  'learn',
  'unlocked',
  'intakeKey',
  'signingKey',
]);

/** What a process shows the broker: it follows from its password and does not give it away. */
export function passOf(roleUrl: string): string {
  return passFrom(decodeURIComponent(new URL(roleUrl).password));
}

export function passFrom(password: string): string {
  return sha256Hex(`broker|${password}`);
}

/** Digests of the passes, for the broker's process: knowing one is not showing it. */
export function callersOf(passwords: Readonly<Record<string, string>>): string {
  const known = Object.keys(speaksFor).map((caller) => {
    return [sha256Hex(passFrom(passwords[caller] ?? '')), caller];
  });
  return JSON.stringify(Object.fromEntries(known));
}

/** Who shows this pass, or null. */
export function callerReader(callers: string): (pass: string) => Caller | null {
  const known = new Map(Object.entries(JSON.parse(callers) as Record<string, Caller>)); // Written above.
  return (pass) => known.get(sha256Hex(pass)) ?? null;
}

/** May this process make this call at all, in the name it gives? */
export function mayCall(caller: Caller | null, call: string, argument: unknown): boolean {
  if (ofAnybody.has(call)) return true;
  if (!caller) return false;
  if (ofWorker.has(call)) return caller === 'homeward_worker';
  if (!inSomebodysName.has(call)) return true;
  const kind = (argument as { actor?: { kind?: Actor['kind'] } } | null)?.actor?.kind;
  return kind !== undefined && speaksFor[caller].includes(kind);
}
