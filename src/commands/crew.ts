import { type ChildProcess, fork } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { callersOf } from '../broker/caller.ts';
import type { Config } from '../config.ts';
import type { RoleHealth } from '../http/health.ts';
import { testClockOf } from '../kernel/test-clock.ts';
import { readTypedCode } from '../vault/codes.ts';
import { hashToken } from '../vault/random.ts';
import type { Databases, Secrets } from './installation.ts';

const roles = ['broker', 'worker', 'web-family', 'web-desk'] as const;
type Role = (typeof roles)[number];
const readyWithinMs = 60_000;
const drainWithinMs = 10_000;
const deathsPerMinuteMax = 5;
/** A long list must not take the machine: measured at 100,000 rows, it needs less than half of this. */
const workerHeap = '--max-old-space-size=512';

/** What a trial's terminal prints, and whom its code may choose from. */
export interface TrialStart {
  readonly code: string;
  /** JSON, for the desk's process alone. */
  readonly people: string;
}

interface CrewParts {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly databases: Databases;
  readonly trial: TrialStart | null;
  /** Called once when a process keeps dying: whoever supervises us should hear of it. */
  readonly onGivenUp: (error: Error) => void;
}

/** The four processes: started, watched, started again when one dies, stopped together. */
export class Crew {
  readonly #parts: CrewParts;
  readonly #children = new Map<Role, ChildProcess>();
  readonly #deaths: number[] = [];
  readonly #restarts = new Map<Role, number>();
  #running = false;

  constructor(parts: CrewParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    await mkdir(join(this.#parts.config.dataFolder, 'run'), { recursive: true, mode: 0o700 });
    await this.#launch('broker');
    await Promise.all([
      this.#launch('worker'),
      this.#launch('web-family'),
      this.#launch('web-desk'),
    ]);
    this.#running = true;
  }

  async stop(): Promise<void> {
    this.#running = false;
    // The doors first, the key service last: whoever is being answered is answered to the end.
    for (const role of [...roles].reverse()) await stopChild(this.#children.get(role));
  }

  /** How each process does; memory where the system tells it. */
  measure(): Promise<readonly RoleHealth[]> {
    return Promise.all(
      roles.map(async (role) => {
        const child = this.#children.get(role);
        const up = child !== undefined && child.exitCode === null && child.signalCode === null;
        const residentBytes = up && child.pid ? await residentBytesOf(child.pid) : null;
        return { name: role, up, restarts: this.#restarts.get(role) ?? 0, residentBytes };
      }),
    );
  }

  #launch(role: Role): Promise<void> {
    const child = fork(join(this.#parts.config.root, 'dist', 'main.mjs'), ['run', role], {
      env: environmentOf(role, this.#parts),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // Ctrl-C goes to the supervisor alone, which stops the others in order.
      detached: true,
      execArgv: ['--enable-source-maps', ...(role === 'worker' ? [workerHeap] : [])],
    });
    this.#children.set(role, child);
    child.on('exit', () => this.#died(role));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`The process ${role} did not start.`)),
        readyWithinMs,
      );
      child.once('message', () => {
        clearTimeout(timer);
        resolve();
      });
      child.once('exit', () => {
        clearTimeout(timer);
        reject(new Error(`The process ${role} ended while starting.`));
      });
    });
  }

  #died(role: Role): void {
    if (!this.#running) return;
    const now = Date.now();
    this.#restarts.set(role, (this.#restarts.get(role) ?? 0) + 1);
    this.#deaths.push(now);
    if (this.#deaths.filter((at) => now - at < 60_000).length > deathsPerMinuteMax) {
      this.#parts.onGivenUp(new Error(`The process ${role} keeps dying; Homeward stops.`));
      return;
    }
    setTimeout(() => {
      if (this.#running) this.#launch(role).catch(() => undefined); // Its exit is counted above.
    }, 300);
  }
}

async function residentBytesOf(pid: number): Promise<number | null> {
  const told = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(told)?.[1];
  return kib ? Number(kib) * 1024 : null;
}

async function stopChild(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), drainWithinMs);
  await gone;
  clearTimeout(timer);
}

const databaseRoleOf: Readonly<Record<Role, string>> = {
  broker: 'homeward_broker',
  worker: 'homeward_worker',
  'web-family': 'homeward_family',
  'web-desk': 'homeward_desk',
};

/** Each process gets its own role's password and nobody else's (settled 17). */
function environmentOf(role: Role, { config, secrets, databases, trial }: CrewParts) {
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
