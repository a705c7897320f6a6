import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { Problem } from '../kernel/problem.ts';

/**
 * argon2id (the library's default variant) with 19 MiB and two passes, the figures of RFC 9106's
 * second recommendation as OWASP scales them: some 20 ms of one core, and 19 MiB for each at once.
 */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** one at a time for each core, twenty waiting; whoever comes after that is turned away. */
const atOnce = Math.max(1, availableParallelism() - 1);
const waitingMax = 20;

let running = 0;
const waiting: (() => void)[] = [];

/** Hashes a passphrase for storage, with a random salt of its own. */
export function hashPassphrase(passphrase: string): Promise<string> {
  return inTurn(() => hash(passphrase, cost));
}

/**
 * Whether the passphrase belongs to the stored hash. Without one the same work is done against a
 * hash that nothing belongs to, so that time does not tell whether there is one (S-02).
 */
export function checkPassphrase(stored: string | null, passphrase: string): Promise<boolean> {
  return inTurn(async () => {
    const right = await verify(stored ?? (await nobodysHash()), passphrase);
    return stored !== null && right;
  });
}

let nobodys: Promise<string> | null = null;

function nobodysHash(): Promise<string> {
  nobodys ??= hash(`nobody ${process.hrtime.bigint()}`, cost);
  return nobodys;
}

async function inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  if (running >= atOnce) {
    if (waiting.length >= waitingMax) {
      throw new Problem('passphrase.busy', 429, 'Too many are signing in at this moment.', {
        retryAfterSeconds: 10,
      });
    }
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running += 1;
  try {
    return await work();
  } finally {
    // The turn is handed on, not given back, so nobody overtakes those who wait.
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}
