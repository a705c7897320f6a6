import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { type BrokerClient, brokerClient } from '../broker/client.ts';
import type { Config } from '../config.ts';
import type { BrokerState } from '../supervisor/keep-intake-keys.ts';
import { joinShares } from '../vault/shares.ts';

/** The input and output of a command; tests pass their own. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
}

/**
 * Opens the key service with two of the three shares. They are typed one by one, never on the
 * command line, where other users could read them; or read from the files named after `--share`.
 */
export async function runUnlock(
  args: readonly string[],
  config: Config,
  terminal: Terminal,
): Promise<number> {
  const shares = await readShares(args, terminal);
  const key = await joinShares(shares);
  await withBroker(config, (broker) =>
    broker.control('unlock', { key: Buffer.from(key).toString('hex') }),
  );
  terminal.stdout.write('The key service is open.\n');
  return 0;
}

async function readShares(args: readonly string[], terminal: Terminal): Promise<string[]> {
  const files = args.flatMap((arg, at) => (arg === '--share' ? [args[at + 1] ?? ''] : []));
  if (files.length > 0) {
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    return texts.map((text) => text.trim());
  }
  const lines = createInterface({ input: terminal.stdin, output: terminal.stdout });
  try {
    return [await lines.question('First share:  '), await lines.question('Second share: ')];
  } finally {
    lines.close();
  }
}

/**
 * Closes the key service at once. Its process ends, so its memory holds no keys; it restarts
 * locked.
 */
export async function runLock(config: Config, terminal: Terminal): Promise<number> {
  await withBroker(config, (broker) => broker.control('lock', null));
  terminal.stdout.write('The key service is locked.\n');
  return 0;
}

/** Asks the key service for its state. */
async function readState(config: Config): Promise<BrokerState> {
  // The broker's own answer.
  return (await withBroker(config, (broker) => broker.control('state', null))) as BrokerState;
}

/** Prints whether the key service is open and how many records its index holds. */
export async function runState(config: Config, terminal: Terminal): Promise<number> {
  const state = await readState(config);
  const word = state.unlocked ? 'open' : 'locked';
  terminal.stdout.write(`The key service is ${word}; ${state.records} records in the index.\n`);
  if (state.intakeKeyAlarms.includes('intake_key.ageing')) {
    const days = state.intakeKeyDays ?? 0;
    terminal.stdout.write(`The intake key is ${days} days old; unlocking renews it.\n`);
  }
  return state.unlocked ? 0 : 3;
}

export async function withBroker<Answer>(
  config: Config,
  run: (broker: BrokerClient) => Promise<Answer>,
): Promise<Answer> {
  const broker = brokerClient(config.brokerSocket);
  try {
    return await run(broker);
  } finally {
    broker.close();
  }
}
