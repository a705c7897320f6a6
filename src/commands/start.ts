import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, runFolderOf } from '../config.ts';
import { demoMother } from '../demo/families.ts';
import { demoStaff } from '../demo/staff.ts';
import { buildDemoWorld } from '../demo/world.ts';
import { hasTestClock, testClockSetting } from '../kernel/test-clock.ts';
import { DiskReserve, giveUpReserveIfFull } from '../supervisor/disk-reserve.ts';
import { serveHealth } from '../supervisor/health-report.ts';
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
} from '../supervisor/installation.ts';
import { lockFolder, requireFreePorts } from '../supervisor/lock-file.ts';
import { logEvent } from '../supervisor/log-event.ts';
import { ProcessSupervisor, type TrialStart } from '../supervisor/process-supervisor.ts';
import { databaseFolder } from '../supervisor/reachable.ts';
import { randomCode } from '../vault/codes.ts';
import { onBrokenPipe } from './on-broken-pipe.ts';

/**
 * `homeward start`: runs both databases and the four processes on this machine until it is stopped.
 */
export async function runStart(args: readonly string[], config: Config): Promise<number> {
  onBrokenPipe(process, () => undefined); // Families are served even if the terminal is closed.
  await mkdir(config.dataFolder, { recursive: true, mode: 0o711 });
  const lock = await lockFolder(config.dataFolder);
  // A data folder with a long path has just received a short folder for its sockets.
  const isUsual = config.brokerSocket === join(config.dataFolder, 'run', 'broker.sock');
  const short = join(runFolderOf(config.dataFolder), 'broker.sock');
  const brokerSocket = isUsual ? short : config.brokerSocket;
  const steps: (() => Promise<void>)[] = [async () => lock.release()];
  const stop = new AbortController();
  const asked = signalled();
  const beginning = begin({ args, config: { ...config, brokerSocket }, steps, stop: stop.signal });
  try {
    await Promise.race([beginning, asked]);
    await asked;
    return 0;
  } finally {
    stop.abort();
    await undo(steps);
    await beginning.catch(() => undefined); // Interrupted on purpose, or already thrown above.
    await undo(steps);
  }
}

/** Stops in reverse order: the processes, then the databases, then the lock on the folder. */
async function undo(steps: (() => Promise<void>)[]): Promise<void> {
  for (let step = steps.pop(); step; step = steps.pop()) await step();
}

interface Beginning {
  readonly args: readonly string[];
  readonly config: Config;
  /** What stops each thing that was started. */
  readonly steps: (() => Promise<void>)[];
  readonly stop: AbortSignal;
}

async function begin({ args, config, steps, stop }: Beginning): Promise<void> {
  await requireFreePorts({
    HOMEWARD_FAMILY_PORT: config.familyPort,
    HOMEWARD_DESK_PORT: config.deskPort,
    ...(config.healthPort === null ? {} : { HOMEWARD_HEALTH_PORT: config.healthPort }),
  });
  if (hasTestClock(process.env) && (await isReal(config))) {
    throw new Error(`${testClockSetting} is for the trial of the calendar run alone.`);
  }
  const secrets = await openSecrets(config);
  const isEmbedded = !config.databaseUrl || !config.keystoreUrl;
  if (isEmbedded) await giveUpReserveIfFull(await databaseFolder(config.dataFolder));
  const databases = await openDatabases(config, secrets);
  steps.push(databases.stop);
  stop.throwIfAborted();
  const now = new Date();
  const real = await isReal(config);
  const empty = args.includes('--empty');
  const withWorld = !real && !empty && !(await isEmptyTrial(config));
  await makeInstallation(databases, secrets, {
    officeName: empty ? 'Bureau' : 'Information Bureau A',
    staff: demoStaff(),
    now,
    keep: async (kek) => {
      await keepTrialKey(config, kek);
      if (empty) await markEmptyTrial(config);
    },
  });
  const trial = real ? null : await makeTrial(databases, secrets);
  const supervisor = new ProcessSupervisor({ config, secrets, databases, trial });
  stop.throwIfAborted();
  steps.push(() => supervisor.stop());
  const reserve = keepDiskReserve({ config, databases, supervisor, isTrial: !real });
  steps.push(() => reserve.stop());
  await reserve.start();
  steps.push(await serveHealth({ config, supervisor, databases, reserve }));
  const missing = await supervisor.start();
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
  const folder = databases.folder === config.dataFolder ? null : databases.folder;
  announce(config, { trial, withWorld, missing, folder });
}

const usualReserve = { trial: 64 * 1024 ** 2, real: 1024 ** 3 } as const;

/** Watches the disk and tells the processes when they must refuse new data (F-05). */
function keepDiskReserve(parts: {
  readonly config: Config;
  readonly databases: Databases;
  readonly supervisor: ProcessSupervisor;
  readonly isTrial: boolean;
}): DiskReserve {
  const { config, databases, supervisor, isTrial } = parts;
  const usual = isTrial ? usualReserve.trial : usualReserve.real;
  return new DiskReserve({
    folders: [databases.folder ?? config.dataFolder, config.dataFolder],
    reserveBytes: config.diskReserveBytes ?? usual,
    onChange: (storage, freeBytes) => {
      supervisor.tell({ storage });
      if (storage !== 'open')
        logEvent('disk.low', { state: storage, count: Math.round(freeBytes / 1024 ** 2) });
    },
  });
}

/**
 * A code for this start only; a person at the terminal may act as one of the invented colleagues.
 */
async function makeTrial(databases: Databases, secrets: Secrets): Promise<TrialStart> {
  const people = await listColleagues(databases, secrets.officeId);
  return { code: randomCode(60), people: JSON.stringify(people) };
}

function announce(
  config: Config,
  {
    trial,
    withWorld,
    missing,
    folder,
  }: {
    readonly trial: TrialStart | null;
    readonly withWorld: boolean;
    readonly missing: readonly string[];
    /** Prints where the databases are if they are not in the data folder. */
    readonly folder: string | null;
  },
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
  if (folder) {
    lines.push(
      '',
      `  Databases     ${folder}`,
      '  The user that PostgreSQL runs as cannot enter the data folder, so they are there.',
    );
  }
  if (missing.length > 0) {
    lines.push('', `  These processes do not start yet and are tried again: ${missing.join(', ')}`);
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

/** Resolves at Ctrl-C or when the system asks to stop; a second Ctrl-C changes nothing. */
function signalled(): Promise<void> {
  return new Promise((resolve) => {
    process.on('SIGINT', () => resolve());
    process.on('SIGTERM', () => resolve());
  });
}
