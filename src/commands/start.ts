import { type ChildProcess, fork } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { connect as connectSocket, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { randomCode } from '../vault/codes.ts';
import { hashToken, sha256Hex } from '../vault/random.ts';
import { buildDemoWorld, demoStaff } from '../demo/world.ts';
import {
  type Databases,
  keepTrialKey,
  makeInstallation,
  openDatabases,
  openSecrets,
  type Secrets,
} from './installation.ts';

const roles = ['broker', 'worker', 'web-family', 'web-desk'] as const;
type Role = (typeof roles)[number];
const readyWithinMs = 60_000;
const drainWithinMs = 10_000;
const deathsPerMinuteMax = 5;

/** `homeward start`: both databases and the four processes on this machine, until told to stop. */
export async function runStart(args: readonly string[], config: Config): Promise<number> {
  const empty = args.includes('--empty');
  await mkdir(config.dataFolder, { recursive: true, mode: 0o711 });
  const hold = await holdFolder(config);
  const secrets = await openSecrets(config);
  const databases = await openDatabases(config, secrets);
  const now = new Date();
  const kek = await makeInstallation(databases, secrets, {
    officeName: empty ? 'Bureau' : 'Information Bureau A',
    staff: demoStaff(),
    now,
  });
  if (kek) await keepTrialKey(config, kek);
  const code = randomCode(60);
  const crew = new Crew({ config, secrets, databases, codeHash: hashToken(code).toString('hex') });
  const stopped = stopOnSignal(async () => {
    await crew.stop();
    await databases.stop();
    hold.close();
  });
  await crew.start();
  if (kek && !empty) await buildDemoWorld({ config, databases, officeId: secrets.officeId, now });
  announce(config, code);
  await stopped;
  return 0;
}

function announce(config: Config, code: string): void {
  process.stdout.write(
    [
      '',
      `  Family site   http://localhost:${config.familyPort}`,
      `  Desk          http://localhost:${config.deskPort}`,
      `  Trial code    ${code}   (choose an invented colleague at the desk; new at every start)`,
      '',
      '  This is a trial: its unlock key lies in a file beside the data. Ctrl-C stops it.',
      '',
      '',
    ].join('\n'),
  );
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
  readonly codeHash: string;
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
    await Promise.all([this.#launch('worker'), this.#launch('web-family'), this.#launch('web-desk')]);
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
      execArgv: ['--enable-source-maps'],
    });
    this.#children.set(role, child);
    child.on('exit', () => this.#died(role));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`The process ${role} did not start.`)), readyWithinMs);
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
function environmentOf(role: Role, { config, secrets, databases, codeHash }: CrewParts) {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    TZ: 'UTC',
    HOMEWARD_DATA: config.dataFolder,
    HOMEWARD_FAMILY_PORT: String(config.familyPort),
    HOMEWARD_DESK_PORT: String(config.deskPort),
    HOMEWARD_SOCKET: config.brokerSocket,
    HOMEWARD_OFFICE: secrets.officeId,
    HOMEWARD_TRIAL: 'yes',
    HOMEWARD_ROLE_URL: databases.urlFor(databaseRoleOf[role], 'main'),
    ...(role === 'broker'
      ? { HOMEWARD_ROLE_KEYSTORE_URL: databases.urlFor('homeward_broker', 'keystore') }
      : {}),
    ...(role === 'web-desk' ? { HOMEWARD_TRIAL_CODE_HASH: codeHash } : {}),
  };
}
