import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { Problem } from '../kernel/problem.ts';

/**
 * argon2id (the library's default variant) with 19 MiB and two passes: the second recommendation of
 * RFC 9106 as OWASP scales it. One hash takes about 20 ms of one core and 19 MiB.
 */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** one at a time for each core, twenty waiting; beyond that a constant refusal. */
const atOnce = Math.max(1, availableParallelism() - 1);
const waitingMax = 20;

let running = 0;
const waiting: (() => void)[] = [];
/** Settles when the most recent work has ended. */
let last: Promise<unknown> = Promise.resolve();

/** Takes the attempt before any work is done. Null when none is left. */
export type Claim<Claimed> = () => Promise<Claimed | null>;

/** Hashes a passphrase for storage, with a salt of its own; null when the attempt was refused. */
export function hashPassphrase(claim: Claim<unknown>, passphrase: string): Promise<string | null> {
  return inTurn(async () => ((await claim()) === null ? null : hash(passphrase, cost)));
}

/** True if the passphrase belongs to the claimed hash. Only for files known to exist (S-41). */
export function checkPassphrase(claim: Claim<string>, passphrase: string): Promise<boolean> {
  return inTurn(async () => {
    const stored = await claim();
    return stored !== null && verify(stored, passphrase);
  });
}

/**
 * Replaces the check for an unknown code: the same refusal when too many wait, and the same wait.
 * It takes no turn, so guessing codes locks out no other visitor (S-02).
 */
export async function waitLikeACheck(): Promise<void> {
  requireRoom();
  await last;
}

function requireRoom(): void {
  if (running < atOnce || waiting.length < waitingMax) return;
  throw new Problem('passphrase.busy', 429, 'Too many are signing in at this moment.', {
    retryAfterSeconds: 10,
  });
}

async function inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  requireRoom();
  const turn = takeTurn(work);
  last = turn.catch(() => undefined); // Only its end matters here; the caller has the error.
  return turn;
}

async function takeTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    // The turn is passed on, not released, so no newcomer overtakes those who wait.
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}
