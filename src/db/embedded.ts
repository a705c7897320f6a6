import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { testClockOf } from '../kernel/test-clock.ts';
import { type Engine, makeFolderFor, prepareEngine } from './engine.ts';
import { newClient } from './pool.ts';
import { makeSocketFolder } from './socket-folder.ts';

/** An embedded PostgreSQL: its own binaries, one folder, a unix socket and nothing else. */
export interface Embedded {
  /** URL of the superuser for the `postgres` database; only the process that started it has it. */
  readonly superuserUrl: string;
  /** URL of any user and database on this cluster. */
  urlFor(user: string, password: string, database: string): string;
  /** How often the server was restarted since `startEmbedded`. */
  restarts(): number;
  /** Fast shutdown; resolves when the server has ended. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Holds everything: data, log, socket, password. */
  readonly folder: string;
  /** Short name that distinguishes the clusters of one installation in socket paths. */
  readonly name: string;
  /** Only tests may turn durability off. */
  readonly durable?: boolean;
  /** Extra settings, such as more memory for a database of millions of rows. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Called each time the server ends without being stopped, with its exit code or signal. */
  readonly onEnded?: (code: string) => void;
}

const run = promisify(execFile);
const readyWithinMs = 60_000;
/** A server that answers "starting up" is recovering after a crash and gets more time. */
const recoveredWithinMs = 600_000;
const connectWithinMs = 2_000;
const startingUp = '57P03';
/** Delays between restarts double from the first to the longest; a stable period resets them. */
const firstWaitMs = 200;
const longestWaitMs = 3_000;
const stableAfterMs = 30_000;

/**
 * Starts the cluster in `folder`, creating it on first use. The server of a killed start is stopped
 * first. Throws when the server ends or does not answer in time; one that reports recovery gets
 * longer. Afterwards the server is restarted whenever it ends, without a limit on attempts: a full
 * disk can last for hours, and the database must return when space does.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  await mkdir(options.folder, { recursive: true });
  const engine = await prepareEngine(options.folder);
  const dataFolder = join(options.folder, 'data');
  const password = await passwordOf(options.folder);
  await letThrough(engine, options.folder);
  const made = await stat(join(dataFolder, 'PG_VERSION')).catch(() => null);
  if (!made) await initialise(engine, { dataFolder, folder: options.folder, password });
  const socketFolder = await makeSocketFolder(engine, options.folder);
  const urlFor = (user: string, word: string, database: string) =>
    `postgres://${user}:${encodeURIComponent(word)}@localhost/${database}?host=${encodeURIComponent(socketFolder)}`;
  const superuserUrl = urlFor('postgres', password, 'postgres');
  const logPath = join(options.folder, 'postgres.log');
  const server: Server = {
    launch: async () => {
      await stopLeftOver(dataFolder);
      return launch(engine, { ...options, dataFolder, socketFolder });
    },
    ready: (child) => waitUntilReady(superuserUrl, child, logPath),
    onEnded: options.onEnded ?? (() => undefined),
  };
  const first = await server.launch();
  await server.ready(first);
  return { superuserUrl, urlFor, ...keepUp(first, server) };
}

interface Server {
  readonly launch: () => Promise<ChildProcess>;
  readonly ready: (child: ChildProcess) => Promise<void>;
  readonly onEnded: (code: string) => void;
}

/**
 * Restarts the server when it ends; returns the number of restarts and the function that stops it.
 */
function keepUp(first: ChildProcess, server: Server): Pick<Embedded, 'restarts' | 'stop'> {
  let child = first;
  let stopping = false;
  let restarts = 0;
  let failures = 0;
  let startedAt = performance.now();
  let comingBack: Promise<void> = Promise.resolve();
  const watch = () => {
    const ended = () => {
      if (stopping) return;
      server.onEnded(String(child.signalCode ?? child.exitCode));
      comingBack = comeBack();
    };
    // It may have ended between its first answer and this line.
    if (isGone(child)) ended();
    else child.once('exit', ended);
  };
  const comeBack = async () => {
    if (performance.now() - startedAt > stableAfterMs) failures = 0;
    while (!stopping) {
      try {
        if (failures > 0) await pause(waitBefore(failures));
        restarts += 1;
        failures += 1;
        if (stopping) return;
        child = await server.launch();
        await server.ready(child);
        startedAt = performance.now();
        return watch();
      } catch {
        // The reason is in postgres.log: often orphans that still hold shared memory, or a full
        // disk.
      }
    }
  };
  watch();
  const stop = async () => {
    stopping = true;
    await stopChild(child); // Also one that is still recovering.
    await comingBack;
    await stopChild(child);
  };
  return { restarts: () => restarts, stop };
}

function waitBefore(failures: number): number {
  return Math.min(firstWaitMs * 2 ** Math.min(failures - 1, 10), longestWaitMs);
}

async function passwordOf(folder: string): Promise<string> {
  const path = join(folder, 'superuser-password');
  const known = await readFile(path, 'utf8').catch(() => null);
  if (known) return known.trim();
  const { randomToken } = await import('../vault/random.ts');
  const password = randomToken(24);
  await writeFile(path, password, { mode: 0o600 });
  return password;
}

/**
 * PostgreSQL's own user must pass through our folder but may not list it. We do not open the
 * folders above ours: a closed one is named in the error, with what to do.
 */
async function letThrough(engine: Engine, folder: string): Promise<void> {
  if (!engine.runAs) return;
  const { mode } = await stat(folder);
  await chmod(folder, (mode & 0o777) | 0o011);
  for (let above = dirname(folder); above !== dirname(above); above = dirname(above)) {
    const found = await stat(above);
    if ((found.mode & 0o001) === 0 && found.uid !== engine.runAs.uid) {
      throw new Error(
        `PostgreSQL refuses to run as root, and the user it runs as cannot pass ${above}. ` +
          'Choose another folder with HOMEWARD_DATA, such as /srv/homeward, or start as an ordinary user.',
      );
    }
  }
}

async function initialise(
  engine: Engine,
  place: { dataFolder: string; folder: string; password: string },
): Promise<void> {
  // A first start that was killed leaves a folder that initdb refuses; it holds no data yet.
  await rm(place.dataFolder, { recursive: true, force: true });
  await makeFolderFor(engine, place.dataFolder);
  const given = join(place.dataFolder, '..', `.password-${process.pid}`);
  await writeFile(given, place.password, { mode: 0o600 });
  if (engine.runAs) await run('chown', [`${engine.runAs.uid}`, given]);
  try {
    await run(
      engine.initdb,
      [
        `--pgdata=${place.dataFolder}`,
        '--username=postgres',
        `--pwfile=${given}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // LC_CTYPE=C alone would make trigram similarity of Cyrillic zero.
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--lc-collate=C',
        '--lc-ctype=C.UTF-8',
        '--data-checksums',
      ],
      { ...engine.runAs, cwd: '/', env: { LC_ALL: 'C', PATH: process.env['PATH'] ?? '' } },
    );
  } finally {
    await rm(given, { force: true });
  }
}

/**
 * The server of a killed supervisor is still running: it is asked to stop, then killed. A pid file
 * whose number now belongs to another program (usual in containers) would keep PostgreSQL from
 * starting.
 */
async function stopLeftOver(dataFolder: string): Promise<void> {
  const noteFile = join(dataFolder, 'postmaster.pid');
  const noted = await readFile(noteFile, 'utf8').catch(() => null);
  const pid = Number(noted?.split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1) return;
  if (!(await isPostgres(pid, dataFolder))) {
    if (isAlive(pid)) await rm(noteFile, { force: true });
    return;
  }
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    kill(pid, signal);
    for (let waited = 0; waited < 50; waited += 1) {
      if (!isAlive(pid)) return;
      await pause(100);
    }
  }
}

async function isPostgres(pid: number, dataFolder: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
  // Outside Linux the file in the data folder must be trusted.
  return line === null || line.includes(dataFolder);
}

interface Launch extends EmbeddedOptions {
  readonly dataFolder: string;
  readonly socketFolder: string;
}

async function launch(engine: Engine, options: Launch): Promise<ChildProcess> {
  const on = options.durable === false ? 'off' : 'on';
  const settings = {
    listen_addresses: '',
    unix_socket_directories: options.socketFolder,
    port: '5432',
    max_connections: '80',
    shared_buffers: '128MB',
    fsync: on,
    synchronous_commit: on,
    full_page_writes: on,
    data_sync_retry: 'off',
    // Days are days in UTC, independent of the machine's time zone and its clock changes.
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'off',
    // Terse and without statements or parameters: a log must hold no name.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    log_min_duration_statement: '-1',
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    max_wal_size: '1GB',
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = await open(join(options.folder, 'postgres.log'), 'a', 0o600);
  try {
    // Its own process group, so that Ctrl-C in a terminal reaches only the supervisor.
    const child = spawn(engine.postgres, ['-D', options.dataFolder, ...flags], {
      ...engine.runAs,
      cwd: '/',
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: { LC_ALL: 'C', PATH: process.env['PATH'] ?? '', ...testClockOf(process.env) },
    });
    child.on('error', () => undefined); // `waitUntilReady` sees it through the exit code.
    return child;
  } finally {
    await log.close();
  }
}

async function waitUntilReady(url: string, child: ChildProcess, logPath: string): Promise<void> {
  const began = performance.now();
  let patienceMs = readyWithinMs;
  for (;;) {
    try {
      await askOnce(url);
      return;
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? cause.code : null;
      if (code === startingUp) patienceMs = recoveredWithinMs;
      const late = performance.now() > began + patienceMs;
      if (isGone(child) || late) {
        await stopChild(child); // A second server could not start beside one that is still stopping.
        throw new Error(`PostgreSQL did not start; see ${logPath}`, { cause });
      }
      await pause(30);
    }
  }
}

/** One query on a connection of its own; a frozen server counts as not answering. */
export async function askOnce(url: string): Promise<void> {
  const client = newClient({
    connectionString: url,
    connectionTimeoutMillis: connectWithinMs,
    query_timeout: connectWithinMs,
  });
  try {
    await client.connect();
    await client.query('select 1');
  } finally {
    // A clean disconnect waits for the server, which may be frozen.
    void client.end().catch(() => undefined);
  }
}

/** A child that was ended by a signal has no exit code. */
function isGone(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/** Fast shutdown, then immediate shutdown, then SIGKILL, which also ends a frozen server. */
async function stopChild(child: ChildProcess): Promise<void> {
  if (isGone(child)) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGINT');
  const timers = [
    setTimeout(() => child.kill('SIGQUIT'), 8_000),
    setTimeout(() => child.kill('SIGKILL'), 16_000),
  ];
  await gone;
  for (const timer of timers) clearTimeout(timer);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself between the check and the signal.
  }
}

/** True if the process runs, under any owner. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
