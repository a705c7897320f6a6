import { existsSync, lstatSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);

const shape = z.object({
  HOMEWARD_DATA: z.string().default('data'),
  HOMEWARD_FAMILY_PORT: port.default(8080),
  HOMEWARD_DESK_PORT: port.default(8081),
  /** The external addresses of the sites; passkeys and cookies are bound to them. */
  HOMEWARD_HEALTH_PORT: port.optional(),
  /** Space kept free for the databases, in MiB. */
  HOMEWARD_DISK_RESERVE: z.coerce.number().int().min(8).max(65_536).optional(),
  HOMEWARD_FAMILY_ORIGIN: z.url({ protocol: /^https?$/ }).optional(),
  HOMEWARD_DESK_ORIGIN: z.url({ protocol: /^https?$/ }).optional(),
  /** An external PostgreSQL server, with owner rights; without it the embedded one runs. */
  DATABASE_URL: z.string().optional(),
  KEYSTORE_URL: z.string().optional(),
  /** What the supervisor passes to one process: only the URLs of its own role. */
  HOMEWARD_ROLE_URL: z.string().optional(),
  HOMEWARD_ROLE_KEYSTORE_URL: z.string().optional(),
  /** Weights that `homeward learn` wrote and people reviewed; without it the program's own. */
  HOMEWARD_MODEL: z.string().optional(),
  HOMEWARD_SOCKET: z.string().optional(),
  /** For the broker only: the credential of each process. */
  HOMEWARD_BROKER_CALLERS: z.string().default('{}'),
  HOMEWARD_OFFICE: z.string().optional(),
  HOMEWARD_TRIAL: z.enum(['yes', 'no']).default('no'),
  HOMEWARD_TRIAL_CODE_HASH: z.string().optional(),
  HOMEWARD_TRIAL_PEOPLE: z.string().optional(),
});

/** The settings in the environment, read once. Paths are absolute. */
export interface Config {
  readonly dataFolder: string;
  readonly familyPort: number;
  readonly deskPort: number;
  /** The local port of health and metrics; null turns them off. */
  readonly healthPort: number | null;
  /** Bytes kept free for the databases; null is the default. */
  readonly diskReserveBytes: number | null;
  /** For example `https://families.example`; on this machine alone `http://localhost:PORT`. */
  readonly familyOrigin: string;
  readonly deskOrigin: string;
  readonly databaseUrl: string | null;
  readonly keystoreUrl: string | null;
  readonly roleUrl: string | null;
  readonly roleKeystoreUrl: string | null;
  readonly modelFile: string | null;
  readonly brokerSocket: string;
  readonly brokerCallers: string;
  readonly officeId: string | null;
  readonly trial: boolean;
  readonly trialCodeHash: string | null;
  /** JSON of the invented colleagues that a trial's code may choose from. */
  readonly trialPeople: string | null;
  readonly root: string;
}

/** Reads and checks the environment; throws with the name of an invalid setting. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const parsed = shape.safeParse(environment);
  if (!parsed.success) {
    const names = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new Error(`These settings cannot be used: ${names}.`);
  }
  const set = parsed.data;
  const dataFolder = realPath(resolve(set.HOMEWARD_DATA));
  return Object.freeze({
    dataFolder,
    familyPort: set.HOMEWARD_FAMILY_PORT,
    deskPort: set.HOMEWARD_DESK_PORT,
    healthPort: set.HOMEWARD_HEALTH_PORT ?? null,
    diskReserveBytes: set.HOMEWARD_DISK_RESERVE ? set.HOMEWARD_DISK_RESERVE * 1024 ** 2 : null,
    familyOrigin: originOf(set.HOMEWARD_FAMILY_ORIGIN, set.HOMEWARD_FAMILY_PORT),
    deskOrigin: originOf(set.HOMEWARD_DESK_ORIGIN, set.HOMEWARD_DESK_PORT),
    databaseUrl: set.DATABASE_URL ?? null,
    keystoreUrl: set.KEYSTORE_URL ?? null,
    roleUrl: set.HOMEWARD_ROLE_URL ?? null,
    roleKeystoreUrl: set.HOMEWARD_ROLE_KEYSTORE_URL ?? null,
    modelFile: set.HOMEWARD_MODEL ? resolve(set.HOMEWARD_MODEL) : null,
    brokerSocket: set.HOMEWARD_SOCKET ?? join(runFolderOf(dataFolder), 'broker.sock'),
    brokerCallers: set.HOMEWARD_BROKER_CALLERS,
    officeId: set.HOMEWARD_OFFICE ?? null,
    trial: set.HOMEWARD_TRIAL === 'yes',
    trialCodeHash: set.HOMEWARD_TRIAL_CODE_HASH ?? null,
    trialPeople: set.HOMEWARD_TRIAL_PEOPLE ?? null,
    root: resolve(import.meta.dirname, '..'),
  });
}

/** The longest path of a unix socket that every system accepts. */
export const socketPathMax = 103;
/** File in a data folder with a long path that names the short folder of its sockets. */
export const socketsNote = 'sockets-at';

/**
 * The folder of an installation's sockets: in the data folder, or elsewhere if its path is too
 * long.
 */
export function runFolderOf(dataFolder: string): string {
  const near = join(dataFolder, 'run');
  if (Buffer.byteLength(join(near, 'broker.sock')) <= socketPathMax) return near;
  return readSocketsNote(dataFolder) ?? near;
}

/**
 * The private folder that the file names, or null. `homeward unlock` sends shares of the key to a
 * socket in it. Another user could have taken its name after a reboot, so its owner is checked.
 */
export function readSocketsNote(dataFolder: string): string | null {
  const note = join(dataFolder, socketsNote);
  if (!existsSync(note)) return null;
  const folder = readFileSync(note, 'utf8').trim();
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (!found?.isDirectory() || found.uid !== lstatSync(note).uid) return null;
  return (found.mode & 0o077) === 0 ? folder : null;
}

/** One folder has one name: a link resolves to its target. */
function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}

function originOf(given: string | undefined, port: number): string {
  return given ? new URL(given).origin : `http://localhost:${port}`;
}
