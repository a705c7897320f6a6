import { type ChildProcess, fork } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { connect as connectSocket, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { demoMother } from '../demo/families.ts';
import { demoStaff } from '../demo/staff.ts';
import { buildDemoWorld } from '../demo/world.ts';
import { randomCode, readTypedCode } from '../vault/codes.ts';
import { hashToken, sha256Hex } from '../vault/random.ts';
import {
  type Databases,
  isEmptyTrial,
  isReal,
  keepTrialKey,
  listColleagues,
  makeInstallation,
  markEmptyTrial,
  openDatabases,
  openSecrets,
  type Secrets,
} from './installation.ts';

const roles = ['broker', 'worker', 'web-family', 'web-desk'] as const;
type Role = (typeof roles)[number];
const readyWithinMs = 60_000;
const drainWithinMs = 10_000;
const deathsPerMinuteMax = 5;
/** A long list must not take the machine: measured at 100,000 rows, it needs less than half of this. */
const workerHeap = '--max-old-space-size=512';

/** `homeward start`: both databases and the four processes on this machine, until told to stop. */
export async function runStart(args: readonly string[], config: Config): Promise<number> {
  const empty = args.includes('--empty');
  await mkdir(config.dataFolder, { recursive: true, mode: 0o711 });
  const hold = await holdFolder(config);
  const secrets = await openSecrets(config);
  const databases = await openDatabases(config, secrets);
  const now = new Date();
  const real = await isReal(config);
  const withWorld = !real && !empty && !(await isEmptyTrial(config));
  const kek = await makeInstallation(databases, secrets, {
    officeName: empty ? 'Bureau' : 'Information Bureau A',
    staff: demoStaff(),
    now,
  });
  if (kek) await keepTrialKey(config, kek);
  if (kek && empty) await markEmptyTrial(config);
  const trial = real ? null : await makeTrial(databases, secrets);
  const crew = new Crew({ config, secrets, databases, trial });
  const stopped = stopOnSignal(async () => {
    await crew.stop();
    await databases.stop();
    hold.close();
  });
  await crew.start();
  if (withWorld) {
    await buildDemoWorld({
      dataFolder: config.dataFolder,
      brokerSocket: config.brokerSocket,
      deskUrl: databases.urlFor('homeward_desk', 'main'),
      familyUrl: databases.urlFor('homeward_family', 'main'),
      officeId: secrets.officeId,
      now,
    });
  }
  announce(config, { trial, withWorld });
  await stopped;
  return 0;
}

interface TrialStart {
  readonly code: string;
  /** JSON, for the desk's process alone. */
  readonly people: string;
}

/** A code for this start only; whoever reads the terminal may be one of the invented colleagues. */
async function makeTrial(databases: Databases, secrets: Secrets): Promise<TrialStart> {
  const people = await listColleagues(databases, secrets.officeId);
  return { code: randomCode(60), people: JSON.stringify(people) };
}

function announce(
  config: Config,
  { trial, withWorld }: { readonly trial: TrialStart | null; readonly withWorld: boolean },
): void {
  const mother = demoMother();
  const lines = [
    '',
    `  Family site   ${config.familyOrigin}`,
    `  Desk          ${config.deskOrigin}`,
  ];
  if (trial) lines.push(`  Trial code    ${trial.code}   (for the desk; new at every start)`);
  if (trial && withWorld) {
    lines.push(
      `  A mother      ${mother.fileCode}   passphrase: ${mother.passphrase}`,
      '',
      '  Everybody here is invented.',
    );
  }
  lines.push(
    trial
      ? '  This is a trial: its unlock key lies in a file beside the data. Ctrl-C stops it.'
      : '  The key service is locked until two shares are given: homeward unlock',
    '',
    '',
  );
  process.stdout.write(lines.join('\n'));
}

/** Takes the data folder for this start; a second start on the same folder is refused. */
async function holdFolder(config: Config): Promise<Server> {
  const path = join(tmpdir(), `homeward-${sha256Hex(config.dataFolder).slice(0, 16)}.lock`);
  const taken = await new Promise<boolean>((resolve) => {
    const socket = connectSocket(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
  if (taken) throw new Error(`Homeward already runs on ${config.dataFolder}.`);
  await rm(path, { force: true });
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  server.unref();
  return server;
}

function stopOnSignal(stop: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let stopping = false;
    const begin = () => {
      if (stopping) return;
      stopping = true;
      stop().then(resolve, reject);
    };
    process.on('SIGINT', begin);
    process.on('SIGTERM', begin);
  });
}

interface CrewParts {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly databases: Databases;
  readonly trial: TrialStart | null;
}

/** The four processes: started, watched, started again when one dies, stopped together. */
class Crew {
  readonly #parts: CrewParts;
  readonly #children = new Map<Role, ChildProcess>();
  readonly #deaths: number[] = [];
  #stopping = false;

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
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    // The doors first, the key service last: whoever is being answered is answered to the end.
    for (const role of [...roles].reverse()) await stopChild(this.#children.get(role));
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
    if (this.#stopping) return;
    const now = Date.now();
    this.#deaths.push(now);
    if (this.#deaths.filter((at) => now - at < 60_000).length > deathsPerMinuteMax) {
      process.stderr.write(`The process ${role} keeps dying; Homeward stops.\n`);
      process.kill(process.pid, 'SIGTERM');
      return;
    }
    setTimeout(() => {
      if (!this.#stopping) this.#launch(role).catch(() => undefined); // Its exit is counted above.
    }, 300);
  }
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
      ? { HOMEWARD_ROLE_KEYSTORE_URL: databases.urlFor('homeward_broker', 'keystore') }
      : {}),
    ...(role === 'web-desk' && trial
      ? {
          HOMEWARD_TRIAL_CODE_HASH: hashToken(readTypedCode(trial.code) ?? '').toString('hex'),
          HOMEWARD_TRIAL_PEOPLE: trial.people,
        }
      : {}),
  };
}
