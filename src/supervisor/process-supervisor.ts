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
/** A long list must not take the machine: measured at 100,000 rows, it needs less than half of this. */
const workerHeap = '--max-old-space-size=512';

const limitsOf: Readonly<Record<Role, ChildLimits>> = {
  // A trial's broker builds its index of names before it is ready. A real one comes back locked
  // when it is killed, so it gets longer before that; families can file with a locked broker.
  broker: { ...usualLimits, readyWithinMs: 900_000, hungAfterMs: 300_000 },
  worker: usualLimits,
  'web-family': usualLimits,
  'web-desk': usualLimits,
};

/** What a trial's terminal prints, and whom its code may choose from. */
export interface TrialStart {
  readonly code: string;
  /** JSON, for the desk's process alone. */
  readonly people: string;
}

interface SupervisorParts {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly databases: Databases;
  readonly trial: TrialStart | null;
}

/** How the key service is. */
export interface KeyState {
  /** What it told with its last heartbeat; null while it does not answer. */
  readonly told: BrokerState | null;
  readonly isRestarted: boolean;
}

/** The four processes: started, listened to, restarted each by itself, stopped together. */
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
   * Starts the broker, which must come up, then the others. Of those the ones that failed three times
   * are named in the answer; they are tried again for as long as the installation runs.
   */
  async start(): Promise<readonly string[]> {
    await this.#get('broker').start();
    const others = roles.filter((role) => role !== 'broker');
    const begun = await Promise.allSettled(others.map((role) => this.#get(role).start()));
    return others.filter((_, at) => begun[at]?.status === 'rejected');
  }

  /** The two sites first and the broker last, so that answers under way are finished. */
  async stop(): Promise<void> {
    for (const role of [...roles].reverse()) await this.#get(role).stop();
  }

  /** Tells the three processes that take in what people send. */
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
    if (!found) throw new Error('There is no such process.'); // Every role is made above.
    return found;
  }
}

function forkRole(role: Role, parts: SupervisorParts): ChildProcess {
  return fork(join(parts.config.root, 'dist', 'main.mjs'), ['run', role], {
    env: environmentOf(role, parts),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // Ctrl-C goes to the supervisor alone, which stops the others in order.
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

/** Each process gets its own role's password and nobody else's (settled 17). */
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
