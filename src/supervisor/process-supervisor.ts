import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { callersOf } from '../broker/caller.ts';
import type { Config } from '../config.ts';
import type { RoleHealth } from '../http/health.ts';
import { testClockOf } from '../kernel/test-clock.ts';
import { readTypedCode } from '../vault/codes.ts';
import { hashToken } from '../vault/random.ts';
import type { Order } from './heartbeat.ts';
import type { Databases, Secrets } from './installation.ts';
import type { BrokerState } from './keep-intake-keys.ts';
import { logEvent } from './log-event.ts';
import { type ChildLimits, SupervisedChild, usualLimits } from './supervised-child.ts';

const roles = ['broker', 'worker', 'web-family', 'web-desk'] as const;
type Role = (typeof roles)[number];
/** A long list must not exhaust the machine: at 100,000 rows it needs less than half of this. */
const workerHeap = '--max-old-space-size=512';

const limitsOf: Readonly<Record<Role, ChildLimits>> = {
  // A trial's broker builds its index of names before it is ready. A real one restarts locked after
  // a kill, so its limit is longer; families can file while the broker is locked.
  broker: { ...usualLimits, readyWithinMs: 900_000, hungAfterMs: 300_000 },
  worker: usualLimits,
  'web-family': usualLimits,
  'web-desk': usualLimits,
};

/** What a trial prints in the terminal, and the people that its code may choose. */
export interface TrialStart {
  readonly code: string;
  /** JSON, only for the desk's process. */
  readonly people: string;
}

interface SupervisorParts {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly databases: Databases;
  readonly trial: TrialStart | null;
}

/** The state of the key service. */
export interface KeyState {
  /** The report of its last heartbeat; null while it does not answer. */
  readonly told: BrokerState | null;
  readonly isRestarted: boolean;
}

/**
 * The four processes: starts them, checks their heartbeats, restarts each by itself, and stops them
 * together.
 */
export class ProcessSupervisor {
  readonly #processes: ReadonlyMap<Role, SupervisedChild>;

  constructor(parts: SupervisorParts) {
    const supervised = (role: Role) =>
      new SupervisedChild({
        name: role,
        fork: () => forkRole(role, parts),
        limits: limitsOf[role],
        onEvent: logEvent,
      });
    this.#processes = new Map(roles.map((role) => [role, supervised(role)]));
  }

  /**
   * Starts the broker, which must become ready, then the others. Returns the names of those that
   * failed three times; they are retried for as long as the installation runs.
   */
  async start(): Promise<readonly string[]> {
    await this.#get('broker').start();
    const others = roles.filter((role) => role !== 'broker');
    const begun = await Promise.allSettled(others.map((role) => this.#get(role).start()));
    return others.filter((_, at) => begun[at]?.status === 'rejected');
  }

  /** The two sites stop first and the broker last, so that requests in progress can finish. */
  async stop(): Promise<void> {
    for (const role of [...roles].reverse()) await this.#get(role).stop();
  }

  /** Tells the three processes that accept data from people. */
  tell(order: Order): void {
    for (const role of ['web-family', 'web-desk', 'worker'] as const) this.#get(role).tell(order);
  }

  measure(): Promise<readonly RoleHealth[]> {
    return Promise.all(
      roles.map(async (role) => {
        const supervised = this.#get(role);
        const { vitals, ...measured } = supervised.measure();
        const residentBytes = supervised.pid ? await residentBytesOf(supervised.pid) : null;
        return { ...measured, residentBytes, problem: vitals?.problem ?? null };
      }),
    );
  }

  keyState(): KeyState {
    const { state, restarts, vitals } = this.#get('broker').measure();
    const told = state === 'answering' ? (vitals?.broker ?? null) : null;
    return { told, isRestarted: restarts > 0 };
  }

  #get(role: Role): SupervisedChild {
    const found = this.#processes.get(role);
    if (!found) throw new Error('There is no such process.'); // Every role is created above.
    return found;
  }
}

function forkRole(role: Role, parts: SupervisorParts): ChildProcess {
  return fork(join(parts.config.root, 'dist', 'main.mjs'), ['run', role], {
    env: environmentOf(role, parts),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // Ctrl-C reaches only the supervisor, which stops the others in order.
    detached: true,
    execArgv: ['--enable-source-maps', ...(role === 'worker' ? [workerHeap] : [])],
  });
}

async function residentBytesOf(pid: number): Promise<number | null> {
  const told = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(told)?.[1];
  return kib ? Number(kib) * 1024 : null;
}

const databaseRoleOf: Readonly<Record<Role, string>> = {
  broker: 'homeward_broker',
  worker: 'homeward_worker',
  'web-family': 'homeward_family',
  'web-desk': 'homeward_desk',
};

/** Each process receives only the password of its own role (ruling 17). */
function environmentOf(role: Role, { config, secrets, databases, trial }: SupervisorParts) {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    TZ: 'UTC',
    ...(trial ? testClockOf(process.env) : {}),
    HOMEWARD_DATA: config.dataFolder,
    HOMEWARD_FAMILY_PORT: String(config.familyPort),
    HOMEWARD_DESK_PORT: String(config.deskPort),
    HOMEWARD_FAMILY_ORIGIN: config.familyOrigin,
    HOMEWARD_DESK_ORIGIN: config.deskOrigin,
    HOMEWARD_SOCKET: config.brokerSocket,
    HOMEWARD_OFFICE: secrets.officeId,
    HOMEWARD_TRIAL: trial ? 'yes' : 'no',
    HOMEWARD_ROLE_URL: databases.urlFor(databaseRoleOf[role], 'main'),
    ...(role === 'broker'
      ? {
          HOMEWARD_ROLE_KEYSTORE_URL: databases.urlFor('homeward_broker', 'keystore'),
          ...(config.modelFile ? { HOMEWARD_MODEL: config.modelFile } : {}),
          HOMEWARD_BROKER_CALLERS: callersOf(secrets.passwords),
        }
      : {}),
    ...(role === 'web-desk' && trial
      ? {
          HOMEWARD_TRIAL_CODE_HASH: hashToken(readTypedCode(trial.code) ?? '').toString('hex'),
          HOMEWARD_TRIAL_PEOPLE: trial.people,
        }
      : {}),
  };
}
