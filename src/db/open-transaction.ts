import { AsyncLocalStorage } from 'node:async_hooks';

interface OpenTransaction {
  isOpen: boolean;
}

const current = new AsyncLocalStorage<OpenTransaction>();

/** Marks everything that `run` calls, until it ends, as work inside an open transaction. */
export async function markOpen<Answer>(run: () => Promise<Answer>): Promise<Answer> {
  const transaction: OpenTransaction = { isOpen: true };
  try {
    return await current.run(transaction, run);
  } finally {
    // Work that was started inside and outlives the transaction no longer counts as inside.
    transaction.isOpen = false;
  }
}

/**
 * Throws when the caller holds an open transaction. Each call to another process checks this.
 * Otherwise a process that does not answer could keep a connection idle in a transaction until
 * PostgreSQL ends it (25P03) and the pool is empty.
 */
export function requireNoTransaction(call: string): void {
  if (current.getStore()?.isOpen) {
    throw new Error(`Invariant broken: ${call} is called inside an open transaction`);
  }
}
