import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { Problem } from '../kernel/problem.ts';

/**
 * argon2id (the library's default variant) with 19 MiB and two passes, the figures of RFC 9106's
 * second recommendation as OWASP scales them: some 20 ms of one core, and 19 MiB for each at once.
 */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** one at a time for each core, twenty waiting; a constant refusal beyond that. */
const atOnce = Math.max(1, availableParallelism() - 1);
const waitingMax = 20;

let running = 0;
const waiting: (() => void)[] = [];
/** Settles when the work that came last has ended. */
let last: Promise<unknown> = Promise.resolve();

/** Takes what the turn is spent on: counted before any work is done. Null when nothing is left. */
export type Claim<Claimed> = () => Promise<Claimed | null>;

/** Hashes a passphrase for storage, with a salt of its own; null when the claim was refused. */
export function hashPassphrase(claim: Claim<unknown>, passphrase: string): Promise<string | null> {
  return inTurn(async () => ((await claim()) === null ? null : hash(passphrase, cost)));
}

/** Whether the passphrase belongs to the claimed hash. Only for what is known to exist (S-41). */
export function checkPassphrase(claim: Claim<string>, passphrase: string): Promise<boolean> {
  return inTurn(async () => {
    const stored = await claim();
    return stored !== null && verify(stored, passphrase);
  });
}

/**
 * What a code that nobody has goes through instead of a check: the same refusal when too many wait,
 * and the same wait for those ahead. It takes no turn, so guessing codes keeps nobody out (S-02).
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
    // The turn is handed on, not given back, so nobody overtakes those who wait.
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}
