import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Sequencer } from '../audit/sequencer.ts';
import { type BrokerParts, makeBroker } from '../broker/broker.ts';
import { callerReader } from '../broker/caller.ts';
import { resealIntakes } from '../broker/intake.ts';
import { KeyRing } from '../broker/key-ring.ts';
import { keystoreOf } from '../broker/keystore.ts';
import { enterAdoption, learnFromAnswers } from '../broker/lessons.ts';
import { threadMatcher } from '../broker/matcher-remote.ts';
import { isRightKey, readKey, signingKeys } from '../broker/node-keys.ts';
import { readPolicy } from '../broker/policy.ts';
import { findPolicy } from '../broker/queries.ts';
import {
  emptyMemory,
  matchRound,
  type RoundMemory,
  readNewRecords,
  rebuild,
} from '../broker/rounds.ts';
import { callsOf, serveBroker } from '../broker/server.ts';
import type { Config } from '../config.ts';
import { connect } from '../db/connect.ts';
import { monotonicMs } from '../kernel/clock.ts';
import type { OfficeId } from '../kernel/ids.ts';
import { Problem } from '../kernel/problem.ts';
import { readModel } from '../matching/learning/training-report.ts';
import { type Model, model } from '../matching/matching.ts';
import { declared } from '../registry/modules.ts';
import type { Secret } from '../vault/keys.ts';
import { verify } from '../vault/sign.ts';
import type { Running } from './heartbeat.ts';
import { IntakeKeys } from './keep-intake-keys.ts';
import { limitHeapGrowth } from './limit-heap-growth.ts';
import { logEvent } from './log-event.ts';

const roundEveryMs = 500;
const rebuildPauseMs = 1_000;

/**
 * The broker process: keys, decisions and the index, on a unix socket and its two databases only.
 */
export async function runBroker(config: Config): Promise<Running> {
  if (!config.roleUrl || !config.roleKeystoreUrl || !config.officeId) {
    throw new Error('The broker is started by `homeward start`.');
  }
  limitHeapGrowth();
  const { db } = connect(config.roleUrl, { max: 8 });
  const keystore = keystoreOf(connect<never>(config.roleKeystoreUrl, { max: 8 }).db);
  const ring = new KeyRing(keystore);
  const matcher = threadMatcher(threadEntry(), await modelOf(config), () => process.exit(70));
  const clock = () => new Date();
  const found = await findPolicy(db, clock());
  if (!found) throw new Error('The installation has no policy in force.');
  const parts: BrokerParts = {
    db,
    keystore,
    ring,
    matcher,
    policy: readPolicy(found.content),
    declared,
    clock,
  };
  const { officeId } = config;
  const learning = oneAtATime();
  const upkeep = new Upkeep(parts, officeId);
  const intakeKeys = new IntakeKeys(parts, officeId as OfficeId);
  let sequencing = false;
  const unlock = async (kek: Secret) => {
    if (!(await isRightKey(keystore, kek))) {
      throw new Problem('broker.wrong_key', 403, 'This key does not open this installation.');
    }
    const keys = await signingKeys(keystore, kek);
    // Refuses to work under a policy without a valid signature.
    if (!verify(keys.publicKey, Buffer.from(found.content), found.signature)) {
      throw new Error('Invariant broken: the policy in force is signed');
    }
    ring.unlock(kek);
    if (config.modelFile) await enterAdoption(parts, officeId as OfficeId);
    await intakeKeys.keep();
    upkeep.begin();
    if (!sequencing) {
      sequencing = true;
      const rows = { actorKind: 'system', actorId: 'broker', officeId, subjectId: '' };
      void keepSequence(new Sequencer({ db, rows, origin: `homeward-log-${officeId}`, keys }));
    }
  };
  const calls = callsOf(makeBroker(parts), {
    unlock: async ({ key }: { key: string }) => {
      const kek = readKey(key);
      if (!kek) throw new Problem('broker.wrong_key', 403, 'This is not a key.');
      await unlock(kek);
    },
    lock: async () => void setTimeout(() => process.exit(0), 50),
    learn: () => learning(() => learnFromAnswers(parts, officeId as OfficeId)),
    state: async () => intakeKeys.stateWith(ring.unlocked, await matcher.size()),
  });
  await intakeKeys.begin();
  await serveBroker(config.brokerSocket, {
    calls,
    callerOf: callerReader(config.brokerCallers),
    onFailure: (call, error) => logEvent('broker.failed', { call, error }),
  });
  const kek = await trialKey(config);
  if (kek) await unlock(kek);
  const records = keepCount(() => matcher.size());
  return {
    stop: async () => undefined, // The process ends, so its memory no longer holds the keys.
    vitals: () => ({ problem: null, broker: intakeKeys.stateWith(ring.unlocked, records()) }),
  };
}

/** The key that a trial keeps beside its data; a real installation has none. */
async function trialKey(config: Config): Promise<Secret | null> {
  if (!config.trial) return null;
  const kept = await readFile(join(config.dataFolder, 'trial-unlock-key'), 'utf8').catch(
    () => null,
  );
  return kept ? readKey(kept) : null;
}

/** The weights of `HOMEWARD_MODEL`, or the program's own; an unreadable file stops the start. */
async function modelOf(config: Config): Promise<Model> {
  if (!config.modelFile) return model;
  try {
    return readModel(await readFile(config.modelFile, 'utf8'));
  } catch (cause) {
    throw new Error('HOMEWARD_MODEL names no model that can be used.', { cause });
  }
}

/** The latest count; while the busy matcher owes an answer, it is not asked again. */
function keepCount(ask: () => Promise<number>): () => number {
  let count = 0;
  let isAsking = false;
  return () => {
    if (!isAsking) {
      isAsking = true;
      const settle = (answer: number) => {
        count = answer;
        isAsking = false;
      };
      ask().then(settle, () => settle(count));
    }
    return count;
  };
}

/** One at a time: learning keeps the matcher busy. */
function oneAtATime() {
  let running = false;
  return async <Answer>(run: () => Promise<Answer>): Promise<Answer> => {
    if (running) throw new Problem('broker.busy', 409, 'This is being worked out already.');
    running = true;
    return run().finally(() => {
      running = false;
    });
  };
}

const placeEveryMs = 1_000;
const signEveryMs = 60_000;

/** Places committed entries every second and signs a checkpoint every minute (ruling 20). */
async function keepSequence(sequencer: Sequencer): Promise<void> {
  let signAt = 0; // On the monotonic clock: setting the wall clock back must not stop the signing.
  for (;;) {
    try {
      while ((await sequencer.place()) > 0);
      if (monotonicMs() >= signAt) {
        await sequencer.sign(new Date());
        signAt = monotonicMs() + signEveryMs;
      }
    } catch (error) {
      logEvent('log.failed', { error });
    }
    await new Promise((resolve) => setTimeout(resolve, placeEveryMs));
  }
}

/** In the bundle the thread is a file beside this one; from source it is the module itself. */
function threadEntry(): URL {
  return new URL('./matcher-thread.mjs', import.meta.url);
}

/**
 * What the broker does by itself while it is unlocked: filings from the intake box, new records,
 * matching runs.
 */
class Upkeep {
  readonly #parts: BrokerParts;
  readonly #officeId: string;
  #hasBegun = false;

  constructor(parts: BrokerParts, officeId: string) {
    this.#parts = parts;
    this.#officeId = officeId;
  }

  begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    void this.#repeat();
  }

  async #repeat(): Promise<void> {
    const memory = await this.#rebuilt();
    for (;;) {
      const busy = await this.#round(memory).catch((error: unknown) => {
        logEvent('broker.round_failed', { error });
        return 0;
      });
      await new Promise((resolve) => setTimeout(resolve, busy > 0 ? 0 : roundEveryMs));
    }
  }

  /**
   * The index takes a minute or more for a million records. Meanwhile the broker answers, and a database
   * that is away for a moment only delays it: the rebuild resumes where it was.
   */
  async #rebuilt(): Promise<RoundMemory> {
    const memory = emptyMemory();
    for (;;) {
      try {
        return await rebuild(this.#parts, this.#officeId, memory);
      } catch (error) {
        logEvent('broker.rebuild_failed', { error });
      }
      await new Promise((resolve) => setTimeout(resolve, rebuildPauseMs));
    }
  }

  async #round(memory: RoundMemory): Promise<number> {
    await resealIntakes(this.#parts, this.#officeId);
    await readNewRecords(this.#parts, memory, this.#officeId);
    return matchRound(this.#parts, memory, this.#officeId);
  }
}
